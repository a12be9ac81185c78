"""Hand edits of a stage: what they break, what they cost as they stand, which moves best follow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from matchmaker.explain.asked import Asked
from matchmaker.explain.costs import Cost, chained, changes, cost_by_solving
from matchmaker.explain.explanation import followed_by
from matchmaker.explain.refusal import Refusal, conflicts, forbidden_by, no_candidate
from matchmaker.judgement import judge, level_points
from matchmaker.model import Assignment, Finding, Integers, Objects, Status
from matchmaker.what_if.reopened import Reopened
from matchmaker.what_if.shifts import Shift

__all__ = ["Edited", "MoveVerdict", "edited", "try_moves"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Edited:
    """An assignment with edits as they stand.

    Parameters
    ----------
    assignment : Assignment
    ended : tuple of (source id, target id)
        Pairs of the plan that the edits replace.
    """

    assignment: Assignment
    ended: tuple[Pair, ...]


@dataclass(frozen=True)
class MoveVerdict:
    """What is to be said of edits of one stage.

    Parameters
    ----------
    stage : str
    edits, ended : tuple of (source id, target id)
        Pairs wanted, and those of the plan that they replace.
    refusals : tuple of (source id, target id, Refusal)
        Why single edits cannot be.
    violations : tuple of Finding
        What hard rules find wrong with the plan once the edits are made and nothing else.
    values : tuple of float
        Level values of the plan.
    lost : tuple of float
        What the edits as they stand lose at each level; only a comparison where rules are broken.
    rules : tuple of (str, float)
        By term, the change of weighted points at the first level.
    cost : Cost or None
        What the stage loses once the moves that best follow are made too; None where edits
        are refused.
    known : bool
        False where the seconds did not suffice to find out.
    moves : tuple of Shift
        Who moves besides.
    conflicts : tuple of Refusal
        Rules that leave no room for the edits together, where that is so.
    followed_by : tuple of str
        Stages that would be decided anew.
    """

    stage: str
    edits: tuple[Pair, ...]
    ended: tuple[Pair, ...]
    refusals: tuple[tuple[str, str, Refusal], ...]
    violations: tuple[Finding, ...]
    values: tuple[float, ...]
    lost: tuple[float, ...]
    rules: tuple[tuple[str, float], ...]
    cost: Cost | None = None
    known: bool = True
    moves: tuple[Shift, ...] = ()
    conflicts: tuple[Refusal, ...] = ()
    followed_by: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the edits alone keep every hard rule."""
        return not self.violations

    @property
    def possible(self) -> bool:
        """Whether a plan with them is known, with further moves or without."""
        return self.allowed or (self.cost is not None and not self.cost.impossible and self.known)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "stage": self.stage,
            "edits": [list(pair) for pair in self.edits],
            "ended": [list(pair) for pair in self.ended],
            "allowed": self.allowed,
            "possible": self.possible,
            "refusals": [
                {"source_id": source, "target_id": target, **one.to_json()}
                for source, target, one in self.refusals
            ],
            "violations": [asdict(one) for one in self.violations],
            "values": list(self.values),
            "as_they_stand": {"levels": list(self.lost), "rules": dict(self.rules)},
            "follow_up": None if self.cost is None else {"known": self.known, **self.cost.to_json()},
            "moves": [move.to_json() for move in self.moves],
            "conflicts": [one.to_json() for one in self.conflicts],
            "followed_by": list(self.followed_by),
        }


def edited(reopened: Reopened, edits: Sequence[Pair]) -> Edited:
    """The plan's pairs of the stage with the edits and nothing else changed.

    A source that has one partner, or may have one only, has the new one instead; one that has
    several has it besides. A target that may have one partner only gives up the one it has.
    """
    problem = reopened.problem
    plan = problem.assignment(reopened.pairs)
    wanted = set(edits)
    sources, targets = (np.array([pair[side] for pair in edits], object) for side in (0, 1))
    single = _single(problem.sources.ids, problem.sources.maximum, sources)
    taken = _single(problem.targets.ids, problem.targets.maximum, targets)
    had = {str(one): int((plan.source_ids == one).sum()) for one in set(sources)}
    new = [pair for pair in dict.fromkeys(edits) if pair not in _pairs_of(plan)]
    replacing = {source for source, _ in new if source in single or had[source] == 1}
    kept: list[Pair] = []
    ended: list[Pair] = []
    for pair in _pairs_of(plan):
        source, target = pair
        gives_up = source in replacing or (target in taken and target in {other for _, other in new})
        (ended if gives_up and pair not in wanted else kept).append(pair)
    both = [*kept, *new]
    return Edited(
        Assignment.of(
            plan.stage, np.array([one for one, _ in both], object), np.array([one for _, one in both], object)
        ),
        tuple(ended),
    )


def try_moves(reopened: Reopened, edits: Sequence[Asked], *, seconds: float | None = None) -> MoveVerdict:
    """The verdict on edits of one stage, made together.

    Parameters
    ----------
    edits
        Pairs of the stage.
    seconds
        For finding the moves that best follow; None: no limit.
    """
    problem = reopened.problem
    stage = problem.stage.id
    pairs = [(one.source_id, one.target_id) for one in edits]
    made = edited(reopened, pairs)
    verdict = judge(reopened.scheme, problem, made.assignment)
    values = tuple(level_points(reopened.scheme, stage, verdict.points))
    told = MoveVerdict(
        stage,
        tuple(pairs),
        made.ended,
        tuple(_refusals(reopened, pairs)),
        verdict.violations,
        reopened.values,
        tuple(round(mine - other, 5) for mine, other in zip(reopened.values, values, strict=True)),
        changes(reopened, verdict) if reopened.values else (),
        followed_by=followed_by(reopened),
    )
    if told.refusals:
        return told
    at = _positions(reopened, pairs)
    # what an edit replaces is not to come back by itself
    cost, answer = cost_by_solving(reopened, at, _positions(reopened, made.ended), seconds=seconds)
    told = replace(told, cost=cost)
    if cost.impossible:
        return replace(told, conflicts=conflicts(reopened, at))
    if answer.pairs is None or answer.status is Status.UNKNOWN:
        return replace(told, known=False)
    first = [source for source, _ in pairs]
    moves = chained(made.assignment, problem.assignment(answer.pairs), first)
    return replace(told, moves=moves)


def _refusals(reopened: Reopened, pairs: Sequence[Pair]) -> list[tuple[str, str, Refusal]]:
    found = []
    for source, target in pairs:
        at = _positions(reopened, [(source, target)])
        refusals = forbidden_by(reopened, int(at[0])) if len(at) else no_candidate(reopened, source, target)
        found += [(source, target, one) for one in refusals]
    return found


def _positions(reopened: Reopened, pairs: Sequence[Pair]) -> Integers:
    """Positions among the candidates; pairs that are none are left out."""
    located = reopened.problem.located(
        np.array([source for source, _ in pairs], object), np.array([target for _, target in pairs], object)
    ).pair
    return located[located >= 0]


def _single(ids: Objects, maximum: Integers, asked: Objects) -> set[str]:
    """The rows asked for that may have one partner at most."""
    return set(ids[maximum <= 1].tolist()) & set(asked.tolist())


def _pairs_of(assignment: Assignment) -> list[Pair]:
    return list(zip(assignment.source_ids.tolist(), assignment.target_ids.tolist(), strict=True))
