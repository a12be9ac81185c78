from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.errors import Infeasible, InputError
from matchmaker.run_folder import RunFolder


def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def code(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.faults[0].code


def test_a_lock_stands_while_the_run_is_at_work(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "new" / "plan")
    with run:
        assert run.lock.read_text("utf-8").split() == [str(os.getpid()), socket.gethostname()]
        with pytest.raises(InputError) as error, RunFolder(tmp_path / "new" / "plan"):
            pass
        assert code(error) == "plan.locked"
        assert error.value.faults[0].details["lock"] == str(run.lock)
        assert run.lock.exists()
    assert not run.lock.exists()


@pytest.mark.parametrize("owner", ["gone", "this process's number, another life"])
def test_a_stale_lock_is_taken_over(tmp_path: Path, owner: str) -> None:
    pid = gone() if owner == "gone" else os.getpid()
    lock = tmp_path / ".plan.lock"
    lock.write_text(f"{pid} {socket.gethostname()}\n", "utf-8")
    with RunFolder(tmp_path / "plan"):
        assert lock.read_text("utf-8").split()[0] == str(os.getpid())
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_another_machine_holds(tmp_path: Path) -> None:
    (tmp_path / ".plan.lock").write_text(f"{gone()} some-other-machine\n", "utf-8")
    with pytest.raises(InputError) as error, RunFolder(tmp_path / "plan"):
        pass
    assert code(error) == "plan.locked"


@pytest.mark.parametrize(("age", "is_held"), [(0, True), (3600, False)])
def test_an_empty_lock_holds_only_while_it_is_young(tmp_path: Path, age: int, is_held: bool) -> None:
    lock = tmp_path / ".plan.lock"
    lock.touch()
    os.utime(lock, (time.time() - age, time.time() - age))
    if is_held:
        with pytest.raises(InputError), RunFolder(tmp_path / "plan"):
            pass
    else:
        with RunFolder(tmp_path / "plan"):
            assert lock.stat().st_size > 0


def test_a_folder_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("a file", "utf-8")
    with pytest.raises(InputError) as error, RunFolder(tmp_path / "plan"):
        pass
    assert code(error) == "plan.folder_in_use"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_what_a_killed_run_left_is_cleared_and_the_old_plan_comes_back(tmp_path: Path) -> None:
    (tmp_path / ".plan.77.part").mkdir()
    (tmp_path / ".plan.77.old").mkdir()
    (tmp_path / ".plan.77.old" / "plan.json").write_text("{}", "utf-8")
    with RunFolder(tmp_path / "plan"):
        assert [path.name for path in (tmp_path / "plan").iterdir()] == ["plan.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan"]


@pytest.mark.parametrize(
    ("error", "is_kept"), [(KeyboardInterrupt(), True), (InputError([]), True), (Infeasible([]), False)]
)
def test_checkpoints_outlast_everything_but_an_answer(
    tmp_path: Path, error: BaseException, is_kept: bool
) -> None:
    run = RunFolder(tmp_path / "plan")
    assert not run.has_checkpoints
    run.checkpoints.mkdir()
    (run.checkpoints / "one.npz").touch()
    with pytest.raises(type(error)), run:
        raise error
    assert run.has_checkpoints is is_kept
    run.succeed()
    assert list(tmp_path.iterdir()) == []
