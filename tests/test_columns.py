"""Columns, paths to parents, counts and sums of descendants."""

from __future__ import annotations

import math

import numpy as np
import pytest

from matchmaker.columns import Aggregate, ancestor_named, numbers, values
from matchmaker.errors import InputError
from matchmaker.model import Dataset
from tests.rules.instances import dataset_from


@pytest.fixture
def dataset() -> Dataset:
    return dataset_from(
        {
            "sub_districts": [
                {"sub_district_id": "S1", "weak": True},
                {"sub_district_id": "S2", "weak": False},
            ],
            "communities": [
                {"community_id": "C1", "sub_district_id": "S1", "note": "3"},
                {"community_id": "C2", "sub_district_id": "S1", "note": "x"},
                {"community_id": "C3", "sub_district_id": None, "note": None},
            ],
            "grids": [
                {"grid_id": "G1", "community_id": "C1", "households": 10.0},
                {"grid_id": "G2", "community_id": "C1", "households": None},
                {"grid_id": "G3", "community_id": "C2", "households": 5.0},
                {"grid_id": "G4", "community_id": "C3", "households": 7.0},
                {"grid_id": "G5", "community_id": "C9", "households": 9.0},
            ],
        }
    )


def code(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


def test_a_name_is_a_column(dataset: Dataset) -> None:
    assert values(dataset, "communities", "note").tolist() == ["3", "x", None]


def test_a_path_climbs_to_parents(dataset: Dataset) -> None:
    assert values(dataset, "communities", "sub_district.weak").tolist() == [True, True, None]
    assert values(dataset, "grids", "sub_district.weak").tolist() == [True, True, True, None, None]
    assert values(dataset, "grids", "community.note").tolist() == ["3", "3", "x", None, None]


def test_a_parent_s_name_is_its_id(dataset: Dataset) -> None:
    assert values(dataset, "grids", "sub_district").tolist() == ["S1", "S1", "S1", None, None]
    assert values(dataset, "grids", "grid").tolist() == ["G1", "G2", "G3", "G4", "G5"]


def test_unknown_columns_bring_near_names(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        values(dataset, "grids", "houses")
    assert code(caught) == ["column.unknown"]
    assert "households" in str(caught.value.faults[0].details["near"])


def test_numbers_of_columns_and_constants(dataset: Dataset) -> None:
    found = numbers(dataset, "grids", "households")
    assert np.isnan(found[1])
    assert found[[0, 2, 3]].tolist() == [10, 5, 7]
    assert numbers(dataset, "grids", 4).tolist() == [4] * 5
    assert numbers(dataset, "sub_districts", "weak").tolist() == [1, 0]


def test_a_column_without_rows_has_no_numbers(dataset: Dataset) -> None:
    empty = dataset.with_table("grids", dataset.frame("grids").iloc[:0])
    assert numbers(empty, "grids", "households").tolist() == []


def test_text_is_no_number(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        numbers(dataset, "communities", "note")
    assert code(caught) == ["column.not_numbers"]
    assert caught.value.faults[0].found == "x"


@pytest.mark.parametrize(("expression", "what"), [(1e12, "grids"), ("households", "grids.households")])
def test_numbers_that_integers_cannot_hold_are_a_fault(
    dataset: Dataset, expression: float | str, what: str
) -> None:
    assert numbers(dataset, "grids", 10**9)[0] == 10**9
    large = dataset.with_table("grids", dataset.frame("grids").assign(households=1e12))
    with pytest.raises(InputError) as caught:
        numbers(large, "grids", expression)
    assert code(caught) == ["number.too_large"]
    assert caught.value.faults[0].details["what"] == what


def test_counts_and_sums_of_descendants(dataset: Dataset) -> None:
    assert numbers(dataset, "sub_districts", Aggregate(count="grids")).tolist() == [3, 0]
    assert numbers(dataset, "communities", Aggregate(count="grids")).tolist() == [2, 1, 1]
    assert numbers(dataset, "sub_districts", Aggregate(sum="grids.households")).tolist() == [15, 0]
    where = Aggregate.model_validate({"count": "grids", "where": {"households": {"gte": 6}}})
    assert numbers(dataset, "sub_districts", where).tolist() == [1, 0]


def test_only_tables_below_are_counted(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        numbers(dataset, "grids", Aggregate(count="sub_districts"))
    assert code(caught) == ["column.no_path"]


@pytest.mark.parametrize("wrong", [{}, {"count": "a", "sum": "a.b"}, {"sum": "a"}, {"sum": "a.b.c"}])
def test_either_count_or_sum(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"count|sum"):
        Aggregate.model_validate(wrong)


def test_ancestors_by_name(dataset: Dataset) -> None:
    found = ancestor_named(dataset, "grids", "sub_district")
    assert found is not None
    assert found[0] == "sub_districts"
    assert found[1].tolist() == [0, 0, 0, -1, -1]
    assert ancestor_named(dataset, "sub_districts", "grid") is None
    assert ancestor_named(dataset, "grids", "nothing") is None
    assert math.isnan(float(numbers(dataset, "grids", "households")[1]))
