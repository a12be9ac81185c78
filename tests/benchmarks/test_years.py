"""The simulation of `benchmarks/years.py`, small: its own check counts right, and no rule is broken."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def years() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("years")
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_three_small_years_break_no_rule(years: ModuleType) -> None:
    of_years, of_curve = years.simulate((0.05, 1, 3))
    assert len(of_years) == 3 * len(years.SCHEMES)
    assert {found["broken"] for found in of_years + of_curve} == {0}
    assert all(found["longest"] <= 3 for found in of_years if found["scheme"] == "delivered")
    assert {found["height"] for found in of_curve} == set(years.HEIGHTS)


def test_the_district_does_not_depend_on_the_schemes(years: ModuleType) -> None:
    first, second = years.District(0.05, 3), years.District(0.05, 3)
    pairs = pd.DataFrame({"source_id": ["A0001"], "target_id": ["S01"]})
    second.ratings(pairs, pd.Series([50.0]))
    for district in (first, second):
        district.next_year()
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, second.tables[name])
    pd.testing.assert_frame_equal(first.wishes, second.wishes)
    assert set(first.wishes["source_id"]) <= set(
        pd.concat([first.tables[table].iloc[:, 0] for table in ("agencies", "sub_districts", "communities")])
    )


def test_years_on_end_are_counted_through_a_merger(years: ModuleType) -> None:
    history = pd.DataFrame(
        {
            "year": [2025, 2026, 2026, 2024],
            "relation": years.STAGE,
            "source_id": ["A1", "A1", "A3", "A4"],
            "target_id": ["S1", "S1", "S2", "S1"],
            "years": [np.nan, np.nan, 3, np.nan],
        }
    )
    succession = pd.DataFrame(
        {"year": [2027, 2026], "kind": "agency", "old_id": ["A1", "A9"], "new_id": ["A2", None]}
    )
    pairs = pd.DataFrame({"source_id": ["A2", "A3", "A4"], "target_id": ["S1", "S2", "S1"]})
    assert years.years_on_end(pairs, history, succession, 2027).tolist() == [3, 4, 1]
