"""Shapes and connectedness of sets, held against networkx and plain loops; families that meet."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from matchmaker.formulation import Formulation
from matchmaker.model import Integers
from matchmaker.set_family import SetFamily, Shape, in_one_part, in_one_piece, merged, shape_points


def random_family(seed: int, sources: int = 3, targets: int = 6) -> SetFamily:
    """All pairs, two parts, a random graph whose edges stay inside parts, random spread."""
    rng = np.random.default_rng(seed)
    part_of = rng.integers(0, 2, targets)
    same = part_of[:, None] == part_of
    upper = np.triu(same & (rng.random((targets, targets)) < 0.5), 1)
    spread = np.triu(rng.integers(0, 500, (targets, targets)) * same, 1)
    target = np.tile(np.arange(targets), sources)
    return SetFamily(
        "areas",
        np.repeat(np.arange(sources), targets),
        target,
        part_of[target],
        np.zeros(sources, np.int64),
        np.full(sources, targets),
        sparse.csr_array((upper | upper.T).astype(np.int8)),
        Shape(int(rng.integers(-100, 300)), sparse.csr_array(spread + spread.T)),
        "areas",
    )


def chosen_by(family: SetFamily, pairs: Integers) -> list[list[int]]:
    return [
        [int(t) for s, t, x in zip(family.sources, family.targets, pairs, strict=True) if x and s == source]
        for source in range(len(family.minimum))
    ]


@pytest.mark.parametrize("seed", range(30))
def test_shape_and_pieces_are_those_of_plain_loops(seed: int) -> None:
    family = random_family(seed)
    assert family.graph is not None
    assert family.shape is not None
    graph = nx.from_scipy_sparse_array(family.graph)
    rng = np.random.default_rng(seed)
    for density in (0.0, 0.2, 0.4, 0.8):
        pairs = (rng.random(len(family.sources)) < density).astype(np.int64)
        sets = chosen_by(family, pairs)
        spread = family.shape.spread.toarray()
        expected = [
            family.shape.sides * graph.subgraph(one).number_of_edges()
            - min((int(spread[one, c].sum()) for c in one), default=0)
            for one in sets
        ]
        assert shape_points(family, pairs).tolist() == expected
        assert in_one_piece(family, pairs) == all(nx.is_connected(graph.subgraph(s)) for s in sets if s)
        part = dict(zip(family.targets.tolist(), family.part.tolist(), strict=True))
        assert in_one_part(family, pairs) == all(len({part[t] for t in one}) <= 1 for one in sets)


def test_sets_without_graph_are_worth_nothing_by_their_shape() -> None:
    family = replace(random_family(0), graph=None, shape=None)
    assert shape_points(family, np.ones(len(family.sources), np.int64)).tolist() == [0, 0, 0]
    assert in_one_piece(family, np.ones(len(family.sources), np.int64))


def test_parts_of_two_families_intersect() -> None:
    areas = random_family(1, sources=1, targets=4)
    places = replace(
        areas, rule="places", part=np.array([0, 0, 7, 7]), minimum=np.array([1]), maximum=np.array([2]),
        graph=None, shape=None, shape_term="",
    )  # fmt: skip
    areas = replace(areas, part=np.array([3, 5, 5, 3]))
    for one, other in ((areas, places), (places, areas)):
        both = merged(one, other)
        assert both.rule == f"{one.rule}+{other.rule}"
        assert len(np.unique(both.part)) == 4
        assert both.part.max() == 3
        assert (both.minimum.tolist(), both.maximum.tolist()) == ([1], [2])
        assert both.graph is areas.graph
        assert both.shape is areas.shape
        assert both.shape_term == "areas"


def test_families_that_cannot_meet() -> None:
    family = random_family(2)
    with pytest.raises(ValueError, match="areas and areas both ask for connected sets"):
        merged(family, family)
    fewer = replace(family, graph=None, shape=None, sources=family.sources[1:], targets=family.targets[1:])
    with pytest.raises(ValueError, match="different pairs"):
        merged(family, fewer)


def formulation_of(family: SetFamily) -> Formulation:
    form = Formulation(family.sources, family.targets)
    form.set_family(family)
    return form


def test_a_level_counts_shapes_by_the_weight_of_their_term() -> None:
    family = random_family(3)
    form = formulation_of(family)
    form.add_points("fit", np.arange(len(family.sources)), 400)
    program = form.program([{"fit": 2.0, "areas": 0.5}, {"fit": 1.0}])
    first, second = program.levels
    # thousandths × hundredths: 2000 · 400 and 500 for each hundredth of shape share 500
    assert (first.shape, int(first.points[0]), first.scale) == (1, 1600, 500 / 100_000)
    assert second.shape == 0
    x = (np.random.default_rng(3).random(len(family.sources)) < 0.3).astype(np.int64)
    shapes = int(shape_points(family, x).sum())
    assert program.units(first, x) == first.units(x) + shapes
    assert first.scale * program.units(first, x) == pytest.approx(2 * 4 * x.sum() + 0.5 * shapes / 100)
    assert program.units(second, x) == second.units(x)


def test_parts_of_a_program_keep_their_shapes() -> None:
    family = random_family(4)
    program = formulation_of(family).program([{"areas": 1.0}])
    x = (np.random.default_rng(4).random(len(family.sources)) < 0.4).astype(np.int64)
    parts = program.split()
    assert len(parts) == 3
    assert sum(part.units(part.levels[0], x[columns]) for columns, _, part in parts) == program.units(
        program.levels[0], x
    )


def test_a_level_with_shapes_cannot_be_kept_by_a_row() -> None:
    program = formulation_of(random_family(5)).program([{"areas": 1.0}])
    with pytest.raises(ValueError, match="expanded"):
        program.keeping(program.levels[0], 0)


def test_sets_in_pieces_are_violations() -> None:
    family = replace(random_family(6, sources=1, targets=3), part=np.zeros(3, np.int64))
    chain = sparse.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.int8))
    program = formulation_of(replace(family, graph=chain)).program([])
    assert program.violations(np.array([1, 1, 0])).tolist() == []
    assert program.violations(np.array([1, 0, 1])).tolist() == [-1]
    assert program.violations(np.array([0, 0, 0])).tolist() == []
