"""Preferences of both sides of candidate pairs, and what blocks a plan: two who would rather be a pair.

Stable in the weak sense (Irving 1994, Stable marriage and indifference): a pair blocks where
both would be strictly better off; who would be as well off as now does not leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers
from matchmaker.rows import UNBOUNDED

__all__ = ["Preferences", "StabilityRows", "blocking", "preferences_of", "stability_rows"]


@dataclass(frozen=True)
class Preferences:
    """How each source orders its candidate pairs, and each target its own; every source takes one target.

    Parameters
    ----------
    rule : str
        Id of the rule that asks for a stable plan.
    sources, targets : (pairs,) int64
        Source and target of each pair column.
    source_class, target_class : (pairs,) int64
        Class of the pair among those of its source, and of its target: 0 is liked best, equal
        ones are liked alike.
    counts : (pairs,) bool
        Whether the pair can block at all: not where one of the two refuses the other.
    room : (targets,) int64
        How many sources each target takes at most.
    """

    rule: str
    sources: Integers
    targets: Integers
    source_class: Integers
    target_class: Integers
    counts: NDArray[np.bool_]
    room: Integers


@dataclass(frozen=True)
class StabilityRows:
    """Stability as rows: `pairs` · x + `beside` · y between `lower` and `upper`.

    Parameters
    ----------
    pairs : csr_array, shape (rows, pairs)
    beside : csr_array, shape (rows, new columns)
    new_upper : (new columns,) int64
        Upper bounds of the new columns; the lower ones are 0.
    lower, upper : (rows,) int64
    blocks : (n,) int64
        Pairs that may block; their rows are the first n.
    room : (n,) int64
        What more on the row of a pair lets it block.
    """

    pairs: sparse.csr_array
    beside: sparse.csr_array
    new_upper: Integers
    lower: Integers
    upper: Integers
    blocks: Integers
    room: Integers


def preferences_of(preferences: Preferences, pairs: Integers) -> Preferences:
    """The preferences over the given pair columns, sources and targets numbered anew."""
    _, sources = np.unique(preferences.sources[pairs], return_inverse=True)
    kept, targets = np.unique(preferences.targets[pairs], return_inverse=True)
    return replace(
        preferences,
        sources=sources.astype(np.int64),
        targets=targets.astype(np.int64),
        source_class=preferences.source_class[pairs],
        target_class=preferences.target_class[pairs],
        counts=preferences.counts[pairs],
        room=preferences.room[kept],
    )


def blocking(preferences: Preferences, x: Integers) -> NDArray[np.bool_]:
    """Which pairs block a plan: neither is chosen, and both its sides would be better off; (pairs,).

    Parameters
    ----------
    x : (pairs,) int64
        1 where the pair is chosen.
    """
    chosen = np.flatnonzero(x)
    source, target = preferences.sources, preferences.targets
    # without a partner, or with room for more: worse than any class
    has = np.full(int(source.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(has, source[chosen], preferences.source_class[chosen])
    worst = np.full(len(preferences.room), -1, np.int64)
    np.maximum.at(worst, target[chosen], preferences.target_class[chosen])
    taken = np.bincount(target[chosen], minlength=len(preferences.room))
    worst[taken < preferences.room] = np.iinfo(np.int64).max
    better = (preferences.source_class < has[source]) & (preferences.target_class < worst[target])
    result: NDArray[np.bool_] = better & preferences.counts & (x == 0) & (preferences.room[target] > 0)
    return result


def stability_rows(preferences: Preferences) -> StabilityRows:
    """Rows that no plan with a blocking pair fulfils, and every other does.

    For each pair that counts, room · (its source has a target as good) + (sources at its
    target that are as good) ≥ room (Baïou & Balinski 2000, The stable admissions polytope,
    for ties). Both sums are columns that continue those of the class before: the rows stay
    as few as the pairs, however long the lists.
    """
    counts = preferences.counts & (preferences.room[preferences.targets] > 0)
    blocks = np.flatnonzero(counts)
    of_source = _Sums(preferences.sources, preferences.source_class, blocks)
    of_target = _Sums(preferences.targets, preferences.target_class, blocks)
    candidates = np.bincount(preferences.targets, minlength=len(preferences.room))
    # a target that cannot be filled never turns anybody away
    room = np.minimum(preferences.room, candidates + 1)[preferences.targets[blocks]]
    first, count = len(of_source), len(of_source) + len(of_target)
    width = len(preferences.sources)
    each = np.arange(len(blocks))
    none = sparse.csr_array((len(blocks), width), dtype=np.int64)
    block_rows = sparse.csr_array(
        (
            np.concatenate([room, np.ones(len(blocks), np.int64)]),
            (np.tile(each, 2), np.concatenate([of_source.of_block, first + of_target.of_block])),
        ),
        shape=(len(blocks), count),
    )
    zeros = np.zeros(count, np.int64)
    return StabilityRows(
        pairs=sparse.vstack([none, of_source.pairs(width), of_target.pairs(width)], format="csr"),
        beside=sparse.vstack(
            [block_rows, of_source.chain(0, count), of_target.chain(first, count)], format="csr"
        ),
        new_upper=np.concatenate(
            [np.ones(first, np.int64), np.minimum(preferences.room, candidates)[of_target.owner]]
        ),
        lower=np.concatenate([room, zeros]),
        upper=np.concatenate([np.full(len(blocks), UNBOUNDED), zeros]),
        blocks=blocks,
        room=room,
    )


class _Sums:
    """For one side, the columns Σ of its pairs up to a class, for each (row, class) that a block needs."""

    def __init__(self, row: Integers, rank: Integers, blocks: Integers) -> None:
        width = int(rank.max(initial=0)) + 1
        key = row * width + rank
        needed, of_block = np.unique(key[blocks], return_inverse=True)
        self.of_block = of_block.astype(np.int64)
        self.owner = (needed // width).astype(np.int64)
        # each pair enters at the first column of its row that reaches its class
        at = np.searchsorted(needed, key)
        inside = at < len(needed)
        inside[inside] = self.owner[at[inside]] == row[inside]
        self._pair, self._at = np.flatnonzero(inside), at[inside]

    def __len__(self) -> int:
        return len(self.owner)

    def pairs(self, width: int) -> sparse.csr_array:
        """-1 where a pair enters a column's sum, (columns, pairs)."""
        minus = np.full(len(self._pair), -1, np.int64)
        return sparse.csr_array((minus, (self._at, self._pair)), shape=(len(self), width))

    def chain(self, first: int, width: int) -> sparse.csr_array:
        """Each column minus the one before it of the same row, (columns, all new columns)."""
        each = np.arange(len(self))
        goes_on = np.flatnonzero(self.owner[1:] == self.owner[:-1]) + 1
        data = np.concatenate([np.ones(len(self), np.int64), np.full(len(goes_on), -1, np.int64)])
        at = (np.concatenate([each, goes_on]), first + np.concatenate([each, goes_on - 1]))
        return sparse.csr_array((data, at), shape=(len(self), width))
