"""Derived lists: paths, counts, partners of stages, lookups, due dates, order; and their faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.lists import ListDefinition, derived_list, due_dates
from matchmaker.model import Assignment, Stage
from matchmaker.pipeline import prepare, solve
from matchmaker.plans import Plan
from matchmaker.reports.derived import filled_lists, list_as_data, list_of, list_sheet
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.tables import dataset_of, write_dataset

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": f"A{i}", "name": f"示例单位{i}", "agency_type": "government",
         "function_codes": ("law",), "active": True, "leader_in_charge": f"王{i}某"}
        for i in range(3)
    ],
    "branches": [
        {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i}", "member_count": 9.0}
        for i in range(3)
    ],
    "sub_districts": [
        {"sub_district_id": "S0", "name": "示例街道0", "sort_order": 2.0},
        {"sub_district_id": "S1", "name": "示例街道1", "sort_order": 1.0},
    ],
    "communities": [
        {"community_id": f"C{i}", "name": f"示例社区{i}居委会", "sub_district_id": f"S{i % 2}",
         "households": 900.0, "kind": "urban"}
        for i in range(3)
    ],
    "partners": [
        {"partner_id": f"P{i}", "name": f"示例企业{i}", "kind": "enterprise", "community_id": f"C{i % 2}"}
        for i in range(4)
    ],
    "members": [
        {"member_id": f"M{i}", "name": f"李{i}某", "agency_id": f"A{i}", "branch_id": f"B{i}",
         "member_category": "agency" if i else "leader", "rank": "general", "eligible": True}
        for i in range(3)
    ],
    "points": [{"date": "2026-03-05", "member_id": "M1", "community_id": "C1", "points": 1.0}],
    "households": [{"household_id": "H0", "alias": "赵某户", "community_id": "C0",
                    "household_kind": "ordinary", "needs": ("health", "law")}],
}  # fmt: skip
STAGES: list[dict[str, Any]] = [
    {"id": "pairing", "from": "branches", "to": "communities", "each_source": 1, "each_target": 1},
    {"id": "joined", "from": "partners", "to": "pairing", "each_source": 1,
     "where": {"pair": {"same": ["community", "community"]}}},
    {"id": "visits", "from": "members", "to": "communities", "within": "pairing", "each_source": 1},
]  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"id": f"pin{i}", "kind": "pin", "stage": "pairing", "source": f"B{i}", "target": f"C{i}"}
    for i in range(3)
]
LISTS: list[dict[str, Any]] = [
    {"id": "triads", "name": "三方结对一览表", "rows": "pairing",
     "columns": {"支部": "branch.name", "社区": "community.name", "企业": {"stage": "joined", "show": "name"},
                 "组团": "community.sub_district.name", "分管领导": "branch.agency.leader_in_charge"}},
    {"id": "teams", "name": "组团名单", "rows": "sub_districts",
     "columns": {"镇街": "name", "单位": {"stage": "pairing", "show": "agency.name"},
                 "社区数": {"count": "communities"}}},
    {"id": "duty", "name": "岗位职责", "rows": "visits", "where": {"member.member_category": "leader"},
     "columns": {"党员": "member.name", "类别": "member.member_category",
                 "同类首名": {"lookup": "members", "match": {"member_category": "member.member_category"},
                          "show": "member_id"}}},
    {"id": "log", "name": "服务日志", "rows": "points",
     "columns": {"党员": "member_id", "社区": "community_id"}},
    {"id": "homes", "name": "户", "rows": "households", "columns": {"户主": "alias", "诉求": "needs"}},
    {"id": "registration", "name": "报到", "rows": "members",
     "columns": {"党员": "member_id", "社区": {"stage": "pairing", "show": "name"},
                 "企业": {"stage": "joined", "show": "name"}}},
    {"id": "due", "name": "走访", "rows": "visits", "columns": {"党员": "member.name"}, "every": "quarter"},
]  # fmt: skip


def scenario(folder: Path, **changes: Any) -> Scenario:
    scheme = Scheme.model_validate(
        {"name": "示例", "stages": STAGES, "rules": RULES, "lists": LISTS, **changes}
    )
    tables = {name: pd.DataFrame(rows) for name, rows in TABLES.items()}
    write_dataset(dataset_of(tables).tables, folder / "data")
    return Scenario(
        name="lists",
        scheme=scheme,
        data=folder / "data",
        year=2027,
        limits=Limits(gap=0, seconds=None, workers=1),
    )


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return solve(scenario(tmp_path_factory.mktemp("lists")), in_processes=False)


def records(plan: Plan, list_id: str) -> list[dict[str, Any]]:
    return list_as_data(plan, list_of(plan, list_id), "zh")


def test_triads_in_the_order_of_the_places(plan: Plan) -> None:
    assert records(plan, "triads") == [
        {"支部": "示例支部1", "社区": "示例社区1", "企业": "示例企业1、示例企业3", "组团": "示例街道1",
         "分管领导": "王*"},
        {"支部": "示例支部0", "社区": "示例社区0", "企业": "示例企业0、示例企业2", "组团": "示例街道0",
         "分管领导": "王*"},
        {"支部": "示例支部2", "社区": "示例社区2", "企业": None, "组团": "示例街道0", "分管领导": "王*"},
    ]  # fmt: skip


def test_teams_are_the_agencies_of_the_pairs_below(plan: Plan) -> None:
    found = {line["镇街"]: (line["单位"], line["社区数"]) for line in records(plan, "teams")}
    assert found == {"示例街道0": ("示例单位0、示例单位2", 2), "示例街道1": ("示例单位1", 1)}


def test_members_report_to_the_firms_of_their_branch_s_pair(plan: Plan) -> None:
    found = [(line["社区"], line["企业"]) for line in records(plan, "registration")]
    assert found == [
        ("示例社区0", "示例企业0、示例企业2"),
        ("示例社区1", "示例企业1、示例企业3"),
        ("示例社区2", None),
    ]


def test_codes_in_words_lookups_and_conditions(plan: Plan) -> None:
    assert records(plan, "duty") == [{"党员": "李*", "类别": "党员领导干部", "同类首名": "M0"}]


def test_people_that_a_row_names_are_masked(plan: Plan) -> None:
    assert records(plan, "log") == [{"党员": "M1 李*", "社区": "示例社区1"}]
    assert records(plan, "homes") == [{"户主": "赵*", "诉求": "医*"}]
    full = {each.title: list(each.values) for each in list_sheet(plan, list_of(plan, "log"), "zh").columns}
    assert full["党员"] == ["李1某"]


def test_a_line_for_each_due_date(plan: Plan) -> None:
    assert [line["期限"] for line in records(plan, "due")] == list(due_dates("quarter", 2027)) * 3
    assert due_dates("quarter", 2027) == ("2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31")
    assert due_dates("month", 2028)[1] == "2028-02-29"


def test_the_office_s_own_sheet_has_full_names(plan: Plan) -> None:
    sheet = list_sheet(plan, list_of(plan, "triads"), "zh")
    column = {each.title: list(each.values) for each in sheet.columns}
    assert column["分管领导"] == ["王1某", "王0某", "王2某"]
    assert sheet.name == "三方结对一览表"


def test_lists_of_stages_that_a_plan_lacks_are_left_out(plan: Plan) -> None:
    found = [each.definition.id for each in filled_lists(plan)]
    assert found == ["triads", "teams", "duty", "log", "homes", "registration", "due"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"rows": "nothing"}, "list.no_table"),
        ({"columns": {"a": "branch.nothing"}}, "column.unknown"),
        ({"columns": {"a": {"lookup": "duties", "match": {"a": "name"}, "show": "duty"}}}, "list.no_lookup"),
        ({"columns": {"a": {"lookup": "members", "match": {"nothing": "name"}, "show": "name"}}},
         "column.unknown"),
        ({"rows": "partners", "columns": {"a": {"stage": "visits"}}, "id": "partners"}, None),
        ({"rows": "agencies", "columns": {"a": {"count": "communities"}}}, "column.no_path"),
    ],
)  # fmt: skip
def test_faults_are_told_before_solving(tmp_path: Path, changed: dict[str, Any], code: str | None) -> None:
    given = {"id": "one", "name": "一", "rows": "pairing", "columns": {"a": "name"}, **changed}
    one = scenario(tmp_path, lists=[given])
    if code is None:
        prepare(one)
        return
    with pytest.raises(InputError) as caught:
        prepare(one)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert caught.value.faults[0].place.key == "lists.one"


@pytest.mark.parametrize(
    "changed", [{"columns": {}}, {"every": "week"}, {"columns": {"a": {"stage": "s", "shows": "name"}}}]
)
def test_lists_that_make_no_sense(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ListDefinition.model_validate(
            {"id": "one", "name": "一", "rows": "pairing", "columns": {"a": "name"}, **changed}
        )


def test_side_says_which_partners(plan: Plan) -> None:
    for side, expected in (("source", ["C1", "C0", "C2"]), ("target", ["B1", "B0", "B2"])):
        shown = "community_id" if side == "source" else "branch_id"
        definition = ListDefinition.model_validate(
            {"id": "x", "name": "x", "rows": "pairing",
             "columns": {"a": {"stage": "pairing", "show": shown, "side": side}}}
        )  # fmt: skip
        assert list(derived_list(plan.known, definition, 2027).columns[0].values) == expected


def test_the_side_of_the_rows_own_table_is_meant() -> None:
    dataset = dataset_of(
        {
            "cadres": pd.DataFrame(
                {"cadre_id": ["D1", "D2", "N1"], "cadre_kind": ["doctor", "doctor", "nurse"]}
            ),
            "communities": pd.DataFrame({"community_id": ["C1", "C2"]}),
        }
    )
    stages = [Stage("pairing", "cadres", "communities"), Stage("team", "cadres", "pairing")]
    pairs = {
        "pairing": Assignment.of("pairing", np.array(["D1", "D2"], object), np.array(["C1", "C2"], object)),
        "team": Assignment.of("team", np.array(["N1"], object), np.array(["D2+C2"], object)),
    }
    known = with_stages(dataset, stages, pairs)
    for side, expected in ((None, [None, "N1"]), ("target", [None, "N1"]), ("source", [None, None])):
        column = {"stage": "team", "show": "cadre_id" if side != "source" else "pairing_id", "side": side}
        listed = {"id": "x", "name": "x", "rows": "pairing", "columns": {"a": column}}
        found = derived_list(known, ListDefinition.model_validate(listed), 2027)
        assert found.columns[0].values.tolist() == expected
