"""One stage of two plans: which pairs differ, and what each row gains or loses, rule by rule.

Points are those of the pairs (``assignments/<stage>.csv``), unweighted, summed in hundredths: so the
way from one plan to the other and the way back are exactly each other's negative.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.model import POINT, Dataset, Integers, Objects, SideName

__all__ = ["Absent", "Change", "Move", "Roll", "StageDifference", "stage_difference"]

Flags = NDArray[np.bool_]


class Move(NamedTuple):
    """A source whose partners differ.

    Parameters
    ----------
    source_id : str
    from_ids, to_ids : tuple of str
        Partners that only the first plan gives it, and those that only the other does.
    points : tuple of float
        Points of the pairs that come less those of the pairs that go, by rule (`StageDifference.rules`).
    total : float
        Their sum.
    ranks, ranks_other : tuple of int
        At which of its wishes the source's partners stand in either plan; empty where at none.
    """

    source_id: str
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    points: tuple[float, ...]
    total: float
    ranks: tuple[int, ...] = ()
    ranks_other: tuple[int, ...] = ()


class Change(NamedTuple):
    """A row of either side, or all rows below one, in the first plan and in the other.

    Parameters
    ----------
    id : str
    pairs, pairs_other : int
        Its pairs in the first plan and in the other.
    left, came : int
        Pairs that only the first plan has, and those that only the other has.
    by_rule : tuple of float
        Points that it has more (or less) in the other plan, by rule (`StageDifference.rules`).
    points : float
        Their sum.
    """

    id: str
    pairs: int
    pairs_other: int
    left: int
    came: int
    by_rule: tuple[float, ...]
    points: float


@dataclass(frozen=True)
class Roll:
    """Changes of a stage summed up by what its sources or targets lie below: by sub-district, by agency.

    Parameters
    ----------
    side : str
        ``source`` or ``target``.
    table : str
        The uppermost table above that side; the side's own where nothing lies above it.
    changes : tuple of Change
        Rows of which anything differs, the greatest gain first. Rows below none are left out.
    """

    side: SideName
    table: str
    changes: tuple[Change, ...]


class Absent(NamedTuple):
    """Rows of one side that have pairs in one plan and are not in the other's data at all.

    Parameters
    ----------
    side : str
        ``source`` or ``target``.
    first, other : tuple of str
        Ids that only the first plan's data have, and those that only the other's have.
    """

    side: SideName
    first: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class StageDifference:
    """One stage of two plans.

    Parameters
    ----------
    stage : str
    pairs, pairs_other, same : int
        Pairs of the first plan, of the other, and of both.
    moves : tuple of Move
        By source id.
    rules : tuple of str
        The rules whose points both plans have and that either aims at; all points are unweighted
        sums over them.
    sources, targets : tuple of Change
        Rows of which anything differs, the greatest gain first.
    rolls : tuple of Roll
        The same by what lies above, sources first.
    absent : tuple of Absent
        Rows that only one plan's data have: founded, closed or renamed since. Sides without any are left out.
    """

    stage: str
    pairs: int
    pairs_other: int
    same: int
    moves: tuple[Move, ...]
    rules: tuple[str, ...]
    sources: tuple[Change, ...]
    targets: tuple[Change, ...]
    rolls: tuple[Roll, ...]
    absent: tuple[Absent, ...] = ()


def stage_difference(
    stage: str,
    tables: tuple[str, str],
    aims: Collection[str],
    first: pd.DataFrame,
    second: pd.DataFrame,
    datasets: tuple[Dataset, Dataset],
) -> StageDifference:
    """What differs at one stage.

    Parameters
    ----------
    stage
        Its id.
    tables
        Of its sources and of its targets.
    aims
        The rules that either plan gives a weight: what is only measured brings nobody points.
    first, second
        Its pairs in either plan: source_id, target_id, points by rule, wish_rank; each pair once.
    datasets
        Of either plan, for what lies above the rows.
    """
    rules = tuple(sorted(str(name) for name in first if name in second and name in aims))
    pairs = _Pairs.of(first, second, rules)
    sides: tuple[SideName, SideName] = ("source", "target")
    own = [_changes(pairs, pairs.ids[side], pairs.rows[side]) for side in sides]
    rolls = [_roll(pairs, side, table, datasets) for side, table in zip(sides, tables, strict=True)]
    return StageDifference(
        stage=stage,
        pairs=len(first),
        pairs_other=len(second),
        same=int((~pairs.alone & ~pairs.other).sum()),
        moves=tuple(_moves(pairs)),
        rules=rules,
        sources=own[0],
        targets=own[1],
        rolls=tuple(rolls),
        absent=tuple(_absent(pairs, sides, tables, datasets)),
    )


@dataclass(frozen=True)
class _Pairs:
    """The pairs of both plans below each other, those of the first plan first.

    Parameters
    ----------
    ids : mapping of side to (rows,) object
        Ids of the rows of each side, sorted.
    rows : mapping of side to (pairs,) int64
        Position of each pair's source or target among them.
    other : (pairs,) bool
        Whether the pair is one of the other plan.
    alone : (pairs,) bool
        Whether only its own plan has it.
    points : (rules, pairs) int64
        Hundredths of a point.
    rank : (pairs,) int64
        Wish rank, 0 where it is none.
    """

    ids: dict[SideName, Objects]
    rows: dict[SideName, Integers]
    other: Flags
    alone: Flags
    points: Integers
    rank: Integers

    @staticmethod
    def of(first: pd.DataFrame, second: pd.DataFrame, rules: Sequence[str]) -> _Pairs:
        ids: dict[SideName, Objects] = {}
        rows: dict[SideName, Integers] = {}
        sides: tuple[SideName, SideName] = ("source", "target")
        for side in sides:
            both = np.concatenate([frame[f"{side}_id"].to_numpy(object) for frame in (first, second)])
            codes, known = pd.factorize(both, sort=True)
            ids[side], rows[side] = np.asarray(known, object), codes.astype(np.int64)
        other = np.arange(len(first) + len(second)) >= len(first)
        code = rows["source"] * max(len(ids["target"]), 1) + rows["target"]
        alone = np.concatenate([~np.isin(code[~other], code[other]), ~np.isin(code[other], code[~other])])
        points = [_hundredths(first, second, rule) for rule in rules]
        rank = _column(first, second, "wish_rank")
        return _Pairs(
            ids, rows, other, alone, np.array(points, np.int64).reshape(len(rules), len(other)),
            np.nan_to_num(rank).astype(np.int64),
        )  # fmt: skip

    def summed(self, rows: Integers, count: int, of: Flags) -> Integers:
        """Points by rule and row of the pairs `of`, those of the first plan taken away; (rules, count)."""
        sign = np.where(self.other, 1, -1)[of]
        total = np.zeros((len(self.points), count), np.int64)
        for rule, points in enumerate(self.points):
            np.add.at(total[rule], rows[of], points[of] * sign)
        return total


def _column(first: pd.DataFrame, second: pd.DataFrame, name: str) -> NDArray[np.float64]:
    none = np.nan
    return np.concatenate(
        [
            frame[name].to_numpy(float) if name in frame else np.full(len(frame), none)
            for frame in (first, second)
        ]
    )


def _hundredths(first: pd.DataFrame, second: pd.DataFrame, rule: str) -> Integers:
    points: Integers = np.rint(np.nan_to_num(_column(first, second, rule)) * POINT).astype(np.int64)
    return points


def _changes(both: _Pairs, ids: Objects, rows: Integers) -> tuple[Change, ...]:
    """Changes of rows of one side or above it; pairs whose row is -1 do not count."""
    inside = rows >= 0
    counts = [
        np.bincount(rows[inside & of], minlength=len(ids))
        for of in (~both.other, both.other, ~both.other & both.alone, both.other & both.alone)
    ]
    by_rule = both.summed(rows, len(ids), inside)
    total = by_rule.sum(axis=0)
    differs = np.flatnonzero((counts[2] > 0) | (counts[3] > 0) | by_rule.any(axis=0))
    order = differs[np.argsort(-total[differs], kind="stable")]  # ids are sorted: they decide among equals
    told = by_rule[:, order].T / POINT
    listed = zip(
        ids[order].tolist(),
        *(count[order].tolist() for count in counts),
        told.tolist(),
        (total[order] / POINT).tolist(),
        strict=True,
    )
    return tuple(
        Change(str(one), pairs, pairs_other, left, came, tuple(rules), points)
        for one, pairs, pairs_other, left, came, rules, points in listed
    )


def _roll(pairs: _Pairs, side: SideName, table: str, datasets: tuple[Dataset, Dataset]) -> Roll:
    """Changes by the uppermost row above each source or target, as the first plan that knows it says."""
    top = next((top for top in (_top(dataset, table) for dataset in datasets) if top != table), table)
    if top == table:
        return Roll(side, table, _changes(pairs, pairs.ids[side], pairs.rows[side]))
    above = np.full(len(pairs.ids[side]), None, dtype=object)
    for dataset in datasets:
        climbed = dataset.ancestors(table, top)
        at = dataset.positions(table, pairs.ids[side])
        if climbed is None or not len(climbed):
            continue
        up = np.where(at >= 0, climbed[np.maximum(at, 0)], -1)
        names = np.array([*dataset.ids(top), None], dtype=object)[up]  # the last one stands for row -1
        missing = pd.isna(above)
        above[missing] = names[missing]
    codes, ids = pd.factorize(above, sort=True)  # -1 where nothing is above
    return Roll(side, top, _changes(pairs, np.asarray(ids, object), codes.astype(np.int64)[pairs.rows[side]]))


def _absent(
    pairs: _Pairs, sides: Sequence[SideName], tables: Sequence[str], datasets: tuple[Dataset, Dataset]
) -> Iterator[Absent]:
    for side, table in zip(sides, tables, strict=True):
        if not all(dataset.has(table) and table not in dataset.joins for dataset in datasets):
            continue  # pairs of an earlier stage are another plan's, not another year's
        # whoever has pairs there is known, be it by a name of its own year
        lacking = [
            (dataset.positions(table, pairs.ids[side]) < 0)
            & (np.bincount(pairs.rows[side][of], minlength=len(pairs.ids[side])) == 0)
            for dataset, of in zip(datasets, (~pairs.other, pairs.other), strict=True)
        ]
        ids = [tuple(map(str, pairs.ids[side][unknown])) for unknown in lacking[::-1]]
        if any(ids):
            yield Absent(side, ids[0], ids[1])


def _top(dataset: Dataset, table: str) -> str:
    """The uppermost table with rows above one; of pairs of a stage by way of their sources."""
    while table in dataset.parents and dataset.has(dataset.parents[table][1]):
        table = dataset.parents[table][1]
    return table


def _moves(pairs: _Pairs) -> Iterator[Move]:
    """The sources whose partners differ, by id."""
    source, target = pairs.rows["source"], pairs.rows["target"]
    effect = pairs.summed(source, len(pairs.ids["source"]), pairs.alone)
    total = (effect.sum(axis=0) / POINT).tolist()
    by_rule = (effect.T / POINT).tolist()
    moved = np.unique(source[pairs.alone]).tolist()
    partners = [
        _grouped(source, pairs.ids["target"][target], target, pairs.alone & of)
        for of in (~pairs.other, pairs.other)
    ]
    ranks = [
        _grouped(source, pairs.rank, pairs.rank, (pairs.rank > 0) & of) for of in (~pairs.other, pairs.other)
    ]
    names = pairs.ids["source"].tolist()
    for row in moved:
        yield Move(
            str(names[row]),
            partners[0].get(row, ()),
            partners[1].get(row, ()),
            tuple(by_rule[row]),
            total[row],
            ranks[0].get(row, ()),
            ranks[1].get(row, ()),
        )


def _grouped(rows: Integers, values: np.ndarray, order: Integers, of: Flags) -> dict[int, tuple[Any, ...]]:
    """The values of the pairs `of`, by row, sorted by `order`."""
    at = np.flatnonzero(of)
    at = at[np.lexsort((order[at], rows[at]))]
    row = rows[at]
    if not len(row):
        return {}
    starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    ends = np.r_[starts[1:], len(row)]
    listed = values[at].tolist()
    return {
        one: tuple(listed[start:end])
        for one, start, end in zip(row[starts].tolist(), starts.tolist(), ends.tolist(), strict=True)
    }
