"""Features of candidate pairs: distances, stated and measured, and minutes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from matchmaker.pair_features import distance_km, lacks_distances, minutes
from matchmaker.tables import dataset_of
from tests.test_pairs import problem


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
