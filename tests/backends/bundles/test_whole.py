"""Components over given sets, all or those that lose little: what is outside is in no better plan."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.plan import Plan
from matchmaker.backends.bundles.whole import all_columns, columns_near, over_columns, solve_over
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.model import Status
from tests.backends.bundles.divisions import (
    AREAS,
    FEASIBLE,
    WITH_ROWS,
    city,
    divided,
    every_column,
    nothing_yet,
    relaxed,
)
from tests.backends.bundles.test_partitioning import prices
from tests.programs import enumerated, random_areas

EXACT = Settings(gap=0)


def as_set(columns: tuple[np.ndarray, np.ndarray] | None) -> set[tuple[int, int]]:
    assert columns is not None
    pairs = list(zip(columns[0].tolist(), columns[1].tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


@pytest.mark.parametrize("seed", AREAS[:40])
def test_all_columns(seed: int) -> None:
    division = divided(random_areas(seed))
    expected = as_set(every_column(division))
    assert as_set(all_columns(division, 10_000)) == expected
    largest = max(len(expected), len(division.bidders.sets.members))
    assert as_set(all_columns(division, largest)) == expected
    assert all_columns(division, len(expected) - 1) is None


@pytest.mark.parametrize("gap", [0.0, 50.0, 4000.0])
@pytest.mark.parametrize("seed", range(4))
def test_columns_near_are_those_that_lose_at_most_the_gap(seed: int, gap: float) -> None:
    division = divided(city(seed))
    duals, best = prices(division)
    source, ids = every_column(division)
    reduced = division.reduced(duals)[: division.program.pair_count]
    worth = reduced @ division.pairs_of(source, ids) + division.level.shape * division.bidders.sets.shape[ids]
    loss = best[source] - worth
    found = as_set(columns_near(division, duals, gap, 10_000))
    # one unit more is for round-off
    assert as_set((source[loss <= gap], ids[loss <= gap])) <= found
    assert found <= as_set((source[loss <= gap + 1.1], ids[loss <= gap + 1.1]))
    assert columns_near(division, duals, gap, len(found) - 1) is None
    assert as_set(columns_near(division, duals, gap, len(found))) == found


@pytest.mark.parametrize("seed", [*FEASIBLE[:20], *WITH_ROWS[:8]])
def test_a_plan_is_worth_the_same_over_columns(seed: int) -> None:
    program = random_areas(seed, tie_break=True)
    division = divided(program)
    columns = every_column(division)
    small = over_columns(division, columns)
    count = len(columns[1])
    for chosen in np.random.default_rng(seed).integers(-1, count, (20, 2)).tolist() if count else []:
        plan = nothing_yet(division)
        x = np.zeros(small.column_count, np.int64)
        for column in chosen:
            if column >= 0 and plan.chosen[columns[0][column]] < 0:
                plan.chosen[columns[0][column]] = columns[1][column]
                x[column] = 1
        x[count:] = plan.extra
        own = plan.x(division)
        must = ~division.bidders.may_stay_empty
        wrong = bool(program.violations(own).size) or bool((plan.chosen[must] < 0).any())
        assert bool(small.violations(x).size) == wrong
        for one, other in zip(small.levels, program.levels, strict=True):
            assert small.units(one, x) == program.units(other, own)


@pytest.mark.parametrize("seed", AREAS[:40])
def test_over_all_columns_the_solution_is_the_best(seed: int) -> None:
    program = random_areas(seed, tie_break=True)
    division, truth = divided(program), enumerated(program)
    solution = solve_over(division, every_column(division), EXACT)
    if not truth.feasible:
        assert solution.status is Status.INFEASIBLE
        assert solution.x is None
        return
    assert solution.status is Status.OPTIMAL
    assert solution.x is not None
    assert tuple(program.units(level, solution.x) for level in program.levels) == truth.best
    first = solution.levels[0]
    assert first.value == first.bound == truth.best[0]
    if first.duals is not None:
        # what is stored proves the bound of the program itself
        assert len(first.duals) == program.row_count
        proven = rounded_bound(lagrangian_bound(program, division.level, first.duals))
        assert first.certified == max(proven, first.value)


@pytest.mark.parametrize("seed", range(6))
def test_no_better_plan_has_a_set_that_loses_more_than_the_gap(seed: int) -> None:
    division = divided(city(seed))
    everything = solve_over(division, every_column(division), EXACT)
    assert everything.x is not None
    duals, _ = prices(division)
    bound = rounded_bound(lagrangian_bound(division.program, division.level, duals))
    columns = columns_near(division, duals, float(bound - everything.levels[0].value), 10_000)
    assert columns is not None
    assert len(columns[1]) < len(every_column(division)[1])
    near = solve_over(division, columns, EXACT)
    assert near.levels[0].value == everything.levels[0].value
    plain = relaxed(division, np.inf)
    assert plain is not None
    assert everything.levels[0].value <= plain + 1e-3


def test_a_plan_at_hand_is_never_lost() -> None:
    division = divided(city(2))
    source, ids = every_column(division)
    best = solve_over(division, (source, ids), EXACT)
    assert best.x is not None
    chosen = np.full(division.sources, -1, np.int64)
    for column in range(len(ids)):
        pairs = division.pairs_of(source[[column]], ids[[column]]).indices
        mine = np.flatnonzero(best.x[: division.program.pair_count])
        own = [pair for pair in mine.tolist() if division.program.family.sources[pair] == source[column]]
        if sorted(pairs.tolist()) == own:
            chosen[source[column]] = ids[column]
    plan = Plan(chosen, np.empty(0, np.int64))
    assert plan.x(division).tolist() == best.x.tolist()
    again = solve_over(division, (source, ids), Settings(gap=0.9), plan=plan)
    assert again.levels[0].value == best.levels[0].value
