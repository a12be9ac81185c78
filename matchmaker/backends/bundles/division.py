"""A program whose sources take connected sets, seen as choosing one set for each source.

A column of the master program is a (source, set); what it puts into a row is the sum of
its pairs' coefficients, so every row of the program is a row of the master as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from matchmaker.connected_sets import ConnectedSets
from matchmaker.formulation import UNBOUNDED, RowSide
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program
from matchmaker.set_uses import Uses, no_uses, uses_in
from matchmaker.set_values import Bidders, bidders_of

__all__ = ["Division", "division_of", "is_division"]

PENALTY_SHARE = 10
"""A target that nobody takes costs this many times the largest value of a single pair."""


@dataclass(frozen=True)
class Division:
    """A program, its connected sets, and what the master program needs of both.

    Parameters
    ----------
    program, level
        What is solved, and what is maximised.
    bidders : Bidders
        Sources and sets.
    rows : (rows kept,) int64
        Rows of the program that neither the sizes of the sets nor `uses` see to already.
    target_row : (targets,) int64
        Row of each target, as a position in the program.
    largest : int
        Units of the largest value of a single pair, its set's shape included.
    members : (n,) int64
        The sources that take part: all, or those of one part looked at alone.
    uses : Uses
        What sets need beside their targets.
    """

    program: Program
    level: Level
    bidders: Bidders
    rows: Integers
    target_row: Integers
    largest: int
    members: Integers
    uses: Uses

    @property
    def penalty(self) -> int:
        """Units that each missing unit of a row costs."""
        return PENALTY_SHARE * self.largest

    @property
    def sources(self) -> int:
        """Number of sources."""
        return len(self.bidders.minimum)

    @property
    def parts(self) -> int:
        """Number of parts."""
        return self.bidders.sets.parts

    @property
    def resting(self) -> Integers:
        """Values of the columns that are no pairs as long as nothing asks for others, (extra,)."""
        least, most = self.program.lower[self.extra], self.program.upper[self.extra]
        return np.minimum(np.maximum(least, 0), most)

    @property
    def extra(self) -> Integers:
        """Columns of the program that are no pairs."""
        return np.arange(self.program.pair_count, self.program.column_count)

    @property
    def told(self) -> Integers:
        """Rows of the program that the master has: those kept, then those of `uses`."""
        return np.concatenate([self.rows, self.uses.rows])

    def part_of(self, chosen: Integers) -> Integers:
        """Part of the set that each source has chosen, by id; -1 without a set."""
        sets = self.bidders.sets
        return np.where(chosen >= 0, sets.part[sets.members[chosen, 0]], -1)

    def inside(self, part: int, members: Integers) -> Division:
        """One part alone, with the sources that have their sets there; only its targets' rows count."""
        sets = self.bidders.sets
        points = self.level.points.copy()
        points[self.program.pair_count :] = 0  # what is beside the sets stays as it is
        blocks = tuple(block for block in sets.blocks if block.part == part)
        return replace(
            self,
            level=replace(self.level, points=points),
            bidders=replace(self.bidders, sets=replace(sets, blocks=blocks)),
            rows=np.sort(self.target_row[sets.part == part]),
            members=members,
            uses=no_uses(self.sources, self.parts),
        )

    def pairs_of(self, source: Integers, ids: Integers) -> sparse.csc_array:
        """Which pair columns each (source, set) is made of, (pairs, n), 0 and 1."""
        members = self.bidders.sets.members[ids]
        column, place = np.nonzero(members >= 0)
        pair = self.bidders.pair[source[column], members[column, place]]
        ones = np.ones(len(pair), np.int64)
        return sparse.csc_array((ones, (pair, column)), shape=(self.program.pair_count, len(ids)))

    def coefficients(self, source: Integers, ids: Integers) -> sparse.csc_array:
        """What each (source, set) puts into the rows kept, (rows kept, n)."""
        pairs = self.program.matrix[self.rows][:, : self.program.pair_count]
        found: sparse.csc_array = (pairs @ self.pairs_of(source, ids)).tocsc()
        return found

    def needs(self, source: Integers, ids: Integers) -> tuple[sparse.csr_array, sparse.csr_array]:
        """The rows of `uses`: over each (source, set), and over the columns that are no pairs."""
        rows = len(self.uses.rows)
        at = (np.arange(rows), self.uses.column - self.program.pair_count)
        needed = sparse.csr_array((np.full(rows, -1, np.int64), at), shape=(rows, len(self.extra)))
        return self.uses.rows_over(source, self.part_of(ids)), needed

    def worth(self, source: Integers, ids: Integers, level: Level | None = None) -> Integers:
        """Units of a level (the one maximised, if none is given) of each (source, set), (n,)."""
        level = self.level if level is None else level
        points = level.points[: self.program.pair_count]
        total: Integers = points @ self.pairs_of(source, ids) + level.shape * self.bidders.sets.shape[ids]
        return total

    def reduced(self, duals: Floats) -> Floats:
        """Points of every column minus what it uses of the program's rows at their duals.

        Without what sets lose by what they need beside their targets: `bidders_at` knows that.
        """
        return self.uses.reduced(self.program, self.level.points, duals)

    def values(self, duals: Floats) -> Floats:
        """Values of single targets to sources at the given duals, (sources, targets)."""
        return self.bidders.dense(self.reduced(duals)[: self.program.pair_count])

    def bidders_at(self, duals: Floats) -> Bidders:
        """The bidders, to whom sets are worth less by the duals of what they need."""
        return replace(self.bidders, burden=self.uses.burden(duals))

    def bound(self, duals: Floats, best: Floats) -> float:
        """The Lagrangian bound, where `best` is what each source's best set is worth at the duals."""
        program = self.program
        above = np.where(program.row_upper >= UNBOUNDED, 0, program.row_upper)
        below = np.where(program.row_lower <= -UNBOUNDED, 0, program.row_lower)
        rows = float(np.where(duals > 0, duals * above, duals * below).sum())
        reduced, beside = self.reduced(duals)[self.extra], self.extra
        extra = np.where(reduced > 0, reduced * program.upper[beside], reduced * program.lower[beside])
        worth = self.bidders.or_nothing(best)[self.members]
        return self.level.constant + rows + float(extra.sum()) + float(worth.sum())


def is_division(program: Program) -> bool:
    """Whether a program is about connected sets of targets that are taken once at most each."""
    family = program.family
    if family is None or family.graph is None or program.pair_count == 0:
        return False
    if bool((program.lower > program.upper).any()):
        return False
    if sum(not level.is_tie_break for level in program.levels) > 1:
        return False
    parts = np.unique(np.column_stack([family.targets, family.part]), axis=0)
    if len(np.unique(parts[:, 0])) < len(parts):
        return False
    is_target = program.row_side == RowSide.TARGET
    once = np.isin(program.row_lower[is_target], (0, 1)) & (program.row_upper[is_target] == 1)
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    entries = is_target[row]
    column, ones = program.matrix.indices[entries], program.matrix.data[entries]
    rows_of_targets = np.unique(family.targets[column[column < program.pair_count]])
    covered = np.bincount(column, minlength=program.column_count)
    return (
        bool(once.all())
        and bool((ones == 1).all())
        and bool((covered[: program.pair_count] == 1).all())
        and not covered[program.pair_count :].any()
        and len(rows_of_targets) == int(is_target.sum())
    )


def division_of(program: Program, level: Level, sets: ConnectedSets) -> Division:
    """The division of a program for which `is_division` holds."""
    family = program.family
    assert family is not None
    pairs = program.pair_count
    bidders = bidders_of(
        family, sets, program.upper[:pairs] > 0, program.lower[:pairs] > 0, float(level.shape)
    )
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    side = program.row_side[row]
    at_target = side == RowSide.TARGET
    target_row = np.full(len(sets.targets), -1, np.int64)
    of_pair = family.targets[program.matrix.indices[at_target]]
    target_row[np.searchsorted(sets.targets, of_pair)] = row[at_target]
    largest = int(np.abs(level.points).max(initial=1)) + abs(level.shape) * int(
        np.abs(sets.shape).max(initial=0)
    )
    everyone = np.arange(len(family.minimum))
    uses = uses_in(program, sets.part[np.searchsorted(sets.targets, family.targets)], sets.parts)
    kept = np.setdiff1d(_rows_kept(program), uses.rows)
    return Division(program, level, bidders, kept, target_row, max(largest, 1), everyone, uses)


def _rows_kept(program: Program) -> Integers:
    """All rows but those of sources that only say what the sizes of their sets say."""
    family = program.family
    assert family is not None
    implied = program.row_side == RowSide.SOURCE
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    column = program.matrix.indices
    is_pair = column < program.pair_count
    implied[row[~is_pair | (program.matrix.data != 1)]] = False
    owner = family.sources[column[is_pair]]
    at = row[is_pair]
    within = (program.row_lower[at] <= family.minimum[owner]) & (
        program.row_upper[at] >= family.maximum[owner]
    )
    implied[at[~within]] = False
    return np.flatnonzero(~implied)
