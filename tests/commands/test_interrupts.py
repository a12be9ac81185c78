from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def reading(terminal: int) -> Iterator[str]:
    """What comes out of the terminal, all of it so far, each time more has come."""
    seen = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return
        if not more:
            return
        seen += more
        yield seen.decode("utf-8", "replace")


def interrupted(scenario: Path, out: Path, words: str, *signals: signal.Signals) -> tuple[int, str]:
    """Solve, send the signals once `words` have been shown; exit code and all that was shown."""
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "matchmaker", "solve", str(scenario), "--out", str(out), "--lang", "zh"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200", "PYTHONPATH": str(Path.cwd())}
    # a session of its own: the signal goes to the group, as a terminal's Ctrl-C does
    process = subprocess.Popen(
        command, stderr=theirs, stdout=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    os.close(theirs)
    shown, sent = "", False
    for shown in reading(mine):
        if not sent and words in shown:
            sent = True
            for each in signals:
                os.killpg(process.pid, each)
    os.close(mine)
    assert sent, shown
    return process.wait(timeout=60), shown


def assignments(plan: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((plan / "assignments").iterdir())}


@pytest.mark.parametrize(
    ("words", "signals"),
    [
        ("求解，可选结对", (signal.SIGINT,)),
        ("求解，可选结对", (signal.SIGINT, signal.SIGINT)),
        ("求解，可选结对", (signal.SIGTERM,)),
        ("党员联楼栋", (signal.SIGINT,)),
    ],
)
def test_an_interrupted_run_leaves_no_plan_and_can_go_on(
    demo: Path, plan_once: Path, words: str, signals: tuple[signal.Signals, ...]
) -> None:
    out = demo / "plan"
    code, shown = interrupted(demo / "scenario.yaml", out, words, *signals)
    assert code == 130
    assert "Traceback" not in shown
    assert not out.exists()
    assert not list(demo.glob(".plan.*.part"))
    if words == "党员联楼栋":  # two stages are done by then
        assert "已完成的部分保留在" in shown
        assert list((demo / ".plan.checkpoints").glob("*.npz"))
    again = subprocess.run(
        [
            sys.executable,
            "-m",
            "matchmaker",
            "solve",
            str(demo / "scenario.yaml"),
            "--out",
            str(out),
            "--quiet",
        ],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert assignments(out) == assignments(plan_once)
    assert not (demo / ".plan.checkpoints").exists()
    assert not (demo / ".plan.lock").exists()
