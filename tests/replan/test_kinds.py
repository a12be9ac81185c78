"""Each kind of change, on a small scheme of members, branches and grids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchmaker.errors import InputError
from matchmaker.plan_folder import write_plan
from matchmaker.plans import Plan
from matchmaker.replan.run import Replanned, replan
from matchmaker.replan.takeovers import Outcome, takeovers
from matchmaker.scheme.definitions import Scheme
from matchmaker.verify import verify
from tests.replan.sheets import row, sheet
from tests.rules.instances import dataset_from
from tests.small_plans import plan_of, scenario_of

SCHEME: dict[str, Any] = {
    "name": "示例",
    "stages": [
        {"id": "branch_grid", "name": "支部联网格", "from": "branches", "to": "grids",
         "each_source": {"min": 1, "max": 3}, "each_target": {"min": 1, "max": 1}},
        {"id": "member_grid", "name": "党员联网格", "from": "members", "to": "grids", "within": "branch_grid",
         "where": {"source": {"eligible": True}},
         "each_source": {"max": 1}, "each_target": {"min": 1, "max": 2}},
    ],
    "rules": [{"id": "near", "kind": "prefer", "stage": "member_grid",
               "pair": {"same": ["home_community", "community"]}, "points": 10}],
    "objective": [{"near": 1}],
}  # fmt: skip

PAIRS = {
    "branch_grid": [("B1", "G1"), ("B1", "G2"), ("B2", "G3"), ("B3", "G4")],
    "member_grid": [("M1", "G1"), ("M2", "G2"), ("M4", "G3"), ("M6", "G4")],
}


def tables() -> dict[str, list[dict[str, Any]]]:
    members = [
        ("M1", "B1"),
        ("M2", "B1"),
        ("M3", "B1"),
        ("M4", "B2"),
        ("M5", "B2"),
        ("M6", "B3"),
        ("M7", "B3"),
    ]
    agency = {"B1": "A1", "B2": "A1", "B3": "A2"}
    return {
        "agencies": [{"agency_id": one, "name": f"示例单位{one}", "member_count": 3,
                      "agency_type": "government",
                      "function_codes": ("law",), "active": True} for one in ("A1", "A2")],
        "branches": [{"branch_id": one, "name": f"示例支部{one}", "agency_id": above, "member_count": 3}
                     for one, above in agency.items()],
        "members": [{"member_id": one, "name": f"示例{one}", "branch_id": branch, "agency_id": agency[branch],
                     "eligible": True, "member_category": "agency", "rank": "general", "home_community": "C1"}
                    for one, branch in members],
        "sub_districts": [{"sub_district_id": "S1", "name": "示例街道"}],
        "communities": [{"community_id": "C1", "name": "示例社区", "sub_district_id": "S1",
                         "households": 100.0, "kind": "urban"}],
        "grids": [{"grid_id": f"G{at}", "name": f"示例网格{at}", "community_id": "C1",
                   "households": 10.0 * at, "grid_kind": "general"} for at in range(1, 5)],
        "history": [{"year": 2026, "relation": "branch_grid", "source_id": "B3", "target_id": "G4"}],
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scheme = Scheme.model_validate(SCHEME)
    plan = plan_of(scenario_of(scheme), dataset_from(tables()), PAIRS)
    write_plan(plan, tmp_path / "plan")
    return tmp_path / "plan"


def after(folder: Path, *rows: dict[str, str], budget: int = 0, curve: bool = False) -> Replanned:
    """The plan after some changes, once it verifies."""
    found = replan(folder, sheet(folder.parent, *rows), budget=budget, curve=curve)
    write_plan(found.plan, folder.parent / "after")
    assert verify(folder.parent / "after").differences == ()
    return found


def pairs(plan: Plan, stage: str) -> list[tuple[str, str]]:
    assignment = plan.assignment(stage)
    return sorted(zip(assignment.source_ids, assignment.target_ids, strict=True))


def test_who_leaves_is_replaced_by_an_idle_member_of_the_branch(folder: Path) -> None:
    found = after(folder, row("离任", "M1"))
    assert pairs(found.plan, "member_grid") == [("M2", "G2"), ("M3", "G1"), ("M4", "G3"), ("M6", "G4")]
    assert [(one.before, one.after, one.unit) for one in takeovers(found)] == [("M1", "M3", "branches")]


def test_who_is_ill_takes_no_part_and_comes_back_later(folder: Path) -> None:
    found = after(folder, row("病休", "M1", 截止日期="2027-07-01"))
    assert ("M3", "G1") in pairs(found.plan, "member_grid")
    again = replan(folder.parent / "after", sheet(folder.parent, row("返岗", "M1")), curve=False)
    assert set(pairs(found.plan, "member_grid")) < set(pairs(again.plan, "member_grid"))
    assert "M1" in dict(pairs(again.plan, "member_grid"))
    assert bool(again.plan.dataset.frame("members").set_index("member_id").loc["M1", "eligible"])


def test_nobody_to_take_over_is_told(folder: Path) -> None:
    rows = (row("离任", "M4"), row("离任", "M5"))
    found = after(folder, *rows)
    one = takeovers(found)[0]
    assert (one.target, one.outcome, one.candidates) == ("G3", Outcome.UNCOVERED, 0)
    assert [
        finding.target_id for finding in found.plan.findings if finding.rule == "member_grid.targets"
    ] == ["G3"]


def test_a_newcomer_gets_what_follows_from_the_branch(folder: Path) -> None:
    newcomer = row("新进", 新名称="示例新人", 去向="B2", 接替何人="M4", 党员类别="agency", 职级="general")
    found = after(folder, row("离任", "M4"), newcomer)
    new = found.plan.dataset.frame("members").set_index("member_id").loc["M8"]
    assert (new["agency_id"], new["name"], bool(new["eligible"])) == ("A1", "示例新人", True)
    assert ("M8", "G3") in pairs(found.plan, "member_grid")


def test_who_moves_to_another_branch_hands_over(folder: Path) -> None:
    found = after(folder, row("调动", "M1", 去向="B3"))
    member = found.plan.dataset.frame("members").set_index("member_id").loc["M1"]
    assert (member["branch_id"], member["agency_id"]) == ("B3", "A2")
    assert ("M3", "G1") in pairs(found.plan, "member_grid")


def test_a_branch_that_closes_leaves_its_grid_to_one_of_the_same_agency(folder: Path) -> None:
    found = after(folder, row("撤销", "B2", "支部"))
    assert ("B1", "G3") in pairs(found.plan, "branch_grid")
    assert [one.unit for one in takeovers(found) if one.stage == "branch_grid"] == ["agencies"]
    taken = {target: source for source, target in pairs(found.plan, "member_grid")}
    assert taken["G3"] == "M3"


def test_branches_that_merge_keep_both_grids(folder: Path) -> None:
    found = after(folder, row("合并", "B2", "支部", 去向="B1"))
    assert pairs(found.plan, "branch_grid") == [("B1", "G1"), ("B1", "G2"), ("B1", "G3"), ("B3", "G4")]
    assert pairs(found.plan, "member_grid") == PAIRS["member_grid"]
    members = found.plan.dataset.frame("members").set_index("member_id")
    assert members.loc["M4", "branch_id"] == "B1"


def test_agencies_that_merge_take_branches_members_and_history_along(folder: Path) -> None:
    found = after(folder, row("合并", "A2", "单位", 去向="A1"))
    assert pairs(found.plan, "branch_grid") == PAIRS["branch_grid"]
    dataset = found.plan.dataset
    assert set(dataset.frame("branches")["agency_id"]) == {"A1"}
    assert set(dataset.frame("members")["agency_id"]) == {"A1"}
    assert list(dataset.frame("agencies")["agency_id"]) == ["A1"]


def test_a_grid_that_splits_stays_with_its_branch(folder: Path) -> None:
    rows = [
        row("拆分", "G4", "网格", 新编码=one, 新名称=f"示例网格{one}", 所占比例="0.5")
        for one in ("G4A", "G4B")
    ]
    found = after(folder, *rows)
    assert ("B3", "G4A") in pairs(found.plan, "branch_grid")
    assert ("B3", "G4B") in pairs(found.plan, "branch_grid")
    assert {pair for pair in pairs(found.plan, "member_grid") if pair[1].startswith("G4")} == {
        ("M6", "G4A"), ("M7", "G4B"),
    } or {pair[1] for pair in pairs(found.plan, "member_grid")} >= {"G4A", "G4B"}  # fmt: skip
    history = found.plan.dataset.frame("history")
    assert set(history["target_id"]) == {"G4A", "G4B"}


def test_a_grid_may_go_on_beside_its_new_part(folder: Path) -> None:
    rows = (row("拆分", "G4", "网格", 去向="G4"), row("拆分", "G4", "网格", 新编码="G5", 新名称="示例网格5"))
    found = after(folder, *rows)
    assert {("B3", "G4"), ("B3", "G5")} <= set(pairs(found.plan, "branch_grid"))
    assert {"G4", "G5"} <= {target for _, target in pairs(found.plan, "member_grid")}


def test_what_a_merger_breaks_is_mended_where_that_costs_nobody_else_anything(folder: Path) -> None:
    rows = (row("合并", "B2", "支部", 去向="B1"), row("合并", "B3", "支部", 去向="B1"))
    found = after(folder, *rows)
    # four grids for one branch that may have three: nobody else is there
    [broken] = found.stages["branch_grid"].judgement.violations
    assert (broken.rule, broken.source_id, broken.found, broken.required) == (
        "branch_grid.sources",
        "B1",
        4,
        3,
    ) or (broken.rule == "branch_grid.targets")
    assert broken in found.plan.findings


def test_the_same_change_twice_and_an_empty_sheet_are_faults(folder: Path) -> None:
    with pytest.raises(InputError) as error:
        replan(folder, sheet(folder.parent, row("离任", "M1"), row("病休", "M1")))
    assert [fault.code for fault in error.value.faults] == ["replan.twice"]
    with pytest.raises(InputError) as error:
        replan(folder, sheet(folder.parent))
    assert [fault.code for fault in error.value.faults] == ["replan.no_sheet"]


def test_the_curve_is_what_each_budget_gives(tmp_path: Path) -> None:
    with_two = {
        **PAIRS,
        "member_grid": [("M1", "G1"), ("M2", "G2"), ("M3", "G2"), ("M4", "G3"), ("M6", "G4")],
    }
    plan = plan_of(scenario_of(Scheme.model_validate(SCHEME)), dataset_from(tables()), with_two)
    write_plan(plan, tmp_path / "plan")
    leaves = row("离任", "M1")
    first = after(tmp_path / "plan", leaves, curve=True)
    told = {point.budget: point for point in first.stages["member_grid"].curve}
    assert [told[budget].uncovered for budget in (0, 1, 2, 5, 10)] == [0, 1, 1, 1, 1]
    assert [told[budget].used for budget in (0, 1, 2, 5, 10)] == [0, 1, 1, 1, 1]
    assert all(point.proven for point in told.values())
    short = {one.target for one in takeovers(first) if one.outcome is Outcome.UNCOVERED}
    assert short == {"G1"}
    levels = {}
    for budget, point in told.items():
        found = replan(tmp_path / "plan", sheet(tmp_path, leaves), budget=budget, curve=False)
        assert found.stages["member_grid"].used == point.used
        levels[budget] = found.plan.stage("member_grid").levels[0].value
        still = [one for one in takeovers(found) if one.outcome is Outcome.UNCOVERED]
        assert len(still) == 1 - point.uncovered
        assert np.isclose(levels[budget] - levels[0], sum(point.gains))


def test_further_changes_are_told_apart_from_those_that_the_sheet_makes(tmp_path: Path) -> None:
    with_two = {
        **PAIRS,
        "member_grid": [("M1", "G1"), ("M2", "G2"), ("M3", "G2"), ("M4", "G3"), ("M6", "G4")],
    }
    plan = plan_of(scenario_of(Scheme.model_validate(SCHEME)), dataset_from(tables()), with_two)
    write_plan(plan, tmp_path / "plan")
    found = after(tmp_path / "plan", row("离任", "M1"), budget=1)
    rows = takeovers(found)
    assert {(one.before, one.target): one.further for one in rows} == {
        ("M1", "G1"): False,
        **{(one, "G2"): True for one in ("M2", "M3") if one in {each.before for each in rows}},
    }
    assert found.plan.replan["used"] == 1
