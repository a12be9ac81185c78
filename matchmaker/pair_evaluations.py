"""What the two sides of a pair have said of each other: the ``evaluations`` sheet, pair by pair.

``rater_kind`` names who rates whom (``community_agency``: a community rates an agency). A
rating is about a pair where it lies on the pair's path: one of the two is the source's row or
above or below it, the other the target's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.model import Dataset, Floats, Integers, Problem, Side
from matchmaker.needs_and_supply import table_of

__all__ = ["evaluation"]


def evaluation(problem: Problem) -> Floats:
    """Mean rating of each candidate pair last year, both directions alike; NaN where there is none.

    Several ratings of one direction (by the communities of a sub-district) are averaged first.
    """
    return problem.memo("evaluation", lambda: _evaluation(problem))


def _evaluation(problem: Problem) -> Floats:
    sheet = problem.dataset.frame("evaluations")
    of_source, of_target = _Sum(problem.pair_count), _Sum(problem.pair_count)
    if len(sheet):
        counts = sheet["score"].notna().to_numpy(bool)
        counts = counts & (sheet["year"].to_numpy(float) == problem.year - 1)
        for kind, rows in sheet[counts].groupby("rater_kind"):
            rater, _, ratee = str(kind).rpartition("_")
            tables = (table_of(problem.dataset, rater), table_of(problem.dataset, ratee))
            if None not in tables:
                _add(problem, rows, str(tables[0]), str(tables[1]), of_source, of_target)
    both = np.vstack([of_source.mean(), of_target.mean()])
    known = ~np.isnan(both)
    number = known.sum(axis=0)
    total = np.where(known, both, 0.0).sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


class _Sum:
    """Scores added up by pair."""

    def __init__(self, pairs: int) -> None:
        self.total = np.zeros(pairs)
        self.count = np.zeros(pairs, np.int64)

    def add(self, pair: Integers, score: Floats) -> None:
        known = pair >= 0
        np.add.at(self.total, pair[known], score[known])
        np.add.at(self.count, pair[known], 1)

    def mean(self) -> Floats:
        return np.where(self.count > 0, self.total / np.maximum(self.count, 1), np.nan)


def _add(
    problem: Problem, rows: pd.DataFrame, rater: str, ratee: str, of_source: _Sum, of_target: _Sum
) -> None:
    """Add one kind's ratings to the pairs that they are about."""
    for rated, rating, result in (
        (problem.sources, problem.targets, of_source),
        (problem.targets, problem.sources, of_target),
    ):
        who = _on_side(problem.dataset, rated, ratee, rows["ratee_id"])
        by = _on_side(problem.dataset, rating, rater, rows["rater_id"])
        if who is None or by is None:
            continue
        both = who.merge(by, on="rating", suffixes=("_rated", "_rating"))
        rated_at = both["position_rated"].to_numpy(np.int64)
        rating_at = both["position_rating"].to_numpy(np.int64)
        source, target = (rated_at, rating_at) if rated is problem.sources else (rating_at, rated_at)
        score = rows["score"].to_numpy(float)[both["rating"].to_numpy(np.int64)]
        result.add(problem.pair_index(source, target), score)


def _on_side(dataset: Dataset, side: Side, table: str, ids: pd.Series) -> pd.DataFrame | None:
    """(rating, position): the rows of a side that each named row of `table` is, lies above, or lies below."""
    named = pd.DataFrame({"rating": np.arange(len(ids)), "row": dataset.positions(table, ids)})
    up = dataset.ancestors(side.table, table)
    if up is not None:
        here = pd.DataFrame({"row": up[side.rows], "position": np.arange(len(side))})
        return named[named["row"] >= 0].merge(here, on="row")[["rating", "position"]]
    down = dataset.ancestors(table, side.table)
    if down is None:
        return None
    place = np.full(len(dataset.frame(side.table)) + 1, -1, np.int64)  # the last one stands for row -1
    place[side.rows] = np.arange(len(side))
    row = named["row"].to_numpy(np.int64)
    above = np.where(row >= 0, np.append(down, -1)[row], -1)
    found = named.assign(position=place[above])
    return found[found["position"] >= 0][["rating", "position"]]
