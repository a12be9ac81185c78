"""Which wishes of a party an assignment meets: the count behind 意向采纳情况."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.columns import values
from matchmaker.model import Assignment, Dataset, Integers, Objects, Problem
from matchmaker.rules.wishes_sheet import once, party_table, statements
from matchmaker.selectors import Mask

__all__ = ["WishesMet", "wishes_met"]

STRENGTH = "strength_level"


@dataclass(frozen=True)
class WishesMet:
    """Every statement of one party about rows that take part, and what came of it.

    Parameters
    ----------
    table : str
        Table of those who wish.
    wisher : (n,) int64
        Their rows.
    rank : (n,) int64
        From 0; the number of ranks means refused.
    chosen : (n,) bool
        Whether a pair of the assignment is what the statement speaks of.
    strength : (n,) object
        Strength level of the place that wishes or is wished for; None where not known.
    """

    table: str
    wisher: Integers
    rank: Integers
    chosen: Mask
    strength: Objects

    def __len__(self) -> int:
        return len(self.wisher)

    def measures(self, ranks: int) -> dict[str, Any]:
        """Counts by rank, of refusals, of those who wish, and by strength; lists have one entry a rank."""
        wish = self.rank < ranks
        stated = np.bincount(self.rank, minlength=ranks + 1)
        met = np.bincount(self.rank[self.chosen], minlength=ranks + 1)
        counts: dict[str, Any] = {
            "table": self.table,
            "stated": stated[:ranks].tolist(),
            "met": met[:ranks].tolist(),
            "refused": int(stated[ranks]),
            "refusals_ignored": int(met[ranks]),
            "wishers": len(np.unique(self.wisher[wish])),
            "wishers_first": len(np.unique(self.wisher[self.chosen & (self.rank == 0)])),
            "wishers_met": len(np.unique(self.wisher[self.chosen & wish])),
        }
        known = wish & np.array([level is not None for level in self.strength], bool)
        if known.any():
            levels, at = np.unique(self.strength[known].astype(str), return_inverse=True)
            stated_there = np.bincount(at, minlength=len(levels)).tolist()
            met_there = np.bincount(at[self.chosen[known]], minlength=len(levels)).tolist()
            counts["by_strength"] = {
                str(level): {"stated": said, "met": fulfilled}
                for level, said, fulfilled in zip(levels, stated_there, met_there, strict=True)
            }
        return counts


def wishes_met(problem: Problem, assignment: Assignment, rule: str, party: str, ranks: int) -> WishesMet:
    """What `party` says about this problem's rows, and which of it the assignment does.

    A statement about a row above the other side (a branch's wish for a community) is met
    by any pair below it; a statement of a row above or below its own side by any pair of
    the row that it belongs to. A statement entered twice counts once.
    """
    dataset = problem.dataset
    table, on_sources = party_table(problem, rule, party)
    own, other = (problem.sources, problem.targets) if on_sources else (problem.targets, problem.sources)
    chosen = problem.locate(assignment)
    own_at, other_at = (chosen.source, chosen.target) if on_sources else (chosen.target, chosen.source)
    known = (own_at >= 0) & (other_at >= 0)
    own_at, other_at = own_at[known], other_at[known]

    said = statements(dataset, table, other, ranks)
    wisher = said["wisher"].to_numpy(np.int64)
    up = dataset.ancestors(own.table, table)
    if up is not None:  # the wisher is the row itself or one above it
        taking_part = np.isin(wisher, up[own.rows])
        wishing, pairing = wisher, up[own.rows][own_at]
    else:
        down = dataset.ancestors(table, own.table)
        assert down is not None
        place = np.full(len(dataset.frame(own.table)), -1, np.int64)
        place[own.rows] = np.arange(len(own))
        wishing = np.where(down[wisher] >= 0, place[down[wisher]], -1)
        taking_part, pairing = wishing >= 0, own_at
    width = max(len(other), 1)
    done = np.isin(wishing * width + said["other"].to_numpy(np.int64), pairing * width + other_at)
    said = said.assign(chosen=done)[taking_part]
    of = ["wisher", "kind", "wished"]
    said["chosen"] = said.groupby(of)["chosen"].transform("any")
    said = once(said, of, ranks)
    wisher = said["wisher"].to_numpy(np.int64)
    strength = np.full(len(said), None, dtype=object)
    if not on_sources:
        strength = _strength(dataset, table)[wisher]
    else:
        kind, wished = said["kind"].to_numpy(np.int64), said["wished"].to_numpy(np.int64)
        for code in np.unique(kind):
            here = kind == code
            strength[here] = _strength(dataset, list(dataset.keys)[code])[wished[here]]
    return WishesMet(table, wisher, said["rank"].to_numpy(np.int64), said["chosen"].to_numpy(bool), strength)


def _strength(dataset: Dataset, table: str) -> Objects:
    """Strength level of each row of `table`, its own or that of the nearest table above which has one."""
    path, above = STRENGTH, table
    while STRENGTH not in dataset.frame(above):
        if above not in dataset.parents:
            return np.full(len(dataset.frame(table)), None, dtype=object)
        above = dataset.parents[above][1]
        path = f"{dataset.keys[above].removesuffix('_id')}.{STRENGTH}"
    return values(dataset, table, path)
