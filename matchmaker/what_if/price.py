"""What each pin, wish, rule or change budget costs the rest: the stage is solved again without it.

The rest is everything that the stage still aims at once the statement is gone. What it gains
then is the statement's price; who is elsewhere then stands where they stand because of it.
Where the plan's row duals prove that the rest gains no more than the plan may be short of its
best anyway, nothing is solved.

These figures are for the office's own use (内部测算).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from matchmaker.listeners import CountListener, unheard
from matchmaker.model import Integers
from matchmaker.plans import Plan
from matchmaker.what_if.reopened import NONE, Reopened, reopen
from matchmaker.what_if.shifts import Shift, shifts
from matchmaker.what_if.statement_kinds import Kind
from matchmaker.what_if.statements import Statement, statements

__all__ = ["How", "Price", "prices"]

How = Literal["solved", "bound", "unsolved", "unknown"]
"""``bound``: nothing to gain beyond the slack, proven. ``unsolved``: beyond the number of solves
asked for. ``unknown``: the work limit came before a plan."""

MOST = 40
"""How often a stage is solved again if nothing else is said."""


@dataclass(frozen=True)
class Price:
    """What one statement costs the rest of its stage.

    Parameters
    ----------
    kind, rule, table, source_id, target_id
        As in `Statement`.
    level : int
        The first level of the rest, from 0, at which it makes a difference.
    cost : float or None
        Points that the rest gains there when the stage is solved without the statement; 0 where a
        bound suffices, None where neither was done.
    at_most : float or None
        Points that it can gain at the first level at most, proven; None where nothing is.
    estimate : float or None
        What it costs by the row duals: the relaxation's word, proven is nothing.
    slack : float
        Points by which the plan may be short of its best at the first level: a cost up to that much
        may be none at all.
    how : str
        `How`.
    moves : tuple of Shift
        Who is elsewhere without it.
    """

    kind: Kind
    rule: str
    table: str
    source_id: str
    target_id: str
    level: int
    cost: float | None
    at_most: float | None
    estimate: float | None
    slack: float
    how: How
    moves: tuple[Shift, ...] = ()

    @property
    def displaced(self) -> tuple[str, ...]:
        """Sources that have a target of the statement without it: the pinned one, or those of who wished."""
        lost = {self.target_id} if self.target_id else set()
        if not lost:
            lost = {one for move in self.moves if move.source_id == self.source_id for one in move.from_ids}
        return tuple(
            move.source_id
            for move in self.moves
            if move.source_id != self.source_id and not lost.isdisjoint(move.to_ids)
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            **{name: getattr(self, name) for name in ("rule", "table", "source_id", "target_id", "level")},
            **{name: getattr(self, name) for name in ("cost", "at_most", "estimate", "slack", "how")},
            "kind": self.kind.value,
            "displaced": list(self.displaced),
            "moves": [move.to_json() for move in self.moves],
        }


@dataclass(frozen=True)
class _Baseline:
    """What all prices of a stage are told against.

    Parameters
    ----------
    slack : float
        Points by which the first level may be short of its best.
    above : float or None
        Points by which the bound of the row duals alone lies above the value.
    """

    plan: Plan
    reopened: Reopened
    slack: float
    above: float | None

    def without(self, one: Statement) -> Reopened:
        """The stage without a statement."""
        scheme, dataset = one.without()
        return reopen(self.plan, self.reopened.problem.stage.id, scheme=scheme, dataset=dataset)


@dataclass(frozen=True)
class _Asked:
    """A statement that may cost something, and what is known of it before solving."""

    statement: Statement
    estimate: float | None
    at_most: float | None
    without: Reopened | None = None
    parts: Integers = field(default_factory=lambda: NONE)


def prices(
    plan: Plan,
    stage: str,
    kinds: Sequence[Kind] = tuple(Kind),
    most: int | None = MOST,
    listener: CountListener = unheard,
) -> tuple[Price, ...]:
    """The prices of a stage's statements, the dearest first.

    Parameters
    ----------
    plan
        Stays as it is.
    stage
        Whose pins, wishes and rules are priced; earlier and later stages are not looked at.
    kinds
        What is asked for.
    most
        How often the stage is solved again at most, None without limit. Wishes come last, and of
        each that comes first which costs most by the relaxation.
    listener
        Called with how many statements are answered, and how many there are.

    Raises
    ------
    KeyError
        When the plan has no such stage.
    """
    reopened = reopen(plan, stage)
    levels = plan.stage(stage).levels
    slack = max(0.0, levels[0].bound - levels[0].value) if levels else 0.0
    everything = np.arange(reopened.part_count)
    base = _Baseline(plan, reopened, slack, _gain_at_most(reopened, everything))
    asked, found = [], []
    wanted = [one for one in statements(reopened) if one.kind in kinds]
    for one in wanted:
        told = _looked_at(base, one)
        if isinstance(told, Price):
            found.append(told)
            listener(len(found), len(wanted))
        else:
            asked.append(told)
    asked.sort(key=_worth_solving)
    for number, each in enumerate(asked):
        if most is not None and number >= most:
            found.append(_price(base, each, None, each.at_most, "unsolved"))
        else:
            found.append(_solved(base, each))
        listener(len(found), len(wanted))
    return tuple(sorted(found, key=_dearest_first))


def _worth_solving(asked: _Asked) -> tuple[bool, float]:
    """The few rules and pins before the many wishes; then what costs most by the relaxation."""
    return asked.statement.kind is Kind.WISH, -np.inf if asked.estimate is None else -asked.estimate


def _looked_at(base: _Baseline, one: Statement) -> Price | _Asked:
    """The price of what a bound settles; else what solving begins with."""
    if one.worth is not None and one.estimate is not None:  # known without building the stage anew
        by_duals = np.inf if base.above is None else base.above + one.estimate
        return _settled(base, _Asked(one, one.estimate, min(base.slack + one.worth, by_duals)))
    without = base.without(one)
    parts = without.parts_unlike(base.reopened)
    if not len(parts) or not without.values:
        return _price(base, _Asked(one, 0.0, 0.0), 0.0, 0.0, "bound")
    at_most = _gain_at_most(without, parts)
    before = base.reopened.by_duals(parts=base.reopened.parts_unlike(without))
    estimate = None
    if at_most is not None and before is not None:
        estimate = at_most - (before - base.reopened.values[0])
    if one.kind is Kind.WISH:  # the same plans, worth less: none is worth more than the bound allows
        own = base.slack + base.reopened.values[0] - without.values[0]
        at_most = own if at_most is None else min(own, at_most)
    return _settled(base, _Asked(one, estimate, at_most, without, parts))


def _settled(base: _Baseline, asked: _Asked) -> Price | _Asked:
    single = asked.without is None or len(asked.without.values) == 1
    if single and asked.at_most is not None and asked.at_most <= base.slack + base.reopened.scale:
        return _price(base, asked, 0.0, asked.at_most, "bound")
    return asked


def _gain_at_most(without: Reopened, parts: Integers) -> float | None:
    """What the rest can gain at the first level, by the plan's row duals."""
    at_most = without.by_duals(parts=parts)
    return None if at_most is None else max(0.0, at_most - without.values[0])


def _solved(base: _Baseline, asked: _Asked) -> Price:
    without, parts = asked.without, asked.parts
    if without is None:
        without = base.without(asked.statement)
        parts = without.parts_unlike(base.reopened)
    answer = without.answer(parts=parts)
    if answer.pairs is None:  # fewer rules never make a plan impossible: the search gave up
        return _price(base, asked, None, asked.at_most, "unknown")
    gains = [new - old for new, old in zip(answer.values, without.values, strict=True)]
    level = next((at for at, gain in enumerate(gains) if abs(gain) > without.scale / 2), 0)
    known = [asked.at_most]
    if asked.without is None:  # else the bound is among what was asked with
        known.append(_gain_at_most(without, parts))
    if answer.first_bound is not None:
        known.append(max(0.0, answer.first_bound - without.values[0]))
    at_most = min((bound for bound in known if bound is not None), default=None)
    if gains[level] <= without.scale / 2:
        # the plan's own pairs are as good without it: it costs nothing, and nobody is elsewhere for it
        return _price(base, asked, 0.0, at_most, "solved")
    before, after = (
        base.reopened.problem.assignment(base.reopened.pairs),
        without.problem.assignment(answer.pairs),
    )
    return _price(base, asked, gains[level], at_most, "solved", level, shifts(before, after))


def _price(
    base: _Baseline,
    asked: _Asked,
    cost: float | None,
    at_most: float | None,
    how: How,
    level: int = 0,
    moves: tuple[Shift, ...] = (),
) -> Price:
    one = asked.statement
    return Price(
        kind=one.kind,
        rule=one.rule,
        table=one.table,
        source_id=one.source_id,
        target_id=one.target_id,
        level=level,
        cost=_rounded(cost),
        at_most=_rounded(at_most),
        estimate=_rounded(asked.estimate),
        slack=round(base.slack, 5),
        how=how,
        moves=moves,
    )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 5)


def _dearest_first(price: Price) -> tuple[bool, int, float, str, str, str]:
    worth = price.estimate if price.cost is None else price.cost
    worth = float("inf") if worth is None else worth
    return price.cost is None, price.level, -worth, price.rule, price.source_id, price.target_id
