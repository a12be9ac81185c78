"""Past years, from the ``history`` table: last year's pairs and how long pairs have lasted.

Required columns of ``history``: ``year``, ``relation`` (the stage's id or the office's
name for it), ``source_id``, ``target_id``; optional ``years``, the consecutive years up to
and including that year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.model import Chosen, Integers, Objects, Problem

__all__ = ["LastYear", "consecutive_years", "last_year", "stage_names"]

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
    rows = _rows(problem)
    if not len(rows):
        return run
    pair = problem.located(rows["source_id"], rows["target_id"]).pair
    year = rows["year"].to_numpy(float)
    stated = rows["years"].to_numpy(float) if "years" in rows else np.full(len(rows), np.nan)
    before = None
    for this in np.unique(year[pair >= 0]):
        if before is None or this != before + 1:
            run = np.zeros(problem.pair_count, np.int64)
        here = (year == this) & (pair >= 0)
        lasted = np.where(np.isnan(stated[here]), run[pair[here]] + 1, stated[here]).astype(np.int64)
        run = np.zeros(problem.pair_count, np.int64)
        np.maximum.at(run, pair[here], lasted)  # a pair may stand there twice, with two roles
        before = this
    return run if before == problem.year - 1 else np.zeros(problem.pair_count, np.int64)
