from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.demo.apportion import apportion, split_each


@given(
    st.lists(st.floats(0.01, 1000), min_size=1, max_size=30),
    st.integers(0, 5),
    st.integers(0, 40),
    st.floats(0, 1),
)
def test_parts_sum_to_the_total_within_their_bounds(
    weights: list[float], minimum: int, spread: int, at: float
) -> None:
    maximum = minimum + spread
    total = round(len(weights) * (minimum + at * spread))
    parts = apportion(total, weights, minimum, maximum)
    assert parts.sum() == total
    assert parts.min() >= minimum
    assert parts.max() <= maximum


@given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.integers(0, 3000))
def test_without_binding_bounds_every_part_is_its_share_rounded(weights: list[int], total: int) -> None:
    parts = apportion(total, weights)
    exact = total * np.array(weights) / sum(weights)
    assert np.all(np.abs(parts - exact) < 1 + 1e-6)


def test_a_total_outside_the_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie between 4 and 6"):
        apportion(7, [1.0, 1.0], 2, 3)


def test_split_each_gives_every_part_something_and_loses_nothing() -> None:
    owner = np.array([0, 0, 0, 2, 2])
    parts = split_each(np.array([10, 0, 2]), owner, np.array([1.0, 1.0, 5.0, 1.0, 9.0]))
    assert parts.min() >= 1
    assert np.bincount(owner, parts, 3).tolist() == [10, 0, 2]
    assert parts[2] == max(parts[:3])
