"""The linear relaxation and the second opinion on infeasibility."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.highs import branch, second_opinion
from matchmaker.backends.relaxation import relax, relax_some, without_prices
from matchmaker.bounds import lagrangian_bound
from matchmaker.formulation import Formulation
from matchmaker.model import Status
from tests.programs import enumerated, random_program


@pytest.mark.parametrize("seed", range(60))
def test_duals_prove_the_relaxation_and_it_bounds_the_optimum(seed: int) -> None:
    program = random_program(seed, general=True)
    truth, level = enumerated(program), program.levels[0]
    found = relax(program, level)
    if found is None:
        assert not truth.feasible
        return
    value = found.value + level.constant
    assert lagrangian_bound(program, level, found.duals) == pytest.approx(value, abs=1e-6)
    assert found.reduced == pytest.approx(level.points - program.matrix.T @ found.duals)
    if truth.feasible:
        assert value >= truth.best[0] - 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_over_some_columns(seed: int) -> None:
    program = random_program(seed, general=True)
    level, rng = program.levels[0], np.random.default_rng(seed)
    whole = relax(program, level)
    if whole is None:
        return
    everything = relax_some(program, level, np.ones(program.column_count, bool), program.lower)
    assert everything is not None
    assert everything.value == pytest.approx(whole.value, abs=1e-6)
    free = rng.random(program.column_count) < 0.7
    some = relax_some(program, level, free, program.lower)
    if some is None:
        return
    assert some.value <= whole.value + 1e-6
    assert some.value == pytest.approx(level.points @ some.x, abs=1e-6)
    assert (some.x[~free] == program.lower[~free]).all()
    assert some.reduced == pytest.approx(level.points - program.matrix.T @ some.duals)


@pytest.mark.parametrize("seed", range(40))
def test_branching_agrees_with_enumeration(seed: int) -> None:
    program = random_program(seed, general=True)
    truth = enumerated(program)
    if program.column_count == 0 or not truth.feasible:
        return
    found = branch(program, program.levels[0], Settings(), 0.0, 1000)
    assert found.x is not None
    assert not found.timed_out
    assert program.levels[0].units(found.x) == truth.best[0] == found.bound


def test_without_prices_is_a_bound_too() -> None:
    for seed in range(30):
        program = random_program(seed, general=True)
        truth, level = enumerated(program), program.levels[0]
        if truth.feasible:
            found = without_prices(program, level, truth.vectors[0])
            assert lagrangian_bound(program, level, found.duals) >= truth.best[0]
            assert found.value + level.constant >= truth.best[0]


def test_out_of_time() -> None:
    rng = np.random.default_rng(0)
    source, target = np.repeat(np.arange(60), 60), np.tile(np.arange(60), 60)
    form = Formulation(source, target)
    form.add_rows("general", target, np.arange(3600), rng.integers(1, 50, 3600), np.full(60, 100), 300)
    form.add_points("term", np.arange(3600), rng.integers(1, 100, 3600))
    program = form.program([{"term": 1.0}])
    with pytest.raises(TimeoutError):
        relax(program, program.levels[0], 0.0)


@pytest.mark.parametrize("seed", range(60))
def test_second_opinion_agrees_with_enumeration(seed: int) -> None:
    program = random_program(seed, general=True)
    status, x = second_opinion(program)
    if enumerated(program).feasible:
        assert status is Status.FEASIBLE
        assert x is not None
        assert not len(program.violations(x))
    else:
        assert (status, x) == (Status.INFEASIBLE, None)


def test_second_opinion_without_columns_or_rows() -> None:
    none = np.empty(0, np.int64)
    form = Formulation(none, none)
    assert second_opinion(form.program([]))[0] is Status.FEASIBLE
    form.add_rows("impossible", none, none, none, [1], [1])
    assert second_opinion(form.program([]))[0] is Status.INFEASIBLE
    assert (
        second_opinion(Formulation(np.zeros(1, np.int64), np.zeros(1, np.int64)).program([]))[0]
        is Status.FEASIBLE
    )
