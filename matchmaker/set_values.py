"""What connected sets are worth to sources at given values of single targets, in whole blocks.

value(source, set) = Σ values of its targets + weight · shape of the set − burden of its part.
Used for pricing by the backend that generates columns, and for certified bounds in numpy and
scipy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matchmaker.connected_sets import Block, ConnectedSets
from matchmaker.model import Floats, Integers
from matchmaker.set_family import SetFamily

__all__ = ["IMPOSSIBLE", "Bidders", "Found", "bidders_of"]

IMPOSSIBLE = -1e12
"""Value of a set that may not be; sums of values stay far above half of it."""


@dataclass(frozen=True)
class Bidders:
    """The sources of a family over its connected sets.

    Parameters
    ----------
    sets : ConnectedSets
        The sets on offer.
    pair : (sources, targets) int64
        Pair column of each source and target (positions in `sets.targets`); -1 where there is none.
    minimum, maximum : (sources,) int64
        Sizes of their sets.
    shape_weight : float
        Units for each hundredth of a point of shape.
    barred : (sources, targets) bool
        Pairs that are no candidates or may not be.
    required : (sources, targets) bool
        Pairs that must be.
    burden : (sources, parts) float64 or None
        What any set in a part is worth less to a source; None: nothing.
    """

    sets: ConnectedSets
    pair: Integers
    minimum: Integers
    maximum: Integers
    shape_weight: float
    barred: np.ndarray
    required: np.ndarray
    burden: Floats | None = None

    @property
    def may_stay_empty(self) -> np.ndarray:
        """Sources that may take no set at all, (sources,) bool."""
        may: np.ndarray = (self.minimum == 0) & ~self.required.any(axis=1)
        return may

    def dense(self, pair_values: Floats) -> Floats:
        """Values of pairs as (sources, targets); `IMPOSSIBLE` where a pair may not be."""
        dense: Floats = np.where(self.barred, IMPOSSIBLE, pair_values[self.pair])
        return dense

    def scores(
        self, value: Floats, sources: Integers, exact: bool = False
    ) -> Iterator[tuple[Block, Integers, np.ndarray]]:
        """Block by block: the sources that may take its sets, and (sets, those sources) values.

        Parameters
        ----------
        value : (sources, targets) float64
            As `dense` gives them.
        sources : (n,) int64
            Whose values are wanted.
        exact
            In double precision, for bounds; single is twice as fast and enough for a search.
        """
        precision = np.float64 if exact else np.float32
        order = sources[np.argsort(-self.maximum[sources], kind="stable")]
        ranked = np.ascontiguousarray(value[order].T, precision)
        falling = -self.maximum[order]
        held = self.required[order]
        for block in self.sets.blocks:
            count = int(np.searchsorted(falling, -block.size, side="right"))
            if count == 0:
                continue
            inside = np.ascontiguousarray(ranked[block.targets, :count])
            score = block.incidence.astype(precision, copy=False) @ inside
            score += (self.shape_weight * self.sets.shape[block.ids])[:, np.newaxis].astype(precision)
            takers = order[:count]
            if self.burden is not None:
                score -= self.burden[takers, block.part].astype(precision)
            score[:, self.minimum[takers] > block.size] = IMPOSSIBLE
            for at in np.flatnonzero(held[:count].any(axis=1)):
                has = block.incidence @ held[at, block.targets].astype(np.float32)
                score[has < held[at].sum(), at] = IMPOSSIBLE
            yield block, takers, score

    def best(
        self, value: Floats, sources: Integers | None = None, exact: bool = False
    ) -> tuple[Floats, Integers]:
        """Worth and id of each source's best set in each part, (sources, parts) both.

        Below `IMPOSSIBLE` / 2, and id -1, where it has none. `exact` as in `scores`.
        """
        count = len(self.minimum)
        worth = np.full((count, self.sets.parts), IMPOSSIBLE)
        chosen = np.full((count, self.sets.parts), -1, np.int64)
        everyone = np.arange(count) if sources is None else sources
        for block, takers, score in self.scores(value, everyone, exact):
            at = score.argmax(axis=0)
            top = score[at, np.arange(len(takers))]
            better = top > np.maximum(worth[takers, block.part], IMPOSSIBLE / 2)
            worth[takers[better], block.part] = top[better]
            chosen[takers[better], block.part] = block.ids[at[better]]
        return worth, chosen

    def worth(self, value: Floats, sources: Integers | None = None, exact: bool = False) -> Floats:
        """What each source's best set is worth over all parts, (sources,); `exact` as in `scores`."""
        best: Floats = self.best(value, sources, exact)[0].max(axis=1, initial=IMPOSSIBLE)
        return best

    def or_nothing(self, worth: Floats) -> Floats:
        """The worths, at least 0 for sources that may take no set at all, (sources,)."""
        least: Floats = np.where(self.may_stay_empty, np.maximum(worth, 0.0), worth)
        return least

    def above(self, value: Floats, threshold: Floats, most: int, sources: Integers) -> Found:
        """The sets worth more to a source than its threshold, at most `most` of each, best first.

        `threshold` has shape (sources of the family,).
        """
        pieces = []
        threshold = np.maximum(threshold, IMPOSSIBLE / 2)
        for block, takers, score in self.scores(value, sources):
            score -= threshold[takers].astype(score.dtype)
            if len(score) > most:  # of one block no more than `most` can be wanted
                floor = np.partition(score, len(score) - most, axis=0)[len(score) - most]
                row, column = np.nonzero(score >= np.maximum(floor, np.finfo(score.dtype).tiny))
            else:
                row, column = np.nonzero(score > 0)
            pieces.append((takers[column], block.ids[row], score[row, column]))
        source, ids, gain = (np.concatenate(parts) for parts in zip(*pieces, strict=True)) if pieces else (
            np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        )  # fmt: skip
        order = np.lexsort((ids, -gain, source))
        source, ids, gain = source[order], ids[order], gain[order]
        place = np.arange(len(source)) - np.searchsorted(source, source)
        kept = place < most
        return Found(source[kept], ids[kept], gain[kept])


@dataclass(frozen=True)
class Found:
    """Sets for sources: (n,) sources, ids of sets, and what they are worth above a threshold."""

    source: Integers
    ids: Integers
    gain: Floats


def bidders_of(
    family: SetFamily, sets: ConnectedSets, allowed: np.ndarray, required: np.ndarray, shape_weight: float
) -> Bidders:
    """The sources of a family over its sets.

    Parameters
    ----------
    allowed, required : (pairs,) bool
        Pairs that may, and that must, be in their source's set.
    shape_weight
        Units of the level for each hundredth of a point of shape.
    """
    size = (len(family.minimum), len(sets.targets))
    target = np.searchsorted(sets.targets, family.targets)
    pair = np.full(size, -1, np.int64)
    pair[family.sources, target] = np.arange(len(target))
    barred, must = np.ones(size, bool), np.zeros(size, bool)
    barred[family.sources, target] = ~allowed
    must[family.sources, target] = required
    return Bidders(sets, pair, family.minimum, family.maximum, shape_weight, barred, must)
