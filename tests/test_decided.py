"""Decided stages as tables: paths climb from them, counts come down, later stages take them as sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matchmaker.columns import Aggregate, numbers, values
from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.grouping import ByStage, groups_of, stage_partners
from matchmaker.model import Assignment, Dataset, Stage
from matchmaker.pipeline import solve
from matchmaker.plans import Plan, read_plan, write_plan
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.tables import dataset_of, write_dataset
from matchmaker.verify import verify_plan
from tests.rules.instances import dataset_from, problem_of, side_of

PAIRING = Stage("branch_village", "branches", "communities")

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": f"A{i}", "name": f"示例单位{i}", "agency_type": "government",
         "function_codes": ("law",) if i else ("health",), "active": True}
        for i in range(3)
    ],
    "branches": [
        {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i}", "member_count": 9.0}
        for i in range(3)
    ],
    "sub_districts": [{"sub_district_id": "S0", "name": "示例街道0"}],
    "communities": [
        {"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": "S0", "households": 900.0,
         "weak": i == 1, "lng": 114.0 + i, "lat": 22.0}
        for i in range(3)
    ],
    "partners": [
        {"partner_id": f"P{i}", "name": f"示例企业{i}", "kind": "enterprise", "community_id": f"C{i % 3}"}
        for i in range(4)
    ],
}  # fmt: skip


def decided() -> Dataset:
    pairs = Assignment.of(
        PAIRING.id, np.array(["B1", "B0", "B2"], object), np.array(["C0", "C1", "C2"], object)
    )
    return with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})


class TestTable:
    """A stage's table: its columns, and the way up and down."""

    def test_rows_and_names(self) -> None:
        frame = decided().frame(PAIRING.id)
        assert list(frame["branch_village_id"]) == ["B0+C1", "B1+C0", "B2+C2"]
        assert list(frame["name"]) == ["示例支部0—示例社区1", "示例支部1—示例社区0", "示例支部2—示例社区2"]
        assert list(frame["lng"]) == [115.0, 114.0, 116.0]

    def test_paths_climb_on_both_sides(self) -> None:
        dataset = decided()
        assert list(values(dataset, PAIRING.id, "branch.agency.name")) == [
            "示例单位0",
            "示例单位1",
            "示例单位2",
        ]
        assert list(values(dataset, PAIRING.id, "community.weak")) == [True, False, False]
        assert list(values(dataset, PAIRING.id, "community.sub_district")) == ["S0"] * 3

    def test_counts_come_down_to_both_sides(self) -> None:
        dataset = decided()
        for table in ("branches", "communities", "agencies"):
            assert list(numbers(dataset, table, Aggregate(count=PAIRING.id))) == [1, 1, 1]
        assert list(values(dataset, "sub_districts", "branch_village.count")) == [3]

    def test_a_stage_to_come_is_an_empty_table(self) -> None:
        dataset = with_stages(dataset_from(TABLES), [PAIRING], {})
        assert not dataset.has(PAIRING.id)
        assert list(values(dataset, PAIRING.id, "branch.name")) == []
        assert list(numbers(dataset, "communities", Aggregate(count=PAIRING.id))) == [0, 0, 0]

    def test_a_stage_of_a_stage(self) -> None:
        partners = Stage("partner_pair", "partners", PAIRING.id)
        pairs = Assignment.of(
            partners.id, np.array(["P3", "P0"], object), np.array(["B1+C0", "B0+C1"], object)
        )
        dataset = with_stages(decided(), [partners], {partners.id: pairs})
        assert list(values(dataset, partners.id, "branch.name")) == ["示例支部0", "示例支部1"]
        # both parents lead to communities: the way goes by the sources
        assert list(values(dataset, partners.id, "community")) == ["C0", "C0"]
        assert list(numbers(dataset, "branches", Aggregate(count=partners.id))) == [1, 1, 0]


class TestGroups:
    """`groups_of`: by column, by path, by an earlier stage."""

    def test_by_path(self) -> None:
        dataset = decided()
        stage = Stage("claim", "partners", "communities")
        problem = problem_of(
            dataset, stage, side_of(dataset, "partners", (0, 1)), side_of(dataset, "communities", (0, None))
        )
        groups = groups_of(problem, "source", "community")
        assert list(groups.ids) == ["C0", "C1", "C2"]
        assert list(groups.of_row) == [0, 1, 2, 0]

    def test_by_an_earlier_stage_through_the_tree(self) -> None:
        dataset = decided()
        assert list(stage_partners(dataset, "partners", PAIRING.id)) == ["B1", "B0", "B2", "B1"]
        assert list(stage_partners(dataset, "branches", PAIRING.id)) == ["C1", "C0", "C2"]
        assert list(stage_partners(dataset, PAIRING.id, PAIRING.id)) == ["C1", "C0", "C2"]

    def test_rows_without_a_partner_are_in_no_group(self) -> None:
        pairs = Assignment.of(PAIRING.id, np.array(["B1"], object), np.array(["C0"], object))
        dataset = with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})
        problem = problem_of(
            dataset,
            Stage("next", "branches", "communities"),
            side_of(dataset, "branches", (0, 1)),
            side_of(dataset, "communities", (0, 1)),
        )
        groups = groups_of(problem, "source", ByStage(stage=PAIRING.id))
        assert (list(groups.ids), list(groups.of_row)) == (["C0"], [-1, 0, -1])

    def test_several_partners_are_no_group(self) -> None:
        pairs = Assignment.of(PAIRING.id, np.array(["B1", "B1"], object), np.array(["C0", "C1"], object))
        dataset = with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})
        with pytest.raises(InputError) as caught:
            stage_partners(dataset, "branches", PAIRING.id)
        assert [fault.code for fault in caught.value.faults] == ["grouping.several"]

    @pytest.mark.parametrize(
        ("table", "stage", "code"),
        [("branches", "nothing", "grouping.no_stage"), ("sub_districts", PAIRING.id, "grouping.no_path")],
    )
    def test_what_cannot_be_grouped(self, table: str, stage: str, code: str) -> None:
        with pytest.raises(InputError) as caught:
            stage_partners(decided(), table, stage)
        assert [fault.code for fault in caught.value.faults] == [code]


STAGES: list[dict[str, Any]] = [
    {"id": "branch_village", "from": "branches", "to": "communities", "each_source": 1, "each_target": 1},
    {"id": "partner_pair", "from": "partners", "to": "branch_village", "each_source": 1,
     "each_target": {"min": 1, "max": 2}},
    {"id": "second_partner", "from": "partners", "to": "communities", "each_source": {"max": 1},
     "where": {"target": {"partner_pair.count": {"gte": 1}}}},
]  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"id": "near", "kind": "prefer", "stage": "partner_pair", "pair": {"same": ["community", "community"]},
     "points": 10},
]  # fmt: skip


def scenario(folder: Path, **changes: Any) -> Scenario:
    scheme = Scheme.model_validate(
        {"name": "triads", "stages": STAGES, "rules": RULES, "objective": [{"near": 1}], **changes}
    )
    tables = {name: pd.DataFrame(rows) for name, rows in TABLES.items()}
    write_dataset(dataset_of(tables).tables, folder / "data")
    return Scenario(
        name="triads",
        scheme=scheme,
        data=folder / "data",
        year=2027,
        limits=Limits(gap=0, seconds=None, workers=1),
    )


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return solve(scenario(tmp_path), in_processes=False)


class TestCascade:
    """Stages whose sides are the pairs of an earlier stage, solved, written, read and verified."""

    def test_partners_join_the_pair_of_their_community(self, plan: Plan) -> None:
        joined = plan.assignment("partner_pair")
        assert len(joined) == 4
        assert plan.stage("partner_pair").levels[0].value == 40
        assert verify_plan(plan).differences == ()

    def test_the_folder_is_enough(self, plan: Plan, tmp_path: Path) -> None:
        write_plan(plan, tmp_path / "plan")
        again = read_plan(tmp_path / "plan")
        assert verify_plan(again).differences == ()
        assert list(again.known.frame("partner_pair")["name"]) == list(
            plan.known.frame("partner_pair")["name"]
        )
        assert not (tmp_path / "plan" / "inputs" / "branch_village.csv").exists()

    def test_counts_of_a_stage_decide_who_takes_part(self, plan: Plan) -> None:
        assert plan.stage("second_partner").targets == 3


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
