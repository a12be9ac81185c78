"""Conditions and distances of candidate pairs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.model import Assignment, Problem, Stage
from matchmaker.pairs import distance_km, lacks_distances, minutes, pair_mask, side_mask
from matchmaker.selectors import Selector
from matchmaker.tables import dataset_of
from tests.rules.instances import dataset_from, problem_of, side_of


def problem(distances: list[dict[str, Any]] | None = None, located: bool = True) -> Problem:
    place = {"lng": 114.0, "lat": 22.5} if located else {}
    north = {"lng": 114.0, "lat": 23.5} if located else {}
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {"agency_id": "A1", "home": "C1", "kind": "law", **place},
            {
                "agency_id": "A2",
                "home": None,
                "kind": "env",
                **({"lng": None, "lat": None} if located else {}),
            },
        ],
        "communities": [
            {"community_id": "C1", "weak": True, **place},
            {"community_id": "C2", "weak": False, **north},
        ],
    }
    if distances:
        tables["distances"] = distances
    dataset = dataset_from(tables)
    sides = (side_of(dataset, "agencies", (0, None)), side_of(dataset, "communities", (0, None)))
    return problem_of(dataset, Stage("visits", "agencies", "communities"), *sides)


def chosen(given: Problem, conditions: dict[str, Any]) -> list[int]:
    return np.flatnonzero(pair_mask(given, Selector.model_validate(conditions))).tolist()


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"source": {"kind": "law"}}, [0, 1]),
        ({"target": {"weak": True}}, [0, 2]),
        ({"source": {"kind": "law"}, "target": {"weak": True}}, [0]),
        ({"pair": {"same": ["home", "community"]}}, [0]),
        ({"pair": {"distance_km": {"lte": 5}}}, [0]),
        ({"pair": {"distance_km": {"is_null": True}}}, [2, 3]),
        ({"pair": {"any": [{"distance_km": {"gt": 100}}, {"distance_km": {"is_null": True}}]}}, [1, 2, 3]),
        ({"pair": {"any": [{"same": ["home", "community"]}, {"distance_km": {"gt": 100}}]}}, [0, 1]),
        ({"pair": {"not": {"same": ["home", "community"]}}}, [1, 2, 3]),
    ],
)
def test_masks(conditions: dict[str, Any], expected: list[int]) -> None:
    assert chosen(problem(), conditions) == expected


def test_pairs_within_an_earlier_stage_or_the_same_place() -> None:
    given = problem()
    earlier = Assignment.of("visits", np.array(["A2"], object), np.array(["C2"], object))
    later = replace(given, dataset=with_stages(given.dataset, [given.stage], {"visits": earlier}), _memo={})
    assert chosen(later, {"pair": {"within": "visits"}}) == [3]
    assert chosen(later, {"pair": {"any": [{"within": "visits"}, {"same": ["home", "community"]}]}}) == [0, 3]
    with pytest.raises(InputError) as failure:
        chosen(given, {"pair": {"within": "visits"}})
    assert [fault.code for fault in failure.value.faults] == ["grouping.no_stage"]


def test_without_conditions_all_take_part() -> None:
    assert pair_mask(problem(), None).all()
    assert side_mask(problem(), "source", None).tolist() == [True, True]


def test_one_degree_of_latitude() -> None:
    found = distance_km(problem())
    assert found[:2] == pytest.approx([0, 111.195], abs=0.01)
    assert np.isnan(found[2:]).all()


def test_the_table_of_distances_goes_before_coordinates() -> None:
    rows = [
        {"source_id": "A1", "target_id": "C2", "km": 7.5, "minutes": 9.0},
        {"source_id": "A2", "target_id": "C1", "km": 1.0, "minutes": None},
        {"source_id": "A9", "target_id": "C1", "km": 3.0, "minutes": None},
    ]
    assert distance_km(problem(rows))[:3].tolist() == [0, 7.5, 1]
    assert distance_km(problem(rows, located=False))[1:3].tolist() == [7.5, 1]


def test_minutes_are_what_the_table_says() -> None:
    rows = [
        {"source_id": "A1", "target_id": "C1", "km": None, "minutes": 9.0},
        {"source_id": "A2", "target_id": "C1", "km": 1.0, "minutes": None},
    ]
    given = problem(rows)
    assert minutes(given)[0] == 9
    assert np.isnan(minutes(given)[1:]).all()
    assert distance_km(given)[0] == 0  # a way whose kilometres are not stated is measured
    assert chosen(given, {"pair": {"minutes": {"lte": 9}}}) == [0]
    assert np.isnan(minutes(problem())).all()


def test_rows_stand_where_the_rows_above_them_stand() -> None:
    given = problem()
    branches = pd.DataFrame({"branch_id": ["B1", "B2"], "name": ["甲", "乙"], "agency_id": ["A1", "A2"]})
    dataset = dataset_of({**given.dataset.tables, "branches": branches})
    sources = replace(given.sources, table="branches", ids=dataset.ids("branches"))
    below = replace(given, dataset=dataset, sources=sources, _memo={})
    assert distance_km(below)[:2].tolist() == distance_km(given)[:2].tolist()
    assert lacks_distances(below, sources).tolist() == lacks_distances(given, given.sources).tolist()


def test_rows_of_which_no_distance_is_known() -> None:
    assert lacks_distances(problem(), problem().sources).tolist() == [False, True]
    rows = [{"source_id": "A2", "target_id": "C1", "km": 1.0, "minutes": None}]
    given = problem(rows, located=False)
    assert lacks_distances(given, given.sources).tolist() == [True, False]
    assert lacks_distances(given, given.targets).tolist() == [False, True]


def test_unknown_features_are_faults() -> None:
    with pytest.raises(InputError) as caught:
        chosen(problem(), {"pair": {"distance": {"lte": 5}}})
    assert [fault.code for fault in caught.value.faults] == ["column.unknown"]
