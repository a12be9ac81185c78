"""Who takes over from whom: a row for every pair that has ended and for every one that is new."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matchmaker.model import Dataset
from matchmaker.replan.run import Replanned
from matchmaker.replan.sheet import Change
from matchmaker.replan.stages import StageAfter
from matchmaker.replan.units import chain_above, shared_table

__all__ = ["Outcome", "Takeover", "takeovers"]


class Outcome(StrEnum):
    """What has become of a target whose pair has ended."""

    TAKEN_OVER = "taken_over"
    STILL_COVERED = "still_covered"
    """Others are there, as many as must be."""
    ELSEWHERE = "elsewhere"
    """Another relation covers it now."""
    NOT_NEEDED = "not_needed"
    """Nobody is there, and nobody must be."""
    UNCOVERED = "uncovered"
    NEW = "new"
    """No pair has ended: the source, or the target, has one more."""


@dataclass(frozen=True)
class Takeover:
    """A pair that has ended and who takes over, or a new pair alone.

    Parameters
    ----------
    stage : str
    target : str
    before, after : str
        Sources; empty where there was, or is, none.
    unit : str
        Table of the nearest unit that both belong to; empty where there is none.
    change : Change or None
        What the sheet says of one of the rows; None where the pair follows from another one.
    further : bool
        Whether the changes do not touch the pair: it counts against the budget.
    outcome : Outcome
    covered_by : str
        Stage that covers the target now (`ELSEWHERE`).
    candidates : int
        Of a target that nobody covers: how many sources might have, had they not been held.
    """

    stage: str
    target: str
    before: str
    after: str
    unit: str
    change: Change | None
    further: bool
    outcome: Outcome
    covered_by: str = ""
    candidates: int = 0


def takeovers(replanned: Replanned) -> tuple[Takeover, ...]:
    """All of them, in the order of the stages, then by target."""
    why = _Why(replanned)
    return tuple(one for after in replanned.stages.values() for one in _of_stage(replanned, after, why))


def _of_stage(replanned: Replanned, after: StageAfter, why: _Why) -> list[Takeover]:
    past, problem, now = after.standing.past, after.problem, after.assignment
    stage = problem.stage.id
    had = set(zip(past.source_ids.tolist(), past.target_ids.tolist(), strict=True))
    has = set(zip(now.source_ids.tolist(), now.target_ids.tolist(), strict=True))
    if had == has:
        return []
    free = stage in replanned.plan.replan.get("again", ())
    held = (
        set()
        if free
        else set(zip(past.source_ids[past.held].tolist(), past.target_ids[past.held].tolist(), strict=True))
    )
    waiting: dict[str, list[str]] = {}
    for source, target in sorted(has - had):
        waiting.setdefault(target, []).append(source)
    outcomes = _Outcomes(replanned, after)
    rows = []
    for before, target in sorted(had - has, key=lambda pair: (pair[1], pair[0])):
        options = [(why.unit(stage, before, one), one) for one in waiting.get(target, ())]
        chain = ["", *reversed(chain_above(problem.dataset, problem.sources.table))]
        named = [one for _, one in options if replanned.named.get(one) == before]
        unit, taker = max(
            options, key=lambda each: (each[1] in named, chain.index(each[0]), each[1]), default=("", "")
        )
        if taker:
            waiting[target].remove(taker)
        outcome, by, candidates = (Outcome.TAKEN_OVER, "", 0) if taker else outcomes.of(target)
        rows.append(
            Takeover(stage, target, before, taker, unit, why.change(stage, before, target),
                     (before, target) in held, outcome, by, candidates)
        )  # fmt: skip
    for target, sources in waiting.items():
        rows += [
            Takeover(stage, target, "", one, "", why.change(stage, one, target), False, Outcome.NEW)
            for one in sources
        ]
    return sorted(rows, key=lambda row: (row.target, row.before, row.after))


class _Outcomes:
    """What has become of targets that nobody took over."""

    def __init__(self, replanned: Replanned, after: StageAfter) -> None:
        problem = after.problem
        chosen = problem.locate(after.assignment)
        self._problem = problem
        self._count = np.bincount(chosen.target[chosen.target >= 0], minlength=len(problem.targets))
        self._candidates = np.bincount(problem.pair_target, minlength=len(problem.targets))
        self._others = {
            other.problem.stage.id: frozenset(other.assignment.target_ids.tolist())
            for other in replanned.stages.values()
            if other is not after and other.problem.stage.target_table == problem.stage.target_table
        }

    def of(self, target: str) -> tuple[Outcome, str, int]:
        """Outcome, the stage that covers it, candidates that were held."""
        at = int(self._problem.located(np.array([""], object), np.array([target], object)).target[0])
        count, least = (0, 0) if at < 0 else (int(self._count[at]), int(self._problem.targets.minimum[at]))
        if at >= 0 and count < least:
            return Outcome.UNCOVERED, "", int(self._candidates[at])
        if count:
            return Outcome.STILL_COVERED, "", 0
        by = next((stage for stage, targets in self._others.items() if target in targets), "")
        return (Outcome.ELSEWHERE if by else Outcome.NOT_NEEDED), by, 0


class _Why:
    """What the sheet says of a pair: of its source or target, or of a row above either."""

    def __init__(self, replanned: Replanned) -> None:
        self._replanned = replanned
        self._changes: dict[tuple[str, str], Change] = {}
        for change in replanned.sheet.changes:
            for one in (change.id, change.into if change.kind in ("merges", "splits") else ""):
                self._changes.setdefault((change.table, one), change)

    def unit(self, stage: str, before: str, after: str) -> str:
        """Table of the nearest unit in common of two sources."""
        one = self._replanned.stages[stage]
        return shared_table(self._replanned.parent, one.problem, self._replanned.links, before, after)

    def change(self, stage: str, source: str, target: str) -> Change | None:
        """The change that a pair has to do with."""
        problem = self._replanned.stages[stage].problem
        for table, one in ((problem.sources.table, source), (problem.targets.table, target)):
            for dataset in (self._replanned.parent.plan.dataset, problem.dataset):
                found = self._above(dataset, table, one)
                if found is not None:
                    return found
        return None

    def _above(self, dataset: Dataset, table: str, one: str) -> Change | None:
        while True:
            if (table, one) in self._changes:
                return self._changes[table, one]
            if table not in dataset.parents or table not in dataset.tables:
                return None
            column, parent = dataset.parents[table]
            at = int(dataset.positions(table, [one])[0])
            if at < 0 or column not in dataset.frame(table):
                return None
            above = dataset.frame(table)[column].iloc[at]
            if not isinstance(above, str):
                return None
            table, one = parent, above
