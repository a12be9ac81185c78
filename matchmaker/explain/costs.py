"""What other pairs would cost a stage of a plan, by bound or by solving again, and who would move."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matchmaker.formulation import WEIGHT_STEPS
from matchmaker.judgement import Judgement
from matchmaker.model import POINT, Assignment, Integers, Status
from matchmaker.what_if.reopened import NONE, Answer, Reopened
from matchmaker.what_if.shifts import Shift, shifts

__all__ = [
    "Cost",
    "chained",
    "changes",
    "cost_by_bound",
    "cost_by_solving",
    "worth_asking",
]

NEARLY = 1e-6


@dataclass(frozen=True)
class Cost:
    """What a change costs a stage at its first level, in points; what it brings is negative.

    Parameters
    ----------
    how : {"bound", "solved"}
        Proven from the plan's duals alone, or by solving the stage again.
    at_least : float or None
        Proven: whatever else is changed, at least so much is lost. None: nothing is proven, or
        the stage has no points.
    found : float or None
        What the best plan found loses; None where none was looked for or found.
    unit : float
        The smallest step of the level: a cost is exact where `at_least` and `found` are nearer.
    impossible : bool
        Proven: there is no such plan.
    levels : tuple of float
        What the plan found loses at each level of the stage.
    rules : tuple of (str, float)
        By objective term, the change of weighted points at the first level, where there is one.
    """

    how: Literal["bound", "solved"]
    at_least: float | None = None
    found: float | None = None
    unit: float = 0.0
    impossible: bool = False
    levels: tuple[float, ...] = ()
    rules: tuple[tuple[str, float], ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether it is known to the smallest step."""
        return (
            self.at_least is not None
            and self.found is not None
            and self.found - self.at_least < self.unit - NEARLY
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "how": self.how,
            "impossible": self.impossible,
            "at_least": _rounded(self.at_least),
            "found": _rounded(self.found),
            "exact": self.is_exact,
            "levels": [_rounded(one) for one in self.levels],
            "rules": {term: _rounded(points) for term, points in self.rules},
        }


def cost_by_bound(reopened: Reopened, pinned: Integers = NONE, forbidden: Integers = NONE) -> Cost:
    """What some pairs cost at least, from the plan's duals; `impossible` where they prove that."""
    if not reopened.is_open(pinned):
        return Cost("bound", impossible=True)
    at_most = reopened.at_most(pinned, forbidden)
    if at_most is None:
        return Cost("bound")
    if at_most == -np.inf:
        return Cost("bound", impossible=True)
    return Cost("bound", at_least=_step(reopened.values[0] - at_most), unit=reopened.scale)


def cost_by_solving(
    reopened: Reopened,
    pinned: Integers = NONE,
    forbidden: Integers = NONE,
    *,
    seconds: float | None = None,
) -> tuple[Cost, Answer]:
    """What some pairs cost, by solving the stage again with them, at most so many seconds."""
    settings = reopened.settings
    if seconds is not None:
        settings = replace(settings, deadline=time.monotonic() + seconds)
    answer = reopened.answer(pinned, forbidden, settings=settings)
    if answer.status is Status.INFEASIBLE:
        return Cost("solved", impossible=True), answer
    bound = cost_by_bound(reopened, pinned, forbidden)
    if bound.impossible or answer.judgement is None:
        return replace(bound, how="solved"), answer
    if not answer.values:
        return Cost("solved"), answer
    proven = [] if bound.at_least is None else [bound.at_least]
    if answer.first_bound is not None:
        proven.append(_step(reopened.values[0] - answer.first_bound))
    lost = tuple(_step(mine - other) for mine, other in zip(reopened.values, answer.values, strict=True))
    return (
        Cost(
            "solved",
            at_least=min(max(proven), lost[0]) if proven else None,
            found=lost[0],
            unit=reopened.scale,
            levels=lost,
            rules=changes(reopened, answer.judgement),
        ),
        answer,
    )


def changes(reopened: Reopened, judgement: Judgement) -> tuple[tuple[str, float], ...]:
    """By term of the first level, by how much its weighted points are other than the plan's."""
    stage = reopened.problem.stage.id
    found = []
    for term, weight in reopened.scheme.levels(stage)[0].items():
        steps = round(weight * WEIGHT_STEPS)
        points = judgement.points.get(term, 0) - reopened.judgement.points.get(term, 0)
        if steps * points:
            found.append((term, _step(steps * points / (WEIGHT_STEPS * POINT))))
    return tuple(sorted(found, key=lambda one: one[1]))


def worth_asking(reopened: Reopened, pairs: Integers, count: int) -> Integers:
    """Of some pairs the open ones that seem to cost least, at most `count`, the cheapest first.

    Parameters
    ----------
    pairs : (n,) int64
        Candidate pairs that the plan does not have.
    """
    problem = reopened.problem
    pairs = pairs[(reopened.program.upper[pairs] > 0) & (reopened.chosen[pairs] == 0)]
    # whoever comes leaves the worst that it has
    leaves = np.full(len(problem.sources), np.inf)
    np.minimum.at(leaves, problem.pair_source[reopened.pairs], reopened.estimates[reopened.pairs])
    lost = leaves[problem.pair_source[pairs]] - reopened.estimates[pairs]
    lost = np.where(np.isinf(lost), -reopened.estimates[pairs], lost)
    return pairs[np.argsort(lost, kind="stable")[:count]]


def chained(before: Assignment, after: Assignment, first: Sequence[str] = ()) -> tuple[Shift, ...]:
    """Who has other targets, as chains: whoever takes a place is followed by somebody who left it.

    Parameters
    ----------
    first
        Sources with which chains begin, in this order; others follow by id.
    """
    moved = {one.source_id: one for one in shifts(before, after)}
    chains: list[Shift] = []
    for source in [*(one for one in first if one in moved), *moved]:
        at: str | None = source
        while at is not None and at in moved:
            one = moved.pop(at)
            chains.append(one)
            at = next((other for other, move in moved.items() if set(move.from_ids) & set(one.to_ids)), None)
        if not moved:
            break
    return tuple(chains)


def _step(points: float) -> float:
    """Points without what floating point adds to them; they are sums of steps of 0.00001."""
    return round(points, 5)


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 5)
