"""Set families: the whole recipe against enumeration, with and without the exact finish."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import cpsat, free_sets
from matchmaker.backends.base import Settings
from matchmaker.formulation import Formulation, RowSide, SetFamily
from matchmaker.model import Status
from matchmaker.program import Program
from tests.programs import assert_agrees, enumerated, random_market, random_program

SEEDS = [seed for seed in range(160) if free_sets.accepts(random_market(seed))]


@pytest.mark.parametrize("seed", SEEDS[:90])
def test_agrees_with_enumeration(seed: int) -> None:
    assert_agrees(free_sets, random_market(seed))


@pytest.mark.parametrize("seed", SEEDS[:30])
def test_agrees_with_enumeration_with_ties(seed: int) -> None:
    assert_agrees(free_sets, random_market(seed, tie_break=True))


@pytest.mark.parametrize("seed", SEEDS[:90])
def test_plan_and_bound_without_the_exact_finish(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices, leaning and exchanges alone: a plan, and a bound that no plan exceeds."""
    monkeypatch.setattr(free_sets, "SMALL", 0)
    assert_agrees(free_sets, random_market(seed), exact=False)


def test_exchanges_alone_come_near_the_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_sets, "SMALL", 0)
    reached = best = 0
    for seed in SEEDS:
        program = random_market(seed)
        truth = enumerated(program)
        if truth.feasible and truth.best[0] > 0:
            reached += free_sets.solve(program, Settings()).levels[0].value
            best += truth.best[0]
    assert best > 10_000
    assert reached >= 0.98 * best


def test_pinned_pairs_do_not_blur_the_bound() -> None:
    """A pin's bonus is far larger than any value: it must not set the scale of the prices."""
    pinned = [seed for seed in SEEDS if random_market(seed).lower.any()]
    assert len(pinned) > 10
    for seed in pinned:
        program = random_market(seed)
        solution = free_sets.solve(program, Settings())
        if solution.x is not None:
            certified, value = solution.levels[0].certified, solution.levels[0].value
            assert certified is not None
            assert value <= certified <= value + 40


def test_a_source_without_any_set_is_infeasible() -> None:
    # the first source must take two targets, but no part has two
    assert free_sets.solve(market([0, 0, 1, 1], [0, 1, 0, 1], [0, 1], [2, 0], [2, 1]), Settings()).status is (
        Status.INFEASIBLE
    )


def test_two_pins_in_two_parts_are_infeasible() -> None:
    program = market([0, 0, 1, 1], [0, 1, 0, 1], [0, 1], [0, 0], [2, 2])
    pinned = replace(program, lower=np.array([1, 1, 0, 0]))
    assert free_sets.accepts(pinned)
    assert free_sets.solve(pinned, Settings()).status is Status.INFEASIBLE


def market(
    sources: list[int], targets: list[int], part_of: list[int], low: list[int], high: list[int]
) -> Program:
    """A market of plain lists: pairs by source and target, the part of each target, sizes of the sets."""
    source, target = np.array(sources), np.array(targets)
    form = Formulation(source, target)
    pair = np.arange(len(source))
    form.add_rows("sources", source, pair, 1, low, high, RowSide.SOURCE)
    form.add_rows("targets", target, pair, 1, np.ones(len(part_of), np.int64), 1, RowSide.TARGET)
    form.add_points("value", pair, 10 + pair)
    form.set_family(
        SetFamily("one_place", source, target, np.array(part_of)[target], np.array(low), np.array(high))
    )
    return form.program([{"value": 1.0}])


class TestAccepts:
    def program(self) -> Program:
        return market([0, 0, 1, 1], [0, 1, 0, 1], [0, 1], [0, 1], [2, 1])

    def test_a_market(self) -> None:
        assert free_sets.accepts(self.program())

    def test_not_without_a_family(self) -> None:
        assert not free_sets.accepts(replace(self.program(), family=None))

    def test_not_without_pairs(self) -> None:
        program = Formulation(np.empty(0, np.int64), np.empty(0, np.int64))
        none = np.empty(0, np.int64)
        program.set_family(SetFamily("one_place", none, none, none, none, none))
        assert not free_sets.accepts(program.program([]))

    def test_not_targets_that_may_stay_free(self) -> None:
        program = self.program()
        lower = np.where(program.row_side == RowSide.TARGET, 0, program.row_lower)
        assert not free_sets.accepts(replace(program, row_lower=lower))

    def test_not_sizes_that_the_rows_do_not_hold(self) -> None:
        program = self.program()
        family = program.family
        assert family is not None
        assert not free_sets.accepts(replace(program, family=replace(family, minimum=family.minimum + 1)))
        without = market([0, 0, 1, 1], [0, 1, 0, 1], [0, 1], [0, 0], [2, 1])
        kept = np.flatnonzero(without.row_side == RowSide.TARGET)
        rowless = replace(
            without, matrix=without.matrix[kept], row_lower=without.row_lower[kept],
            row_upper=without.row_upper[kept], row_side=without.row_side[kept],
        )  # fmt: skip
        assert not free_sets.accepts(rowless)  # the second source has a maximum of 1 and no row that says so

    def test_not_general_rows_or_further_columns(self) -> None:
        programs = [random_program(seed, general=True, family=True) for seed in range(30)]
        assert not any(free_sets.accepts(program) for program in programs)

    def test_not_two_levels(self) -> None:
        program = self.program()
        assert not free_sets.accepts(replace(program, levels=program.levels * 2))


def test_the_better_of_both_bounds_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    program = next(random_market(seed) for seed in SEEDS if enumerated(random_market(seed)).feasible)
    real = cpsat.solve

    def loose(*given):  # an exact finish that has run out of work
        found = real(*given)
        level = replace(found.levels[0], bound=found.levels[0].value + 10**6)
        return replace(found, status=Status.FEASIBLE, levels=(level, *found.levels[1:]))

    monkeypatch.setattr(cpsat, "solve", loose)
    monkeypatch.setattr(free_sets, "exchange", lambda market, part_of, trials: part_of[:0])
    monkeypatch.setattr(free_sets, "_lean", lambda *given: None)
    result = free_sets.solve(program, Settings()).levels[0]
    assert result.certified is not None
    assert result.value <= result.bound <= max(result.certified, result.value)
