"""A plan after changes: who leaves is replaced by the own unit first, all others stay, and it verifies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matchmaker.plan_folder import open_plan, read_plan, write_plan
from matchmaker.plans import Plan
from matchmaker.rebuild import problems_of
from matchmaker.replan.run import Replanned, replan
from matchmaker.replan.takeovers import Outcome, takeovers
from matchmaker.replanned import altered_rows, before, changes_beyond
from matchmaker.verify import verify
from tests.conftest import SolvedYear
from tests.replan.sheets import row, sheet

MEMBERS = "member_building"


def pairs(plan: Plan, stage: str) -> set[tuple[str, str]]:
    frame = plan.assignments[stage]
    return set(zip(frame["source_id"], frame["target_id"], strict=True))


def some_members(plan: Plan, count: int, seed: int = 3) -> list[str]:
    """Members who have a building, drawn at random."""
    rng = np.random.default_rng(seed)
    return sorted(rng.choice(plan.assignments[MEMBERS]["source_id"].to_numpy(object), count, replace=False))


def of_members(plan: Plan, ids: list[str]) -> pd.DataFrame:
    return plan.dataset.frame("members").set_index("member_id").loc[ids]


def staff_changes(plan: Plan, folder: Path, seed: int) -> Path:
    """Six leave, three of whom have a successor in their branch; three fall ill."""
    ids = some_members(plan, 9, seed)
    rows = [row("退休", one) for one in ids[:3]] + [
        row("病休", one, 截止日期="2027-08-01") for one in ids[3:6]
    ]
    for number, (one, own) in enumerate(of_members(plan, ids[6:]).iterrows()):
        rows.append(row("调离", str(one)))
        rows.append(row("新进", 新名称=f"示例新人{number}", 去向=own["branch_id"], 接替何人=str(one),
                        党员类别=own["member_category"], 职级=own["rank"]))  # fmt: skip
    return sheet(folder, *rows)


@pytest.fixture(scope="module", params=[3, 4])
def after(
    request: pytest.FixtureRequest, year: SolvedYear, tmp_path_factory: pytest.TempPathFactory
) -> Replanned:
    folder = tmp_path_factory.mktemp("staff")
    return replan(year.plan_folder, staff_changes(year.plan, folder, request.param), curve=False)


def test_it_verifies_and_names_its_parent(after: Replanned, year: SolvedYear, tmp_path: Path) -> None:
    written = write_plan(after.plan, tmp_path / "after")
    assert verify(tmp_path / "after").differences == ()
    assert written.baseline["name"] == year.plan.scenario.name
    assert read_plan(tmp_path / "after").replan["budget"] == 0


def test_pairs_that_the_changes_do_not_touch_stay(after: Replanned, year: SolvedYear) -> None:
    left = {change.id for change in after.sheet.changes}
    for stage in (MEMBERS, "grid_head", "branch_grid", "agency_sub_district"):
        stayed = {pair for pair in pairs(year.plan, stage) if pair[0] not in left}
        building = {pair for pair in stayed if stage != "building_head"}
        assert building <= pairs(after.plan, stage)


def test_further_changes_are_counted_from_the_plan_alone(after: Replanned) -> None:
    problems = problems_of(after.plan)
    altered = altered_rows(after.plan.dataset)
    for stage, problem in problems.items():
        assert changes_beyond(problem, before(problem, altered), after.plan.assignment(stage)) == 0


def test_nobody_is_uncovered_who_had_somebody(after: Replanned, year: SolvedYear) -> None:
    for stage, problem in problems_of(after.plan).items():
        located = problem.locate(after.plan.assignment(stage))
        count = np.bincount(located.target, minlength=len(problem.targets))
        short = set(problem.targets.ids[count < problem.targets.minimum])
        had = set(year.plan.assignments[stage]["target_id"])
        possible = set(problem.targets.ids[problem.pair_target])
        assert not (short & had & possible), stage


def test_the_newcomer_takes_over_from_whom_the_sheet_names(after: Replanned) -> None:
    rows = [one for one in takeovers(after) if one.stage == MEMBERS and one.after]
    assert {one.after: one.before for one in rows} == dict(after.named)
    assert {one.unit for one in rows} == {"branches"}
    assert {one.outcome for one in rows} == {Outcome.TAKEN_OVER}


def test_a_grid_head_is_replaced_out_of_the_same_branch(year: SolvedYear, tmp_path: Path) -> None:
    head = year.plan.assignments["grid_head"].iloc[0]
    found = replan(year.plan_folder, sheet(tmp_path, row("退休", head["source_id"])), curve=False)
    one = next(each for each in takeovers(found) if each.stage == "grid_head")
    assert (one.before, one.target, one.unit) == (head["source_id"], head["target_id"], "branches")
    assert one.after not in ("", head["source_id"])


def test_who_is_ill_stays_in_the_roster_and_takes_no_part(after: Replanned) -> None:
    ill = [change.id for change in after.sheet.changes if change.kind == "ill"]
    rows = after.plan.dataset.frame("members").set_index("member_id").loc[ill]
    assert not rows["eligible"].any()
    assert set(rows["exempt_reason"]) == {"病休，至2027-08-01"}
    left = after.plan.unassigned
    assert set(ill) <= set(left[left["stage"] == MEMBERS]["id"])


def test_the_plan_before_is_not_touched(after: Replanned, year: SolvedYear) -> None:
    assert verify(year.plan_folder).differences == ()
    assert open_plan(year.plan_folder).replan == {}
