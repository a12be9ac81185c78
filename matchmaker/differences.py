"""One stage of two plans: which pairs differ, and what each row gains or loses, rule by rule.

Points are those of the pairs (``assignments/<stage>.csv``), summed in hundredths: so the way from one
plan to the other and the way back are exactly each other's negative, in total where both plans weight alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.formulation import WEIGHT_STEPS
from matchmaker.model import POINT, Dataset, Integers, Objects, SideName
from matchmaker.plan_changes import Absent, Changes, Grouped, Moves, Roll

__all__ = ["StageDifference", "stage_difference"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class StageDifference:
    """One stage of two plans.

    Parameters
    ----------
    stage : str
    pairs, pairs_other, same : int
        Pairs of the first plan, of the other, and of both.
    moves : Moves
        By source id.
    rules : tuple of str
        The rules whose points both plans have and that either aims at. Sums over them are weighted as
        the first plan weights them.
    sources, targets : Changes
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
    moves: Moves
    rules: tuple[str, ...]
    sources: Changes
    targets: Changes
    rolls: tuple[Roll, ...]
    absent: tuple[Absent, ...] = ()


def stage_difference(
    stage: str,
    tables: tuple[str, str],
    weights: Mapping[str, float],
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
    weights
        Of the rules that either plan aims at, as the first one gives them: what is only measured brings
        nobody points.
    first, second
        Its pairs in either plan: source_id, target_id, points by rule, wish_rank; each pair once.
    datasets
        Of either plan, for what lies above the rows.
    """
    rules = tuple(sorted(str(name) for name in first if name in second and name in weights))
    steps = np.array([round(weights[rule] * WEIGHT_STEPS) for rule in rules], np.int64)
    pairs = _Pairs.of(first, second, rules, steps)
    sides: tuple[SideName, SideName] = ("source", "target")
    own = [_changes(pairs, pairs.ids[side], pairs.rows[side]) for side in sides]
    rolls = [_roll(pairs, side, table, datasets) for side, table in zip(sides, tables, strict=True)]
    return StageDifference(
        stage=stage,
        pairs=len(first),
        pairs_other=len(second),
        same=int((~pairs.alone & ~pairs.other).sum()),
        moves=_moves(pairs),
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
    weights : (rules,) int64
        In steps of ``1 / WEIGHT_STEPS``.
    """

    ids: dict[SideName, Objects]
    rows: dict[SideName, Integers]
    other: Flags
    alone: Flags
    points: Integers
    rank: Integers
    weights: Integers

    @staticmethod
    def of(first: pd.DataFrame, second: pd.DataFrame, rules: Sequence[str], weights: Integers) -> _Pairs:
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
            np.nan_to_num(rank).astype(np.int64), weights,
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


def _changes(both: _Pairs, ids: Objects, rows: Integers) -> Changes:
    """Changes of rows of one side or above it; pairs whose row is -1 do not count."""
    inside = rows >= 0
    counts = np.array(
        [
            np.bincount(rows[inside & of], minlength=len(ids))
            for of in (~both.other, both.other, ~both.other & both.alone, both.other & both.alone)
        ],
        np.int64,
    )
    by_rule = both.summed(rows, len(ids), inside)
    differs = np.flatnonzero((counts[2] > 0) | (counts[3] > 0) | by_rule.any(axis=0))
    # ids are sorted: they decide among equals
    order = differs[np.argsort(-(both.weights @ by_rule)[differs], kind="stable")]
    return Changes(ids[order], counts[:, order], by_rule[:, order], both.weights)


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


def _moves(pairs: _Pairs) -> Moves:
    """The sources whose partners differ, by id."""
    source, target = pairs.rows["source"], pairs.rows["target"]
    moved = np.unique(source[pairs.alone])
    names, plans = pairs.ids["target"], (~pairs.other, pairs.other)
    partners = [_grouped(moved, source, target, pairs.alone & of) for of in plans]
    ranks = [_grouped(moved, source, pairs.rank, (pairs.rank > 0) & of) for of in plans]
    named = [Grouped(names[one.values], one.start, one.end) for one in partners]
    effect = pairs.summed(source, len(pairs.ids["source"]), pairs.alone)
    own = pairs.ids["source"][moved]
    return Moves(own, (named[0], named[1]), effect[:, moved], pairs.weights, (ranks[0], ranks[1]))


def _grouped(moved: Integers, rows: Integers, values: Integers, of: Flags) -> Grouped:
    """The values of the pairs `of` for each of the rows `moved`, sorted."""
    at = np.flatnonzero(of)
    at = at[np.lexsort((values[at], rows[at]))]
    ends = [np.searchsorted(rows[at], moved, side).astype(np.int64) for side in ("left", "right")]
    return Grouped(values[at], ends[0], ends[1])
