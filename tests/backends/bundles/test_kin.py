"""Sets that need columns beside their targets: against every plan, in every part of the recipe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.backends import bundles, cpsat
from matchmaker.backends.base import Settings, Start
from matchmaker.backends.bundles.generation import generate, volume_start
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.partitioning import partitioned, with_present
from matchmaker.backends.bundles.plan import Plan
from matchmaker.backends.bundles.regrouping import loss_of, regroup
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.set_values import IMPOSSIBLE
from tests.backends.bundles.divisions import (
    KIN,
    check_plan,
    city,
    divided,
    every_column,
    kin_program,
    nothing_yet,
    worth_of,
)
from tests.programs import assert_agrees, enumerated, with_kin

SETTINGS = Settings()


@pytest.fixture
def without_exact_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "SMALL", 0)
    monkeypatch.setattr(bundles, "NEARLY_CLOSED", 0)


@pytest.mark.parametrize(("seed", "soft"), KIN)
def test_agrees_with_enumeration(seed: int, soft: bool) -> None:
    solution = assert_agrees(bundles, kin_program(seed, soft))
    assert solution.backend == "bundles"


@pytest.mark.parametrize(("seed", "soft"), KIN)
@pytest.mark.usefixtures("without_exact_finish")
def test_generated_columns_alone_give_a_plan_and_a_bound(seed: int, soft: bool) -> None:
    assert_agrees(bundles, kin_program(seed, soft), exact=False)


@pytest.mark.usefixtures("without_exact_finish")
def test_generated_columns_alone_come_near_the_optimum() -> None:
    reached = best = 0
    for seed, soft in KIN:
        program = kin_program(seed, soft)
        truth = enumerated(program)
        if truth.feasible and truth.best[0] > 0:
            reached += bundles.solve(program, SETTINGS).levels[0].value
            best += truth.best[0]
    assert best > 2_000
    assert reached >= 0.98 * best


@settings(max_examples=100, deadline=None, derandomize=True)
@given(case=st.sampled_from(KIN), seed=st.integers(0, 1000), scale=st.sampled_from([0.0, 30.0, 1e6, 1e12]))
def test_any_duals_bound_the_optimum(case: tuple[int, bool], seed: int, scale: float) -> None:
    program = kin_program(*case)
    truth = enumerated(program)
    if truth.feasible:
        duals = np.random.default_rng(seed).normal(0, 1, program.row_count) * scale
        assert rounded_bound(lagrangian_bound(program, program.levels[0], duals)) >= truth.best[0]


@pytest.mark.parametrize(("seed", "soft"), KIN)
def test_master_and_pricing_agree_on_the_relaxation(seed: int, soft: bool) -> None:
    program = kin_program(seed, soft)
    division, truth = divided(program), enumerated(program)
    if not truth.feasible:
        return
    master = Master(division)
    master.add(*every_column(division))
    point = master.solve()
    bound = lagrangian_bound(program, division.level, point.duals)
    assert bound == pytest.approx(point.value, abs=1e-4)
    assert bound >= truth.best[0] - 1e-4
    generated = generate(division, Master(division), np.zeros(program.row_count), SETTINGS)
    assert generated.bound == pytest.approx(bound, rel=1e-3, abs=1.0)


@pytest.mark.parametrize(("seed", "soft"), KIN)
def test_a_set_counts_once_and_not_its_targets(seed: int, soft: bool) -> None:
    """Where the sum has something, the row has 1, and the need is whole."""
    program = kin_program(seed, soft)
    division = divided(program)
    assert division.uses
    source, ids = every_column(division)
    rows, needed = division.needs(source, ids)
    sums = program.matrix[division.uses.rows][:, : program.pair_count] @ division.pairs_of(source, ids)
    assert ((rows.toarray() > 0) == (sums.toarray() > 0)).all()
    assert rows.toarray().max(initial=1) == 1
    assert (needed.sum(axis=1) == -1).all()


@pytest.mark.parametrize(("seed", "soft"), KIN)
def test_all_sets_of_all_parts_give_the_optimum(seed: int, soft: bool) -> None:
    program = kin_program(seed, soft)
    division, truth = divided(program), enumerated(program)
    master = Master(division)
    duals = generate(division, master, volume_start(division, master, SETTINGS), SETTINGS).duals
    best = division.bidders_at(duals).best(division.values(duals))[0].max(axis=1, initial=IMPOSSIBLE)
    best = division.bidders.or_nothing(best)
    plan = nothing_yet(division)
    parts, members = np.arange(division.parts), np.arange(division.sources)
    group = with_present(plan, parts, members, *every_column(division))
    better = partitioned(division, duals, best, plan, group, SETTINGS)
    plan = plan if better is None else better
    check_plan(division, plan)
    if truth.feasible:
        assert not len(program.violations(plan.x(division)))
        assert program.units(division.level, plan.x(division)) == truth.best[0]


@pytest.mark.parametrize("for_kin", [False, True])
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_regrouping_never_makes_it_worse(seed: int, soft: bool, for_kin: bool) -> None:
    division = divided(with_kin(city(seed), seed, soft))
    duals = np.zeros(division.program.row_count)
    before = nothing_yet(division)
    plan = regroup(division, duals, 1e12, before, SETTINGS, 2.0, seed, for_kin)
    check_plan(division, plan)
    assert worth_of(division, plan) >= worth_of(division, before)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("without_exact_finish")
def test_a_city_of_kin_comes_near_what_rows_give(seed: int) -> None:
    program = with_kin(city(seed), seed, True)
    by_rows = cpsat.solve(program, Settings(gap=0)).levels[0]
    found = bundles.solve(program, Settings(gap=0)).levels[0]
    assert found.value <= by_rows.value <= found.bound
    assert found.value >= by_rows.value - 0.02 * abs(by_rows.value)


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("without_exact_finish")
def test_an_earlier_plan_and_its_prices_are_a_start(seed: int, soft: bool) -> None:
    program = with_kin(city(seed), seed, soft)
    first = bundles.solve(program, SETTINGS)
    if first.x is None:
        return
    start = Start(first.x[: program.pair_count], first.levels[0].duals, 1.0)
    again = bundles.solve(program, SETTINGS, start=start)
    assert again.x is not None
    assert not len(program.violations(again.x))
    assert again.levels[0].value >= first.levels[0].value
    assert again.levels[0].bound >= again.levels[0].value


@pytest.mark.parametrize("seed", range(6))
def test_losses_of_sources_count_what_their_sets_need(seed: int) -> None:
    division = divided(with_kin(city(seed), seed, True))
    duals = np.abs(np.random.default_rng(seed).normal(0, 500, division.program.row_count))
    source, ids = every_column(division)
    chosen = np.full(division.sources, -1, np.int64)
    chosen[source[::-1]] = ids[::-1]
    without = replace(division, uses=replace(division.uses, row_of=np.full_like(division.uses.row_of, -1)))
    row = division.uses.row_of[np.arange(division.sources), division.part_of(chosen)]
    plan = Plan(chosen, division.resting)
    best = division.bidders_at(duals).worth(division.values(duals))
    bare = without.bidders_at(duals).worth(without.values(duals))
    expected = loss_of(without, duals, plan) + (best - bare).sum() + duals[division.uses.rows[row]].sum()
    assert loss_of(division, duals, plan) == pytest.approx(expected, rel=1e-4)
