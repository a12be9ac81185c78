"""Minimum-cost flow against enumeration, and what it does not accept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import flow
from matchmaker.backends.base import Settings
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Status
from matchmaker.program import Level
from tests.judge import best
from tests.programs import assert_agrees, enumerated, random_program, ties_proven


@pytest.mark.parametrize("seed", range(120))
def test_agrees_with_enumeration(seed: int) -> None:
    program = random_program(seed, levels=seed % 4, tie_break=seed % 3 == 0)
    solution = assert_agrees(flow, program)
    if solution.x is not None and seed % 3 == 0:
        assert ties_proven(program, solution)


@pytest.mark.parametrize("seed", range(40))
def test_first_level_is_what_another_solver_finds(seed: int) -> None:
    program = random_program(seed, levels=1)
    found, judged = flow.solve(program, Settings()), best(program, 0)
    assert (found.x is None) == (judged is None)
    if judged is not None:
        assert found.levels[0].value == judged[1]
        assert found.levels[0].certified == judged[1]


def test_pairs_without_a_source_row_count_among_the_levels() -> None:
    # only the first source has a row; the second takes three pairs more than that row allows
    form = Formulation(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 2]))
    form.add_rows("sources", [0], [0], 1, [0], [1], RowSide.SOURCE)
    form.add_points("first", [0, 1, 2, 3], [1, 1, 1, 1])
    form.add_points("second", [1, 2, 3], [-9, -9, -9])
    program = form.program([{"first": 1.0}, {"second": 1.0}])
    solution = assert_agrees(flow, program)
    assert solution.x is not None
    assert solution.x.tolist() == [1, 1, 1, 1]


def test_columns_without_rows_take_their_better_bound() -> None:
    form = Formulation(np.array([0, 1]), np.array([0, 0]))
    form.add_columns("aux", 0, [5])
    form.add_points("term", [0, 1, 2], [7, -7, 2])
    solution = assert_agrees(flow, form.program([{"term": 1.0}]))
    assert solution.x is not None
    assert solution.x.tolist() == [1, 0, 5]


def test_no_pairs_at_all() -> None:
    program = Formulation(np.empty(0, np.int64), np.empty(0, np.int64)).program([{}])
    solution = flow.solve(program, Settings())
    assert solution.status is Status.OPTIMAL
    assert solution.x is not None
    assert len(solution.x) == 0


def test_infeasible_degrees() -> None:
    form = Formulation(np.array([0, 0]), np.array([0, 1]))
    form.add_rows("sources", [0, 0], [0, 1], 1, [0], [1], RowSide.SOURCE)
    form.add_rows("targets", [0, 1], [0, 1], 1, [1, 1], [1, 1], RowSide.TARGET)
    assert flow.solve(form.program([]), Settings()).status is Status.INFEASIBLE


class TestAccepts:
    def program(self):
        return random_program(1, levels=1)

    def test_not_general_rows(self) -> None:
        program = random_program(3, levels=1, general=True)
        assert (program.row_side == RowSide.GENERAL).any()
        assert not flow.accepts(program)

    def test_not_families(self) -> None:
        assert not flow.accepts(random_program(1, levels=1, family=True))

    def test_not_other_coefficients(self) -> None:
        form = Formulation(np.array([0, 1]), np.array([0, 0]))
        form.add_rows("targets", [0, 0], [0, 1], [1, 2], [0], [2], RowSide.TARGET)
        assert not flow.accepts(form.program([]))

    def test_not_a_column_twice_on_a_side(self) -> None:
        form = Formulation(np.array([0]), np.array([0]))
        form.add_rows("targets", [0, 1], [0, 0], 1, [0, 0], [1, 1], RowSide.TARGET)
        assert not flow.accepts(form.program([]))

    def test_not_columns_below_zero(self) -> None:
        form = Formulation(np.array([0]), np.array([0]))
        column = form.add_columns("aux", -2, [3])
        form.add_rows("targets", [0, 0], [0, int(column[0])], 1, [-1], [0], RowSide.TARGET)
        assert not flow.accepts(form.program([]))

    def test_not_levels_whose_joint_cost_would_overflow(self) -> None:
        program = self.program()
        points = np.full(program.column_count, 2**28)
        levels = tuple(Level(points + number, 0, 1.0) for number in range(4))
        assert flow.accepts(replace(program, levels=levels[:1]))
        assert not flow.accepts(replace(program, levels=levels))


def test_duals_certify_the_optimum() -> None:
    for seed in range(60):
        program = random_program(seed, levels=2)
        solution = flow.solve(program, Settings())
        if solution.x is not None:
            assert solution.levels[0].certified == solution.levels[0].value
            assert solution.levels[1].certified is None
            assert enumerated(program).best[0] == solution.levels[0].value


def test_unbounded_rows_are_no_limit() -> None:
    form = Formulation(np.zeros(3, np.int64), np.arange(3))
    form.add_rows("sources", np.zeros(3, np.int64), np.arange(3), 1, [0], [UNBOUNDED], RowSide.SOURCE)
    form.add_points("term", np.arange(3), [1, 2, 3])
    assert assert_agrees(flow, form.program([{"term": 1.0}])).levels[0].value == 6
