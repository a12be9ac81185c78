"""`optimise`: a program cut into components, each solved by the first backend that accepts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.backends import bundles, cpsat, flow, free_sets
from matchmaker.backends.base import Backend, LevelResult, Report, Settings, Solution, silent
from matchmaker.formulation import Program
from matchmaker.model import Floats, Integers, Status

__all__ = ["BACKENDS", "Optimum", "SolveMany", "inline", "optimise", "solve_component"]

BACKENDS: tuple[Backend, ...] = (flow, free_sets, bundles, cpsat)
"""In the order in which they are asked."""

SolveMany = Callable[[Sequence[Program], Settings, Report], "list[Solution | None]"]
"""Solves independent programs, in any order and place; None for one that was given up."""


@dataclass(frozen=True)
class Optimum:
    """What is known of a whole program once its components are solved.

    Parameters
    ----------
    status : Status
        The worst component's.
    x : (columns,) int64 or None
        All components' values together.
    levels : tuple of LevelResult
        Objective levels; values and bounds are sums over the components.
    ties : str
        ``proven`` where every component is closed in all levels and its last step too.
    backend : str
        Backends used, joined by ``+``.
    components : int
        How many there were.
    infeasible : tuple of (columns,) int64
        The columns of each component proven to have no plan.
    """

    status: Status
    x: Integers | None
    levels: tuple[LevelResult, ...]
    ties: str
    backend: str
    components: int
    reproducible: bool
    infeasible: tuple[Integers, ...] = ()


def solve_component(program: Program, settings: Settings, report: Report = silent) -> Solution:
    """Solve one component with the first backend that accepts it."""
    backend = next(candidate for candidate in BACKENDS if candidate.accepts(program))
    return backend.solve(program, settings, report)


def inline(programs: Sequence[Program], settings: Settings, report: Report) -> list[Solution | None]:
    """Solve one program after the other in this process."""
    return [solve_component(program, settings, report) for program in programs]


def optimise(
    program: Program, settings: Settings, solve_many: SolveMany = inline, report: Report = silent
) -> Optimum:
    """Solve all levels of a program; components are independent, so their sums are the whole's.

    Parameters
    ----------
    program
        With its tie-breaking level last, if it has one.
    settings
        Gap, work limit per component and level, deadline.
    solve_many
        Where components are solved: in this process, or by a pool.
    report
        Hears of single components' progress.
    """
    parts = program.split()
    if len(parts) > 1:  # parallelism belongs across components; a single one may use it inside
        settings = replace(settings, threads=1)
    solutions = solve_many([part for _, _, part in parts], settings, report)
    backends = sorted({solution.backend for solution in solutions if solution is not None})
    statuses = [Status.UNKNOWN if one is None else one.status for one in solutions]
    reproducible = all(one is not None and one.reproducible for one in solutions)
    status = Status.worst(statuses)
    if any(one is None or one.x is None for one in solutions):
        failed = tuple(
            columns
            for (columns, _, _), one in zip(parts, solutions, strict=True)
            if one is not None and one.status is Status.INFEASIBLE
        )
        status = Status.INFEASIBLE if failed else Status.UNKNOWN
        return Optimum(status, None, (), "none", "+".join(backends), len(parts), reproducible, failed)
    x = np.zeros(program.column_count, np.int64)
    for (columns, _, _), solution in zip(parts, solutions, strict=True):
        assert solution is not None
        assert solution.x is not None
        x[columns] = solution.x
    known = [one for one in solutions if one is not None]
    objective = [position for position, level in enumerate(program.levels) if not level.is_tie_break]
    levels = tuple(_summed(program, position, parts, known) for position in objective)
    closed = status is Status.OPTIMAL and len(objective) < len(program.levels)
    last = len(program.levels) - 1
    ties = (
        "proven"
        if closed
        and all(len(one.levels) > last and one.levels[last].bound == one.levels[last].value for one in known)
        else "partial"
    )
    return Optimum(status, x, levels, ties, "+".join(backends), len(parts), reproducible)


def _summed(
    program: Program,
    position: int,
    parts: Sequence[tuple[Integers, Integers, Program]],
    solutions: Sequence[Solution],
) -> LevelResult:
    """One level of the whole: sums of values and bounds; of the first level also its duals.

    Levels below the first are conditional on what each component reached above: their
    bounds are claimed, not certified.
    """
    constant = program.levels[position].constant
    results = [solution.levels[position] for solution in solutions]
    certified: int | None = None
    duals: Floats | None = None
    if position == 0 and all(one.certified is not None and one.duals is not None for one in results):
        certified = constant + sum(int(result.certified or 0) for result in results)
        duals = np.zeros(program.row_count)
        for (_, rows, _), result in zip(parts, results, strict=True):
            duals[rows] = result.duals
    return LevelResult(
        constant + sum(result.value for result in results),
        constant + sum(result.bound for result in results),
        certified,
        duals,
    )
