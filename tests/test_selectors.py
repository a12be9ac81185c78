"""Conditions as masks, on every type of column and with missing values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from matchmaker.selectors import Conditions, PairConditions, Selector, equal_codes, mask

COLUMNS: dict[str, list[Any]] = {
    "kind": ["law", "env", None, "law"],
    "size": [3.0, 10.0, float("nan"), 7.0],
    "weak": [True, False, None, True],
    "codes": [("law", "env"), ("health",), (), ("law",)],
    "day": ["2026-12-31", "2027-01-01", None, "2027-06-30"],
}


def objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def rows(conditions: dict[str, Any]) -> list[int]:
    found = mask(Conditions.model_validate(conditions), lambda path: objects(COLUMNS[path]), 4)
    assert found.dtype == bool
    return np.flatnonzero(found).tolist()


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"kind": "law"}, [0, 3]),
        ({"kind": ["law", "env"]}, [0, 1, 3]),
        ({"kind": {"ne": "law"}}, [1, 2]),
        ({"kind": {"not_in": ["law", "env"]}}, [2]),
        ({"kind": {"is_null": True}}, [2]),
        ({"kind": {"is_null": False}}, [0, 1, 3]),
        ({"kind": {"is_null": False, "ne": "law"}}, [1]),
        ({"size": {"lte": "7"}}, [0, 3]),  # a number in quotation marks is one
        ({"size": {"eq": "10"}}, [1]),
        ({"size": {"in": ["3", 7]}}, [0, 3]),
        ({"size": {"lt": "大"}}, []),
        ({"kind": {"is_null": True, "eq": "law"}}, []),
        ({"size": {"gte": 7}}, [1, 3]),
        ({"size": {"gt": 7}}, [1]),
        ({"size": {"lt": 7}}, [0]),
        ({"size": {"lte": 7, "gt": 3}}, [3]),
        ({"size": 10}, [1]),
        ({"size": {"is_null": True}}, [2]),
        ({"weak": True}, [0, 3]),
        ({"weak": False}, [1]),
        ({"weak": {"ne": True}}, [1, 2]),
        ({"codes": "law"}, [0, 3]),
        ({"codes": ["env", "health"]}, [0, 1]),
        ({"codes": {"ne": "env"}}, [1, 2, 3]),
        ({"codes": {"not_in": ["law", "health"]}}, [2]),
        ({"codes": {"is_null": True}}, [2]),
        ({"codes": {"is_null": False}}, [0, 1, 3]),
        ({"day": {"gte": "2027-01-01"}}, [1, 3]),
        ({"kind": "law", "size": {"gt": 5}}, [3]),
        ({"all": [{"kind": "law"}, {"size": 3}]}, [0]),
        ({"any": [{"kind": "env"}, {"size": 3}]}, [0, 1]),
        ({"any": []}, []),
        ({"all": []}, [0, 1, 2, 3]),
        ({"not": {"kind": "law"}}, [1, 2]),
        ({"not": {"any": [{"weak": True}, {"kind": "env"}]}}, [2]),
    ],
)
def test_rows(conditions: dict[str, Any], expected: list[int]) -> None:
    assert rows(conditions) == expected


@pytest.mark.parametrize(
    "comparison",
    [
        2,
        [1, 2.5],
        {"ne": 2},
        {"not_in": [1, 2]},
        {"lt": 2.5, "gte": 1},
        {"lte": 2, "gt": 0},
        {"is_null": True},
        {"is_null": False},
        {"is_null": True, "eq": 1},
        {"eq": "2"},
        {"lt": "2"},
        True,
    ],
)
@pytest.mark.parametrize("numbers", [[0.0, 1, 2, 2.5, float("nan")], [True, False, True]])
def test_plain_numbers_are_judged_as_objects_are(comparison: Any, numbers: list[Any]) -> None:
    conditions = Conditions.model_validate({"km": comparison})
    plain, count = np.array(numbers), len(numbers)
    found = mask(conditions, lambda path: plain, count)
    assert found.dtype == bool
    assert found.tolist() == mask(conditions, lambda path: plain.astype(object), count).tolist()


def test_no_rows_at_all() -> None:
    assert mask(Conditions.model_validate({"a": 1}), lambda path: np.empty(0, object), 0).tolist() == []


def test_paths_of_nested_conditions() -> None:
    conditions = Conditions.model_validate(
        {"a": 1, "all": [{"b": 1}, {"any": [{"c": 1}]}], "not": {"community.weak": True}}
    )
    assert conditions.paths() == ["a", "b", "c", "community.weak"]


def test_pairs_may_ask_for_the_same() -> None:
    selector = Selector.model_validate({"pair": {"same": ["home", "community"], "distance_km": {"lte": 5}}})
    assert isinstance(selector.pair, PairConditions)
    assert selector.pair.same == ("home", "community")
    assert selector.pair.paths() == ["distance_km"]


@pytest.mark.parametrize("wrong", [{"a": {"equals": 1}}, {"a": {"in": 3}}, {"all": {"a": 1}}, {"not": [1]}])
def test_misspelt_conditions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Conditions.model_validate(wrong)


def test_cells_of_several_values_are_equal_as_sets() -> None:
    left = np.empty(5, object)
    left[:] = [("a", "b"), ("b",), (), None, ("a", "a")]
    right = np.empty(5, object)
    right[:] = [("b", "a"), "b", (), None, "a"]
    one, other = equal_codes(left, right)
    assert (one == other).all()
    assert one[2] == one[3] == -1  # nothing equals nothing
    assert len({one[0], one[1], one[4]}) == 3
