"""One stage decided anew beside what a plan has decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import InputError
from matchmaker.pipeline import solve
from matchmaker.plans import Plan, write_plan
from matchmaker.verify import verify_plan
from tests.triads import RULES, STAGES, scenario


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
