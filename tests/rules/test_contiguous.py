"""What contiguous says besides points: warnings of places in pieces, measures, scattered areas."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaker.messages import LANGUAGES, text
from matchmaker.metrics import figures
from matchmaker.model import Assignment, Problem, Stage
from matchmaker.rules.contiguous import Contiguous
from tests.rules.instances import dataset_from, problem_of, side_of

STAGE = Stage("branch_grid", "branches", "grids")
RULE = Contiguous(id="connected", stage=STAGE.id)


def problem_with(communities: int, edges: list[tuple[str, str]], **fields: Any) -> Problem:
    """Four grids in a row in each community, 0.009 degrees apart, neighbours as written."""
    dataset = dataset_from(
        {
            "branches": [{"branch_id": "B1"}, {"branch_id": "B2"}],
            "communities": [
                {"community_id": f"C{c}", "name": f"示例社区{c}", "sub_district_id": "S1"}
                for c in range(communities)
            ],
            "sub_districts": [{"sub_district_id": "S1", "name": "示例街道"}],
            "grids": [
                {"grid_id": f"G{c}{i}", "community_id": f"C{c}", "lng": 114 + i * 0.009, "lat": 0.0, **fields}
                for c in range(communities)
                for i in range(4)
            ],
            "adjacency": [{"table": "grids", "id_a": a, "id_b": b} for a, b in edges],
        }
    )
    return problem_of(dataset, STAGE, side_of(dataset, "branches", (0, 4)), side_of(dataset, "grids", (0, 1)))


def plan(problem: Problem, **areas: str) -> Assignment:
    pairs = [(source, target) for source, targets in areas.items() for target in targets.split()]
    chosen = [
        pair
        for pair, (s, t) in enumerate(zip(problem.pair_source, problem.pair_target, strict=True))
        if (problem.sources.ids[s], problem.targets.ids[t]) in pairs
    ]
    return problem.assignment(chosen)


ROW = [("G00", "G01"), ("G01", "G02"), ("G02", "G03")]


def test_places_in_pieces_are_warned_of() -> None:
    (note,) = RULE.warnings(problem_with(1, ROW[:1] + ROW[2:]))
    assert note.is_warning
    assert note.place.key == "rules.connected"
    assert dict(note.details) == {
        "place": "示例社区0", "table": "grids", "pieces": 2, "smallest": "G00、G01",
    }  # fmt: skip
    assert RULE.warnings(problem_with(1, ROW)) == ()
    named = Contiguous(id="connected", stage=STAGE.id, place="sub_district")
    assert named.warnings(problem_with(1, ROW[:2]))[0].details["place"] == "示例街道"


def test_many_places_in_pieces_are_counted() -> None:
    notes = RULE.warnings(problem_with(8, ROW))  # only the first community has neighbours at all
    assert [note.code for note in notes] == ["rule.warning.in_pieces"] * 5 + ["rule.warning.more_in_pieces"]
    assert notes[-1].count == 2
    for note in notes:
        for language in LANGUAGES:
            assert "{" not in text(note.code, language, **note.details, count=note.count)


def test_measures_tell_sizes_neighbours_and_kilometres() -> None:
    problem = problem_with(1, ROW)
    measured = RULE.measures(problem, plan(problem, B1="G00 G01 G02", B2="G03"))
    assert measured == {
        "areas": {
            "areas": 2, "largest": 3, "in_pieces": 0, "sides_mean": 1.0,
            "km_mean": 1.0008, "km_largest": 1.0008,
        }
    }  # fmt: skip
    assert RULE.measures(problem, plan(problem)) == {}
    apart = RULE.measures(problem, plan(problem, B1="G00 G02"))["areas"]
    assert (apart["in_pieces"], apart["sides_mean"], apart["km_largest"]) == (1, 0, 2.0015)


def test_measures_without_coordinates_tell_no_kilometres() -> None:
    problem = problem_with(1, ROW, lng=None)
    assert "km_mean" not in RULE.measures(problem, plan(problem, B1="G00 G01"))["areas"]


def test_kilometres_are_figures() -> None:
    problem = problem_with(1, ROW)
    measured = RULE.measures(problem, plan(problem, B1="G00 G01 G02"))
    side = {"table": "grids", "total": 1, "with_partner": 1, "without_partner": 0, "below_minimum": 0}
    stage = {
        "sources": side, "targets": side, "changes": {"last_year": 0}, "points": {},
        "rules": {"connected": measured},
    }  # fmt: skip
    found = {figure.key: figure for figure in figures({"stages": {"s": stage}})}
    assert (found["areas.km_mean"].value, found["areas.km_mean"].unit) == (1.0008, "km")
    for key in ("areas.km_mean", "areas.km_largest"):
        assert all(text(f"figure.{key}", language, detail="") for language in LANGUAGES)


@pytest.mark.parametrize(
    ("area", "found"), [("G00 G01 G02 G03", [(1.334, 1.251)]), ("G00 G01 G02", []), ("G00", [])]
)
def test_long_areas_are_listed(area: str, found: list[tuple[float, float]]) -> None:
    problem = problem_with(1, ROW)
    check = RULE.check(problem, plan(problem, B1=area), True)
    assert [(finding.found, finding.required) for finding in check.findings] == found
    assert check.hard_findings == ()


def test_an_area_in_pieces_hides_no_other() -> None:
    problem = problem_with(2, [*ROW, *((f"G1{i}", f"G1{i + 1}") for i in range(3))])
    check = RULE.check(problem, plan(problem, B1="G00 G02", B2="G10 G11 G12 G13"), True)
    assert [finding.source_id for finding in check.hard_findings] == ["B1"]
    assert [finding.source_id for finding in check.findings] == ["B2"]
