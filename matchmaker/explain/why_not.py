"""Why a pair is not in a plan: no candidate, forbidden, impossible, or at what cost it could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matchmaker.explain.asked import Asked
from matchmaker.explain.costs import Cost, chained, cost_by_bound, cost_by_solving
from matchmaker.explain.explanation import followed_by
from matchmaker.explain.points import PairExplained, explained_pairs
from matchmaker.explain.refusal import Refusal, conflicts, forbidden_by, no_candidate
from matchmaker.model import Integers, Status
from matchmaker.what_if.reopened import Reopened
from matchmaker.what_if.shifts import Shift

__all__ = ["Verdict", "WhyNot", "why_not"]

Verdict = Literal["chosen", "no_candidate", "forbidden", "impossible", "possible", "unknown"]


@dataclass(frozen=True)
class WhyNot:
    """Why a pair is not in the plan.

    Parameters
    ----------
    stage, source_id, target_id : str
    verdict : Verdict
        ``impossible``: proven, no plan has the pair. ``possible``: at `cost`; where that is by
        bound, it may still turn out impossible.
    refusals : tuple of Refusal
    cost : Cost or None
    instead : tuple of PairExplained
        The plan's pairs of the source.
    pair : PairExplained or None
        The pair asked about, where it is a candidate.
    moves : tuple of Shift
        Who would move, beginning with the source.
    followed_by : tuple of str
        Stages that would be decided anew.
    """

    stage: str
    source_id: str
    target_id: str
    verdict: Verdict
    refusals: tuple[Refusal, ...] = ()
    cost: Cost | None = None
    pair: PairExplained | None = None
    instead: tuple[PairExplained, ...] = ()
    moves: tuple[Shift, ...] = ()
    followed_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "stage": self.stage,
            "source_id": self.source_id,
            "target_id": self.target_id,
            "verdict": self.verdict,
            "refusals": [one.to_json() for one in self.refusals],
            "cost": None if self.cost is None else self.cost.to_json(),
            "pair": None if self.pair is None else self.pair.to_json(),
            "instead": [one.to_json() for one in self.instead],
            "moves": [move.to_json() for move in self.moves],
            "followed_by": list(self.followed_by),
        }


def why_not(
    reopened: Reopened,
    asked: Asked,
    *,
    solve: bool = True,
    seconds: float | None = None,
    at_once: Callable[[WhyNot], None] | None = None,
) -> WhyNot:
    """Why the pair asked about is not in the plan.

    Parameters
    ----------
    asked
        Both sides are named.
    solve
        Whether the stage is solved again where the bound does not settle it.
    seconds
        For solving; None: no limit.
    at_once
        Is given what the bound alone says, before solving begins.
    """
    problem = reopened.problem
    at = problem.located(np.array([asked.source_id], object), np.array([asked.target_id], object)).pair
    told = WhyNot(asked.stage, asked.source_id, asked.target_id, "no_candidate")
    if at[0] < 0:
        return replace(told, refusals=no_candidate(reopened, asked.source_id, asked.target_id))
    told = _with_pairs(reopened, told, at)
    if reopened.chosen[at[0]]:
        return replace(told, verdict="chosen")
    refusals = forbidden_by(reopened, int(at[0]))
    if refusals:
        return replace(told, verdict="forbidden", refusals=refusals)
    cost = cost_by_bound(reopened, at)
    if cost.impossible:
        return replace(told, verdict="impossible", cost=cost, refusals=conflicts(reopened, at))
    told = replace(told, verdict="possible", cost=cost, followed_by=followed_by(reopened))
    if not solve:
        return told if cost.at_least is not None else replace(told, verdict="unknown")
    if at_once is not None:
        at_once(told)
    solved, answer = cost_by_solving(reopened, at, seconds=seconds)
    if solved.impossible:
        return replace(told, verdict="impossible", cost=solved, refusals=conflicts(reopened, at))
    if answer.pairs is None or answer.status is Status.UNKNOWN:
        return replace(told, verdict="unknown")
    moves = chained(problem.assignment(reopened.pairs), problem.assignment(answer.pairs), (asked.source_id,))
    return replace(told, cost=solved, moves=moves)


def _with_pairs(reopened: Reopened, told: WhyNot, pair: Integers) -> WhyNot:
    """The pair asked about and those that the source has, explained."""
    problem = reopened.problem
    assignment = problem.assignment(reopened.pairs)
    own = reopened.pairs[problem.pair_source[reopened.pairs] == problem.pair_source[pair[0]]]
    return replace(
        told,
        pair=explained_pairs(reopened.scheme, problem, assignment, pair)[0],
        instead=explained_pairs(reopened.scheme, problem, assignment, own),
    )
