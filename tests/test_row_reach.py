"""Rows out of reach: what is told is a proof, and degrees are counted."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Problem, Stage
from matchmaker.row_reach import unreachable_rows
from tests.rules.instances import dataset_from, problem_of, side_of

STAGE = Stage("agency_sub_district", "agencies", "sub_districts")


def small(sources: tuple[int, int | None], targets: tuple[int, int | None], size: int = 3) -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}"} for i in range(size)],
            "sub_districts": [{"sub_district_id": f"S{i}"} for i in range(2)],
        }
    )
    return problem_of(
        dataset, STAGE, side_of(dataset, "agencies", sources), side_of(dataset, "sub_districts", targets)
    )


def test_as_many_of_the_largest_as_the_degree_lets() -> None:
    given = small((0, 1), (0, 2))
    formulation = Formulation(given.pair_source, given.pair_target)
    own = np.flatnonzero(given.pair_target == 1)
    formulation.add_rows("floor", [0, 0, 0], own, [5, 3, 1], [9], UNBOUNDED)
    (found,) = unreachable_rows(given, formulation)
    assert (found.reached, found.bound, found.pairs.tolist()) == (8, 9, own[:2].tolist())
    assert unreachable_rows(given, formulation, degrees=False) == ()


def test_as_few_of_the_smallest_as_the_degree_asks_for() -> None:
    given = small((0, 1), (2, None))
    formulation = Formulation(given.pair_source, given.pair_target)
    own = np.flatnonzero(given.pair_target == 0)
    formulation.add_rows("room", [0, 0, 0], own, [5, 3, 1], [-UNBOUNDED], [3])
    (found,) = unreachable_rows(given, formulation)
    assert (found.reached, found.bound, sorted(found.pairs.tolist())) == (4, 3, own[1:].tolist())


@pytest.mark.parametrize("seed", range(60))
def test_no_choice_within_the_degrees_fulfils_a_row_that_is_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = int(rng.integers(0, 3)), int(rng.integers(2, 4))
    given = small((0, 2), (low, high))
    formulation = Formulation(given.pair_source, given.pair_target)
    columns = np.flatnonzero(given.pair_target == int(rng.integers(2)))
    weight = rng.integers(-3, 6, len(columns))
    bounds = np.sort(rng.integers(-4, 12, 2))
    formulation.add_rows("some", np.zeros(len(columns), int), columns, weight, [bounds[0]], [bounds[1]])
    formulation.fix("ban", rng.choice(given.pair_count, 1), int(rng.integers(2)))
    program = formulation.program([])
    possible = False
    for values in product((0, 1), repeat=given.pair_count):
        x = np.array(values)
        degrees = np.bincount(given.pair_target, x, 2), np.bincount(given.pair_source, x, 3)
        inside = (low <= degrees[0]).all() and (degrees[0] <= high).all() and (degrees[1] <= 2).all()
        possible |= bool(inside) and not len(program.violations(x))
    if unreachable_rows(given, formulation):
        assert not possible
