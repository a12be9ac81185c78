"""Sources, targets in parts, and what each source's set in each part is worth at given prices.

The dense picture of a set family without a graph: every target is taken exactly once,
every source takes between minimum and maximum targets, all of one part. Given the
sources of a part, the best division of its targets is an assignment problem, solved
exactly; given prices of the targets, the best set of a source in a part is a prefix of
its targets sorted by value minus price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matchmaker.backends.prices import usual_prices
from matchmaker.formulation import RowSide
from matchmaker.model import Floats, Integers
from matchmaker.program import Program

__all__ = ["IMPOSSIBLE", "REQUIRED", "Market", "is_market", "market_of"]

IMPOSSIBLE = -1e12
"""Value of a pair that may not be; sums of values stay far above it."""

REQUIRED = 1e9
"""Bonus for pairs and places that must be filled; larger than any sum of values it competes with."""


@dataclass(frozen=True)
class Market:
    """Values and sizes; targets are ordered by part.

    Parameters
    ----------
    value : (sources, targets) float64
        Units of the level; `IMPOSSIBLE` where there is no pair.
    column : (sources, targets) int64
        Column of the program for each pair, -1 where there is none.
    start : (parts + 1,) int64
        Where each part's targets begin.
    minimum, maximum : (sources,) int64
        Sizes of the sets.
    bonus : float
        What `value` holds for pinned pairs beyond their points, in all.
    """

    value: Floats
    column: Integers
    start: Integers
    minimum: Integers
    maximum: Integers
    bonus: float = 0.0

    @property
    def parts(self) -> int:
        """Number of parts."""
        return len(self.start) - 1

    @property
    def sizes(self) -> Integers:
        """Number of targets of each part."""
        return np.diff(self.start)

    def best_sets(self, prices: Floats) -> tuple[Floats, list[Integers], Integers]:
        """Worth of each source's best set in each part at the given target prices.

        Returns
        -------
        worth : (sources, parts) float64
            Below `IMPOSSIBLE` / 2 where the source has no set there.
        order : list of (sources, at most largest maximum) int64
            For each part the targets (within the part) in falling order of value.
        size : (sources, parts) int64
            How many of them the best set holds.
        """
        worth = np.empty((len(self.value), self.parts))
        size = np.empty((len(self.value), self.parts), np.int64)
        order = []
        for part in range(self.parts):
            worth[:, part], best, size[:, part] = self.best_sets_in(part, prices)
            order.append(best)
        return worth, order, size

    def best_sets_in(self, part: int, prices: Floats) -> tuple[Floats, Integers, Integers]:
        """The columns of `best_sets` for one part; `prices` are those of all targets."""
        here = slice(self.start[part], self.start[part + 1])
        left = self.value[:, here] - prices[here]
        most = min(int(self.maximum.max(initial=1)), left.shape[1])
        best = np.argpartition(-left, most - 1, axis=1)[:, :most]
        gain = np.take_along_axis(left, best, axis=1)
        ranked = np.argsort(-gain, axis=1, kind="stable")
        best, gain = np.take_along_axis(best, ranked, axis=1), np.take_along_axis(gain, ranked, axis=1)
        sums = np.column_stack([np.zeros(len(left)), np.cumsum(gain, axis=1)])
        size = np.clip((gain > 0).sum(axis=1), self.minimum, np.minimum(self.maximum, most))
        worth = sums[np.arange(len(left)), size]
        return np.where(self.minimum > most, IMPOSSIBLE, worth), best, size

    def usual_prices(self) -> Floats:
        """Prices to begin with, shape (targets,); what is required has no bonus here."""
        real = np.where(self.value > IMPOSSIBLE / 2, self.value, 0.0)
        return usual_prices(np.where(real > REQUIRED / 2, real - REQUIRED, real))

    def priced(self, price: Floats) -> tuple[float, Integers, Integers]:
        """Bound at the given prices, the part each source takes, and the takers of each target."""
        worth, order, size = self.best_sets(price)
        chosen = worth.argmax(axis=1).astype(np.int64)
        best = worth[np.arange(len(worth)), chosen]
        count = np.zeros(self.value.shape[1], np.int64)
        for part in range(self.parts):
            here = np.flatnonzero(chosen == part)
            targets = order[part][here]
            taken = np.arange(targets.shape[1]) < size[here, part][:, np.newaxis]
            np.add.at(count, self.start[part] + targets[taken], 1)
        return float(price.sum() + best.sum()) - self.bonus, chosen, count

    def divide(self, part: int, members: Integers) -> tuple[float, Integers, Integers]:
        """The best division of a part's targets among the sources `members`.

        Returns
        -------
        value : float
            Sum of the pairs' values; −inf where the targets cannot be divided.
        source, target : int64 arrays
            The pairs, targets counted over all parts.
        """
        targets = int(self.sizes[part])
        none = np.empty(0, np.int64)
        low, high = self.minimum[members], self.maximum[members]
        if high.sum() < targets or low.sum() > targets:
            return -np.inf, none, none
        if targets == 0:
            return 0.0, none, none
        # one row per place of a source; its first `minimum` places must be filled
        owner = np.repeat(members, high)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(high) - high, high)
        must = place < self.minimum[owner]
        worth = self.value[owner, self.start[part] : self.start[part + 1]] + REQUIRED * must[:, np.newaxis]
        row, target = linear_sum_assignment(worth, maximize=True)
        values = self.value[owner[row], self.start[part] + target]
        if must[row].sum() < low.sum() or bool((values <= IMPOSSIBLE / 2).any()):
            return -np.inf, none, none
        return float(values.sum()), owner[row], self.start[part] + target

    def pairs_of(self, part_of: Integers) -> tuple[float, NDArray[np.bool_]]:
        """Value and columns (mask over the program's pairs) when each source has its part."""
        chosen = np.zeros(int(self.column.max(initial=-1)) + 1, bool)
        total = 0.0
        for part in range(self.parts):
            value, source, target = self.divide(part, np.flatnonzero(part_of == part))
            total += value
            chosen[self.column[source, target]] = True
        return total, chosen


def is_market(program: Program) -> bool:
    """Whether a program is a set family without a graph over targets taken exactly once each."""
    family = program.family
    if family is None or family.graph is not None or program.column_count != program.pair_count:
        return False
    if program.pair_count == 0:
        return False
    if bool((program.row_side == RowSide.GENERAL).any()) or bool((program.matrix.data != 1).any()):
        return False
    if program.levels and not _bonus_outweighs(program):
        return False
    if sum(not level.is_tie_break for level in program.levels) > 1 or bool(
        (program.lower > program.upper).any()
    ):
        return False
    is_target = program.row_side == RowSide.TARGET
    once = (program.row_lower[is_target] == 1) & (program.row_upper[is_target] == 1)
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    in_source_rows = ~is_target[row]
    owner = family.sources[program.matrix.indices[in_source_rows]]
    at = row[in_source_rows]
    sizes_agree = (program.row_lower[at] == family.minimum[owner]) & (
        program.row_upper[at] == family.maximum[owner]
    )
    covered = np.bincount(program.matrix.indices[~in_source_rows], minlength=program.pair_count)
    limited = np.zeros(len(family.minimum), bool)
    limited[owner] = True
    candidates = np.bincount(family.sources, minlength=len(family.minimum))
    return (
        bool(once.all())
        and bool(sizes_agree.all())
        # without a row of its own a source takes any number
        and bool((limited | ((family.minimum == 0) & (family.maximum >= candidates))).all())
        and bool((covered == 1).all())
        and _parts_follow_targets(program)
        and bool((np.diff(program.matrix.indptr)[is_target] > 0).all())
    )


def _bonus_outweighs(program: Program) -> bool:
    """Whether no sum of values can compete with the bonus for what is required."""
    largest = float(np.abs(program.levels[0].points).max(initial=0))
    return largest * max(program.row_count, 1) < REQUIRED / 2


def _parts_follow_targets(program: Program) -> bool:
    assert program.family is not None
    pairs = np.unique(np.column_stack([program.family.targets, program.family.part]), axis=0)
    return len(np.unique(pairs[:, 0])) == len(pairs)


def market_of(program: Program) -> tuple[Market, Integers]:
    """The market of a program for which `is_market` holds, and the row of each of its targets.

    Pinned pairs take part at a bonus, their source's pairs in other parts not at all.
    """
    family = program.family
    assert family is not None
    targets, target = np.unique(family.targets, return_inverse=True)
    part_of_target = np.zeros(len(targets), np.int64)
    part_of_target[target] = family.part
    order = np.lexsort((np.arange(len(targets)), part_of_target))
    place = np.empty(len(targets), np.int64)
    place[order] = np.arange(len(targets))
    sources = len(family.minimum)
    value = np.full((sources, len(targets)), IMPOSSIBLE)
    column = np.full(value.shape, -1, np.int64)
    points = program.levels[0].points.astype(np.float64) if program.levels else np.zeros(program.pair_count)
    pinned = program.lower > 0
    where = (family.sources, place[target])
    value[where] = np.where(program.upper > 0, points + REQUIRED * pinned, IMPOSSIBLE)
    column[where] = np.arange(program.pair_count)
    _, part = np.unique(part_of_target[order], return_inverse=True)
    own_part = np.full(sources, -1, np.int64)
    own_part[family.sources[pinned]] = part[place[target[pinned]]]
    elsewhere = (own_part[:, np.newaxis] >= 0) & (part[np.newaxis, :] != own_part[:, np.newaxis])
    value[elsewhere] = IMPOSSIBLE
    start = np.append(np.searchsorted(part, np.arange(part.max(initial=-1) + 1)), len(targets))
    row_of_target = np.full(len(targets), -1, np.int64)
    is_target = program.row_side == RowSide.TARGET
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    entries = is_target[row]
    row_of_target[place[target[program.matrix.indices[entries]]]] = row[entries]
    market = Market(
        value,
        column,
        start.astype(np.int64),
        family.minimum,
        np.minimum(family.maximum, len(targets)),
        REQUIRED * float(pinned.sum()),
    )
    return market, row_of_target
