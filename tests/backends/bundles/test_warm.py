"""Beginning where an earlier plan ended: its sets are found again, its prices bound what is asked now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import bundles
from matchmaker.backends.base import Settings, Start
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.warm import FIRST_COLUMNS, plan_near, warm_duals
from matchmaker.bounds import lagrangian_bound, usable_duals
from matchmaker.model import Integers
from matchmaker.program import Program
from tests.backends.bundles.divisions import FEASIBLE, check_plan, city, divided, relaxed
from tests.programs import enumerated, random_areas

GAP = 0.02
SETTINGS = Settings(gap=GAP)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat everything as too large for its sets to be looked at together."""
    monkeypatch.setattr(bundles, "SMALL", 0)
    monkeypatch.setattr(bundles, "NEARLY_CLOSED", 0)


def best_of(program: Program) -> Integers:
    solution = bundles.solve(program, Settings(gap=0))
    assert solution.x is not None
    return solution.x


def earlier(program: Program) -> Start:
    """An earlier plan of the same program, as a warm run remembers it."""
    solution = bundles.solve(program, SETTINGS)
    assert solution.x is not None
    (level,) = solution.levels
    gap = (level.bound - level.value) / max(1, abs(level.value))
    return Start(solution.x[: program.pair_count], level.duals, gap)


def pinned(program: Program, start: Start) -> tuple[Program, int]:
    """The program with a pair fixed that the earlier plan did not have."""
    pair = int(np.flatnonzero(start.pairs == 0)[7])
    lower = program.lower.copy()
    lower[pair] = 1
    return replace(program, lower=lower), pair


class TestPlanNear:
    """`plan_near`: what can be kept of an earlier plan."""

    @pytest.mark.parametrize("seed", FEASIBLE[:30])
    def test_every_set_of_a_plan_is_found_again(self, seed: int) -> None:
        program = random_areas(seed)
        division = divided(program)
        for x in enumerated(program).vectors[:15]:
            had = {int(program.family.sources[pair]) for pair in np.flatnonzero(x[: program.pair_count])}
            if len(had) < 0.8 * division.sources:
                continue
            plan = plan_near(division, Start(x[: program.pair_count]))
            assert plan is not None
            assert plan.x(division).tolist() == x.tolist()

    def some(self) -> tuple[Division, Integers]:
        program = city(3, parts=6, sources=12)
        division = divided(program)
        return division, best_of(program)

    def owner(self, division: Division, pair: int) -> int:
        assert division.program.family is not None
        return int(division.program.family.sources[pair])

    def again(self, division: Division, x: Integers) -> Integers:
        plan = plan_near(division, Start(x))
        assert plan is not None
        check_plan(division, plan)
        return plan.chosen

    def test_a_set_with_a_pair_that_may_no_longer_be_is_dropped(self) -> None:
        division, x = self.some()
        before = self.again(division, x)
        gone = int(np.flatnonzero(x)[0])
        upper = division.program.upper.copy()
        upper[gone] = 0
        after = self.again(divided(replace(division.program, upper=upper)), x)
        dropped = self.owner(division, gone)
        assert before[dropped] >= 0
        assert np.flatnonzero(after != before).tolist() == [dropped]
        assert after[dropped] == -1

    def test_a_set_without_a_pair_that_must_be_is_dropped(self) -> None:
        division, x = self.some()
        before = self.again(division, x)
        wanted = next(pair for pair in np.flatnonzero(x == 0) if before[self.owner(division, pair)] >= 0)
        lower = division.program.lower.copy()
        lower[wanted] = 1
        after = self.again(divided(replace(division.program, lower=lower)), x)
        assert np.flatnonzero(after != before).tolist() == [self.owner(division, int(wanted))]

    def test_a_set_of_the_wrong_size_is_dropped(self) -> None:
        division, x = self.some()
        before = self.again(division, x)
        family = division.program.family
        assert family is not None
        owner = self.owner(division, int(np.flatnonzero(x)[0]))
        size = int(x[: len(family.sources)][family.sources == owner].sum())
        minimum = family.minimum.copy()
        minimum[owner] = size + 1
        maximum = np.maximum(family.maximum, minimum)
        larger = replace(division.program, family=replace(family, minimum=minimum, maximum=maximum))
        after = self.again(divided(larger), x)
        assert after[owner] == -1
        assert (after >= 0).sum() == (before >= 0).sum() - 1

    def test_scattered_pairs_are_no_set(self) -> None:
        division, x = self.some()
        family = division.program.family
        assert family is not None
        owner = self.owner(division, int(np.flatnonzero(x)[0]))
        mine = np.flatnonzero(family.sources == owner)
        joined = family.graph.toarray()
        ring = next(first for first in range(0, len(joined), 4) if not joined[first, first + 2])
        for other in (ring + 2, (ring + 4) % len(joined)):  # opposite on its ring; of another part
            spoilt = x.copy()
            spoilt[mine] = 0
            spoilt[mine[[ring, other]]] = 1
            assert self.again(division, spoilt)[owner] == -1

    def test_too_few_sets_are_no_beginning(self) -> None:
        division, x = self.some()
        assert plan_near(division, Start(np.zeros_like(x))) is None
        family = division.program.family
        assert family is not None
        few = x.copy()
        few[family.sources >= 4] = 0
        assert plan_near(division, Start(few)) is None


class TestWarmDuals:
    """`warm_duals`: any earlier duals bound what is asked now."""

    @pytest.mark.parametrize("scale", [0.0, 50.0, 1e5])
    @pytest.mark.parametrize("seed", FEASIBLE[:20])
    def test_the_bound_is_above_every_plan(self, seed: int, scale: float) -> None:
        program = random_areas(seed)
        division = divided(program)
        given = np.random.default_rng(seed).normal(0, 1, program.row_count) * scale
        duals = warm_duals(division, Master(division), given)
        assert duals.tolist() == usable_duals(program, given).tolist()
        assert lagrangian_bound(program, division.level, duals) >= enumerated(program).best[0] - 1e-6

    def test_the_best_sets_at_these_prices_are_generated(self) -> None:
        program = city(1)
        division = divided(program)
        start = earlier(program)
        assert start.duals is not None
        master = Master(division)
        duals = warm_duals(division, master, start.duals)
        worth, ids = division.bidders.best(division.values(duals))
        best = ids[np.arange(division.sources), worth.argmax(axis=1)]
        known = set(zip(master.source.tolist(), master.ids.tolist(), strict=True))
        assert {(source, int(best[source])) for source in range(division.sources)} <= known
        assert np.bincount(master.source).max() <= FIRST_COLUMNS


@pytest.mark.usefixtures("large")
class TestSolve:
    """`bundles.solve` from an earlier plan."""

    @pytest.mark.parametrize("seed", range(8))
    def test_the_same_question_keeps_its_plan(self, seed: int) -> None:
        program = city(seed)
        start = earlier(program)
        again = bundles.solve(program, SETTINGS, start=start)
        assert again.x is not None
        value = int(program.units(program.levels[0], np.append(start.pairs, again.x[program.pair_count :])))
        assert again.levels[0].value >= value
        if start.gap <= GAP:
            assert (again.x[: program.pair_count] * start.pairs).sum() >= 0.5 * start.pairs.sum()

    @pytest.mark.parametrize("seed", range(8))
    def test_a_pin_more_gives_a_plan_and_a_bound(self, seed: int) -> None:
        program = city(seed)
        changed, pair = pinned(program, earlier(program))
        solution = bundles.solve(changed, SETTINGS, start=earlier(program))
        assert solution.x is not None
        assert solution.x[pair] == 1
        assert not len(changed.violations(solution.x))
        (level,) = solution.levels
        best = relaxed(divided(changed), np.inf)
        assert best is not None
        assert level.value == changed.units(changed.levels[0], solution.x) <= best + 1e-3
        assert level.value <= level.bound
        if level.duals is None:  # no plan was found by sets: it comes from the rows
            assert level.certified is None
            return
        assert level.certified is not None
        proven = lagrangian_bound(changed, changed.levels[0], level.duals)
        assert level.bound <= level.certified == max(level.value, np.floor(proven + 1e-6))

    @pytest.mark.parametrize("scale", [0.0, 1e4])
    def test_useless_duals_do_no_harm(self, scale: float) -> None:
        program = city(2)
        cold = earlier(program)
        duals = np.random.default_rng(0).normal(0, scale, program.row_count)
        solution = bundles.solve(program, SETTINGS, start=replace(cold, duals=duals))
        assert solution.x is not None
        assert not len(program.violations(solution.x))
        assert solution.levels[0].bound >= solution.levels[0].value

    def test_an_earlier_plan_of_nothing_does_no_harm(self) -> None:
        program = city(2)
        nothing = Start(np.zeros(program.pair_count, np.int64), np.zeros(program.row_count))
        solution = bundles.solve(program, SETTINGS, start=nothing)
        assert solution.x is not None
        assert not len(program.violations(solution.x))

    @pytest.mark.parametrize("seed", FEASIBLE[:30])
    def test_bounds_hold_from_any_start(self, seed: int) -> None:
        program = random_areas(seed)
        truth, rng = enumerated(program), np.random.default_rng(seed)
        x = truth.vectors[rng.integers(len(truth.vectors))]
        start = Start(x[: program.pair_count], rng.normal(0, 50, program.row_count), float(rng.random()))
        solution = bundles.solve(program, Settings(gap=0), start=start)
        assert solution.x is not None
        assert not len(program.violations(solution.x))
        assert solution.levels[0].value <= truth.best[0] <= solution.levels[0].bound
