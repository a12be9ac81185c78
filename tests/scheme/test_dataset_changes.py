from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matchmaker.errors import InputError, Place
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Dataset
from matchmaker.scheme.row_changes import (
    AddRow,
    DataChange,
    RemoveRow,
    RowEdit,
    SetRow,
    apply_data_changes,
    edited_dataset,
)
from matchmaker.tables import dataset_of

PLACE = Place("what-if.yaml", line=7, key="changes.2.set_row")


@pytest.fixture
def dataset() -> Dataset:
    def frame(**columns: list[object]) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})

    return dataset_of(
        {
            "agencies": frame(
                agency_id=["A1", "A2", "A3"],
                name=["示例单位01", "示例单位02", "示例单位03"],
                member_count=[10.0, None, 30.0],
                function_codes=[("law",), ("edu", "housing"), ()],
                located_sub_district=["S1", "S2", None],
                active=[True, True, False],
                own_number=[1.5, 2.0, None],
            ).astype({"own_number": float}),
            "branches": frame(
                branch_id=["B1", "B2", "B3"],
                name=["一", "二", "三"],
                agency_id=["A1", "A1", "A2"],
                member_count=[5.0, 5.0, 9.0],
            ),
            "members": frame(
                member_id=["M1", "M2", "M3"],
                name=["甲", "乙", "丙"],
                branch_id=["B1", "B2", "B3"],
                agency_id=["A1", "A1", "A2"],
                eligible=[True, True, True],
            ),
            "sub_districts": frame(
                sub_district_id=["S1", "S2", "S3"],
                name=["示例街道01", "示例街道02", "示例街道03"],
                min_agencies=[0.0, 1.0, 2.0],
            ),
            "communities": frame(
                community_id=["C1", "C2"], name=["示例社区01", "示例社区02"], sub_district_id=["S1", "S2"]
            ),
            "resources": frame(
                resource_id=["R1", "R2", "R3"],
                agency_id=["A1", None, "A1"],
                branch_id=[None, "B3", "B3"],
                category=["law", "edu", "edu"],
                content=["x", "y", "z"],
            ),
            "wishes": frame(
                side=["agency", "agency", "agency", "sub_district"],
                source_id=["A1", "A2", "A3", "S2"],
                target_kind=["sub_district", "sub_district", "sub_district", "agency"],
                wish_1=[("S1",), ("S1", "S3"), ("S2",), ("A1",)],
                wish_2=[("S2",), ("S2",), (), ("A2",)],
                wish_3=[(), (), (), ("A3",)],
                refused=[(), ("S1",), (), ()],
                accept_adjust=[True, True, False, True],
            ),
            "pins": frame(
                stage=["agency_sub_district", None],
                action=["pin", "forbid"],
                source_id=["A1", "A2"],
                target_id=["S2", "S1"],
                reason=["工作需要", "监管关系"],
            ),
            "history": frame(
                year=[2026.0, 2026.0, 2026.0],
                relation=["agency_sub_district"] * 3,
                source_id=["A1", "A2", "A3"],
                target_id=["S1", "S2", "S3"],
            ),
            "needs": frame(
                need_id=["N1", "N2"],
                place_kind=["sub_district", "community"],
                place_id=["S1", "C2"],
                category=["law", "edu"],
                content=["x", "y"],
                wanted_agency=["A2", "A1"],
            ),
        }
    )


def column(dataset: Dataset, table: str, name: str) -> list[object]:
    return list(dataset.frame(table)[name])


def test_set_row(dataset: Dataset) -> None:
    after = apply_data_changes(
        dataset,
        [
            SetRow(
                "agencies",
                "A2",
                {
                    "member_count": 12,
                    "active": False,
                    "function_codes": ["law", "住房保障"],
                    "own_number": 7,
                    "located_sub_district": "示例街道03",
                },
            ),
            SetRow("sub_districts", "示例街道03", {"单位数下限": 60}),
            SetRow("agencies", "A1", {"located_sub_district": None}),
        ],
    )
    row = after.frame("agencies").iloc[1]
    assert (row["member_count"], bool(row["active"]), row["own_number"]) == (12.0, False, 7.0)
    assert row["located_sub_district"] == "S3"
    assert row["function_codes"][0] == "law"
    assert column(after, "agencies", "located_sub_district") == [None, "S3", None]
    assert column(after, "sub_districts", "min_agencies") == [0.0, 1.0, 60.0]
    for name in dataset.frame("agencies"):
        assert after.frame("agencies")[name].dtype == dataset.frame("agencies")[name].dtype
    assert column(dataset, "sub_districts", "min_agencies") == [0.0, 1.0, 2.0]


def test_set_row_adds_a_known_column(dataset: Dataset) -> None:
    after, edits = edited_dataset(dataset, [SetRow("sub_districts", "S2", {"max_agencies": 9})])
    assert edits == (RowEdit("set", "sub_districts", 1),)
    assert after.frame("sub_districts")["max_agencies"].dtype == np.float64
    np.testing.assert_array_equal(after.frame("sub_districts")["max_agencies"], [np.nan, 9, np.nan])


def test_add_row(dataset: Dataset) -> None:
    after, edits = edited_dataset(
        dataset,
        [
            AddRow("branches", {"id": "B0", "name": "零", "agency_id": "示例单位03", "member_count": 4}),
            AddRow(
                "pins",
                {
                    "stage": "agency_sub_district",
                    "action": "回避",
                    "source_id": "A1",
                    "target_id": "S3",
                    "reason": "x",
                },
            ),
        ],
    )
    assert edits == (RowEdit("added", "branches", 1), RowEdit("added", "pins", 1))
    assert column(after, "branches", "branch_id") == ["B0", "B1", "B2", "B3"]
    assert column(after, "branches", "agency_id")[0] == "A3"
    assert after.frame("branches")["member_count"].dtype == np.float64
    assert sorted(column(after, "pins", "action")) == ["forbid", "forbid", "pin"]
    assert after.frame("branches").index.equals(pd.RangeIndex(4))


def test_removing_a_row_leaves_nothing_that_names_it(dataset: Dataset) -> None:
    after, edits = edited_dataset(dataset, [RemoveRow("agencies", "A1")])
    assert column(after, "agencies", "agency_id") == ["A2", "A3"]
    assert column(after, "branches", "branch_id") == ["B3"]
    assert column(after, "members", "member_id") == ["M3"]
    assert column(after, "pins", "source_id") == ["A2"]
    assert column(after, "history", "source_id") == ["A2", "A3"]
    # R1 was offered by nobody else, R2 never by an agency, R3 by a branch that stays as well
    assert column(after, "resources", "resource_id") == ["R2", "R3"]
    assert column(after, "resources", "agency_id") == [None, None]
    assert column(after, "needs", "wanted_agency") == ["A2", None]
    wishes = after.frame("wishes").set_index("source_id")
    assert list(wishes.index) == ["A2", "A3", "S2"]
    assert list(wishes.loc["S2", ["wish_1", "wish_2", "wish_3"]]) == [("A2",), ("A3",), ()]
    assert {(edit.action, edit.table): edit.rows for edit in edits} == {
        ("removed", "agencies"): 1,
        ("removed", "branches"): 2,
        ("removed", "members"): 2,
        ("removed", "pins"): 1,
        ("removed", "history"): 1,
        ("removed", "wishes"): 1,
        ("emptied", "wishes"): 1,
        ("removed", "resources"): 1,
        ("emptied", "resources"): 1,
        ("emptied", "needs"): 1,
    }
    for name, frame in after.tables.items():
        assert frame.index.equals(pd.RangeIndex(len(frame)))
        assert list(frame.dtypes) == list(dataset.frame(name).dtypes)


def test_removing_a_place(dataset: Dataset) -> None:
    after = apply_data_changes(dataset, [RemoveRow("sub_districts", "S1")])
    assert column(after, "communities", "community_id") == ["C2"]
    assert column(after, "needs", "need_id") == ["N2"]
    assert column(after, "agencies", "located_sub_district") == [None, "S2", None]
    wishes = after.frame("wishes").set_index("source_id")
    assert list(wishes.loc["A1", ["wish_1", "wish_2"]]) == [("S2",), ()]
    assert list(wishes.loc["A2", ["wish_1", "wish_2", "refused"]]) == [("S3",), ("S2",), ()]
    after = apply_data_changes(after, [RemoveRow("sub_districts", "S2")])
    assert column(after, "wishes", "source_id") == ["A2"]


def test_an_id_that_another_table_has_too(dataset: Dataset) -> None:
    groups = pd.DataFrame({"group_id": ["A1"], "name": ["甲组"]}, dtype=object)
    both = Dataset({**dataset.tables, "groups": groups}, dataset.keys, dataset.parents)
    after = apply_data_changes(both, [RemoveRow("groups", "A1")])
    assert column(after, "agencies", "agency_id") == ["A1", "A2", "A3"]
    assert len(after.frame("pins")) == 2
    assert len(after.frame("wishes")) == 4


def test_removing_the_last_row(dataset: Dataset) -> None:
    after = apply_data_changes(dataset, [RemoveRow("sub_districts", each) for each in ("S1", "S2", "S3")])
    assert not after.has("sub_districts")
    assert not after.has("wishes")
    assert list(after.frame("sub_districts").columns) == list(dataset.frame("sub_districts").columns)


@pytest.mark.parametrize(
    ("change", "code", "key", "found"),
    [
        (SetRow("agenices", "A1", {}, PLACE), "scenario.unknown_table", "table", "agenices"),
        (SetRow("wishes", "A1", {}, PLACE), "scenario.no_key", "table", "wishes"),
        (SetRow("agencies", "A9", {}, PLACE), "scenario.unknown_row", "id", "A9"),
        (RemoveRow("agencies", "A9", PLACE), "scenario.unknown_row", "id", "A9"),
        (
            SetRow("agencies", "A1", {"membr_count": 1}, PLACE),
            "scenario.unknown_column",
            "membr_count",
            "membr_count",
        ),
        (SetRow("agencies", "A1", {"agency_id": "A7"}, PLACE), "scenario.key_fixed", "agency_id", "A7"),
        (SetRow("agencies", "A1", {"member_count": "9"}, PLACE), "scenario.not_number", "member_count", "9"),
        (SetRow("agencies", "A1", {"member_count": -1}, PLACE), "scenario.not_number", "member_count", "-1"),
        (
            SetRow("agencies", "A1", {"member_count": True}, PLACE),
            "scenario.not_number",
            "member_count",
            "true",
        ),
        (SetRow("agencies", "A1", {"active": "maybe"}, PLACE), "scenario.not_flag", "active", "maybe"),
        (SetRow("agencies", "A1", {"active": 1}, PLACE), "scenario.not_flag", "active", "1"),
        (SetRow("agencies", "A1", {"active": None}, PLACE), "scenario.not_value", "active", "null"),
        (SetRow("agencies", "A1", {"name": ["x"]}, PLACE), "scenario.not_text", "name", '["x"]'),
        (SetRow("agencies", "A1", {"own_number": "x"}, PLACE), "scenario.not_number", "own_number", "x"),
        (
            SetRow("branches", "B1", {"agency_id": "A9"}, PLACE),
            "scenario.unknown_reference",
            "agency_id",
            "A9",
        ),
        (SetRow("needs", "N1", {"raised_on": "soon"}, PLACE), "scenario.not_date", "raised_on", "soon"),
        (SetRow("needs", "N1", {"place_id": "C1"}, PLACE), "scenario.unknown_reference", "place_id", "C1"),
        (
            AddRow("branches", {"id": "B1", "name": "x", "agency_id": "A1", "member_count": 1}, PLACE),
            "scenario.row_exists",
            "branch_id",
            "B1",
        ),
        (
            AddRow("branches", {"id": "B9", "agency_id": "A1", "member_count": 1}, PLACE),
            "scenario.column_missing",
            "name",
            "",
        ),
        (
            AddRow("pins", {"action": "指令", "source_id": "A1", "target_id": "S1", "reason": "x"}, PLACE),
            "scenario.not_code",
            "action",
            "指令",
        ),
    ],
)
def test_faults(dataset: Dataset, change: DataChange, code: str, key: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_data_changes(dataset, [change])
    (fault,) = caught.value.faults
    assert (fault.code, fault.found) == (code, found)
    assert fault.place == Place("what-if.yaml", line=7, key=f"changes.2.set_row.{key}")
    for language in LANGUAGES:
        assert render_fault(fault, language).startswith("what-if.yaml")


def test_all_faults_are_gathered(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        apply_data_changes(
            dataset,
            [
                SetRow("agencies", "A1", {"active": "x", "nothing": 1}, PLACE),
                RemoveRow("agencies", "A9", PLACE),
                RemoveRow("agencies", "A2", PLACE),
            ],
        )
    assert [fault.code for fault in caught.value.faults] == [
        "scenario.not_flag",
        "scenario.unknown_column",
        "scenario.unknown_row",
    ]


def test_a_member_may_live_elsewhere(dataset: Dataset) -> None:
    after = apply_data_changes(dataset, [SetRow("members", "M1", {"home_community": "别处"})])
    assert column(after, "members", "home_community")[0] == "别处"


def test_codes_that_the_dataset_adds(dataset: Dataset) -> None:
    codes = pd.DataFrame({"code_type": ["agency_type"], "code": ["park"], "name": ["园区"]}, dtype=object)
    change = SetRow("agencies", "A1", {"agency_type": "园区"}, PLACE)
    extended = Dataset({**dataset.tables, "codes": codes}, dataset.keys, dataset.parents)
    assert column(apply_data_changes(extended, [change]), "agencies", "agency_type")[0] == "park"
