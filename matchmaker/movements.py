"""Last year's pairs before this year is solved: which must change, may, or must go on, and by which rule.

Each stage is looked at with last year's pairs as its only candidates. What a hard rule fixes
there is decided whatever else happens; what a soft rule takes points for is advice.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.fixed_pairs import fixings_of, sides_of, with_pairs
from matchmaker.judgement import stage_rules
from matchmaker.model import Dataset, Integers, Problem
from matchmaker.pair_evaluations import evaluation
from matchmaker.pairs import pair_mask
from matchmaker.past import consecutive_years, last_year, stage_names, total_years
from matchmaker.rules import Rule
from matchmaker.rules.located import Located
from matchmaker.scheme.definitions import Scheme, StageDefinition
from matchmaker.selectors import Selector

__all__ = ["COLUMNS", "Verdict", "movements"]

COLUMNS = ("stage", "source_id", "target_id", "years", "total_years", "evaluation", "verdict", "reasons")

ADVICE = "adjust"
"""Action of the pins sheet that advises a change."""

Flags = NDArray[np.bool_]


class Verdict(StrEnum):
    """What becomes of a pair of last year, the more certain first."""

    GONE = "gone"
    """A side is no longer there, or does not take part."""
    CONFLICT = "conflict"
    """One rule ends it, another demands that it goes on."""
    MUST_CHANGE = "must_change"
    MUST_STAY = "must_stay"
    SHOULD_CHANGE = "should_change"
    MAY_CHANGE = "may_change"


def movements(scheme: Scheme, dataset: Dataset, year: int) -> pd.DataFrame:
    """One row for each of last year's pairs, stage by stage, by source and target.

    Parameters
    ----------
    dataset
        Ready for the scheme, with its history (`matchmaker.pipeline.prepare`).

    Returns
    -------
    DataFrame
        `COLUMNS`; ``reasons`` holds tuples of ids: rules, ``<stage>.candidates`` for pairs that
        the stage's conditions leave out, ids of earlier stages whose pair above must change.
        Stages whose rows are decided on the way are left out.
    """
    frames: dict[str, pd.DataFrame] = {}
    for definition in scheme.stages:
        if (
            not scheme.rests_on(definition.id)
            and dataset.has(definition.from_)
            and dataset.has(definition.to)
        ):
            frames[definition.id] = _stage(scheme, dataset, year, definition, frames)
    found = pd.concat(list(frames.values()), ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
    return found[list(COLUMNS)]


def _stage(
    scheme: Scheme, dataset: Dataset, year: int, definition: StageDefinition, above: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    problem, past = _of_last_year(dataset, year, definition)
    at = problem.located(past["source_id"], past["target_id"]).pair
    ends, demands, advised = (_Reasons(problem.pair_count) for _ in range(3))
    where = definition.where
    if where is not None and where.pair is not None:
        outside = ~pair_mask(problem, Selector(pair=where.pair))
        ends.add(np.flatnonzero(outside), f"{definition.id}.candidates")
    for rule, soft in stage_rules(scheme, problem):
        if scheme.reads_results(rule, definition.id):
            continue
        if soft:
            advised.add(np.flatnonzero(_unwanted(rule, problem)), rule.id)
            continue
        for columns, value in fixings_of(rule, problem):
            (demands if value else ends).add(columns, rule.id)
        if isinstance(rule, Located) and rule.where is None:
            demands.add(np.arange(problem.pair_count), rule.id)  # who stands there stays there
        settled = rule.settles(problem)
        if settled is not None:  # by location: no rotation moves them
            demands.add(np.flatnonzero(settled), rule.id)
    advised.add(np.flatnonzero(_advice(problem)), f"{definition.id}.pins")
    for name in definition.within:
        if name in above:
            ends.add(_below_changes(problem, above[name], scheme.stage(name)), name)
    verdict = np.select(
        [ends.any & demands.any, ends.any, demands.any, advised.any],
        [Verdict.CONFLICT, Verdict.MUST_CHANGE, Verdict.MUST_STAY, Verdict.SHOULD_CHANGE],
        Verdict.MAY_CHANGE,
    ).astype(object)
    reasons = [(*e, *d) or a for e, d, a in zip(ends.lists, demands.lists, advised.lists, strict=True)]
    told = pd.DataFrame(
        {
            "years": [*consecutive_years(problem).tolist(), 0],
            "total_years": [*total_years(problem).tolist(), 0],
            "evaluation": [*np.round(evaluation(problem), 2).tolist(), np.nan],
            "verdict": [*verdict.tolist(), Verdict.GONE],  # the last row stands for position -1
            "reasons": [*reasons, ()],
        }
    )
    told = told.iloc[np.where(at >= 0, at, problem.pair_count)].reset_index(drop=True)
    return pd.concat([past.assign(stage=definition.id), told], axis=1)


def _of_last_year(dataset: Dataset, year: int, definition: StageDefinition) -> tuple[Problem, pd.DataFrame]:
    """The stage with last year's pairs as its candidates, and all of those pairs by id."""
    bare = sides_of(dataset, year, definition)
    before = last_year(bare)
    both = (before.chosen.source >= 0) & (before.chosen.target >= 0)
    problem = with_pairs(bare, before.chosen.source[both], before.chosen.target[both])
    pairs = pd.DataFrame({"source_id": before.source_ids, "target_id": before.target_ids}, dtype=object)
    return problem, pairs.sort_values(["source_id", "target_id"], kind="stable").reset_index(drop=True)


class _Reasons:
    """Ids of what says something about each pair."""

    def __init__(self, pairs: int) -> None:
        self.lists: list[tuple[str, ...]] = [()] * pairs
        self.any: Flags = np.zeros(pairs, bool)

    def add(self, pairs: Integers, reason: str) -> None:
        for pair in pairs.tolist():
            if reason not in self.lists[pair]:
                self.lists[pair] = (*self.lists[pair], reason)
        self.any[pairs] = True


def _unwanted(rule: Rule, problem: Problem) -> Flags:
    """Pairs for which a soft rule takes points."""
    points = rule.pair_points(problem)
    return points[rule.id] < 0 if rule.id in points else np.zeros(problem.pair_count, bool)


def _advice(problem: Problem) -> Flags:
    """Pairs that the pins sheet advises to change; without a target, all of the source."""
    pins = problem.dataset.frame("pins")
    advised = np.zeros(problem.pair_count, bool)
    if not len(pins):
        return advised
    rows = pins[(pins["action"] == ADVICE).to_numpy(bool)]
    if "stage" in rows:
        named = rows["stage"].isna() | rows["stage"].isin(stage_names(problem.stage.id))
        rows = rows[named.to_numpy(bool)]
    pair = problem.located(rows["source_id"], rows["target_id"]).pair
    advised[pair[pair >= 0]] = True
    whole = rows[rows["target_id"].isna().to_numpy(bool)]["source_id"]
    return advised | np.isin(problem.sources.ids[problem.pair_source], np.asarray(whole, object))


def _below_changes(problem: Problem, above: pd.DataFrame, stage: StageDefinition) -> Integers:
    """Pairs below a pair of an earlier stage that must change or is gone."""
    dataset = problem.dataset
    changing = above[above["verdict"].isin([Verdict.MUST_CHANGE, Verdict.GONE])]
    sides = []
    for table, own, rows in (
        (stage.from_, problem.sources, problem.pair_source), (stage.to, problem.targets, problem.pair_target),
    ):  # fmt: skip
        up = dataset.ancestors(own.table, table)
        if up is None:
            return np.empty(0, np.int64)
        ids = np.array([*dataset.ids(table), None], dtype=object)  # the last one stands for row -1
        sides.append(ids[up[own.rows][rows]])
    below = pd.MultiIndex.from_arrays(sides)
    return np.flatnonzero(below.isin(list(zip(changing["source_id"], changing["target_id"], strict=True))))
