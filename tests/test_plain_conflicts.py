"""What plainly does not add up, told before anything is solved."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaker.errors import Fault
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.plain_conflicts import plain_conflicts
from tests.cascades import FIRST, SECOND, YEAR, Cascade, cascade_of, random_cascade

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [{"agency_id": f"A{i}", "name": f"示例单位{i}", "member_count": 10.0} for i in range(4)],
    "sub_districts": [{"sub_district_id": f"S{i}", "name": f"示例街道{i}"} for i in range(2)],
    "communities": [{"community_id": f"C{i}", "sub_district_id": f"S{i}"} for i in range(2)],
    "branches": [{"branch_id": f"B{i}", "agency_id": f"A{i}"} for i in range(4)],
    "grids": [{"grid_id": f"G{i}", "community_id": f"C{i % 2}"} for i in range(6)],
}


def two_stages(
    *rules: dict[str, Any], first: dict[str, Any] | None = None, second: dict[str, Any] | None = None
) -> Cascade:
    stages = [
        {"id": FIRST, "name": "单位联街道", "from": "agencies", "to": "sub_districts", "each_source": 1,
         "each_target": {"min": 1}, **(first or {})},
        {"id": SECOND, "name": "支部联网格", "from": "branches", "to": "grids", "within": FIRST,
         "each_source": {"max": 2}, "each_target": {"min": 1}, **(second or {})},
    ]  # fmt: skip
    return cascade_of(TABLES, {"name": "两级", "stages": stages, "rules": list(rules), "objective": []})


def told(cascade: Cascade) -> list[Fault]:
    faults = list(plain_conflicts(cascade.scheme, cascade.dataset, YEAR))
    for fault in faults:
        assert all(render_fault(fault, language) for language in LANGUAGES)
    return faults


def test_nothing_where_all_is_well() -> None:
    assert told(two_stages()) == []


def test_places_that_only_few_can_serve() -> None:
    where = {"source": {"branch_id": {"ne": "B0"}}, "target": {"grid_id": {"in": ["G0", "G2", "G4"]}}}
    far = {"id": "far", "kind": "forbid", "stage": SECOND, "where": where}
    (fault,) = told(two_stages(far))
    assert fault.code == "solve.few_can_serve.target"
    assert fault.found == "G0、G2、G4"
    assert fault.details == {
        "stage": "支部联网格", "count": 3, "partners": 1, "who": "B0", "needed": 3, "room": 2, "short": 1,
    }  # fmt: skip


def test_a_floor_that_nobody_reaches_in_its_own_units() -> None:
    floor = {
        "id": "people",
        "name": "党员力量",
        "kind": "floor",
        "stage": FIRST,
        "load": "member_count",
        "min": 35,
    }
    (fault,) = told(two_stages(floor, first={"each_target": {"max": 3}}))[:1]
    assert (fault.code, fault.found) == ("solve.out_of_reach", "30")
    assert (fault.details["rule"], fault.details["about"]) == ("党员力量", "示例街道0(S0)")
    assert fault.details["bound"] == "35"


def test_what_a_later_stage_needs_of_an_earlier_one() -> None:
    faults = told(two_stages(first={"each_target": {"min": 1, "max": 1}, "each_source": {"max": 1}}))
    assert [fault.code for fault in faults] == ["solve.out_of_reach.later"] * 2
    assert [(fault.found, fault.details["bound"]) for fault in faults] == [("2", 3)] * 2


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_told_no_plan_exists(seed: int) -> None:
    cascade = random_cascade(seed)
    if plain_conflicts(cascade.scheme, cascade.dataset, YEAR):
        assert not any(cascade.completed(plan) for _, plan, _ in cascade.first_plans())
