"""What every backend takes and gives: `Settings`, `Solution`, and the two functions.

A backend is a module with ``accepts(program) -> bool`` and
``solve(program, settings, report) -> Solution``. It knows no rule.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from matchmaker.model import Floats, Integers, Status
from matchmaker.program import Program

__all__ = ["Backend", "LevelResult", "Report", "Settings", "Solution", "Start", "silent"]

Report = Callable[[int, float | None, float | None], None]
"""Called with (level, value, bound) in units of the level as they move."""


def silent(level: int, value: float | None, bound: float | None) -> None:
    """A report that goes nowhere."""


@dataclass(frozen=True)
class Settings:
    """How far a backend goes.

    Parameters
    ----------
    gap
        Relative gap at which a level is good enough.
    effort
        Work limit of CP-SAT in deterministic seconds, per component and level: the same on every
        machine. (HiGHS is limited by nodes.)
    deadline
        `time.monotonic` value at which to stop in any case; results stopped by it are
        not reproducible. None: never.
    threads
        Solves that a backend may run side by side; never changes a result.
    """

    gap: float = 1e-4
    effort: float = 60.0
    deadline: float | None = None
    threads: int = 1

    def seconds_left(self) -> float:
        """Seconds until the deadline, infinite without one."""
        return float("inf") if self.deadline is None else max(0.0, self.deadline - time.monotonic())


@dataclass(frozen=True)
class Start:
    """Where a solve may begin: what an earlier plan of about the same program had.

    Parameters
    ----------
    pairs : (pairs,) int64
        1 where the earlier plan had the pair; rows may be broken.
    duals : (rows,) float64 or None
        Row duals of the first level; 0 for rows that the earlier program did not have.
    gap : float
        Relative gap that the earlier plan had reached in its first level: where no better one
        is asked for, a plan as good as that will do.
    keep : bool
        The earlier plan is somebody's: its pairs are to be kept where that costs little. Else
        it is a hint, nothing more.
    """

    pairs: Integers
    duals: Floats | None = None
    gap: float = 0.0
    keep: bool = False


@dataclass(frozen=True)
class LevelResult:
    """One level of one solved program, in units of the level.

    Parameters
    ----------
    value, bound : int
        Reached, and proven not to be exceeded given the values of the levels above.
    certified : int or None
        The part of the bound that the duals alone prove.
    duals : (rows + levels above,) float64 or None
        Row duals; the last entries belong to the rows that keep the levels above.
    """

    value: int
    bound: int
    certified: int | None = None
    duals: Floats | None = None


@dataclass(frozen=True)
class Solution:
    """What a backend found for one program.

    Parameters
    ----------
    status : Status
        `OPTIMAL` only when every level's bound is closed.
    x : (columns,) int64 or None
        Values of the program's columns (without those of an expansion).
    levels : tuple of LevelResult
        One per level of the program that was reached.
    backend : str
        Its name.
    reproducible : bool
        False when the deadline cut it short.
    """

    status: Status
    x: Integers | None
    levels: tuple[LevelResult, ...]
    backend: str
    reproducible: bool = True


class Backend(Protocol):
    """The two functions of a backend module."""

    name: str

    def accepts(self, program: Program) -> bool:
        """Whether the backend can solve programs of this shape."""
        ...

    def solve(
        self, program: Program, settings: Settings, report: Report = silent, start: Start | None = None
    ) -> Solution:
        """Solve all levels in order; `start` may shorten the way, and may lead to another equal plan."""
        ...
