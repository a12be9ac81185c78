"""Groups divided anew: never worse, nothing changed outside, and the optimum where all sets take part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.generation import generate, volume_start
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.partitioning import partitioned, with_present
from matchmaker.backends.bundles.plan import Plan
from matchmaker.model import Floats
from matchmaker.set_values import IMPOSSIBLE
from tests.backends.bundles.divisions import (
    FEASIBLE,
    WITH_ROWS,
    check_plan,
    city,
    divided,
    every_column,
    nothing_yet,
    worth_of,
)
from tests.programs import enumerated, random_areas

SETTINGS = Settings()


def prices(division: Division) -> tuple[Floats, Floats]:
    """Duals of the relaxation, and what each source's best set is worth at them."""
    master = Master(division)
    duals = generate(division, master, volume_start(division, master, SETTINGS), SETTINGS).duals
    best = division.bidders.best(division.values(duals))[0].max(axis=1, initial=IMPOSSIBLE)
    return duals, np.where(division.bidders.may_stay_empty, np.maximum(best, 0.0), best)


def whole_anew(division: Division, plan: Plan, duals: Floats | None = None) -> Plan:
    """The whole division as one group, over all sets."""
    found, best = prices(division)
    parts, members = np.arange(division.parts), np.arange(division.sources)
    group = with_present(plan, parts, members, *every_column(division))
    better = partitioned(division, found if duals is None else duals, best, plan, group, SETTINGS)
    return plan if better is None else better


@pytest.mark.parametrize("seed", FEASIBLE[:40])
def test_all_sets_of_all_parts_give_the_optimum(seed: int) -> None:
    program = random_areas(seed)
    division = divided(program)
    plan = whole_anew(division, nothing_yet(division))
    check_plan(division, plan)
    assert not len(program.violations(plan.x(division)))
    assert program.units(division.level, plan.x(division)) == enumerated(program).best[0]


@pytest.mark.parametrize("seed", WITH_ROWS)
def test_rows_of_other_rules_and_their_columns(seed: int) -> None:
    program = random_areas(seed, targets=3, general=True)
    program = replace(program, upper=np.minimum(program.upper, 3))
    division, truth = divided(program), enumerated(program)
    plan = whole_anew(division, nothing_yet(division))
    check_plan(division, plan)
    if truth.feasible:
        assert not len(program.violations(plan.x(division)))
        assert program.units(division.level, plan.x(division)) == truth.best[0]
    else:
        assert plan.missing(division).any() or (plan.chosen[~division.bidders.may_stay_empty] < 0).any()


@pytest.mark.parametrize("scale", [0.0, 1000.0])
@pytest.mark.parametrize("seed", FEASIBLE[:10])
def test_the_duals_are_only_a_manner_of_counting(seed: int, scale: float) -> None:
    program = random_areas(seed)
    division = divided(program)
    duals = np.random.default_rng(seed).normal(0, 1, program.row_count) * scale
    plan = whole_anew(division, nothing_yet(division), duals)
    assert program.units(division.level, plan.x(division)) == enumerated(program).best[0]


@pytest.mark.parametrize("seed", range(8))
def test_two_parts_anew_leave_the_others_as_they_are(seed: int) -> None:
    division = divided(city(seed))
    duals, best = prices(division)
    first = Plan(np.full(division.sources, -1, np.int64), nothing_yet(division).extra)
    source, ids = every_column(division)
    # single targets for everybody, one after the other
    for owner in range(division.sources):
        mine = ids[(source == owner)]
        single = [one for one in mine.tolist() if (division.bidders.sets.members[one] >= 0).sum() == 1]
        first.chosen[owner] = single[2 * owner]
    parts = np.array([0, 1])
    part = division.part_of(first.chosen)
    members = np.flatnonzero(np.isin(part, parts))
    inside = np.isin(division.part_of(ids), parts) & np.isin(source, members)
    group = with_present(first, parts, members, source[inside], ids[inside])
    better = partitioned(division, duals, best, first, group, SETTINGS)
    assert better is not None
    check_plan(division, better)
    others = np.setdiff1d(np.arange(division.sources), members)
    assert better.chosen[others].tolist() == first.chosen[others].tolist()
    rows = division.target_row[~np.isin(division.bidders.sets.part, parts)]
    assert better.missing(division)[rows].tolist() == first.missing(division)[rows].tolist()
    assert worth_of(division, better) > worth_of(division, first)
    # once closed there is nothing more to gain
    assert partitioned(division, duals, best, better, group, SETTINGS) is None


def test_a_group_has_its_present_sets_once() -> None:
    division = divided(city(1))
    source, ids = every_column(division)
    plan = nothing_yet(division)
    plan.chosen[0], plan.chosen[2] = ids[source == 0][3], ids[source == 2][4]
    some = np.array([3, 5])
    members = np.array([0, 1])
    group = with_present(plan, np.array([0]), members, source[some], ids[some])
    expected = {(int(source[at]), int(ids[at])) for at in some} | {(0, int(plan.chosen[0]))}
    found = list(zip(group.source.tolist(), group.ids.tolist(), strict=True))
    assert sorted(found) == sorted(expected)
    again = with_present(plan, np.array([0]), members, group.source, group.ids)
    assert sorted(zip(again.source.tolist(), again.ids.tolist(), strict=True)) == sorted(expected)
