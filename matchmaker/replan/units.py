"""Who stands close to whom: of the same branch, else of the same agency, by the trees of the tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from matchmaker.model import Dataset, Integers, Objects, Problem
from matchmaker.replan.standing import Parent, Standing

__all__ = ["chain_above", "closeness", "shared_table"]


def chain_above(dataset: Dataset, table: str) -> list[str]:
    """The tables above a table, the nearest first."""
    chain: list[str] = []
    while table in dataset.parents and dataset.parents[table][1] not in chain:
        table = dataset.parents[table][1]
        chain.append(table)
    return chain


def closeness(
    standing: Standing, parent: Parent, links: pd.DataFrame, named: Mapping[str, str], pairs: Integers
) -> Integers:
    """How close the sources of some candidates are to those whom they would take over from.

    Parameters
    ----------
    links
        table, old, new: what is told under another id from now on.
    named
        Sources that the sheet names as taking over from somebody, and from whom.
    pairs
        Candidates to look at.

    Returns
    -------
    (pairs,) int64
        0 for nothing in common, else the higher the nearer: one for the uppermost unit in
        common, one more for each unit below it; the highest for those whom the sheet names.
    """
    target, before = standing.lost_at()
    result = np.zeros(len(pairs), np.int64)
    if not len(target) or not len(pairs):
        return result
    problem = standing.problem
    chain = chain_above(problem.dataset, problem.sources.table)
    order = np.argsort(target, kind="stable")
    target, before = target[order], before[order]
    first, end = (np.searchsorted(target, problem.pair_target[pairs], side) for side in ("left", "right"))
    count = end - first
    at = np.repeat(np.arange(len(pairs)), count)
    within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    left = before[np.repeat(first, count) + within]
    now = problem.sources.ids[problem.pair_source[pairs[at]]]
    score = np.zeros(len(at), np.int64)
    for worth, table in enumerate(reversed(chain), 1):
        old, new = _above_before(parent, problem, table, left, links), _above_now(problem, table, now)
        same = np.array([one is not None and one == other for one, other in zip(old, new, strict=True)], bool)
        score[same] = worth
    wanted = np.array([named.get(str(one)) for one in now], object)
    score[
        np.array([one is not None and one == other for one, other in zip(wanted, left, strict=True)], bool)
    ] = len(chain) + 1
    np.maximum.at(result, at, score)
    return result


def shared_table(parent: Parent, problem: Problem, links: pd.DataFrame, before: str, now: str) -> str:
    """The nearest table in which who left and who takes over have one row above them; or empty."""
    for table in chain_above(problem.dataset, problem.sources.table):
        old = _above_before(parent, problem, table, np.array([before], object), links)[0]
        new = _above_now(problem, table, np.array([now], object))[0]
        if old is not None and old == new:
            return table
    return ""


def _above_now(problem: Problem, table: str, ids: Objects) -> Objects:
    return _above(problem.dataset, problem.sources.table, table, ids)


def _above_before(parent: Parent, problem: Problem, table: str, ids: Objects, links: pd.DataFrame) -> Objects:
    """Rows above sources in the plan before, in today's ids."""
    own = problem.sources.table
    dataset = parent.plan.known if own in parent.pairs else parent.plan.dataset
    found = _above(dataset, own, table, ids)
    rows = links[(links["table"] == table).to_numpy(bool)].drop_duplicates("old")
    new = dict(zip(rows["old"], rows["new"], strict=True))
    return np.array([new.get(one, one) for one in found], object)


def _above(dataset: Dataset, table: str, above: str, ids: Objects) -> Objects:
    up = dataset.ancestors(table, above)
    at = dataset.positions(table, ids)
    found = np.full(len(ids), None, object)
    if up is None:
        return found
    row = np.where(at >= 0, up[np.maximum(at, 0)], -1)
    found[row >= 0] = dataset.ids(above)[row[row >= 0]]
    return found
