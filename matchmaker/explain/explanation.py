"""A source, target or pair of a plan explained: points and facts, what narrowed the choice, alternatives."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from matchmaker.explain.asked import Asked
from matchmaker.explain.costs import (
    Cost,
    chained,
    cost_by_bound,
    cost_by_solving,
    worth_asking,
)
from matchmaker.explain.narrowing import Narrowing, narrowing_of
from matchmaker.explain.points import HardFacts, PairExplained, explained_pairs
from matchmaker.explain.refusal import Refusal, forbidden_by, no_candidate
from matchmaker.model import Integers, SideName, Status
from matchmaker.what_if.reopened import Reopened
from matchmaker.what_if.shifts import Shift

__all__ = ["Alternative", "StageExplanation", "explain"]

ALTERNATIVES = 3

ASKED_BY_BOUND = 8
"""Of so many that seem cheap the bound decides which are told."""


@dataclass(frozen=True)
class Alternative:
    """Another partner: what the rules say of the pair, what it would cost, who would move."""

    id: str
    pair: PairExplained
    cost: Cost
    moves: tuple[Shift, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "cost": self.cost.to_json(),
            "pair": self.pair.to_json(),
            "moves": [move.to_json() for move in self.moves],
        }


@dataclass(frozen=True)
class StageExplanation:
    """What is to be said of a source, a target or a pair at one stage.

    Parameters
    ----------
    stage : str
    side : {"source", "target", "pair"}
    source_id, target_id : str
        The side not asked about is empty.
    values : tuple of float
        Level values of the stage, in points.
    pairs : tuple of PairExplained
        The plan's pairs of the row, or the pair asked about.
    chosen : bool
        Whether the pair asked about is the plan's; True for rows.
    refusals : tuple of Refusal
        Why the row, or the pair asked about, cannot be chosen, where it cannot.
    narrowing : Narrowing or None
        Of a row that takes part.
    measured : tuple of HardFacts
        What rules measure of the row, soft ones too.
    alternatives : tuple of Alternative
    followed_by : tuple of str
        Stages that rest on this one and would be decided anew.
    """

    stage: str
    side: Literal["source", "target", "pair"]
    source_id: str
    target_id: str
    values: tuple[float, ...]
    pairs: tuple[PairExplained, ...]
    chosen: bool = True
    refusals: tuple[Refusal, ...] = ()
    narrowing: Narrowing | None = None
    measured: tuple[HardFacts, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    followed_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "stage": self.stage,
            "side": self.side,
            "source_id": self.source_id,
            "target_id": self.target_id,
            "values": list(self.values),
            "chosen": self.chosen,
            "pairs": [pair.to_json() for pair in self.pairs],
            "refusals": [one.to_json() for one in self.refusals],
            "narrowing": None if self.narrowing is None else self.narrowing.to_json(),
            "measured": [one.to_json() for one in self.measured],
            "alternatives": [one.to_json() for one in self.alternatives],
            "followed_by": list(self.followed_by),
        }


def explain(
    reopened: Reopened, asked: Asked, *, solve: bool = True, seconds: float | None = None
) -> StageExplanation:
    """Explain what is asked about at a reopened stage.

    Parameters
    ----------
    solve
        Whether the stage is solved again for the alternatives; else their cost is told by bound only.
    seconds
        For all solving together; None: no limit.
    """
    if asked.is_pair:
        return _of_pair(reopened, asked)
    which: SideName = "source" if asked.source_id else "target"
    problem = reopened.problem
    side = problem.side(which)
    found = np.flatnonzero(side.ids == (asked.source_id or asked.target_id))
    if not len(found):
        return _frame(reopened, asked, which, refusals=_excluded(reopened, which, asked))
    row = int(found[0])
    assignment = problem.assignment(reopened.pairs)
    own = reopened.pairs[problem.pair_rows(which)[reopened.pairs] == row]
    measured = [(rule.id, rule.row_facts(problem, assignment, which, row)) for rule in reopened.rules]
    return _frame(
        reopened,
        asked,
        which,
        pairs=explained_pairs(reopened.scheme, problem, assignment, own),
        narrowing=narrowing_of(reopened, which, row),
        measured=tuple(HardFacts(rule, facts) for rule, facts in measured if facts),
        alternatives=_alternatives(reopened, which, row, solve, seconds),
    )


def _frame(
    reopened: Reopened, asked: Asked, side: SideName | Literal["pair"], **content: Any
) -> StageExplanation:
    return StageExplanation(
        asked.stage,
        side,
        asked.source_id,
        asked.target_id,
        reopened.values,
        **{"pairs": (), "followed_by": followed_by(reopened), **content},
    )


def followed_by(reopened: Reopened) -> tuple[str, ...]:
    """Stages for which the result of this one counts, directly or by way of others."""
    scheme, stage = reopened.scheme, reopened.problem.stage.id
    found = [stage]
    for definition in scheme.stages[[one.id for one in scheme.stages].index(stage) + 1 :]:
        if scheme.reads(definition.id) & set(found):
            found.append(definition.id)
    return tuple(found[1:])


def _of_pair(reopened: Reopened, asked: Asked) -> StageExplanation:
    problem = reopened.problem
    at = problem.located(np.array([asked.source_id], object), np.array([asked.target_id], object)).pair
    if at[0] < 0:
        refusals = no_candidate(reopened, asked.source_id, asked.target_id)
        return _frame(reopened, asked, "pair", chosen=False, refusals=refusals)
    chosen = bool(reopened.chosen[at[0]])
    return _frame(
        reopened,
        asked,
        "pair",
        chosen=chosen,
        pairs=explained_pairs(reopened.scheme, problem, problem.assignment(reopened.pairs), at),
        refusals=() if chosen else forbidden_by(reopened, int(at[0])),
    )


def _excluded(reopened: Reopened, which: SideName, asked: Asked) -> tuple[Refusal, ...]:
    problem = reopened.problem
    other = problem.targets if which == "source" else problem.sources
    anybody = str(other.ids[0]) if len(other) else ""
    source, target = (asked.source_id, anybody) if which == "source" else (anybody, asked.target_id)
    return no_candidate(reopened, source, target)[:1]


def _alternatives(
    reopened: Reopened, which: SideName, row: int, solve: bool, seconds: float | None
) -> tuple[Alternative, ...]:
    """The other partners that cost least: by bound over all, the best of them by solving."""
    problem = reopened.problem
    candidates = np.flatnonzero(problem.pair_rows(which) == row)
    asked = worth_asking(reopened, candidates, ASKED_BY_BOUND)
    told: list[tuple[Cost, int]] = []
    for pair in asked.tolist():
        cost = cost_by_bound(reopened, np.array([pair]))
        if not cost.impossible:
            told.append((cost, pair))
    if any(cost.at_least is not None for cost, _ in told):
        told.sort(key=lambda one: np.inf if one[0].at_least is None else one[0].at_least)
    moves: dict[int, tuple[Shift, ...]] = {}
    if solve:
        end = None if seconds is None else time.monotonic() + seconds
        possible: list[tuple[Cost, int]] = []
        for cost, pair in told:
            solved = _solved(reopened, pair, cost, end, moves)
            possible += [] if solved[0].impossible else [solved]
            if len(possible) == ALTERNATIVES:
                break
        told = possible
    told = told[:ALTERNATIVES]
    if solve:
        told.sort(key=lambda one: np.inf if one[0].found is None else one[0].found)
    pairs: Integers = np.array([pair for _, pair in told], np.int64)
    explained = explained_pairs(reopened.scheme, problem, problem.assignment(reopened.pairs), pairs)
    return tuple(
        Alternative(one.target_id if which == "source" else one.source_id, one, cost, moves.get(pair, ()))
        for one, (cost, pair) in zip(explained, told, strict=True)
    )


def _solved(
    reopened: Reopened, pair: int, cost: Cost, end: float | None, moves: dict[int, tuple[Shift, ...]]
) -> tuple[Cost, int]:
    left = None if end is None else end - time.monotonic()
    if left is not None and left <= 0:
        return cost, pair
    found, answer = cost_by_solving(reopened, np.array([pair]), seconds=left)
    if answer.status is Status.UNKNOWN:
        return cost, pair
    if answer.pairs is not None:
        problem = reopened.problem
        moves[pair] = chained(
            problem.assignment(reopened.pairs),
            problem.assignment(answer.pairs),
            (str(problem.sources.ids[problem.pair_source[pair]]),),
        )
    return found, pair
