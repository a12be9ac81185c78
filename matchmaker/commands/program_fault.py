"""What is kept of a fault of the program: where it happened, and nothing of the data."""

from __future__ import annotations

import platform
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

__all__ = ["write_fault_report"]

PACKAGES = ("matchmaker", "ortools", "numpy", "scipy", "pandas", "pydantic", "typer")
_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)', re.MULTILINE)


def write_fault_report(error: Exception, folder: Path) -> Path | None:
    """Write the types of the errors, their frames and the versions; no message, no value.

    Messages are left out because they may quote what stands in a table.

    Returns
    -------
    Path or None
        None where nothing can be written.
    """
    folder = next((each for each in (folder, *folder.absolute().parents) if each.is_dir()), Path())
    now = datetime.now(UTC)
    path = folder / f"matchmaker-fault-{now:%Y%m%d-%H%M%S}.txt"
    try:
        path.write_text("\n".join([*_head(now), *_chain(error)]) + "\n", "utf-8")
    except OSError:
        return None
    return path


def _head(now: datetime) -> Iterator[str]:
    yield f"matchmaker fault report, {now:%Y-%m-%dT%H:%M:%SZ}"
    yield f"python {platform.python_version()} on {platform.system()} {platform.machine()}"
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} not installed"


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield ""
        yield type(error).__name__
        # differences between plan and check name rules and stages only
        yield from (f"  {code}" for code in getattr(error, "codes", ()))
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {_inside(frame.filename)}:{frame.lineno} {frame.name}"
        for found in _FRAME.finditer(str(getattr(error, "tb", ""))):  # of a worker process
            yield f"  worker {_inside(found['file'])}:{found['line']} {found['name']}"
        error = error.__cause__ or error.__context__


def _inside(file: str) -> str:
    """The path from its package on: folders of a user's own are nobody's business."""
    parts = PurePath(file).parts
    for mark in ("site-packages", "matchmaker"):
        if mark in parts:
            at = parts.index(mark)
            return "/".join(parts[at + (mark == "site-packages") :])
    return PurePath(file).name
