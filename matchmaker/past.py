"""Past years, from the ``history`` table: last year's pairs, how long pairs have lasted, when they ended.

Required columns of ``history``: ``year``, ``relation`` (the stage's id or the office's
name for it), ``source_id``, ``target_id``; optional ``years``, the consecutive years up to
and including that year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.model import Chosen, Integers, Objects, Problem

__all__ = ["LastYear", "consecutive_years", "last_year", "stage_names", "total_years", "years_apart"]

RELATIONS = {
    "agency_sub_district": ("单位联街道",),
    "branch_community": ("支部联社区",),
    "branch_grid": ("支部联网格", "支部联社区"),
    "member_building": ("党员联楼栋",),
    "member_household": ("党员联户",),
}
"""Names that offices write for a stage in the ``history`` and ``pins`` sheets."""


def stage_names(stage: str) -> tuple[str, ...]:
    """What may stand for a stage in a sheet: its id and the office's names for it."""
    return (stage, *RELATIONS.get(stage, ()))


@dataclass(frozen=True)
class LastYear:
    """The pairs of the year before the problem's, each once.

    Parameters
    ----------
    source_ids, target_ids : (n,) object
        Ids as the history has them.
    chosen : Chosen
        Where they stand in this year's problem, -1 where they no longer do.
    """

    source_ids: Objects
    target_ids: Objects
    chosen: Chosen

    @property
    def possible(self) -> Integers:
        """Positions of last year's pairs that are candidates again, ascending."""
        return np.sort(self.chosen.pair[self.chosen.pair >= 0])


def last_year(problem: Problem) -> LastYear:
    """Last year's pairs of the problem's stage; empty where the history has none."""
    return problem.memo("last year", lambda: _last_year(problem))


def consecutive_years(problem: Problem) -> Integers:
    """For each candidate pair, for how many years on end it has been up to last year, shape (pairs,).

    A number in ``years`` counts as it stands; otherwise the years of the history are
    counted back from last year until one is missing.
    """
    return problem.memo("consecutive years", lambda: _consecutive(problem))


def total_years(problem: Problem) -> Integers:
    """For each candidate pair, in how many past years it has been one, shape (pairs,).

    A number in ``years`` counts for the years before the history's first row of the pair.
    """
    return problem.memo("total years", lambda: _total(problem))


def years_apart(problem: Problem) -> Integers:
    """For each candidate pair that has ended, how many years it has not been one, shape (pairs,).

    0 for last year's pairs, -1 for pairs that never were.
    """
    return problem.memo("years apart", lambda: _apart(problem))


def _rows(problem: Problem) -> pd.DataFrame:
    """The stage's rows of past years."""
    history = problem.dataset.frame("history")
    if not len(history):
        return history
    past = history["relation"].isin(stage_names(problem.stage.id)) & (history["year"] < problem.year)
    return history[past.to_numpy(bool)]


def _last_year(problem: Problem) -> LastYear:
    rows = _rows(problem)
    if not len(rows):
        none = np.empty(0, np.int64)
        return LastYear(np.empty(0, object), np.empty(0, object), Chosen(none, none, none))
    rows = rows[rows["year"].to_numpy(float) == problem.year - 1]
    rows = rows.drop_duplicates(["source_id", "target_id"])
    source, target = (np.asarray(rows[column], object) for column in ("source_id", "target_id"))
    return LastYear(source, target, problem.located(source, target))


def _consecutive(problem: Problem) -> Integers:
    run = np.zeros(problem.pair_count, np.int64)
    past = _by_year(problem)
    before = None
    for this in np.unique(past["year"]):
        if before is None or this != before + 1:
            run = np.zeros(problem.pair_count, np.int64)
        rows = past[past["year"] == this]
        pair, stated = rows["pair"].to_numpy(np.int64), rows["years"].to_numpy(float)
        lasted = np.where(np.isnan(stated), run[pair] + 1, stated).astype(np.int64)
        run = np.zeros(problem.pair_count, np.int64)
        run[pair] = lasted
        before = this
    return run if before == problem.year - 1 else np.zeros(problem.pair_count, np.int64)


def _total(problem: Problem) -> Integers:
    total = np.zeros(problem.pair_count, np.int64)
    past = _by_year(problem)
    np.add.at(total, past["pair"].to_numpy(np.int64), 1)
    first = past.drop_duplicates("pair")
    earlier = first["years"].fillna(1).to_numpy(float).astype(np.int64) - 1
    total[first["pair"].to_numpy(np.int64)] += np.maximum(earlier, 0)
    return total


def _apart(problem: Problem) -> Integers:
    apart = np.full(problem.pair_count, -1, np.int64)
    last = _by_year(problem).groupby("pair")["year"].max()
    apart[last.index.to_numpy(np.int64)] = problem.year - 1 - last.to_numpy(np.int64)
    return apart


def _by_year(problem: Problem) -> pd.DataFrame:
    """(year, pair, years stated or NaN) of past years, ascending, each pair once a year."""
    return problem.memo("past pairs", lambda: _located_rows(problem))


def _located_rows(problem: Problem) -> pd.DataFrame:
    rows = _rows(problem)
    if not len(rows):
        return pd.DataFrame(
            {"year": np.empty(0, np.int64), "pair": np.empty(0, np.int64), "years": np.empty(0)}
        )
    found = pd.DataFrame(
        {
            "year": rows["year"].to_numpy(float),
            "pair": problem.located(rows["source_id"], rows["target_id"]).pair,
            "years": rows["years"].to_numpy(float) if "years" in rows else np.nan,
        }
    )
    found = found[found["pair"] >= 0].astype({"year": np.int64})
    # a pair may stand there twice, with two roles: the longer stay counts
    found = found.sort_values(["year", "pair", "years"], na_position="first", kind="stable")
    return found.drop_duplicates(["year", "pair"], keep="last").reset_index(drop=True)
