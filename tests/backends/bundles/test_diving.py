"""Diving: every step keeps to sets that may be, and what is taken once is gone."""

from __future__ import annotations

import time

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.diving import dive
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.generation import generate, volume_start
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.plan import Plan
from tests.backends.bundles.divisions import FEASIBLE, check_plan, city, divided, nothing_yet
from tests.programs import random_areas


def dived(division: Division, settings: Settings | None = None) -> tuple[Plan, Master, float]:
    """The plan of a dive from the relaxation, its master, the bound."""
    settings = settings or Settings()
    master = Master(division)
    generated = generate(division, master, volume_start(division, master, Settings()), Settings())
    chosen = dive(division, master, generated.point, settings)
    return Plan(chosen, nothing_yet(division).extra), master, generated.bound


@pytest.mark.parametrize("seed", FEASIBLE[:40])
def test_nobody_gets_what_may_not_be_and_no_target_twice(seed: int) -> None:
    division = divided(random_areas(seed))
    plan, _, _ = dived(division)
    check_plan(division, plan)


@pytest.mark.parametrize("seed", range(12))
def test_cities_are_divided_well(seed: int) -> None:
    division = divided(city(seed))
    plan, _, bound = dived(division)
    check_plan(division, plan)
    covered = division.bidders.sets.members[plan.chosen[plan.chosen >= 0]]
    assert (covered >= 0).sum() >= 0.7 * len(division.bidders.sets.targets)
    assert division.program.units(division.level, plan.x(division)) <= bound + 1e-3


@pytest.mark.parametrize("seed", range(6))
def test_the_master_ends_with_the_plan(seed: int) -> None:
    division = divided(city(seed))
    plan, master, _ = dived(division)
    # what the dive has taken stands whole, whatever else the relaxation makes of the rest
    x = master.solve().x
    chosen = plan.chosen[master.source] == master.ids
    assert (x[chosen] >= 1 - 1e-6).all()
    assert chosen.sum() == (plan.chosen >= 0).sum()
    others = (plan.chosen[master.source] >= 0) & ~chosen
    assert np.abs(x[others]).max(initial=0) <= 1e-6


def test_time_that_is_over_leaves_a_beginning() -> None:
    division = divided(city(1, parts=6, sources=12))
    hurried, _, _ = dived(division, Settings(deadline=time.monotonic() - 1))
    whole, _, _ = dived(division)
    check_plan(division, hurried)
    assert 0 < (hurried.chosen >= 0).sum() < (whole.chosen >= 0).sum()


def test_the_same_dive_again() -> None:
    one, other = (dived(divided(city(5)))[0] for _ in range(2))
    assert one.chosen.tolist() == other.chosen.tolist()
