"""One stage decided anew beside what a plan has decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import InputError
from matchmaker.model import Status
from matchmaker.pipeline import solve
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.plans import Plan
from matchmaker.reports.words import bound_words, plan_status
from matchmaker.verify import verify_plan
from tests.triads import RULES, STAGES, scenario

VILLAGE_RULES: list[dict[str, Any]] = [
    {"id": "first", "kind": "prefer", "stage": "branch_village", "points": 10,
     "where": {"target": {"weak": True}}},
    {"id": "second", "kind": "prefer", "stage": "branch_village", "points": 7,
     "where": {"source": {"branch_id": ["B1", "B2"]}, "target": {"weak": True}}},
]  # fmt: skip


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return solve(scenario(tmp_path), in_processes=False)


class TestOneStage:
    """`solve(stage=…, given=…)`: one stage anew, the others as they were."""

    def test_others_stay(self, plan: Plan, tmp_path: Path) -> None:
        write_plan(plan, tmp_path / "plan")
        again = solve(scenario(tmp_path), in_processes=False, stage="partner_pair", given=tmp_path / "plan")
        assert [stage.id for stage in again.stages] == ["branch_village", "partner_pair"]
        assert again.stage("branch_village").backend == "given"
        assert (
            again.assignment("branch_village").target_ids.tolist()
            == plan.assignment("branch_village").target_ids.tolist()
        )
        assert again.stage("partner_pair").levels == plan.stage("partner_pair").levels
        assert verify_plan(again).differences == ()
        assert again.given["name"] == "triads"

    def test_what_was_proven_holds_where_nothing_has_changed(self, tmp_path: Path) -> None:
        given = {"rules": [*RULES, *VILLAGE_RULES], "objective": [{"first": 1}, {"second": 1}, {"near": 1}]}
        plan = solve(scenario(tmp_path, **given), in_processes=False)
        write_plan(plan, tmp_path / "plan")
        before = plan.stage("branch_village")
        assert len(before.levels) == 2
        for folder in ("plan", "again"):  # what was taken over may be taken over again
            taken = {"stage": "partner_pair", "given": tmp_path / folder}
            again = solve(scenario(tmp_path, **given), in_processes=False, **taken)
            write_plan(again, tmp_path / "again")
            found = again.stage("branch_village")
            assert found.levels == before.levels
            assert (found.status, found.ties) == (Status.OPTIMAL, before.ties)
            assert read_plan(tmp_path / "again").stage("branch_village") == found
            assert verify_plan(again).differences == ()

    def test_lower_levels_are_told_as_given_where_something_has_changed(self, tmp_path: Path) -> None:
        given = {"rules": [*RULES, *VILLAGE_RULES], "objective": [{"first": 1}, {"second": 1}, {"near": 1}]}
        write_plan(solve(scenario(tmp_path, **given), in_processes=False), tmp_path / "plan")
        changed = {**given, "objective": [{"first": 1}, {"second": 2}, {"near": 1}]}
        taken = {"stage": "partner_pair", "given": tmp_path / "plan"}
        again = solve(scenario(tmp_path, **changed), in_processes=False, **taken)
        first, second = again.stage("branch_village").levels
        assert (first.searched, second.searched) == (True, False)
        assert again.stage("branch_village").status is Status.FEASIBLE
        assert [check.standing for check in verify_plan(again).bounds] == ["certified", "given", "certified"]
        assert bound_words(second, "en") == ("—", "as given")
        assert plan_status(again, "zh") == "可行，其中取自所给方案的部分未重新证明"

    def test_an_independent_later_stage_is_kept(self, plan: Plan, tmp_path: Path) -> None:
        write_plan(plan, tmp_path / "plan")
        again = solve(scenario(tmp_path), in_processes=False, stage="second_partner", given=tmp_path / "plan")
        assert [stage.backend for stage in again.stages][:2] == ["given", "given"]
        assert again.stage("partner_pair").levels[0].value == 40
        assert verify_plan(again).differences == ()

    @pytest.mark.parametrize(
        ("stage", "changes", "code"),
        [
            ("nothing", {}, "given.unknown_stage"),
            ("partner_pair", {"rules": [*RULES, {"id": "never", "kind": "forbid", "stage": "branch_village",
                                                 "where": {"target": {"weak": True}}}]}, "given.breaks"),
        ],
    )  # fmt: skip
    def test_faults(self, plan: Plan, tmp_path: Path, stage: str, changes: dict[str, Any], code: str) -> None:
        write_plan(plan, tmp_path / "plan")
        with pytest.raises(InputError) as caught:
            solve(scenario(tmp_path, **changes), in_processes=False, stage=stage, given=tmp_path / "plan")
        assert [fault.code for fault in caught.value.faults] == [code]

    def test_a_plan_that_lacks_a_stage(self, plan: Plan, tmp_path: Path) -> None:
        shorter = solve(scenario(tmp_path, stages=STAGES[:1], rules=[], objective=[]), in_processes=False)
        write_plan(shorter, tmp_path / "plan")
        with pytest.raises(InputError) as caught:
            solve(scenario(tmp_path), in_processes=False, stage="second_partner", given=tmp_path / "plan")
        assert [fault.code for fault in caught.value.faults] == ["given.lacks"]

    def test_both_or_neither(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            solve(scenario(tmp_path), in_processes=False, stage="partner_pair")
        assert [fault.code for fault in caught.value.faults] == ["given.both"]
