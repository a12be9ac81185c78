"""Bounds from any duals: never below the optimum, whoever gave the duals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import bounds
from matchmaker.bounds import best_sets, lagrangian_bound, rounded_bound
from matchmaker.connected_sets import connected_sets
from matchmaker.formulation import UNBOUNDED
from matchmaker.program import Program
from tests.programs import Enumerated, enumerated, random_areas, random_market, random_program


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.0, 1.0, 1e3, 1e9, 1e13]))
def test_any_duals_bound_the_optimum(seed: int, scale: float) -> None:
    program = random_program(seed, general=True)
    truth = enumerated(program)
    if truth.feasible:
        duals = np.random.default_rng(seed).normal(0, 1, program.row_count) * scale
        assert rounded_bound(lagrangian_bound(program, program.levels[0], duals)) >= truth.best[0]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.0, 10.0, 1e6, 1e12]))
def test_any_prices_bound_a_family(seed: int, scale: float) -> None:
    program = random_market(seed)
    truth = enumerated(program)
    if truth.feasible:
        duals = np.random.default_rng(seed).normal(0, 1, program.row_count) * scale
        assert rounded_bound(lagrangian_bound(program, program.levels[0], duals)) >= truth.best[0]


def random_duals(seed: int, rows: int, scale: float) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, rows) * scale


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000), scale=st.sampled_from([0.0, 30.0, 1e6, 1e12, 1e15]), general=st.booleans()
)
def test_any_duals_bound_connected_sets(seed: int, scale: float, general: bool) -> None:
    program = random_areas(seed, targets=3 if general else 5, general=general)
    program = replace(program, upper=np.minimum(program.upper, 3))
    truth = enumerated(program)
    if truth.feasible:
        duals = random_duals(seed, program.row_count, scale)
        assert rounded_bound(lagrangian_bound(program, program.levels[0], duals)) >= truth.best[0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.0, 30.0, 1e6, 1e12]))
def test_any_duals_bound_connected_sets_that_are_too_many(seed: int, scale: float) -> None:
    program = random_areas(seed)
    truth = enumerated(program)
    if truth.feasible:
        duals = random_duals(seed, program.row_count, scale)
        level = program.levels[0]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bounds, "connected_sets", lambda _: None)
            loose = lagrangian_bound(program, level, duals)
        assert rounded_bound(loose) >= truth.best[0]
        # connectedness and true shapes can only make it sharper
        assert lagrangian_bound(program, level, duals) <= loose + 1e-6 * max(1.0, abs(loose))


@pytest.mark.parametrize("seed", range(40))
def test_without_rows_the_bound_is_what_the_best_sets_are_worth(seed: int) -> None:
    program = random_areas(seed)
    none = np.empty(0, np.int64)
    alone = replace(
        program,
        matrix=program.matrix[:0],
        row_lower=none,
        row_upper=none,
        row_side=program.row_side[:0],
        # sets' sizes are the family's, and no row is there to say more
    )
    truth = enumerated_sizes(alone)
    bound = lagrangian_bound(alone, alone.levels[0], np.empty(0))
    if truth is None:
        assert bound == -np.inf
    else:
        assert rounded_bound(bound) == truth


def enumerated_sizes(program: Program) -> int | None:
    """The best plan of a program without rows whose sources keep to the sizes of their sets."""
    family = program.family
    assert family is not None
    truth = enumerated(program)
    owner = np.eye(len(family.minimum), dtype=np.int64)[family.sources]
    size = truth.vectors[:, : program.pair_count] @ owner
    fits = ((size >= family.minimum) & (size <= family.maximum)).all(axis=1)
    return int(truth.values[fits, 0].max()) if fits.any() else None


@pytest.mark.parametrize("seed", range(20))
def test_sets_known_already_give_the_same_bound(seed: int) -> None:
    program = random_areas(seed)
    assert program.family is not None
    duals = random_duals(seed, program.row_count, 30.0)
    sets = connected_sets(program.family)
    level = program.levels[0]
    assert lagrangian_bound(program, level, duals, sets) == lagrangian_bound(program, level, duals)


@pytest.mark.parametrize("seed", range(60))
def test_best_sets_are_the_best_of_all_sets(seed: int) -> None:
    program = random_market(seed)
    family = program.family
    assert family is not None
    value = np.random.default_rng(seed).normal(0, 10, program.pair_count)
    allowed, forced = program.upper > 0, program.lower > 0
    best, part, chosen = best_sets(family, value, allowed, forced)
    for source in range(len(family.minimum)):
        own = np.flatnonzero(family.sources == source)
        worth = _best_set(program_sets(family, own, allowed, forced), value)
        assert best[source] == pytest.approx(worth)
        if np.isfinite(worth):
            taken = own[chosen[own]]
            assert value[taken].sum() == pytest.approx(worth)
            assert set(family.part[taken].tolist()) <= {int(part[source])}


def program_sets(family, own, allowed, forced) -> list[list[int]]:
    """Every set that a source may take, as pair positions."""
    source = int(family.sources[own[0]]) if len(own) else None
    if source is None:
        return [[]]
    sets = []
    for bits in range(2 ** len(own)):
        taken = [int(pair) for number, pair in enumerate(own) if bits >> number & 1]
        if not family.minimum[source] <= len(taken) <= family.maximum[source]:
            continue
        if len({int(family.part[pair]) for pair in taken}) > 1 or not all(allowed[taken]):
            continue
        if {int(pair) for pair in own if forced[pair]} <= set(taken):
            sets.append(taken)
    return sets


def _best_set(sets: list[list[int]], value: np.ndarray) -> float:
    return max((float(value[taken].sum()) for taken in sets), default=-np.inf)


def test_duals_of_the_wrong_sign_count_as_nothing() -> None:
    program = next(
        one
        for one in (random_program(seed, general=True) for seed in range(20))
        if (one.row_upper >= UNBOUNDED).any()
    )
    open_above = program.row_upper >= UNBOUNDED
    duals = np.where(open_above, 7.0, 0.0)
    level = program.levels[0]
    assert lagrangian_bound(program, level, duals) == pytest.approx(
        lagrangian_bound(program, level, np.zeros(program.row_count)), abs=1e-9
    )


@pytest.mark.parametrize(
    ("bound", "units"), [(7.0, 7), (6.9999999, 7), (7.4, 7), (-0.5, -1), (-1.0000000001, -1), (1e15, 10**15)]
)
def test_rounded_bound(bound: float, units: int) -> None:
    assert rounded_bound(bound) == units


def test_enumeration_itself_knows_infeasible_programs() -> None:
    found: set[bool] = {truth.feasible for truth in _some()}
    assert found == {True, False}


def _some() -> list[Enumerated]:
    return [enumerated(random_program(seed, general=True)) for seed in range(20)]
