"""Branch and bound by HiGHS, through scipy: another solver on another formulation of the rows.

It gives a second opinion before a program is called infeasible, and plans and bounds
where CP-SAT cannot decide what a relaxation leaves open. Work is limited by nodes of the
search tree, the same on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.backends.base import Settings
from matchmaker.bounds import ROUNDING
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers, Status
from matchmaker.program import Level, Program

__all__ = ["Branched", "branch", "second_opinion"]

CONFIRMING_NODES = 20_000


@dataclass(frozen=True)
class Branched:
    """What HiGHS found for one level of a program.

    Parameters
    ----------
    x : (columns,) int64 or None
        The best plan found, confirmed in integers.
    bound : int or None
        Units of the level that it says no plan exceeds.
    timed_out : bool
        The deadline came before the work limit.
    """

    x: Integers | None
    bound: int | None
    timed_out: bool


def branch(program: Program, level: Level, settings: Settings, gap: float, nodes: int) -> Branched:
    """Maximise a level of a program without a set family until the gap or the node limit is reached.

    Parameters
    ----------
    program, level
        What is solved.
    settings
        The deadline.
    gap
        Relative to the level without its constant.
    nodes
        Work limit.
    """
    result = _milp(program, -level.points.astype(np.float64), gap, nodes, settings.seconds_left())
    bound = None
    if result.mip_dual_bound is not None and math.isfinite(result.mip_dual_bound):
        bound = level.constant + math.floor(
            -result.mip_dual_bound + max(ROUNDING, 1e-9 * abs(result.mip_dual_bound))
        )
    return Branched(_plan(program, result), bound, settings.seconds_left() <= 0)


def second_opinion(program: Program, seconds: float = float("inf")) -> tuple[Status, Integers | None]:
    """Look for any plan of a program without a set family.

    Returns
    -------
    status, x
        ``INFEASIBLE``; ``FEASIBLE`` with a plan, shape (columns,); ``UNKNOWN`` where a limit was reached.
    """
    if bool((program.lower > program.upper).any()):
        return Status.INFEASIBLE, None
    if program.column_count == 0 or program.row_count == 0:
        broken = len(program.violations(program.lower))
        return (Status.INFEASIBLE, None) if broken else (Status.FEASIBLE, program.lower.copy())
    result = _milp(program, np.zeros(program.column_count), 0.0, CONFIRMING_NODES, seconds)
    if result.status == 2:
        return Status.INFEASIBLE, None
    x = _plan(program, result)
    return (Status.UNKNOWN, None) if x is None else (Status.FEASIBLE, x)


def _milp(program: Program, cost: np.ndarray, gap: float, nodes: int, seconds: float) -> Any:
    options: dict[str, float] = {"node_limit": nodes, "mip_rel_gap": gap}
    if seconds != float("inf"):
        options["time_limit"] = max(seconds, 0.01)
    return milp(
        cost,
        integrality=np.ones(program.column_count, np.int64),
        bounds=Bounds(program.lower, program.upper),
        constraints=LinearConstraint(
            program.matrix.astype(np.float64),
            np.where(program.row_lower <= -UNBOUNDED, -np.inf, program.row_lower),
            np.where(program.row_upper >= UNBOUNDED, np.inf, program.row_upper),
        ),
        options=options,  # type: ignore[arg-type]
    )


def _plan(program: Program, result: Any) -> Integers | None:
    if result.x is None:
        return None
    x: Integers = np.rint(result.x).astype(np.int64)
    return None if len(program.violations(x)) else x
