"""LP-led CP-SAT from an earlier plan: what may stay stays, and nothing is claimed that is not so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import cpsat, level_search, nearer
from matchmaker.backends.base import Settings, Start
from matchmaker.backends.starting import begin
from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Integers, Status
from matchmaker.program import Program
from tests.programs import enumerated, random_program


def town(seed: int, sources: int = 30, targets: int = 5) -> Program:
    """Everybody to one place, loads within bounds: thousands of plans lie within a few per cent."""
    rng = np.random.default_rng(seed)
    source, target = np.divmod(np.arange(sources * targets), targets)
    form = Formulation(source, target)
    pair = np.arange(len(source))
    form.add_rows("sources", source, pair, 1, np.ones(sources, np.int64), 1, RowSide.SOURCE)
    load = rng.integers(10, 60, sources)
    share = int(load.sum()) // targets
    low, high = np.full(targets, share - 20), np.full(targets, share + 20)
    form.add_rows("loads", target, pair, load[source], low, high)
    form.add_points("value", pair, rng.integers(500, 1000, len(pair)))
    return form.program([{"value": 1.0}])


def kept(one: Integers, other: Integers) -> int:
    """Pairs that two plans share."""
    return int(one @ other)


def near(pairs: Integers) -> Start:
    """An earlier plan that is to be kept where that costs little."""
    return Start(pairs, keep=True)


class TestWarm:
    """A solve that begins at an earlier plan."""

    settings = Settings(gap=0.02)

    def earlier(self, program: Program, seed: int) -> Integers:
        """A plan within the gap that was the best one when points were a little different."""
        noise = np.random.default_rng(seed + 100).integers(-15, 16, program.column_count)
        (level,) = program.levels
        solution = cpsat.solve(replace(program, levels=(replace(level, points=level.points + noise),)),
                               self.settings)  # fmt: skip
        assert solution.x is not None
        return solution.x

    def pinned(self, program: Program, before: Integers) -> Program:
        lower = program.lower.copy()
        lower[np.flatnonzero(before == 0)[11]] = 1
        return replace(program, lower=lower)

    @pytest.mark.parametrize("seed", range(6))
    def test_a_plan_within_the_gap_stays(self, seed: int) -> None:
        program = town(seed)
        before = self.earlier(program, seed)
        cold, warm = (cpsat.solve(program, self.settings, start=one) for one in (None, near(before)))
        assert cold.x is not None
        assert warm.x is not None
        assert kept(cold.x, before) < before.sum()
        assert warm.x.tolist() == before.tolist()

    @pytest.mark.parametrize("seed", range(6))
    def test_one_pin_moves_few(self, seed: int) -> None:
        program = town(seed)
        before = self.earlier(program, seed)
        changed = self.pinned(program, before)
        cold, warm = (cpsat.solve(changed, self.settings, start=one) for one in (None, near(before)))
        assert cold.x is not None
        assert warm.x is not None
        assert not len(changed.violations(warm.x))
        assert kept(warm.x, before) >= max(kept(cold.x, before), 26)
        (result,) = warm.levels
        assert result.value == changed.units(changed.levels[0], warm.x)
        assert result.bound >= cold.levels[0].value
        assert result.bound - result.value <= nearer.NEAR_ENOUGH * self.settings.gap * result.value

    def test_nearer_plans_cost_at_most_so_many_gaps(self) -> None:
        before = after = 0
        for seed in range(6):
            program = town(seed)
            start = Start(self.earlier(program, seed), keep=True)
            changed = self.pinned(program, start.pairs)
            (level,) = changed.levels
            far = level_search.Search(changed, level, self.settings, lambda *told: None).run(None)
            begun = begin(changed, changed, start, self.settings)
            assert far.x is not None
            assert begun is not None
            found = nearer.nearer(changed, level, self.settings, far, start, begun)
            assert found.x is not None
            assert not len(changed.violations(found.x))
            assert found.result.value == changed.units(level, found.x)
            assert found.result.bound == far.result.bound
            tolerated = nearer.NEAR_ENOUGH * self.settings.gap * far.result.value
            assert found.result.bound - found.result.value <= tolerated
            assert kept(found.x, start.pairs) >= kept(far.x, start.pairs)
            before, after = before + kept(far.x, start.pairs), after + kept(found.x, start.pairs)
        assert after >= before + 10

    @pytest.mark.parametrize("seed", range(60))
    def test_any_start_leads_to_a_plan_and_a_bound(self, seed: int) -> None:
        program = random_program(seed, general=True, levels=1 + seed % 2, tie_break=seed % 3 == 0)
        pairs = np.random.default_rng(seed).integers(0, 2, program.pair_count)
        truth, solution = enumerated(program), cpsat.solve(program, Settings(gap=0.1), start=near(pairs))
        if not truth.feasible:
            assert solution.status is Status.INFEASIBLE
            return
        assert solution.x is not None
        assert not len(program.violations(solution.x))
        for position, result in enumerate(solution.levels):
            reached = tuple(program.units(level, solution.x) for level in program.levels)
            assert result.value <= reached[position]
            assert result.bound >= truth.best_given(reached, position) or position > 0
            if solution.status is Status.OPTIMAL and position == 0:
                assert result.value == truth.best[0]

    @pytest.mark.parametrize("seed", range(40))
    def test_without_a_gap_a_start_costs_nothing(self, seed: int) -> None:
        program = random_program(seed, general=True, levels=1)
        truth, pairs = enumerated(program), np.random.default_rng(seed).integers(0, 2, program.pair_count)
        solution = cpsat.solve(program, Settings(gap=0), start=Start(pairs, keep=True))
        if truth.feasible:
            assert solution.status is Status.OPTIMAL
            assert solution.levels[0].value == solution.levels[0].bound == truth.best[0]
