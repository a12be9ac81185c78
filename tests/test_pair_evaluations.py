from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.model import Problem, Stage
from matchmaker.pair_evaluations import evaluation
from tests.rules.instances import dataset_from, problem_of, side_of


def problem_with(*evaluations: dict[str, Any]) -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": a, "name": a} for a in ("A1", "A2")],
            "sub_districts": [{"sub_district_id": s, "name": s} for s in ("S1", "S2")],
            "communities": [
                {"community_id": c, "name": c, "sub_district_id": s}
                for c, s in (("C1", "S1"), ("C2", "S1"), ("C3", "S2"))
            ],
            "evaluations": list(evaluations),
        }
    )
    stage = Stage("agency_sub_district", "agencies", "sub_districts")
    sides = side_of(dataset, "agencies", (0, 2)), side_of(dataset, "sub_districts", (0, 2))
    return problem_of(dataset, stage, *sides)


def says(rater: str, ratee: str, score: float, kind: str, year: float = 2026) -> dict[str, Any]:
    return {"year": year, "rater_kind": kind, "rater_id": rater, "ratee_id": ratee, "score": score}


def test_both_directions_count_alike_and_places_below_are_averaged() -> None:
    problem = problem_with(
        says("C1", "A1", 90, "community_agency"),
        says("C2", "A1", 70, "community_agency"),
        says("A1", "C1", 60, "agency_community"),
        says("C3", "A2", 50, "community_agency"),
    )
    # A1–S1: (80 + 60) / 2; A2–S2: one direction only
    np.testing.assert_array_equal(evaluation(problem), [70, np.nan, np.nan, 50])


def test_only_last_year_s_ratings_between_known_rows_count() -> None:
    problem = problem_with(
        says("C1", "A1", 90, "community_agency", year=2025),
        says("C9", "A1", 90, "community_agency"),
        says("C1", "A9", 90, "community_agency"),
        says("somebody", "A1", 90, "resident"),
    )
    assert np.isnan(evaluation(problem)).all()


def test_without_a_sheet_nothing_is_known() -> None:
    assert np.isnan(evaluation(problem_with())).all()
