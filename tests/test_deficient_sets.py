"""Deficient sets against every set there is, on small random problems."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matchmaker.deficient_sets import deficient_sets


@pytest.mark.parametrize("seed", range(150))
def test_the_most_that_is_missing_and_nothing_superfluous(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, partners = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    need, room = rng.integers(0, 3, rows), rng.integers(0, 4, partners)
    candidates = rng.random((rows, partners)) < 0.5
    needing, giving = (np.asarray(axis, np.int64) for axis in np.nonzero(candidates))

    def short(chosen: tuple[int, ...]) -> int:
        served = np.minimum(candidates[list(chosen)].sum(axis=0), room)
        return int(need[list(chosen)].sum() - served.sum())

    worst = max(short(chosen) for size in range(rows + 1) for chosen in combinations(range(rows), size))
    found = deficient_sets(need, room, needing, giving)
    assert sum(each.short for each in found) == worst
    for each in found:
        chosen = tuple(each.rows.tolist())
        assert short(chosen) == each.short > 0
        assert set(each.partners.tolist()) == set(np.flatnonzero(candidates[each.rows].any(axis=0)).tolist())
        for row in chosen if len(chosen) > 1 else ():
            assert short(tuple(other for other in chosen if other != row)) < each.short


def test_five_grids_that_three_branches_can_serve() -> None:
    needing = np.repeat(np.arange(5), 3)
    giving = np.tile(np.arange(3), 5)
    others = np.arange(5, 8)
    (found,) = deficient_sets(
        np.ones(8, np.int64),
        np.ones(6, np.int64),
        np.concatenate([needing, others]),
        np.concatenate([giving, others - 2]),
    )
    assert found.rows.tolist() == [0, 1, 2, 3, 4]
    assert (found.partners.tolist(), found.needed, found.room, found.short) == ([0, 1, 2], 5, 3, 2)
