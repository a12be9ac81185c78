"""Neighbours from the adjacency sheet and from coordinates; distances; what is missing."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from matchmaker import neighbours
from matchmaker.errors import InputError
from matchmaker.model import Floats, Problem, Stage
from matchmaker.neighbours import (
    distances_km,
    gabriel_graph,
    neighbour_graph,
    parts_in_pieces,
    parts_of_targets,
)
from tests.rules.instances import dataset_from, problem_of, side_of


def problem_with(grids: list[dict[str, Any]], *edges: tuple[str, str], **tables: Any) -> Problem:
    dataset = dataset_from(
        {
            "branches": [{"branch_id": "B1"}],
            "grids": grids,
            "adjacency": [{"table": "grids", "id_a": a, "id_b": b} for a, b in edges],
            **tables,
        }
    )
    stage = Stage("branch_grid", "branches", "grids")
    return problem_of(
        dataset, stage, side_of(dataset, "branches", (0, None)), side_of(dataset, "grids", (0, 1))
    )


def edges_of(points: Floats) -> set[tuple[int, int]]:
    one, other = gabriel_graph(points)
    return {(min(a, b), max(a, b)) for a, b in zip(one.tolist(), other.tolist(), strict=True)}


def brute_force(points: Floats) -> set[tuple[int, int]]:
    found = set()
    for a in range(len(points)):
        for b in range(a):
            middle, radius = (points[a] + points[b]) / 2, np.linalg.norm(points[a] - points[b]) / 2
            others = np.delete(points, [a, b], axis=0)
            if (np.linalg.norm(others - middle, axis=1) > radius * (1 + 1e-9)).all():
                found.add((b, a))
    return found


@pytest.mark.parametrize("few", [0, 60])
@pytest.mark.parametrize("seed", range(5))
def test_gabriel_graph_is_its_definition(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "FEW", few)
    points = np.random.default_rng(seed).random((25, 2))
    assert edges_of(points) == brute_force(points)


@pytest.mark.parametrize("few", [0, 60])
def test_corners_of_a_lattice_are_no_neighbours(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "FEW", few)
    points = np.array([[x, y] for x in range(4) for y in range(3)], float) * 0.3
    assert len(edges_of(points)) == 3 * 3 + 4 * 2
    assert nx.is_connected(nx.Graph(list(edges_of(points))))


@pytest.mark.parametrize("few", [0, 60])
def test_points_on_a_line_or_at_one_place_are_connected(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "FEW", few)
    line = np.array([[x, 2.0 * x] for x in (5, 1, 3, 2, 4)])
    assert edges_of(line) == {(1, 3), (2, 3), (2, 4), (0, 4)}
    assert edges_of(np.array([[0.0, 0.0], [1.0, 1.0]])) == {(0, 1)}
    # the first two coincide: neighbours, and both next to the third
    assert edges_of(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])) == {
        (0, 1), (0, 2), (1, 2), (2, 3),
    }  # fmt: skip
    assert edges_of(np.zeros((3, 2))) == {(0, 1), (0, 2), (1, 2)}
    assert edges_of(np.zeros((1, 2))) == set()


GRIDS = [
    {"grid_id": f"G{i}", "community_id": "C1" if i < 4 else "C2", "lng": 114 + i / 1000, "lat": 22.5}
    for i in range(1, 6)
]
COMMUNITIES = [{"community_id": "C1"}, {"community_id": "C2"}]


def test_the_sheet_decides_and_only_inside_places() -> None:
    problem = problem_with(
        GRIDS, ("G1", "G3"), ("G3", "G1"), ("G2", "G2"), ("G3", "G4"), ("G9", "G1"), communities=COMMUNITIES
    )
    graph = neighbour_graph(problem, None)
    assert graph.dtype == np.int8
    assert [(int(a), int(b)) for a, b in zip(*graph.nonzero(), strict=True)] == [(0, 2), (2, 0)]
    assert graph.sum() == 2
    assert parts_in_pieces(problem, None) == (((1,), (0, 2)), ((3,), (4,)))


def test_coordinates_where_the_sheet_says_nothing() -> None:
    problem = problem_with(GRIDS, communities=COMMUNITIES)
    graph = neighbour_graph(problem, None)
    assert [(int(a), int(b)) for a, b in zip(*graph.nonzero(), strict=True) if a < b] == [
        (0, 1),
        (1, 2),
        (3, 4),
    ]
    assert parts_in_pieces(problem, None) == ()


def test_without_a_table_above_all_targets_are_one_part() -> None:
    assert parts_of_targets(problem_with(GRIDS), None).tolist() == [0] * 5
    assert len(set(parts_of_targets(problem_with(GRIDS), "community_id").tolist())) == 2
    grids = [{**grid, "community_id": None if grid["grid_id"] in ("G1", "G2") else "C1"} for grid in GRIDS]
    alone = parts_of_targets(problem_with(grids, communities=COMMUNITIES), None)
    assert len(set(alone.tolist())) == 3  # an unknown place is a place of its own


def test_distances_stay_inside_parts() -> None:
    km = distances_km(problem_with(GRIDS, communities=COMMUNITIES), None)
    assert km.nnz == 3 * 2 + 2
    assert km[0, 1] == km[1, 0] == pytest.approx(0.1027, abs=1e-4)
    assert (abs(km - km.T)).max() == 0


def test_what_is_missing_is_told() -> None:
    grids = [{**grid, "lat": None if grid["grid_id"] > "G3" else 22.5} for grid in GRIDS]
    problem = problem_with(grids)
    with pytest.raises(InputError) as raised:
        neighbour_graph(problem, None)
    (fault,) = raised.value.faults
    assert (fault.code, fault.found, fault.details["count"]) == ("rule.no_neighbours", "G4、G5", 2)
    known = problem_with(grids, ("G1", "G2"))
    neighbour_graph(known, None)
    with pytest.raises(InputError) as raised:
        distances_km(known, None)
    assert [fault.code for fault in raised.value.faults] == ["rule.no_distances"]
    nowhere = problem_with([{"grid_id": f"G{i}"} for i in range(7)])
    with pytest.raises(InputError) as raised:
        neighbour_graph(nowhere, None)
    assert raised.value.faults[0].found == "G0、G1、G2、G3、G4…"
