"""Distance: what is told before solving, and what metrics say."""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Problem, Stage
from matchmaker.rules.distance import Distance
from tests.rules.instances import dataset_from, plan_of, problem_of, side_of

NEAR = Distance(id="near", stage="visits")


def problem(**tables: list[dict[str, Any]]) -> Problem:
    dataset = dataset_from(
        {
            "agencies": [
                {"agency_id": "A1", "name": "示例单位01", "lng": 114.0, "lat": 22.0},
                {"agency_id": "A2", "name": "示例单位02", "lng": None, "lat": None},
            ],
            "communities": [{"community_id": "C1", "name": "示例社区01", "lng": 114.0, "lat": 22.01}],
            **tables,
        }
    )
    sides = side_of(dataset, "agencies", (0, None)), side_of(dataset, "communities", (0, None))
    return problem_of(dataset, Stage("visits", "agencies", "communities"), *sides)


def test_rows_of_unknown_distance_are_faults() -> None:
    (fault,) = NEAR.data_faults(problem(), True)
    assert (fault.code, fault.found, fault.details["count"]) == ("rule.distance.unknown", "A2", 1)
    assert all("{" not in render_fault(fault, language) for language in LANGUAGES)
    stated = problem(distances=[{"source_id": "A2", "target_id": "C1", "km": 2.0}])
    assert NEAR.data_faults(stated, True) == ()


def test_kilometres_between_the_paired() -> None:
    given = problem()
    measured = NEAR.measures(given, plan_of(given, np.array([1, 1])))["distance"]
    assert measured == {"pairs": 2, "unknown": 1, "km_mean": 1.112, "km_largest": 1.112}
    assert NEAR.measures(given, plan_of(given, np.array([0, 1]))) == {}
