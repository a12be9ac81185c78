from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from matchmaker.demo.layout import divide, divide_each, lattice, touching


def test_divide_tiles_the_rectangle_in_proportion() -> None:
    generator = np.random.default_rng(3)
    weights = generator.uniform(1, 5, 12)
    whole = np.array([1.0, 2.0, 5.0, 4.0])
    parts = divide(whole, weights, generator.random((12, 2)))
    areas = np.prod(parts[:, 2:] - parts[:, :2], axis=1)
    assert areas == pytest.approx(8.0 * weights / weights.sum())
    assert parts[:, :2].min(axis=0).tolist() == [1.0, 2.0]
    assert parts[:, 2:].max(axis=0).tolist() == [5.0, 4.0]


def test_touching_needs_a_shared_edge_not_a_corner() -> None:
    squares = np.array([[0, 0, 1, 1], [1, 0, 2, 1], [1, 1, 2, 2]], float)
    assert touching(squares).tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize("areas", [1, 2, 7, 34, 50])
def test_lattice_is_planar_and_can_be_walked_in_order(areas: int) -> None:
    grid = lattice(np.array([0.0, 0.0, 3.0, 1.0]), areas, np.random.default_rng(areas))
    graph = nx.Graph(grid.edges.tolist())
    graph.add_nodes_from(range(areas))
    assert nx.check_planarity(graph)[0]
    assert all(graph.has_edge(at, at + 1) for at in range(areas - 1))
    assert max(dict(graph.degree).values(), default=0) <= 8
    assert len(np.unique(grid.points, axis=0)) == areas


def test_each_rectangle_is_divided_among_its_own_parts() -> None:
    halves = np.array([[0, 0, 1, 1], [1, 0, 2, 1]], float)
    owner = np.array([0, 1, 1])
    parts = divide_each(halves, owner, np.ones(3), np.array([[0, 0], [0, 0], [0, 1]], float))
    assert parts[0].tolist() == [0, 0, 1, 1]
    assert parts[1:].tolist() == [[1, 0, 2, 0.5], [1, 0.5, 2, 1]] or parts[1:].tolist() == [
        [1, 0, 1.5, 1],
        [1.5, 0, 2, 1],
    ]
