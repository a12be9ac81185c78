"""One run at a time for one output folder: its lock, its checkpoints, what a crash has left there.

Beside the folder ``plan`` stand ``.plan.lock`` while a run is at work and
``.plan.checkpoints`` while there is something to go on with.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from pathlib import Path
from types import TracebackType

from matchmaker.errors import Fault, Infeasible, InputError, Place
from matchmaker.plan_folder import require_free

__all__ = ["RunFolder"]

UNWRITTEN_SECONDS = 10.0
"""So long a lock may be empty: its run is just about to write its process id."""

_held: set[Path] = set()


class RunFolder:
    """The output folder of a run; use it as a context.

    Parameters
    ----------
    folder
        Where the plan is going to be.

    Raises
    ------
    InputError
        On entering, when the folder holds something that is no plan (``plan.folder_in_use``)
        or another run is at work on it (``plan.locked``).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.lock = self._beside("lock")
        self.checkpoints = self._beside("checkpoints")

    def __enter__(self) -> RunFolder:
        require_free(self.folder)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self._tidy()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Infeasible):
            self.succeed()  # proven: there is nothing to go on with
        _held.discard(self.lock)
        self.lock.unlink(missing_ok=True)

    @property
    def has_checkpoints(self) -> bool:
        """Whether an interrupted run has left finished parts."""
        return self.checkpoints.is_dir() and any(self.checkpoints.iterdir())

    def succeed(self) -> None:
        """The plan is written: nothing is left to go on with."""
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def _beside(self, what: str) -> Path:
        return self.folder.with_name(f".{self.folder.name}.{what}")

    def _take_lock(self) -> None:
        for _ in range(3):
            try:
                descriptor = os.open(self.lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                self._take_over()
                continue
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{os.getpid()} {socket.gethostname()}\n")
            _held.add(self.lock)
            return
        raise self._locked()

    def _take_over(self) -> None:
        """Put a lock aside whose process is gone."""
        try:
            owner = self.lock.read_text("utf-8")
            age = time.time() - self.lock.stat().st_mtime
        except FileNotFoundError:
            return
        if self._is_held(owner, age):
            raise self._locked()
        aside = self.lock.with_name(f"{self.lock.name}.{os.getpid()}")
        try:
            self.lock.rename(aside)
        except FileNotFoundError:
            return
        if aside.read_text("utf-8") != owner:  # another run was quicker: the lock is its own
            aside.replace(self.lock)
            raise self._locked()
        aside.unlink()

    def _is_held(self, owner: str, age: float) -> bool:
        pid, _, host = owner.strip().partition(" ")
        if not pid.isdigit():
            return age < UNWRITTEN_SECONDS
        if host != socket.gethostname():
            return True  # on a shared drive: nothing is known of another machine's processes
        if int(pid) == os.getpid():
            return self.lock in _held  # else left by an earlier process of the same number
        return _is_running(int(pid))

    def _locked(self) -> InputError:
        return InputError(
            [Fault("plan.locked", Place(file=str(self.folder)), details={"lock": str(self.lock)})]
        )

    def _tidy(self) -> None:
        """Take away what a killed run has left; a plan that was being replaced comes back."""
        name = self.folder.name
        for old in sorted(self.folder.parent.glob(f".{name}.*.old")):
            if self.folder.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(self.folder)
        for part in self.folder.parent.glob(f".{name}.*.part"):
            shutil.rmtree(part, ignore_errors=True)


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":  # os.kill would end the process there
        import ctypes

        query_limited_information = 0x1000
        handle = ctypes.windll.kernel32.OpenProcess(query_limited_information, False, pid)
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
