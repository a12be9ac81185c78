"""Connected, compact sets: the whole recipe against enumeration, exact finish or not."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from matchmaker.backends import bundles
from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.formulation import Formulation, RowSide, SetFamily
from matchmaker.model import Integers, Status
from matchmaker.program import Program
from matchmaker.set_family import Shape
from tests.programs import assert_agrees, enumerated, random_areas, random_market

AREAS = [seed for seed in range(150) if bundles.accepts(random_areas(seed))]


@pytest.fixture
def without_exact_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "SMALL", 0)
    monkeypatch.setattr(bundles, "NEARLY_CLOSED", 0)


@pytest.mark.parametrize("seed", AREAS[:60])
def test_agrees_with_enumeration(seed: int) -> None:
    assert_agrees(bundles, random_areas(seed))


@pytest.mark.parametrize("seed", AREAS[:25])
def test_agrees_with_enumeration_with_ties(seed: int) -> None:
    assert_agrees(bundles, random_areas(seed, tie_break=True))


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_enumeration_with_rows_of_other_rules(seed: int) -> None:
    program = random_areas(seed, sources=2, targets=3, general=True)
    if bundles.accepts(program) and program.column_count <= 8:
        program = replace(program, upper=np.minimum(program.upper, 3))
        assert_agrees(bundles, program)


@pytest.mark.parametrize("seed", AREAS[:90])
@pytest.mark.usefixtures("without_exact_finish")
def test_generated_columns_alone_give_a_plan_and_a_bound(seed: int) -> None:
    assert_agrees(bundles, random_areas(seed), exact=False)


@pytest.mark.usefixtures("without_exact_finish")
def test_generated_columns_alone_come_near_the_optimum() -> None:
    reached = best = 0
    for seed in AREAS:
        program = random_areas(seed)
        truth = enumerated(program)
        if truth.feasible and truth.best[0] > 0:
            reached += bundles.solve(program, Settings()).levels[0].value
            best += truth.best[0]
    assert best > 5_000
    assert reached >= 0.98 * best


def partitions_program(seed: int, branches: int, grids: int) -> Program:
    """Grids on a drawn map in one community, every one taken once, by up to three branches."""
    rng = np.random.default_rng(seed)
    source, target = np.divmod(np.arange(branches * grids), grids)
    form = Formulation(source, target)
    pair = np.arange(len(source))
    low, high = rng.integers(0, 2, branches), rng.integers(2, grids + 1, branches)
    form.add_rows("sources", source, pair, 1, low, high, RowSide.SOURCE)
    form.add_rows("targets", target, pair, 1, np.ones(grids, np.int64), 1, RowSide.TARGET)
    form.add_points("fit", pair, rng.integers(0, 9000, len(pair)))
    map_of = nx.gnp_random_graph(grids, 0.35, seed=seed)
    map_of.add_edges_from((i, i + 1) for i in range(grids - 1) if rng.random() < 0.8)
    graph = sparse.csr_array(nx.to_scipy_sparse_array(map_of, dtype=np.int8))
    away = np.triu(rng.integers(100, 2000, (grids, grids)), 1)
    shape = Shape(200, sparse.csr_array(away + away.T))
    part = np.zeros(len(pair), np.int64)
    form.set_family(SetFamily("connected", source, target, part, low, high, graph, shape, "compact"))
    return form.program([{"fit": 1.0, "compact": 1.0}])


def best_partition(program: Program) -> int | None:
    """The best of all ways to give each grid to one branch, by brute force."""
    family = program.family
    assert family is not None
    assert family.shape is not None
    branches, grids = len(family.minimum), int(family.targets.max()) + 1
    points = program.levels[0].points.reshape(branches, grids)
    graph = nx.from_scipy_sparse_array(family.graph)
    spread, level = family.shape.spread.toarray(), program.levels[0]
    worth: dict[tuple[int, int], int | None] = {}

    def of_set(branch: int, mask: int) -> int | None:
        inside = [grid for grid in range(grids) if mask >> grid & 1]
        if not family.minimum[branch] <= len(inside) <= family.maximum[branch]:
            return None
        if not inside:
            return 0
        area = graph.subgraph(inside)
        if not nx.is_connected(area):
            return None
        shape = family.shape.sides * area.number_of_edges()
        shape -= min(int(spread[inside, centre].sum()) for centre in inside)
        return int(points[branch, inside].sum()) + level.shape * shape

    best: int | None = None
    for owners in product(range(branches), repeat=grids):
        total = 0
        for branch in range(branches):
            key = (branch, sum(1 << grid for grid, owner in enumerate(owners) if owner == branch))
            if key not in worth:
                worth[key] = of_set(*key)
            value = worth[key]
            if value is None:
                break
            total += value
        else:
            best = total if best is None else max(best, total)
    return best


@pytest.mark.parametrize(("branches", "grids"), [(1, 4), (2, 6), (2, 9), (3, 7), (3, 8), (3, 9)])
@pytest.mark.parametrize("seed", range(4))
def test_all_partitions_of_up_to_nine_grids_among_up_to_three_branches(
    seed: int, branches: int, grids: int
) -> None:
    program = partitions_program(seed, branches, grids)
    best = best_partition(program)
    solution = bundles.solve(program, Settings(gap=0))
    if best is None:
        assert solution.status is Status.INFEASIBLE
    else:
        assert solution.status is Status.OPTIMAL
        assert solution.levels[0].value == solution.levels[0].bound == best
        assert solution.x is not None
        assert program.units(program.levels[0], solution.x) == best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("without_exact_finish")
def test_partitions_by_generated_columns(seed: int) -> None:
    program = partitions_program(seed, 3, 9)
    best = best_partition(program)
    solution = bundles.solve(program, Settings(gap=0))
    if best is None:
        assert solution.status is Status.INFEASIBLE
    else:
        assert solution.levels[0].value <= best <= solution.levels[0].bound


@pytest.mark.parametrize("seed", AREAS[:30])
def test_more_sets_than_can_be_listed_are_left_to_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "connected_sets", lambda _: None)
    solution = assert_agrees(bundles, random_areas(seed))
    assert solution.backend == "cpsat"


@pytest.mark.parametrize("seed", AREAS[:30])
@pytest.mark.usefixtures("without_exact_finish")
def test_a_search_that_finds_no_plan_is_no_proof(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(division: Division, *_: object) -> Integers:
        return np.full(division.sources, -1, np.int64)

    monkeypatch.setattr(bundles, "dive", nothing)
    monkeypatch.setattr(bundles, "SEARCHING", 0.0)
    assert_agrees(bundles, random_areas(seed), exact=False)


class TestAccepts:
    def test_connected_sets(self) -> None:
        assert bundles.accepts(random_areas(AREAS[0]))

    def test_not_without_a_graph(self) -> None:
        assert not any(bundles.accepts(random_market(seed)) for seed in range(20))

    def test_not_two_levels(self) -> None:
        program = random_areas(AREAS[0])
        assert not bundles.accepts(replace(program, levels=program.levels * 2))

    def test_not_targets_that_several_may_take(self) -> None:
        program = random_areas(AREAS[0])
        twice = np.where(program.row_side == RowSide.TARGET, 2, program.row_upper)
        assert not bundles.accepts(replace(program, row_upper=twice))
