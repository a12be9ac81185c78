"""The wishes sheet: what each party says about each candidate pair.

Columns of ``wishes``: ``side`` and ``source_id`` (who wishes), ``target_kind``, ``wish_1``,
``wish_2``, … (ids, several where a party ranks them alike), ``refused``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.facts import Named
from matchmaker.model import POINT, Dataset, Floats, Integers, Problem, Side, SideName
from matchmaker.needs_and_supply import household_share, table_of
from matchmaker.selectors import Mask

__all__ = [
    "Said",
    "Voice",
    "once",
    "party_table",
    "said_of",
    "statements",
    "voice",
    "wish_classes",
    "wish_satisfaction",
]

NAMED = 3
"""Wishers that a fact names."""


@dataclass(frozen=True)
class Voice:
    """What one party says about each candidate pair.

    Parameters
    ----------
    share : (ranks + 1, pairs) float64
        Part of the party that wishes for the pair at each rank; last, the part that
        refuses it. A party that is one row has parts of 0 and 1; one that is many rows
        below a target counts each by its households.
    refused : (pairs,) bool
        Pairs that a whole row of the party's, the same as or above a side, refuses.
    """

    share: Floats
    refused: Mask


def voice(problem: Problem, rule: str, party: str, ranks: int) -> Voice:
    """What `party` says: ``source``, ``target``, or the singular name of a table of the trees.

    Raises
    ------
    InputError
        When the table that `party` names is neither above, below nor one of the stage's.
    """
    dataset = problem.dataset
    wisher, on_sources = party_table(problem, rule, party)
    own, own_pair = problem.targets, problem.pair_target
    other, other_pair = problem.sources, problem.pair_source
    if on_sources:
        own, own_pair, other, other_pair = other, other_pair, own, own_pair
    said = _said(dataset, wisher, other, ranks)
    up = dataset.ancestors(own.table, wisher)
    if up is not None:  # one wisher for each row of the side: the row itself or one above it
        best = _best(said, up[own.rows][own_pair], other_pair, len(other))
        share = np.zeros((ranks + 1, problem.pair_count))
        hit = np.flatnonzero(best >= 0)
        share[best[hit], hit] = 1
        return Voice(share, best == ranks)
    down = dataset.ancestors(wisher, own.table)
    assert down is not None
    part = household_share(dataset, wisher, own.table)
    place = np.full(len(dataset.frame(own.table)), -1, np.int64)
    place[own.rows] = np.arange(len(own))
    above = np.where(down >= 0, place[down], -1)
    share = _summed(said, above, part, own_pair, other_pair, len(other), ranks)
    return Voice(share, np.zeros(problem.pair_count, bool))


@dataclass(frozen=True)
class Said:
    """What a party says of one pair: one wisher, or all of one rank below a side's row.

    Parameters
    ----------
    by : tuple of Named
        Who says it; of many the first ones.
    count : int
        How many they are.
    rank : int or None
        From 0; as many as there are ranks means refused; None: wishes are stated, but not for this.
    part : float
        Part of the party that says it.
    """

    by: tuple[Named, ...]
    count: int
    rank: int | None
    part: float


def said_of(problem: Problem, rule: str, party: str, ranks: int, pairs: Integers) -> list[list[Said]]:
    """What `party` says of each of the pairs at the given positions; raises as `voice` does."""
    dataset = problem.dataset
    wisher, on_sources = party_table(problem, rule, party)
    own, own_pair = problem.targets, problem.pair_target[pairs]
    other, other_pair = problem.sources, problem.pair_source[pairs]
    if on_sources:
        own, own_pair, other, other_pair = other, other_pair, own, own_pair
    said = _said(dataset, wisher, other, ranks)
    ids = dataset.ids(wisher)
    up = dataset.ancestors(own.table, wisher)
    if up is not None:
        who = up[own.rows][own_pair]
        best = _best(said, who, other_pair, len(other)).tolist()
        states = np.isin(who, said["wisher"].to_numpy(np.int64)).tolist()
        return [
            [Said((Named(wisher, str(ids[row])),), 1, rank if rank >= 0 else None, 1.0 if rank >= 0 else 0.0)]
            if row >= 0 and stated
            else []
            for row, rank, stated in zip(who.tolist(), best, states, strict=True)
        ]
    down = dataset.ancestors(wisher, own.table)
    assert down is not None
    part = household_share(dataset, wisher, own.table)
    above = down[said["wisher"].to_numpy(np.int64)]
    told = []
    for row, partner in zip(own.rows[own_pair].tolist(), other_pair.tolist(), strict=True):
        here = said[(above == row) & (said["other"] == partner).to_numpy(bool)]
        told.append(
            [
                Said(
                    tuple(Named(wisher, str(one)) for one in ids[group["wisher"].to_numpy(np.int64)][:NAMED]),
                    len(group),
                    int(rank),
                    float(part[group["wisher"].to_numpy(np.int64)].sum()),
                )
                for rank, group in here.groupby("rank")
            ]
        )
    return told


def wish_classes(problem: Problem, which: SideName) -> tuple[Integers, Mask]:
    """How the rows of a side rank their candidate pairs, and which pairs they refuse.

    Returns
    -------
    rank : (pairs,) int64
        0 for a first wish, 1 for a second one, …; behind all of them what is not wished for,
        last what is refused.
    refused : (pairs,) bool
    """
    ranks = _ranks(problem.dataset.frame("wishes"))
    own, other = problem.sources, problem.targets
    own_pair, other_pair = problem.pair_source, problem.pair_target
    if which == "target":
        own, own_pair, other, other_pair = other, other_pair, own, own_pair
    said = _said(problem.dataset, own.table, other, ranks)
    best = _best(said, own.rows[own_pair], other_pair, len(other))
    refused = best == ranks
    return np.where(best < 0, ranks, np.where(refused, ranks + 1, best)).astype(np.int64), refused


def wish_satisfaction(problem: Problem, which: SideName) -> Integers:
    """How content each candidate pair makes its row of a side, in hundredths of a point, shape (pairs,).

    100 for a first wish, then in even steps down: the further wishes, what is not named, and 0
    for what is refused. Whoever has no wishes is content with anything.
    """
    rank, _ = wish_classes(problem, which)
    side, row = problem.side(which), problem.pair_rows(which)
    sheet = problem.dataset.frame("wishes")
    ranks = _ranks(sheet)
    other = problem.targets if which == "source" else problem.sources
    said = _said(problem.dataset, side.table, other, ranks)
    wishes = np.isin(side.rows, said["wisher"].to_numpy(np.int64))[row]
    points = POINT * 100 * (ranks + 1 - rank) // (ranks + 1)
    return np.where(wishes, points, POINT * 100).astype(np.int64)


def _ranks(wishes: pd.DataFrame) -> int:
    """How many wishes the sheet has room for."""
    numbers = (re.fullmatch(r"wish_(\d+)", str(column)) for column in wishes.columns)
    return max((int(number[1]) for number in numbers if number), default=0)


def party_table(problem: Problem, rule: str, party: str) -> tuple[str, bool]:
    """The table whose wishes count, and whether it stands on the sources' side."""
    if party == "source":
        return problem.sources.table, True
    if party == "target":
        return problem.targets.table, False
    table = table_of(problem.dataset, party)
    if table is not None:
        for side, on_sources in ((problem.targets, False), (problem.sources, True)):
            if (
                problem.dataset.ancestors(side.table, table) is not None
                or problem.dataset.ancestors(table, side.table) is not None
            ):
                return table, on_sources
    raise InputError([Fault("rule.no_party", Place(), rule, {"party": party})])


def statements(dataset: Dataset, wisher: str, other: Side, ranks: int) -> pd.DataFrame:
    """Everything that rows of table `wisher` say of the rows of a side, each statement once for each of them.

    Returns
    -------
    DataFrame of int64 columns
        ``wisher``: row; ``other``: position on the side; ``rank``: from 0, `ranks` means
        refused; ``kind``, ``wished``: position of the wished row's table among
        the dataset's keys, and its row. What is said of a row above the side is said of
        all rows below it.
    """
    nothing = pd.DataFrame(
        {column: np.empty(0, np.int64) for column in ("wisher", "other", "rank", "kind", "wished")}
    )
    wishes = dataset.frame("wishes")
    if not len(wishes):
        return nothing
    sides = [side for side in pd.unique(wishes["side"]) if table_of(dataset, str(side)) == wisher]
    own = wishes["side"].isin(sides).to_numpy(bool)
    found = [nothing]
    tables = list(dataset.keys)
    for kind in pd.unique(wishes["target_kind"][own].dropna()):
        wished = table_of(dataset, str(kind))
        up = None if wished is None else dataset.ancestors(other.table, wished)
        if wished is None or up is None:
            continue  # wishes of another stage
        rows = wishes[own & (wishes["target_kind"] == kind).to_numpy(bool)]
        stated = _stated(dataset, rows, wisher, wished, ranks).assign(kind=tables.index(wished))
        here = pd.DataFrame({"wished": up[other.rows], "other": np.arange(len(other), dtype=np.int64)})
        found.append(stated.merge(here, on="wished")[list(nothing.columns)])
    return pd.concat(found, ignore_index=True).astype(np.int64)


def _said(dataset: Dataset, wisher: str, other: Side, ranks: int) -> pd.DataFrame:
    """(wisher row, position on the other side, rank) of everything said, best once each."""
    said = statements(dataset, wisher, other, ranks)
    return once(said, ["wisher", "other"], ranks)[["wisher", "other", "rank"]]


def once(said: pd.DataFrame, of: list[str], ranks: int) -> pd.DataFrame:
    """One row for each value of the columns `of`: a refusal outweighs, else the best rank counts."""
    said = said.assign(order=np.where(said["rank"] == ranks, -1, said["rank"]))
    return said.sort_values([*of, "order"], kind="stable").drop_duplicates(of).reset_index(drop=True)


def _stated(dataset: Dataset, rows: pd.DataFrame, wisher: str, wished: str, ranks: int) -> pd.DataFrame:
    """(wisher row, wished row, rank) of each cell's ids."""
    who = dataset.positions(wisher, rows["source_id"])
    cells = []
    for column in rows.columns:
        number = re.fullmatch(r"wish_(\d+)", str(column))
        rank = ranks if column == "refused" else int(number[1]) - 1 if number else -1
        if rank < 0 or (number and rank >= ranks):
            continue
        ids = pd.Series(rows[column].to_numpy(object), dtype=object).explode().dropna()
        cells.append(
            pd.DataFrame(
                {
                    "wisher": who[ids.index.to_numpy(np.int64)],
                    "wished": dataset.positions(wished, ids),
                    "rank": rank,
                }
            )
        )
    stated = pd.concat(cells, ignore_index=True).astype(np.int64)
    return stated[(stated["wisher"] >= 0) & (stated["wished"] >= 0)]


def _best(said: pd.DataFrame, wisher: Integers, other: Integers, width: int) -> Integers:
    """Rank of each (wisher row, position on the other side), -1 where nothing is said."""
    keys = said["wisher"].to_numpy(np.int64) * width + said["other"].to_numpy(np.int64)
    found = pd.Index(keys).get_indexer(pd.Index(wisher * width + other))
    found = np.where(wisher >= 0, found, -1)
    rank = said["rank"].to_numpy(np.int64)
    return np.where(found >= 0, rank[found] if len(rank) else -1, -1).astype(np.int64)


def _summed(
    said: pd.DataFrame,
    above: Integers,
    part: Floats,
    own: Integers,
    other: Integers,
    width: int,
    ranks: int,
) -> Floats:
    """Parts of the wishers below each row of a side, per rank and pair, shape (ranks + 1, pairs)."""
    share = np.zeros((ranks + 1, len(own)))
    wisher = said["wisher"].to_numpy(np.int64)
    for rank in range(ranks + 1):
        here = (said["rank"].to_numpy(np.int64) == rank) & (above[wisher] >= 0)
        keys = above[wisher[here]] * width + said["other"].to_numpy(np.int64)[here]
        sums = pd.Series(part[wisher[here]]).groupby(keys).sum()
        found = sums.index.get_indexer(pd.Index(own * width + other))
        values = sums.to_numpy(float)
        share[rank] = np.where(found >= 0, values[found] if len(values) else 0.0, 0.0)
    return share
