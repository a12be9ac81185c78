"""Decided stages as tables: paths climb from them, counts come down, later stages take them as sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matchmaker.columns import Aggregate, numbers, values
from matchmaker.decided import may_be_pair, pair_ids, with_stages
from matchmaker.model import Assignment, Dataset, Stage
from matchmaker.pipeline import solve
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.plans import Plan
from matchmaker.verify import verify, verify_plan
from tests.rules.instances import dataset_from
from tests.triads import PAIRING, TABLES, decided, scenario


class TestTable:
    """A stage's table: its columns, and the way up and down."""

    def test_rows_and_names(self) -> None:
        frame = decided().frame(PAIRING.id)
        assert list(frame["branch_village_id"]) == ["B0+C1", "B1+C0", "B2+C2"]
        assert list(frame["name"]) == ["示例支部0—示例社区1", "示例支部1—示例社区0", "示例支部2—示例社区2"]
        assert list(frame["lng"]) == [115.0, 114.0, 116.0]

    def test_ids_with_the_sign_between_ids_stay_apart(self) -> None:
        tables = {
            "agencies": pd.DataFrame({"agency_id": ["A", "A+B"]}),
            "groups": pd.DataFrame({"group_id": ["C", "B+C"]}),
        }
        stage = Stage("agency_group", "agencies", "groups")
        pairs = Assignment.of(stage.id, np.array(["A", "A+B"], object), np.array(["B+C", "C"], object))
        dataset = Dataset(tables, {"agencies": "agency_id", "groups": "group_id"}, {})
        frame = with_stages(dataset, [stage], {stage.id: pairs}).frame(stage.id)
        assert list(frame["agency_group_id"]) == ["A+B\\+C", "A\\+B+C"]

    def test_a_pair_that_a_file_repeats_is_one_row(self) -> None:
        twice = Assignment.of(PAIRING.id, np.array(["B0", "B0"], object), np.array(["C1", "C1"], object))
        frame = with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: twice}).frame(PAIRING.id)
        assert list(frame["branch_village_id"]) == ["B0+C1"]

    def test_names_may_be_numbers_or_missing(self) -> None:
        tables = {
            "rooms": pd.DataFrame({"room_id": ["R1", "R2"], "name": [101.0, None]}),
            "groups": pd.DataFrame({"group_id": ["G1"], "name": ["甲"]}),
        }
        keys = {"rooms": "room_id", "groups": "group_id"}
        stage = Stage("group_room", "groups", "rooms")
        pairs = Assignment.of(stage.id, np.array(["G1", "G1"], object), np.array(["R1", "R2"], object))
        frame = with_stages(Dataset(tables, keys, {}), [stage], {stage.id: pairs}).frame(stage.id)
        assert list(frame["name"]) == ["甲—101.0", "甲—R2"]

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

    def test_a_repeated_pair_of_a_stage_that_others_rest_on_is_found(
        self, plan: Plan, tmp_path: Path
    ) -> None:
        write_plan(plan, tmp_path / "plan")
        path = tmp_path / "plan" / "assignments" / "branch_village.csv"
        lines = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
        codes = {fault.code for fault in verify(tmp_path / "plan").differences}
        assert {"verify.checksum", "verify.rule"} <= codes

    def test_counts_of_a_stage_decide_who_takes_part(self, plan: Plan) -> None:
        assert plan.stage("second_partner").targets == 3


def test_ids_that_pairs_to_come_may_have() -> None:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": "A"}, {"agency_id": "A+"}],
            "sub_districts": [{"sub_district_id": "+B"}, {"sub_district_id": "B"}],
        }
    )
    stages = [Stage("first", "agencies", "sub_districts"), Stage("second", "first", "agencies")]
    coming = with_stages(dataset, stages, {})
    every = np.repeat(["A", "A+"], 2).astype(object), np.tile(["+B", "B"], 2).astype(object)
    assert all(may_be_pair(coming, "first", one) for one in (*pair_ids(*every), "A+B"))
    assert may_be_pair(coming, "second", "A+B+A")
    assert not any(may_be_pair(coming, "first", one) for one in ("A", "B+A", "A+C", "A+B+A"))
