"""Connected, compact sets as rows: for every choice of pairs the rows say what the family says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from matchmaker import area_rows
from matchmaker.backends import cpsat, level_search
from matchmaker.backends.base import Settings, Start
from matchmaker.expansion import expanded, expanded_values
from matchmaker.formulation import Formulation
from matchmaker.model import Integers, Status
from matchmaker.program import Program
from matchmaker.set_family import SetFamily, Shape
from tests.judge import allowed, best, hundredths

GRAPHS = {
    "path": [(0, 1), (1, 2), (2, 3), (3, 4)],
    "cycle": [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)],
    "star": [(0, 1), (0, 2), (0, 3), (0, 4)],
    "all": [(a, b) for a in range(5) for b in range(a)],
    "two pieces": [(0, 1), (1, 2), (3, 4)],
    "none": [],
}


def program_of(
    name: str,
    seed: int,
    sources: int = 1,
    parts: int = 1,
    most: int = 5,
    shape: bool = True,
    spread: bool = True,
) -> Program:
    """All pairs of some sources with five targets on a graph, with random points, shape and sizes."""
    rng = np.random.default_rng(seed)
    edges = np.array(GRAPHS[name], np.int64).reshape(-1, 2)
    graph = np.zeros((5, 5), np.int8)
    graph[edges[:, 0], edges[:, 1]] = graph[edges[:, 1], edges[:, 0]] = 1
    part_of = np.sort(rng.integers(0, parts, 5))
    loss = np.triu(rng.integers(0, 400, (5, 5)) * (part_of[:, None] == part_of) * spread, 1)
    source, target = np.repeat(np.arange(sources), 5), np.tile(np.arange(5), sources)
    form = Formulation(source, target)
    form.add_points("fit", np.arange(len(source)), rng.integers(-300, 300, len(source)))
    form.set_family(
        SetFamily(
            "areas", source, target, part_of[target], np.zeros(sources, np.int64), np.full(sources, most),
            sparse.csr_array(graph),
            Shape(int(rng.choice([-50, 0, 150])), sparse.csr_array(loss + loss.T)) if shape else None,
            "areas",
        )
    )  # fmt: skip
    return form.program([{"fit": 1.0, "areas": 1.0}] if shape else [{"fit": 1.0}])


def every_choice(program: Program) -> Integers:
    count = program.pair_count
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.int64)


def suits(program: Program, x: Integers) -> bool:
    """What the family says, sizes included."""
    assert program.family is not None
    sizes = np.bincount(program.family.sources, x, len(program.family.maximum))
    return not len(program.violations(x)) and bool((sizes <= program.family.maximum).all())


def assert_same(program: Program) -> None:
    choices = every_choice(program)
    fine = np.array([suits(program, x) for x in choices])
    assert [allowed(program, x) for x in choices] == fine.tolist()
    flat = expanded(program)
    assert flat.family is None
    assert all(level.shape == 0 for level in flat.levels)
    for level in program.levels:
        units = [program.units(level, x) for x in choices[fine]]
        single = replace(program, levels=(replace(level, scale=0.01),))
        assert hundredths(single, choices[fine]) == units
        filled = [expanded_values(program, x) for x in choices[fine]]
        assert not any(len(flat.violations(values)) for values in filled)
        at = program.levels.index(level)
        assert [flat.levels[at].units(values) for values in filled] == units


@pytest.mark.parametrize("few", [2, 8])
@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", GRAPHS)
def test_one_source(name: str, most: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_rows, "FEW", few)
    for seed in range(2):
        assert_same(program_of(name, seed, most=most))


@pytest.mark.parametrize("few", [2, 8])
@pytest.mark.parametrize("seed", range(4))
def test_two_parts(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_rows, "FEW", few)
    assert_same(program_of("cycle", seed, parts=2, most=3))
    assert_same(program_of("all", seed, parts=3, most=4, shape=seed % 2 == 0))


@pytest.mark.parametrize("few", [2, 8])
def test_two_sources_and_pairs_that_may_not_be(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_rows, "FEW", few)
    program = program_of("cycle", 3, sources=2, most=4)
    upper = program.upper.copy()
    upper[[1, 5, 8]] = 0
    family = program.family
    assert family is not None
    program = replace(program, upper=upper, family=replace(family, maximum=np.array([3, 4])))
    choices = every_choice(program)[::5]
    fine = [suits(program, x) for x in choices]
    assert [allowed(program, x) for x in choices] == fine
    assert any(fine)


def test_nothing_more_than_needed_is_written() -> None:
    def added(program: Program) -> tuple[int, int]:
        flat = expanded(program)
        return flat.column_count - program.column_count, flat.row_count - program.row_count

    # one target at most: one row says so
    assert added(program_of("cycle", 0, most=1)) == (0, 1)
    # nobody has a neighbour: one target at most, whatever the size
    assert added(program_of("none", 0, most=4)) == (0, 1)
    # two at most, without shape: a root each; one group, so no boolean for it
    columns, rows = added(program_of("cycle", 0, most=2, shape=False))
    assert (columns, rows) == (5, 1 + 1 + 5 + 5)
    # a shape without distances counts edges only
    with_edges = program_of("path", 2, most=3, spread=False)
    assert with_edges.family is not None
    assert with_edges.family.shape is not None
    assert with_edges.family.shape.sides != 0
    assert added(with_edges)[0] == 5 + 5 + 4


def test_a_level_that_counts_no_shape_gets_no_columns_for_it() -> None:
    program = program_of("cycle", 0, most=3)
    without = replace(program, levels=(replace(program.levels[0], shape=0),))
    assert expanded(without).column_count < expanded(program).column_count


@pytest.mark.parametrize("few", [2, 8])
@pytest.mark.parametrize("seed", range(6))
def test_the_exact_backend_solves_connected_sets(
    seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area_rows, "FEW", few)
    rng = np.random.default_rng(seed)
    program = program_of(
        str(rng.choice(list(GRAPHS))), seed, sources=2, parts=int(rng.integers(1, 3)), most=4
    )
    level = program.levels[0]
    choices = every_choice(program)
    values = [program.units(level, x) for x in choices if suits(program, x)]
    solution = cpsat.solve(program, Settings(gap=0))
    assert solution.status is Status.OPTIMAL
    assert solution.x is not None
    assert suits(program, solution.x)
    assert solution.levels[0].value == max(values) == program.units(level, solution.x)
    judged = best(program, 0)
    assert judged is not None
    assert judged[1] == max(values)
    again = cpsat.solve(program, Settings(gap=0), start=Start(solution.x[: program.pair_count]))
    assert again.levels[0].value == max(values)


def test_large_sets_flow_from_their_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight in a row with room for all, written by a flow."""
    monkeypatch.setattr(area_rows, "FEW", 7)
    count = 8
    graph = np.zeros((count, count), np.int8)
    for one, other in pairwise(range(count)):
        graph[one, other] = graph[other, one] = 1
    apart = np.abs(np.arange(count)[:, None] - np.arange(count)) * 30
    form = Formulation(np.zeros(count, np.int64), np.arange(count))
    form.add_points("fit", np.arange(count), np.array([500, 1, 1, 1, 1, 1, 1, 500]))
    form.set_family(
        SetFamily(
            "areas", form.pair_source, form.pair_target, np.zeros(count, np.int64), np.array([0]),
            np.array([count]), sparse.csr_array(graph), Shape(10, sparse.csr_array(apart)), "areas",
        )
    )  # fmt: skip
    program = form.program([{"fit": 1.0, "areas": 1.0}])
    x = np.ones(count, np.int64)
    assert program.units(program.levels[0], x) == 1006 + 7 * 10 - 30 * (1 + 2 + 3 + 4 + 3 + 2 + 1)
    solution = cpsat.solve(program, Settings(gap=0))
    assert solution.x is not None
    assert solution.levels[0].value == 596
    assert solution.x.sum() == count
    assert not allowed(program, np.array([1, 1, 0, 1, 1, 1, 1, 1]))


def test_a_plan_is_worth_what_its_sets_are_wherever_a_search_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search may stop with a set that has another centre than its best one."""
    program = program_of("all", 1, most=4)
    program = replace(program, lower=np.array([1, 1, 1, 0, 0]), upper=np.array([1, 1, 1, 0, 0]))
    level = program.levels[0]
    real = level_search.Search.run

    def careless(search: level_search.Search, start: Integers | None) -> level_search.Outcome:
        found = real(search, start)
        assert found.x is not None
        x = found.x.copy()
        x[program.column_count :] = search.program.upper[program.column_count :]
        return replace(
            found, x=x, status=Status.FEASIBLE, result=replace(found.result, value=search.level.units(x))
        )

    monkeypatch.setattr(level_search.Search, "run", careless)
    solution = cpsat.solve(program, Settings(gap=0))
    assert solution.x is not None
    assert solution.levels[0].value == program.units(level, solution.x)
    assert solution.status is Status.OPTIMAL
