"""`optimise`: a program cut into components, each solved by the first backend that accepts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from matchmaker.backends.base import Backend, LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.fingerprints import fingerprint
from matchmaker.model import Floats, Integers, Status
from matchmaker.program import Program

__all__ = [
    "Known",
    "Optimum",
    "SolveMany",
    "WarmStart",
    "backends",
    "independent_parts",
    "inline",
    "optimise",
    "solve_component",
]

SolveMany = Callable[[Sequence[Program], Settings, Report, Sequence[Start | None]], "list[Solution | None]"]
"""Solves independent programs, in any order and place; None for one that was given up."""


@dataclass(frozen=True)
class Known:
    """What was found for a component: all but its plan, which stands among the pairs of the whole."""

    status: Status
    levels: tuple[LevelResult, ...]
    backend: str


@dataclass(frozen=True)
class WarmStart:
    """An earlier plan of about the same program.

    Parameters
    ----------
    start : Start
        Its pairs and row duals, located in the whole program.
    known : mapping of str to Known
        Components by their fingerprints: one that is asked again needs no solving.
    """

    start: Start
    known: Mapping[str, Known] = field(default_factory=dict)


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
    known : mapping of str to Known
        Components by their fingerprints, for a warm start later.
    """

    status: Status
    x: Integers | None
    levels: tuple[LevelResult, ...]
    ties: str
    backend: str
    components: int
    reproducible: bool
    infeasible: tuple[Integers, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)


@cache
def backends() -> tuple[Backend, ...]:
    """All backends, in the order in which they are asked."""
    # imported late: a question that a bound answers needs no solver
    from matchmaker.backends import bundles, cpsat, deferred_acceptance, flow, free_sets

    return flow, free_sets, bundles, deferred_acceptance, cpsat


def solve_component(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """Solve one component with the first backend that accepts it."""
    backend = next(candidate for candidate in backends() if candidate.accepts(program))
    return backend.solve(program, settings, report, start)


def inline(
    programs: Sequence[Program],
    settings: Settings,
    report: Report,
    starts: Sequence[Start | None] | None = None,
) -> list[Solution | None]:
    """Solve one program after the other in this process, each from its start if there are any."""
    starts = [None] * len(programs) if starts is None else starts
    return [
        solve_component(program, settings, report, start)
        for program, start in zip(programs, starts, strict=True)
    ]


def optimise(
    program: Program,
    settings: Settings,
    solve_many: SolveMany = inline,
    report: Report = silent,
    warm: WarmStart | None = None,
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
    warm
        An earlier plan to begin with. Components that have not changed are taken over from it.
    """
    parts = independent_parts(program)
    if len(parts) > 1:  # parallelism belongs across components; a single one may use it inside
        settings = replace(settings, threads=1)
    keys = [fingerprint([part], settings) for _, _, part in parts]
    solutions = _taken_over(program, parts, keys, warm)
    todo = [at for at, solution in enumerate(solutions) if solution is None]
    starts = [_part_of(warm, *parts[at]) for at in todo]
    found = solve_many([parts[at][2] for at in todo], settings, report, starts)
    for at, solution in zip(todo, found, strict=True):
        solutions[at] = solution
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
    summary = {
        key: Known(one.status, one.levels, one.backend)
        for key, one in zip(keys, known, strict=True)
        if one.reproducible
    }
    return Optimum(status, x, levels, ties, "+".join(backends), len(parts), reproducible, known=summary)


def recalled(program: Program, settings: Settings, warm: WarmStart) -> Optimum | None:
    """What an earlier plan has found of exactly this program; None where it is not the same in all parts."""
    keys = [fingerprint([part], settings) for _, _, part in independent_parts(program)]
    return optimise(program, settings, warm=warm) if warm.known.keys() >= set(keys) else None


def independent_parts(program: Program) -> list[tuple[Integers, Integers, Program]]:
    """Columns, rows and program of each independent part, without the columns that can only be 0.

    A pair that a rule forbids would tie together what is independent without it. The columns
    of a row that nothing else can fill stay, so that a failure can name them. So do those of
    set families and preferences, whose backends count on every source's columns.
    """
    closed = (program.lower == 0) & (program.upper == 0)
    if not program.is_flat or not bool(closed.any()):
        return program.split()
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    open_entries = np.bincount(row[~closed[program.matrix.indices]], minlength=program.row_count)
    unfilled = (open_entries == 0) & ((program.row_lower > 0) | (program.row_upper < 0))
    closed[program.matrix.indices[unfilled[row]]] = False
    kept = np.flatnonzero(~closed)
    return [(kept[columns], rows, part) for columns, rows, part in program.only(kept).split()]


def _taken_over(
    program: Program,
    parts: Sequence[tuple[Integers, Integers, Program]],
    keys: Sequence[str],
    warm: WarmStart | None,
) -> list[Solution | None]:
    """Solutions of the components that an earlier plan has solved already; None for all others."""
    if warm is None:
        return [None] * len(parts)
    pairs = np.zeros(program.column_count, np.int64)
    pairs[: program.pair_count] = warm.start.pairs
    solutions: list[Solution | None] = []
    for (columns, _, part), key in zip(parts, keys, strict=True):
        before = warm.known.get(key)
        if before is None or not _is_of(part, pairs[columns], before):
            solutions.append(None)
            continue
        # columns that are no pairs stay 0: nobody reads them once the levels' values are known
        solutions.append(Solution(before.status, pairs[columns], before.levels, before.backend))
    return solutions


def _is_of(part: Program, pairs: Integers, before: Known) -> bool:
    """Whether an earlier plan's pairs are those that its figures of a component are about.

    Ids are in a component's key by 30 bits of their ties only: among the twenty thousand single
    pairs of a large stage, one of two plans now and then has the key of another one.
    """
    if part.column_count == part.pair_count and len(part.violations(pairs)):
        return False
    return all(
        part.units(level, pairs) == result.value
        for level, result in zip(
            part.levels, before.levels, strict=False
        )  # the last may not have been solved
        if not level.points[part.pair_count :].any()
    )


def _part_of(warm: WarmStart | None, columns: Integers, rows: Integers, part: Program) -> Start | None:
    """The share of a component in a warm start."""
    if warm is None:
        return None
    pairs = warm.start.pairs[columns[: part.pair_count]]
    duals = None if warm.start.duals is None else warm.start.duals[rows]
    return replace(warm.start, pairs=pairs, duals=duals)


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
