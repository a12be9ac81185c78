"""The conventions of a dataset's frames, whatever plain frames they are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.tables import dataset_of


def test_types_and_orders() -> None:
    frame = pd.DataFrame(
        {
            "zone": ["乙", np.nan],
            "active": [True, None],
            "division_code": ["1", "2"],
            "member_count": [3, None],
            "function_codes": [["law"], None],
            "name": ["示例甲局", float("nan")],
            "agency_id": ["A2", "A10"],
            "extra": [1, 2],
        }
    )
    dataset = dataset_of({"agencies": frame})
    agencies = dataset.tables["agencies"]
    assert list(agencies.columns) == [
        *("agency_id", "name", "member_count", "function_codes", "active"),
        *("division_code", "extra", "zone"),
    ]
    assert agencies["agency_id"].tolist() == ["A10", "A2"]
    assert agencies["name"].tolist() == [None, "示例甲局"]
    assert agencies["zone"].tolist() == [None, "乙"]
    assert agencies["function_codes"].tolist() == [(), ("law",)]
    assert {name: str(dtype) for name, dtype in agencies.dtypes.items()} == {
        **dict.fromkeys(("agency_id", "name", "function_codes", "division_code", "zone"), "object"),
        **dict.fromkeys(("member_count", "extra"), "float64"),
        "active": "boolean",
    }
    assert isinstance(agencies.index, pd.RangeIndex)
    assert dataset.keys["agencies"] == "agency_id"
    assert "wishes" not in dataset.keys
    assert dataset.parents["members"] == ("branch_id", "branches")


def test_tables_without_a_key_are_sorted_by_all_columns() -> None:
    frame = pd.DataFrame(
        {
            "wish_4": [("S1",), (), ()],
            "source_id": ["A1", "A1", None],
            "wish_1": [("S2",), ("S2",), ("S1",)],
            "side": ["agency"] * 3,
        }
    )
    first = dataset_of({"wishes": frame}).tables["wishes"]
    second = dataset_of({"wishes": frame.iloc[[2, 0, 1]]}).tables["wishes"]
    pd.testing.assert_frame_equal(first, second)
    assert list(first.columns) == ["side", "source_id", "wish_1", "wish_4"]
    assert first["source_id"].tolist() == [None, "A1", "A1"]
    assert first["wish_4"].tolist() == [(), (), ("S1",)]


def test_the_given_frame_is_left_alone() -> None:
    frame = pd.DataFrame({"branch_id": ["B2", "B1"], "note": [np.nan, "x"]})
    before = frame.copy(deep=True)
    dataset_of({"branches": frame})
    pd.testing.assert_frame_equal(frame, before)
