"""Parts by themselves: sources stay where they are, and share their part as well as they can."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.parts_alone import PART_GAP, divide_parts
from matchmaker.backends.bundles.plan import Plan
from tests.backends.bundles.divisions import (
    WITH_ROWS,
    check_plan,
    city,
    divided,
    every_column,
    nothing_yet,
    worth_of,
)
from tests.backends.bundles.test_partitioning import prices
from tests.programs import random_areas

SETTINGS = Settings()


def poor_plan(division: Division) -> Plan:
    """Everything covered, two sources a part, the worst such plan of a city."""
    plan = nothing_yet(division)
    for part in range(division.parts):
        one, other = 2 * part, 2 * part + 1
        plan.chosen[[one, other]] = min(shares(division, part, (one, other)), key=lambda share: share[0])[1]
    return plan


def shares(division: Division, part: int, members: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    """Every way to divide a part among sources, none of them left without: worth, and ids of their sets."""
    source, ids = every_column(division)
    worth, sets = division.worth(source, ids), division.bidders.sets
    inside = division.part_of(ids) == part
    own = [np.flatnonzero((source == member) & inside).tolist() for member in members]
    found = []
    for columns in product(*own):
        targets = np.concatenate([row[row >= 0] for row in sets.members[ids[list(columns)]]])
        if sorted(targets.tolist()) == np.flatnonzero(sets.part == part).tolist():
            found.append((int(worth[list(columns)].sum()), tuple(int(ids[column]) for column in columns)))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_each_part_comes_within_its_gap_of_the_best_division(seed: int) -> None:
    division = divided(city(seed))
    plan, everyone = poor_plan(division), np.arange(division.parts)
    check_plan(division, plan)
    duals, _ = prices(division)
    better = divide_parts(division, duals, plan, SETTINGS, everyone)
    check_plan(division, better)
    assert division.part_of(better.chosen).tolist() == division.part_of(plan.chosen).tolist()
    assert not len(division.program.violations(better.x(division)))
    for part in everyone.tolist():
        members = (2 * part, 2 * part + 1)
        best = max(worth for worth, _ in shares(division, part, members))
        reached = division.worth(np.array(members), better.chosen[list(members)]).sum()
        assert best * (1 - PART_GAP) <= reached <= best


@pytest.mark.parametrize("seed", range(4))
def test_only_the_parts_asked_for(seed: int) -> None:
    division = divided(city(seed))
    plan = poor_plan(division)
    duals, _ = prices(division)
    better = divide_parts(division, duals, plan, SETTINGS, np.array([1]))
    others = division.part_of(plan.chosen) != 1
    assert better.chosen[others].tolist() == plan.chosen[others].tolist()
    assert worth_of(division, better) > worth_of(division, plan)
    assert divide_parts(division, duals, plan, SETTINGS, np.empty(0, np.int64)) is plan


def test_rows_across_parts_leave_the_plan_alone() -> None:
    for seed in WITH_ROWS[:5]:
        division = divided(random_areas(seed, targets=3, general=True))
        duals, _ = prices(division)
        plan = nothing_yet(division)
        assert divide_parts(division, duals, plan, SETTINGS, np.arange(division.parts)) is plan


def test_time_that_is_over_leaves_the_plan_alone() -> None:
    division = divided(city(1))
    plan = poor_plan(division)
    duals, _ = prices(division)
    over = Settings(deadline=time.monotonic() - 1)
    assert divide_parts(division, duals, plan, over, np.arange(division.parts)) is plan
