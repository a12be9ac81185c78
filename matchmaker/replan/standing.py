"""Where a stage stands after the changes: which of its pairs are left, and which rows the changes touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.decided import pair_ids
from matchmaker.model import Finding, Integers, Objects, Problem, SideName
from matchmaker.plans import Plan
from matchmaker.replanned import Before

__all__ = ["Parent", "Standing", "told_anew"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Parent:
    """The plan before, its pairs told in today's ids.

    Parameters
    ----------
    plan : Plan
    pairs : mapping of str to DataFrame
        source_id, target_id of every stage.
    """

    plan: Plan
    pairs: Mapping[str, pd.DataFrame]

    @cached_property
    def _left_out(self) -> pd.DataFrame:
        rows = self.plan.unassigned
        return rows[(rows["reason"] == "not_taking_part").to_numpy(bool)]

    def took_part(self, problem: Problem, which: SideName) -> Flags:
        """Which rows of a side took part in the stage in the plan before, shape (rows,)."""
        ids, table = problem.side(which).ids, problem.side(which).table
        if table in self.pairs:
            pairs = self.pairs[table]
            known = pair_ids(pairs["source_id"].to_numpy(object), pairs["target_id"].to_numpy(object))
            return _among(ids, known)
        there = self.plan.dataset.positions(table, ids) >= 0
        rows = self._left_out
        out = rows[((rows["stage"] == problem.stage.id) & (rows["side"] == which)).to_numpy(bool)]
        return there & ~_among(ids, out["id"].to_numpy(object))


def _among(ids: Objects, wanted: Objects) -> Flags:
    """Which ids are among those wanted."""
    if not len(wanted):
        return np.zeros(len(ids), bool)
    return np.asarray(pd.Index(ids, dtype=object).isin(wanted), bool)


def told_anew(plan: Plan, links: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every stage's pairs of a plan in today's ids: those of what was merged or split are its successors'.

    Parameters
    ----------
    links
        table, old, new.
    """
    new = {str(table): rows[["old", "new"]] for table, rows in links.groupby("table")}
    told: dict[str, pd.DataFrame] = {}
    for stage in plan.stages:
        definition = plan.scenario.scheme.stage(stage.id)
        frame = plan.assignments[stage.id][["source_id", "target_id"]]
        if not {definition.from_, definition.to} & new.keys():
            told[stage.id] = frame
            continue
        before = frame
        for column, table in (("source_id", definition.from_), ("target_id", definition.to)):
            if table in new:
                frame = frame.merge(new[table], how="left", left_on=column, right_on="old")
                renamed = frame["new"].where(frame["new"].notna(), frame[column])
                frame = frame.assign(**{column: renamed.astype(object)}).drop(columns=["old", "new"])
        frame = frame.drop_duplicates(ignore_index=True)
        told[stage.id] = frame
        new[stage.id] = _pairs_anew(before, definition.from_, definition.to, new)
    return told


def _pairs_anew(
    before: pd.DataFrame, source: str, target: str, new: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """old, new: the ids of a stage's pairs as rows of its table, where they are others now."""
    frame = before.reset_index(drop=True)
    frame = frame.assign(
        old_pair=pair_ids(frame["source_id"].to_numpy(object), frame["target_id"].to_numpy(object))
    )
    for column, table in (("source_id", source), ("target_id", target)):
        if table in new:
            frame = frame.merge(new[table], how="left", left_on=column, right_on="old")
            renamed = frame["new"].where(frame["new"].notna(), frame[column])
            frame = frame.assign(**{column: renamed.astype(object)}).drop(columns=["old", "new"])
    now = pair_ids(frame["source_id"].to_numpy(object), frame["target_id"].to_numpy(object))
    links = pd.DataFrame({"old": frame["old_pair"], "new": now}, dtype=object)
    return links[(links["old"] != links["new"]).to_numpy(bool)].reset_index(drop=True)


@dataclass(frozen=True)
class Standing:
    """A stage under today's data, with what is left of its pairs.

    Parameters
    ----------
    problem : Problem
        All candidates.
    past : Before
        The pairs that it had.
    broken : tuple of Finding
        What those that are left break of the hard rules.
    sources, targets : (rows,) bool
        Rows that the changes touch: new here, altered, or without a pair that they had.
    """

    problem: Problem
    past: Before
    broken: tuple[Finding, ...]
    sources: Flags
    targets: Flags

    @staticmethod
    def of(
        problem: Problem,
        past: Before,
        broken: Sequence[Finding],
        parent: Parent,
        altered: frozenset[tuple[str, str]],
    ) -> Standing:
        """The stage, with the rows that the changes touch."""
        lost = past.pair < 0
        touched: list[Flags] = []
        for which, ids in (("source", past.source_ids), ("target", past.target_ids)):
            side = problem.side(which)  # type: ignore[arg-type]
            own = [one for table, one in altered if table == side.table]
            rows = _among(side.ids, np.array([*own, *ids[lost]], object))
            touched.append(rows | ~parent.took_part(problem, which))  # type: ignore[arg-type]
        return Standing(problem, past, tuple(broken), touched[0], touched[1])

    @cached_property
    def kept(self) -> Flags:
        """The candidates that the stage had already, shape (pairs,)."""
        found = np.zeros(self.problem.pair_count, bool)
        found[self.past.possible] = True
        return found

    @cached_property
    def held(self) -> Flags:
        """Those of them that only the budget may give up, shape (pairs,)."""
        found = np.zeros(self.problem.pair_count, bool)
        found[self.past.pair[self.past.held]] = True
        return found

    @cached_property
    def open(self) -> Flags:
        """Candidates that a row touched may take without anybody else moving, shape (pairs,)."""
        problem = self.problem
        room = []
        for side, owner in ((problem.sources, problem.pair_source), (problem.targets, problem.pair_target)):
            count = np.bincount(owner[self.held], minlength=len(side))
            room.append((count < side.maximum)[owner])
        touched = self.sources[problem.pair_source] | self.targets[problem.pair_target]
        result: Flags = touched & room[0] & room[1] & ~self.kept
        return result

    @cached_property
    def around(self) -> Flags:
        """Candidates of the rows that hang together with those touched or broken, shape (pairs,).

        Rows hang together where a chain of candidates connects them.
        """
        problem = self.problem
        seeds = [self.sources.copy(), self.targets.copy()]
        for one in self.broken:
            for marked, side, entity in (
                (seeds[0], problem.sources, one.source_id), (seeds[1], problem.targets, one.target_id),
            ):  # fmt: skip
                marked |= side.ids == entity
        count, width = len(problem.sources), len(problem.sources) + len(problem.targets)
        links = sparse.coo_array(
            (np.ones(problem.pair_count, np.int8), (problem.pair_source, count + problem.pair_target)),
            shape=(width, width),
        )
        _, label = sparse.csgraph.connected_components(links, directed=False)
        wanted = np.unique(label[np.concatenate(seeds)])
        result: Flags = np.isin(label[problem.pair_source], wanted)
        return result

    def lost_at(self) -> tuple[Integers, Objects]:
        """Targets that lost a pair, by position, and the source of each."""
        lost = self.past.pair < 0
        at = self.problem.located(self.past.source_ids[lost], self.past.target_ids[lost]).target
        return at[at >= 0], self.past.source_ids[lost][at >= 0]
