from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matchmaker import assign

Values = NDArray[np.float64]


def brute_force(
    value: Values, load: Values, capacity: Values, sense: str, allowed: NDArray[np.bool_], most: int
) -> float | None:
    """Best sum over all ways to give each source one target; None where there is none."""
    sources, targets = value.shape
    sign = 1 if sense == "max" else -1
    best = None
    for choice in product(range(targets), repeat=sources):
        at = np.arange(sources), np.array(choice)
        taken = np.bincount(at[1], load[at], targets)
        if not allowed[at].all() or (taken > capacity + 1e-9).any():
            continue
        if (np.bincount(at[1], minlength=targets) > most).any():
            continue
        total = sign * value[at].sum()
        best = total if best is None else max(best, total)
    return None if best is None else sign * best


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    sources=st.integers(1, 5),
    targets=st.integers(1, 4),
    sense=st.sampled_from(["max", "min"]),
    whole=st.booleans(),
)
def test_agrees_with_trying_everything(
    seed: int, sources: int, targets: int, sense: str, whole: bool
) -> None:
    random = np.random.default_rng(seed)
    shape = (sources, targets)
    value = random.integers(-20, 50, shape).astype(float) if whole else random.normal(size=shape)
    load = random.integers(0, 12, shape).astype(float) if whole else random.random(shape)
    capacity = load.mean() * random.uniform(0.3, 2.0, targets) * sources / targets
    allowed = random.random(shape) < 0.8
    most = int(random.integers(1, sources + 1))
    found = assign(
        value, load=load, capacity=capacity, per_target=(0, most), allowed=allowed, sense=sense, seed=seed
    )
    expected = brute_force(value, load, capacity, sense, allowed, most)
    if expected is None:
        assert found.status == "infeasible"
        assert (found.target == -1).all()
        assert np.isnan(found.objective)
        assert found.pairs.shape == (0, 2)
        return
    chosen = np.arange(sources), found.target
    assert found.status == "optimal"
    assert allowed[chosen].all()
    assert (np.bincount(found.target, load[chosen], targets) <= capacity + 1e-9).all()
    assert (np.bincount(found.target, minlength=targets) <= most).all()
    assert found.objective == pytest.approx(value[chosen].sum())
    assert found.objective == pytest.approx(expected, abs=1e-5 * sources * np.abs(value).max())
    better = found.bound - expected if sense == "max" else expected - found.bound
    assert better >= -1e-9
    assert found.gap == pytest.approx(abs(found.bound - found.objective) / max(1, abs(found.objective)))
    if whole:
        assert found.objective == expected
        assert found.gap == 0


@pytest.mark.parametrize("size", [1, 7, 40])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("sense", ["max", "min"])
def test_agrees_with_linear_sum_assignment(size: int, whole: bool, sense: str) -> None:
    random = np.random.default_rng(size)
    value = random.integers(0, 1000, (size, size)).astype(float) if whole else random.random((size, size))
    found = assign(value, per_target=1, sense=sense)  # type: ignore[arg-type]
    rows, columns = linear_sum_assignment(value, maximize=sense == "max")
    assert found.status == "optimal"
    assert sorted(found.target) == list(range(size))
    assert found.objective == pytest.approx(value[rows, columns].sum(), abs=1e-9)
    assert found.gap < 1e-9
    if whole:
        assert found.objective == found.bound == value[rows, columns].sum()


def test_more_targets_than_sources_and_the_reverse() -> None:
    value = np.random.default_rng(3).integers(0, 100, (4, 9)).astype(float)
    wide = assign(value, per_target=(0, 1))
    assert wide.objective == value[linear_sum_assignment(value, maximize=True)].sum()
    tall = assign(value.T, per_source=(0, 1), per_target=1)
    assert tall.objective == wide.objective
    assert (tall.target == -1).sum() == 5


def test_several_targets_per_source_and_bounds_as_arrays() -> None:
    value = np.arange(12.0).reshape(3, 4)
    least, most = np.array([1, 0, 2]), np.array([2, 0, 3])
    found = assign(value, per_source=(least, most), per_target=(None, 1))
    count = np.bincount(found.pairs[:, 0], minlength=3)
    assert (count >= least).all()
    assert (count <= most).all()
    assert (np.bincount(found.pairs[:, 1]) <= 1).all()
    assert found.objective == value[found.pairs[:, 0], found.pairs[:, 1]].sum() == 30.0
    assert found.target.tolist() == [found.pairs[0, 1], -1, found.pairs[found.pairs[:, 0] == 2][0, 1]]


def test_loads_without_fixed_numbers_are_a_knapsack() -> None:
    found = assign([[6.0], [5.0], [4.0]], load=[[5], [4], [3]], capacity=[7], per_source=(0, 1))
    assert found.target.tolist() == [-1, 0, 0]
    assert found.objective == found.bound == 9.0


def test_decimal_loads_fill_a_capacity_to_the_brim() -> None:
    found = assign([[1.0]] * 3, load=[[0.1]] * 3, capacity=0.3, per_source=(0, 1))
    assert found.objective == 3.0
    uneven = assign([[1.0, 0.0]] * 2, load=[[0.1, 0.3], [0.2, 0.3]], capacity=[0.3, 0.3], per_source=(0, 1))
    assert uneven.objective == 2.0


def test_capacity_alone_counts_sources() -> None:
    found = assign([[5.0, 1.0], [4.0, 1.0], [3.0, 1.0]], capacity=[1, 5])
    assert found.target.tolist() == [0, 1, 1]


def test_large_loads_are_rounded_to_the_safe_side() -> None:
    random = np.random.default_rng(5)
    load = random.integers(10**9, 10**10, (12, 3)).astype(float)
    capacity = load.sum(axis=0) / 3 * 1.1
    value = random.integers(1, 100, (12, 3)).astype(float)
    found = assign(value, load=load, capacity=capacity)
    chosen = np.arange(12), found.target
    assert found.status in ("optimal", "feasible")
    assert (np.bincount(found.target, load[chosen], 3) <= capacity).all()
    assert found.bound >= found.objective


def test_fewer_places_than_sources_are_infeasible() -> None:
    found = assign(np.ones((3, 2)), per_target=(0, 1))
    assert found.status == "infeasible"
    assert found.bound == np.inf
    assert assign(np.ones((2, 2)), allowed=[[True, True], [False, False]]).status == "infeasible"
    assert assign(np.ones((2, 2)), load=5.0 * np.ones((2, 2)), capacity=1, sense="min").bound == -np.inf


def test_the_seed_decides_between_equals_and_repeats() -> None:
    value = np.ones((8, 8))
    plans = {tuple(assign(value, per_target=1, seed=seed).target) for seed in range(6)}
    assert len(plans) > 1
    first, again = (assign(value, per_target=1, seed=3).target for _ in range(2))
    assert first.tolist() == again.tolist()


def test_time_that_is_up_is_no_proof() -> None:
    random = np.random.default_rng(0)
    load = random.integers(5, 25, (120, 12)).astype(float)
    value = random.integers(10, 50, (120, 12)).astype(float)
    found = assign(value, load=load, capacity=load.sum(axis=0) / 12 * 0.8, sense="min", seconds=1e-6)
    assert found.status in ("unknown", "feasible")
    assert found.gap > 0


def test_worker_processes_find_the_same() -> None:
    value = np.kron(np.eye(3), np.ones((4, 4))) * np.random.default_rng(1).integers(1, 50, (12, 12))
    allowed = value > 0
    alone = assign(value, per_target=1, allowed=allowed)
    together = assign(value, per_target=1, allowed=allowed, workers=2)
    assert alone.target.tolist() == together.target.tolist()
    assert alone.objective == together.objective


def test_nothing_to_assign() -> None:
    found = assign(np.empty((0, 3)))
    assert (found.status, found.objective, found.pairs.shape) == ("optimal", 0.0, (0, 2))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"value": [1, 2]}, "dimensions"),
        ({"value": [[np.nan]]}, "finite"),
        ({"value": [[1.0]], "allowed": [True]}, "allowed has shape"),
        ({"value": [[1.0]], "load": [[1.0]]}, "needs a capacity"),
        ({"value": [[1.0, 2.0]], "load": [[1.0, 2.0, 3.0]], "capacity": 1}, "load has shape"),
        ({"value": [[1.0, 2.0]], "load": [[-1.0, 2.0]], "capacity": 1}, "not negative"),
        ({"value": [[1.0, 2.0]], "capacity": [1, 2, 3]}, "capacity has shape"),
        ({"value": [[1.0]], "per_source": 1.5}, "whole"),
        ({"value": [[1.0]], "per_source": (2, 1)}, "minimum exceeds"),
        ({"value": [[1.0]], "per_target": [1, 2]}, "per_target has shape"),
        ({"value": [[1.0]], "per_target": (1, 2, 3)}, "min, max"),
        ({"value": [[1.0]], "sense": "least"}, "sense"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        assign(**arguments)  # type: ignore[arg-type]


def test_values_where_a_pair_is_not_allowed_may_be_anything() -> None:
    found = assign([[np.inf, 1.0], [2.0, np.nan]], allowed=[[False, True], [True, False]], sense="min")
    assert found.target.tolist() == [1, 0]
    assert found.objective == 3.0
