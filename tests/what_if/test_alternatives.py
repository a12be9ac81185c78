"""Alternatives against every plan tried: far enough apart, the best of those, no more than there are."""

from __future__ import annotations

import pytest

from matchmaker.errors import Infeasible
from matchmaker.model import Assignment, Status
from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan
from matchmaker.what_if.alternatives import alternatives
from matchmaker.what_if.shifts import shifts
from tests.conftest import SolvedYear
from tests.small_questions import STAGE, every_plan, solved_district

Pairs = frozenset[tuple[str, str]]


def pairs_of(assignment: Assignment) -> Pairs:
    return frozenset(zip(assignment.source_ids.tolist(), assignment.target_ids.tolist(), strict=True))


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    found = []
    for seed in range(6):
        try:
            found.append(solved_district(seed))
        except Infeasible:
            continue
    return found


@pytest.mark.parametrize("apart", [1, 2, 3])
def test_each_is_the_best_that_differs_from_all_before(plans: list[Plan], apart: int) -> None:
    for plan in plans[:3]:
        every = [(pairs_of(one), values[0]) for one, values in every_plan(plan.scenario.scheme, plan.dataset)]
        worth, known = dict(every), [pairs_of(plan.assignment(STAGE))]
        found = alternatives(plan, STAGE, 4, apart)
        for one in found.found:
            here = pairs_of(one.assignment)
            assert all(len(before - here) >= apart for before in known)
            others = [value for pairs, value in every if all(len(b - pairs) >= apart for b in known)]
            assert worth[here] == pytest.approx(max(others), abs=0.011)
            assert one.values[0] == pytest.approx(worth[here])
            assert one.cost == pytest.approx(worth[known[0]] - worth[here], abs=0.001)
            assert one.at_least is not None
            assert one.at_least <= one.cost + 0.011
            known.append(here)
        if found.ended is Status.INFEASIBLE:
            left = [pairs for pairs, _ in every if all(len(before - pairs) >= apart for before in known)]
            assert not left
        else:
            assert len(found.found) == 4


def test_what_distinguishes_them_adds_up(plans: list[Plan]) -> None:
    plan = plans[0]
    weights = plan.scenario.scheme.levels(STAGE)[0]
    for one in alternatives(plan, STAGE, 3, 1).found:
        assert sum(weights.get(term, 0) * points for term, points in one.by_term.items()) == pytest.approx(
            -one.cost
        )
        assert one.moves == shifts(plan.assignment(STAGE), one.assignment)


@pytest.mark.parametrize("stage", ["agency_sub_district", "branch_grid"])
def test_the_year(year: SolvedYear, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "matchmaker.what_if.alternatives.WHOLE", 0
    )  # as where all parts together are too large
    plan = open_plan(year.plan_folder)
    found = alternatives(plan, stage, 2, 4)
    known = [pairs_of(plan.assignment(stage))]
    for one in found.found:
        here = pairs_of(one.assignment)
        assert all(len(before - here) >= 4 for before in known)
        assert one.at_least is None or one.at_least <= one.cost + 0.011
        known.append(here)
    assert found.found or found.ended is not Status.OPTIMAL
    assert found.in_one_part
