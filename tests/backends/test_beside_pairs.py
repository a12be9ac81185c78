"""Columns that are no pairs at their best for the pairs chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.backends import cpsat
from matchmaker.backends.base import Settings
from matchmaker.backends.beside_pairs import at_best
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Integers
from matchmaker.program import Program


def program() -> Program:
    """Two sources, two targets; a shortfall column, a use column, and one that both levels want."""
    source, target = np.repeat([0, 1], 2), np.tile([0, 1], 2)
    formulation = Formulation(source, target)
    (short,) = formulation.add_columns("rule", 0, [2])
    (used,) = formulation.add_columns("rule", 0, [1])
    (shared,) = formulation.add_columns("rule", 0, [3])
    formulation.add_rows("rule", [0, 0, 0], [0, 2, short], 1, 2, UNBOUNDED)  # x0 + x2 + short ≥ 2
    formulation.add_rows("rule", [0, 0], [1, used], [1, -1], -UNBOUNDED, [0])  # x1 ≤ used
    formulation.add_rows("rule", [0, 0], [shared, used], [1, 2], -UNBOUNDED, [3])  # shared + 2 used ≤ 3
    formulation.add_points("first", short, -100)
    formulation.add_points("first", used, 30)
    formulation.add_points("second", shared, 10)
    formulation.add_points("second", np.arange(4), [1, 2, 3, 4])
    return formulation.program([{"first": 1}, {"second": 1}])


def test_level_by_level() -> None:
    one = program()
    slack = np.array([1, 0, 0, 0, 2, 0, 0])
    assert at_best(one, one.levels, slack, Settings()).tolist() == [1, 0, 0, 0, 1, 1, 1]
    assert at_best(one, one.levels[1:], slack, Settings()).tolist()[-2:] == [0, 3]
    assert at_best(one, one.levels[:1], slack, Settings(deadline=0.0)).tolist()[4:6] == [1, 1]


def test_a_plan_that_no_values_fit_stays_as_it_is() -> None:
    one = program()
    tight = replace(one, upper=np.append(one.upper[:4], [1, 1, 3]))  # one may be short, two are
    slack: Integers = np.array([0, 0, 0, 0, 1, 0, 0])
    assert at_best(tight, tight.levels, slack, Settings()) is slack


def test_pairs_alone_have_nothing_beside_them() -> None:
    bare = Formulation(np.zeros(2, np.int64), np.arange(2)).program([])
    x: Integers = np.array([1, 0])
    assert at_best(bare, bare.levels, x, Settings()) is x


def test_a_search_that_stops_early_reports_what_its_pairs_are_worth() -> None:
    loose = Settings(gap=0.5)
    solution = cpsat.solve(program(), loose)
    assert solution.x is not None
    best = at_best(program(), program().levels, solution.x, loose)
    assert [level.units(best) for level in program().levels] == [one.value for one in solution.levels]
    assert all(one.bound >= one.value for one in solution.levels)
