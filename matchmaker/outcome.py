"""The tables of a plan: each stage's assignment with its points, and who has nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from matchmaker.judgement import pair_terms
from matchmaker.model import POINT, Assignment, Integers, Objects, Problem, Side
from matchmaker.past import last_year
from matchmaker.plans import CHANGE_KEPT, CHANGE_MOVED, CHANGE_NEW, UNASSIGNED_COLUMNS
from matchmaker.rules.wishes_sheet import voice
from matchmaker.scheme.definitions import Scheme

__all__ = ["assignment_table", "unassigned_table"]

RANKS = 9
"""Ranks that a wishes sheet may have."""


def assignment_table(scheme: Scheme, problem: Problem, assignment: Assignment) -> pd.DataFrame:
    """One row per pair: points per pair-additive soft rule, the source's wish rank, last year, change."""
    chosen = problem.locate(assignment)
    columns: dict[str, object] = {
        "source_id": _text(assignment.source_ids),
        "target_id": _text(assignment.target_ids),
    }
    for rule, points in pair_terms(scheme, problem).items():
        columns[rule] = np.where(chosen.pair >= 0, points[np.maximum(chosen.pair, 0)] / POINT, np.nan)
    columns["wish_rank"] = _wish_rank(problem, chosen.pair)
    previous, change = _changes(problem, assignment)
    columns["previous_target_id"], columns["change"] = _text(previous), _text(change)
    return pd.DataFrame(columns)


def unassigned_table(problems: Mapping[str, Problem], assignments: Mapping[str, Assignment]) -> pd.DataFrame:
    """Who has nothing, and why: stage, side, id, reason, detail.

    Reasons: ``not_taking_part`` (left out by `where`; the detail is the table's reason
    column, if it has one), ``no_candidate``, ``not_needed`` (its minimum is 0). Targets
    that need nobody are not listed.
    """
    rows: list[pd.DataFrame] = []
    for stage, problem in problems.items():
        rows.append(_left_out(stage, problem))
        chosen = problem.locate(assignments[stage])
        rows.append(_without(stage, "source", problem.sources, problem.pair_source, chosen.source))
        alone = _without(stage, "target", problem.targets, problem.pair_target, chosen.target)
        rows.append(alone[alone["reason"] != "not_needed"])
    filled = [frame for frame in rows if len(frame)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in UNASSIGNED_COLUMNS})
    return pd.concat(filled, ignore_index=True)


def _left_out(stage: str, problem: Problem) -> pd.DataFrame:
    frames = []
    for side, table in (("source", problem.stage.source_table), ("target", problem.stage.target_table)):
        ids = np.array([one for where, one, _ in problem.excluded if where == side], dtype=object)
        frame = problem.dataset.frame(table)
        detail = np.full(len(ids), None, dtype=object)
        if "exempt_reason" in frame and len(ids):
            detail = np.asarray(frame["exempt_reason"], object)[problem.dataset.positions(table, ids)]
        frames.append(_rows(stage, side, ids, "not_taking_part", detail))
    return pd.concat(frames, ignore_index=True)


def _without(stage: str, name: str, side: Side, owner: Integers, taken: Integers) -> pd.DataFrame:
    partners = np.bincount(taken[taken >= 0], minlength=len(side))
    candidates = np.bincount(owner, minlength=len(side))
    alone = np.flatnonzero(partners == 0)
    reason = np.where(candidates[alone] == 0, "no_candidate", "not_needed").astype(object)
    reason = np.where((candidates[alone] > 0) & (side.minimum[alone] > 0), "fell_short", reason)
    frame = _rows(stage, name, side.ids[alone], "", np.full(len(alone), None, dtype=object))
    frame["reason"] = _text(reason)
    return frame


def _rows(stage: str, side: str, ids: Objects, reason: str, detail: Objects) -> pd.DataFrame:
    count = len(ids)
    return pd.DataFrame(
        {
            "stage": _text(np.full(count, stage, dtype=object)),
            "side": _text(np.full(count, side, dtype=object)),
            "id": _text(ids),
            "reason": _text(np.full(count, reason, dtype=object)),
            "detail": _text(detail),
        },
        columns=list(UNASSIGNED_COLUMNS),
    )


def _text(values: Objects) -> pd.Series:
    # without the dtype pandas would turn None into NaN
    return pd.Series(values, dtype=object)


def _wish_rank(problem: Problem, pair: Integers) -> np.ndarray:
    """Rank, from 1, at which the source wished for its target; NaN where it did not."""
    said = voice(problem, problem.stage.id, "source", RANKS).share[:RANKS] > 0
    rank = np.where(said.any(axis=0), said.argmax(axis=0) + 1.0, np.nan)
    return np.where(pair >= 0, rank[np.maximum(pair, 0)], np.nan)


def _changes(problem: Problem, assignment: Assignment) -> tuple[Objects, Objects]:
    """Last year's target (the same one where it is kept, else all of them) and the kind of change."""
    past = last_year(problem)
    before = pd.DataFrame({"source": past.source_ids, "target": past.target_ids}, dtype=object)
    names = before.groupby("source", sort=True)["target"].agg(lambda ids: "、".join(sorted(map(str, ids))))
    previous = np.array(names.reindex(assignment.source_ids), dtype=object)
    has_none = pd.isna(previous)
    previous[has_none] = None
    known = set(zip(past.source_ids, past.target_ids, strict=True))
    kept = np.array(
        [pair in known for pair in zip(assignment.source_ids, assignment.target_ids, strict=True)], bool
    )
    change = np.where(kept, CHANGE_KEPT, np.where(has_none, CHANGE_NEW, CHANGE_MOVED))
    return np.where(kept, assignment.target_ids, previous), change.astype(object)
