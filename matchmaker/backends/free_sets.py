"""Set families without a graph: prices bound the whole, sources lean to parts, parts are divided exactly.

1. `find_prices`: target prices give a bound on the component as a whole.
2. Each source goes to the part it leans to most, as far as sizes allow: a small program.
3. Each part's targets are divided exactly among its sources.
4. `exchange`: sources move and swap between parts while the whole gains.

Where a small component is not yet within the gap, the expanded program is solved too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.backends import cpsat
from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.exchange import exchange
from matchmaker.backends.market import IMPOSSIBLE, Market, is_market, market_of
from matchmaker.backends.prices import find_prices
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Floats, Integers, Status
from matchmaker.program import Level, Program

__all__ = ["accepts", "name", "solve"]

name = "free_sets"

PRICE_ROUNDS = 600
TRIALS_PER_SOURCE = 30
"""Work limits, settled on Longgang's sub-districts (benchmarks/longgang.py)."""

SMALL = 2_000
"""Pairs up to which the expanded program is solved as well."""

LEANING_STEPS = 1000


def accepts(program: Program) -> bool:
    """Set families without a graph, every target taken exactly once, one level of points."""
    return program.preferences is None and is_market(program)


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """A plan and a bound for the whole component; ties are left as they fall."""
    del start  # prices and exchanges take no longer from nothing
    market, row_of_target = market_of(program)
    level = program.levels[0] if program.levels else Level(np.zeros(program.column_count, np.int64), 0, 1.0)
    every = np.zeros(market.value.shape[1], bool)
    prices = find_prices(market.priced, market.usual_prices(), market.parts, PRICE_ROUNDS, settings, every)
    duals = np.zeros(program.row_count)
    duals[row_of_target] = prices.price
    proven = lagrangian_bound(program, level, duals)
    if not np.isfinite(proven):  # some source has no set at all
        return cpsat.solve(program, settings, report)
    bound = rounded_bound(proven)
    report(0, None, bound)
    part_of = _lean(market, prices.leaning, prices.price, settings)
    x = None
    if part_of is not None and np.isfinite(market.pairs_of(part_of)[0]):
        part_of = exchange(market, part_of, TRIALS_PER_SOURCE * len(part_of), settings)
        chosen = market.pairs_of(part_of)[1]
        candidate = np.zeros(program.column_count, np.int64)
        candidate[: len(chosen)] = chosen
        x = None if len(program.violations(candidate)) else candidate
    if x is not None:
        report(0, level.units(x), bound)
        result = LevelResult(level.units(x), max(bound, level.units(x)), bound, duals)
        closed = result.bound == result.value
        if closed or program.pair_count > SMALL:
            status = Status.OPTIMAL if closed else Status.FEASIBLE
            return Solution(status, x, (result,), name, settings.seconds_left() > 0)
    begin = None if x is None else Start(x)
    return _with_certificate(cpsat.solve(program, settings, report, begin), bound, duals)


def _with_certificate(solution: Solution, bound: int, duals: Floats) -> Solution:
    """The solution of the expanded program with the bound that prices prove on the program itself."""
    if not solution.levels:
        return solution
    found = solution.levels[0]
    first = replace(found, bound=max(found.value, min(found.bound, bound)), certified=bound, duals=duals)
    closed = all(one.bound == one.value for one in (first, *solution.levels[1:]))
    status = Status.OPTIMAL if closed else solution.status
    return replace(solution, status=status, levels=(first, *solution.levels[1:]))


def _lean(market: Market, leaning: Floats, price: Floats, settings: Settings) -> Integers | None:
    """The part of each source: where it leans to, so that sizes can fill every part; None if none fit."""
    sources = len(leaning)
    worth = market.best_sets(price)[0]
    possible = worth > IMPOSSIBLE / 2
    source, part = np.nonzero(possible)
    formulation = Formulation(source.astype(np.int64), part.astype(np.int64))
    column = np.arange(len(source))
    least = np.minimum(market.minimum, 1)
    formulation.add_rows("one part", source, column, 1, least, np.ones(sources, np.int64), RowSide.SOURCE)
    sizes = market.sizes
    formulation.add_rows("room", part, column, market.maximum[source], sizes, 2**59)
    formulation.add_rows("need", part, column, market.minimum[source], 0, sizes)
    scaled = np.rint(leaning[source, part] * LEANING_STEPS).astype(np.int64)
    formulation.add_points("leaning", column, scaled)
    program = formulation.program([{"leaning": 1.0}])
    solution = cpsat.solve(program, Settings(gap=1e-3, effort=2.0, deadline=settings.deadline))
    if solution.x is None:
        return None
    result = np.full(sources, -1, np.int64)
    taken = solution.x[: program.pair_count] > 0
    result[source[taken]] = part[taken]
    return result
