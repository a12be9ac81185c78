"""Located: which tables a column names, what the target is then, and what is told before solving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.messages import LANGUAGES, render_fault, text
from matchmaker.model import Stage
from matchmaker.rules.located import Located
from tests.rules.instances import dataset_from, problem_of, side_of

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": "A1", "name": "示例单位01", "located_sub_district": "S1", "line": "S1"},
        {"agency_id": "A2", "name": "示例单位02", "located_sub_district": None, "line": "C2"},
    ],
    "branches": [{"branch_id": "B1", "name": "示例支部01", "agency_id": "A1"}],
    "sub_districts": [{"sub_district_id": "S1", "name": "示例街道01"}],
    "communities": [
        {"community_id": "C1", "name": "示例社区01", "sub_district_id": "S1"},
        {"community_id": "C2", "name": "示例社区02", "sub_district_id": None},
    ],
    "grids": [{"grid_id": "G1", "name": "网格01", "community_id": "C1"}],
}


@pytest.mark.parametrize(
    ("source_table", "target_table", "source", "right"),
    [
        ("agencies", "sub_districts", "located_sub_district", [("A1", "S1")]),
        ("agencies", "communities", "located_sub_district", [("A1", "C1")]),
        ("agencies", "grids", "located_sub_district", [("A1", "G1")]),
        ("branches", "communities", "agency.located_sub_district", [("B1", "C1")]),
        ("agencies", "communities", "line", [("A2", "C2")]),  # no reference: the targets themselves
        ("communities", "sub_districts", "sub_district", [("C1", "S1")]),
        ("grids", "sub_districts", "community.sub_district", [("G1", "S1")]),
    ],
)
def test_the_target_follows_from_what_the_source_names(
    source_table: str, target_table: str, source: str, right: list[tuple[str, str]]
) -> None:
    dataset = dataset_from(TABLES)
    stage = Stage("stage", source_table, target_table)
    rule = Located(id="located", stage="stage", source=source)
    assert rule.structure_faults(dataset, source_table, target_table) == ()
    problem = problem_of(
        dataset, stage, side_of(dataset, source_table, (0, None)), side_of(dataset, target_table, (0, None))
    )
    pairs = np.flatnonzero(rule.pair_points(problem)["located"] == 0)
    assert [
        (problem.sources.ids[problem.pair_source[pair]], problem.targets.ids[problem.pair_target[pair]])
        for pair in pairs
    ] == right


def test_a_column_that_names_other_places_is_a_fault() -> None:
    dataset = dataset_from(TABLES)
    rule = Located(id="located", stage="stage", source="community_id")
    (fault,) = rule.structure_faults(dataset, "agencies", "sub_districts")
    assert fault.code == "rule.located.elsewhere"
    assert all("{" not in render_fault(fault, language) for language in LANGUAGES)
    aimed = Located(id="located", stage="stage", source="community_id", target="name")
    assert aimed.structure_faults(dataset, "agencies", "sub_districts") == ()


def test_sources_without_a_place_are_counted() -> None:
    dataset = dataset_from(TABLES)
    sides = side_of(dataset, "agencies", (0, None)), side_of(dataset, "sub_districts", (0, None))
    problem = problem_of(dataset, Stage("stage", "agencies", "sub_districts"), *sides)
    (note,) = Located(id="located", stage="stage", source="located_sub_district").warnings(problem)
    assert (note.count, note.is_warning) == (1, True)
    for language in LANGUAGES:
        assert "{" not in text(note.code, language, count=note.count, **note.details)
    assert Located(id="located", stage="stage", source="line").warnings(problem) == ()
