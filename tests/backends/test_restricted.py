"""Restricted solves: what is demanded of a plan, and when one is enough."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.restricted import LARGEST_ROW, Restricted, solve_restricted
from matchmaker.formulation import Formulation
from matchmaker.program import Level, Program
from tests.programs import enumerated, random_program


def solved(program: Program, at_least: int | None = None, enough: int | None = None) -> Restricted:
    free = np.ones(program.column_count, bool)
    return solve_restricted(
        program, program.levels[0], free, program.lower, None, Settings(gap=0), 5.0, at_least, enough
    )


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_is_demanded(seed: int) -> None:
    program = random_program(seed, general=True)
    truth = enumerated(program)
    if not truth.feasible:
        return
    best = truth.best[0]
    reached = solved(program, at_least=best)
    assert reached.x is not None
    assert program.levels[0].units(reached.x) == best
    refuted = solved(program, at_least=best + 1)
    assert (refuted.x, refuted.finished) == (None, True)


@pytest.mark.parametrize("seed", range(40))
def test_the_first_plan_that_is_enough_will_do(seed: int) -> None:
    program = random_program(seed, general=True)
    truth = enumerated(program)
    if not truth.feasible:
        return
    enough = int(truth.values[:, 0].min())
    found = solved(program, enough=enough)
    assert found.x is not None
    assert not found.timed_out
    assert program.levels[0].units(found.x) >= enough
    assert found.bound >= truth.best[0]


def test_a_demand_too_large_for_a_row_is_left_out() -> None:
    program = Formulation(np.arange(2), np.zeros(2, np.int64)).program([])
    level = Level(np.array([LARGEST_ROW // 2, LARGEST_ROW - LARGEST_ROW // 2]), 0, 1.0)
    free = np.ones(2, bool)
    found = solve_restricted(
        program, level, free, program.lower, None, Settings(gap=0), 5.0, at_least=LARGEST_ROW + 1
    )
    assert found.x is not None
    assert found.bound == LARGEST_ROW
