"""Conditions on candidate pairs and on their sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.model import Assignment, Problem, Stage
from matchmaker.pairs import pair_mask, side_mask
from matchmaker.selectors import Selector
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


def test_conditions_on_what_the_table_of_distances_says() -> None:
    rows = [{"source_id": "A1", "target_id": "C1", "km": None, "minutes": 9.0}]
    assert chosen(problem(rows), {"pair": {"minutes": {"lte": 9}}}) == [0]


def test_unknown_features_are_faults() -> None:
    with pytest.raises(InputError) as caught:
        chosen(problem(), {"pair": {"distance": {"lte": 5}}})
    assert [fault.code for fault in caught.value.faults] == ["column.unknown"]
