"""Exchanges between parts: a plan never becomes worse, and what is missing is found."""

from __future__ import annotations

import time

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.plan import Plan
from matchmaker.backends.bundles.regrouping import is_far, regroup
from matchmaker.bounds import lagrangian_bound
from matchmaker.model import Floats
from tests.backends.bundles.divisions import (
    FEASIBLE,
    WITH_ROWS,
    check_plan,
    city,
    divided,
    nothing_yet,
    relaxed,
    worth_of,
)
from tests.backends.bundles.test_diving import dived
from tests.backends.bundles.test_partitioning import prices
from tests.programs import random_areas

EXACT = Settings(gap=0.0)
MANY = 8.0


def regrouped(division: Division, plan: Plan, groups: float = MANY, settings: Settings = EXACT) -> Plan:
    duals, _ = prices(division)
    return regroup(division, duals, bound_of(division, duals), plan, settings, groups)


def bound_of(division: Division, duals: Floats) -> float:
    return lagrangian_bound(division.program, division.level, duals)


@pytest.mark.parametrize("seed", FEASIBLE[:25])
def test_never_worse_and_rows_are_kept(seed: int) -> None:
    division = divided(random_areas(seed))
    for plan in (nothing_yet(division), dived(division)[0]):
        better = regrouped(division, plan)
        check_plan(division, better)
        assert worth_of(division, better) >= worth_of(division, plan)
        assert better.missing(division).sum() <= plan.missing(division).sum()


@pytest.mark.parametrize("seed", WITH_ROWS[:15])
def test_rows_of_other_rules_are_not_lost(seed: int) -> None:
    division = divided(random_areas(seed, targets=3, general=True))
    plan = nothing_yet(division)
    better = regrouped(division, plan)
    check_plan(division, better)
    assert worth_of(division, better) >= worth_of(division, plan)


@pytest.mark.parametrize("seed", range(8))
def test_from_nothing_to_a_plan_near_the_bound(seed: int) -> None:
    division = divided(city(seed))
    plan = regrouped(division, nothing_yet(division))
    check_plan(division, plan)
    assert not len(division.program.violations(plan.x(division)))
    bound = relaxed(division, np.inf)
    assert bound is not None
    assert 0.93 * bound <= division.program.units(division.level, plan.x(division)) <= bound + 1e-3


@pytest.mark.parametrize("seed", range(8))
def test_a_whole_plan_stays_one(seed: int) -> None:
    division = divided(city(seed))
    plan = regrouped(division, nothing_yet(division))
    value = worth_of(division, plan)
    again = regrouped(division, plan)
    assert not again.missing(division).any()
    assert worth_of(division, again) >= value


def test_no_work_no_change() -> None:
    division = divided(city(1))
    plan = dived(division)[0]
    over = Settings(gap=0.0, deadline=time.monotonic() - 1)
    assert regrouped(division, plan, groups=0) is plan
    assert regrouped(division, plan, settings=over) is plan


def test_a_plan_that_is_near_enough_is_left_alone() -> None:
    division = divided(city(1))
    plan = regrouped(division, nothing_yet(division))
    assert regrouped(division, plan, settings=Settings(gap=0.5)) is plan


def test_near_enough_is_not_enough_while_something_is_missing() -> None:
    division = divided(city(1))
    assert not regrouped(division, nothing_yet(division), settings=Settings(gap=1e9)).missing(division).any()


def test_the_same_exchanges_again() -> None:
    one, other = (regrouped(divided(city(4)), nothing_yet(divided(city(4)))) for _ in range(2))
    assert one.chosen.tolist() == other.chosen.tolist()


@pytest.mark.parametrize(("away", "far"), [(-5, False), (0, False), (99, False), (100, False), (101, True)])
def test_far_is_beyond_the_gap(away: int, far: bool) -> None:
    division = divided(city(1))
    plan = regrouped(division, nothing_yet(division))
    value = division.program.units(division.level, plan.x(division))
    assert is_far(division, plan, float(value + away), Settings(gap=100.5 / value)) == far
