"""Branch and bound by HiGHS, through scipy: another solver on another formulation of the rows.

It gives a second opinion before a program is called infeasible. Work is limited by nodes
of the search tree, the same on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.formulation import UNBOUNDED, Program
from matchmaker.model import Integers, Status

__all__ = ["second_opinion"]

CONFIRMING_NODES = 20_000


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
    options: dict[str, float] = {"node_limit": CONFIRMING_NODES}
    if seconds != float("inf"):
        options["time_limit"] = max(seconds, 0.01)
    result = milp(
        np.zeros(program.column_count),
        integrality=np.ones(program.column_count, np.int64),
        bounds=Bounds(program.lower, program.upper),
        constraints=LinearConstraint(
            program.matrix.astype(np.float64),
            np.where(program.row_lower <= -UNBOUNDED, -np.inf, program.row_lower),
            np.where(program.row_upper >= UNBOUNDED, np.inf, program.row_upper),
        ),
        options=options,  # type: ignore[arg-type]
    )
    if result.status == 2:
        return Status.INFEASIBLE, None
    x = _plan(program, result)
    return (Status.UNKNOWN, None) if x is None else (Status.FEASIBLE, x)


def _plan(program: Program, result: Any) -> Integers | None:
    if result.x is None:
        return None
    x: Integers = np.rint(result.x).astype(np.int64)
    return None if len(program.violations(x)) else x
