"""The trade-off between two aims: where plans stand, what more of one has cost of the other, the knee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np

from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.judgement import level_points
from matchmaker.metrics import Figure
from matchmaker.model import POINT, Status
from matchmaker.rules.fit import Fit
from matchmaker.rules.wish import Wish
from matchmaker.scheme.definitions import Scheme, rule_stages
from matchmaker.selectors import Selector

__all__ = ["Axis", "Swept", "along", "axes", "costs", "knee", "on_axis"]

EXACT = 12
"""Decimals of the height above the straight line: what is below them is the computer's rounding."""


@dataclass(frozen=True)
class Axis:
    """What is counted along one axis of the curve.

    Parameters
    ----------
    kind : str
        ``points`` of a term, ``met`` (wishes met, of all parties), ``rest`` (what the other terms of
        its level are worth at the weights of the scenario given) or ``value`` (what is varied).
    term : str
        A rule or a part of one; for ``rest`` the one left out, empty where all of the first level count.
    stage : str
        Where it counts.
    """

    kind: Literal["points", "met", "rest", "value"]
    term: str
    stage: str

    @property
    def is_aim(self) -> bool:
        """Whether more is better: nobody knows that of a value such as a tolerance or a limit."""
        return self.kind != "value"


@dataclass(frozen=True)
class Swept:
    """One point of the grid.

    Parameters
    ----------
    values : tuple
        What the keys were set to.
    folder : Path
        Its plan; nothing is there where there is none.
    status : Status
    faults : tuple of Fault
        Why there is no plan.
    x, y : float or None
        On the curve.
    figures : tuple of Figure
        The plan's headline figures.
    gap : float
        The widest gap of a level.
    """

    values: tuple[Any, ...]
    folder: Path
    status: Status
    faults: tuple[Fault, ...] = ()
    x: float | None = None
    y: float | None = None
    figures: tuple[Figure, ...] = ()
    gap: float = 0.0


def costs(points: Sequence[Swept], aims: bool = True) -> dict[int, float]:
    """What each unit more on the first axis has cost on the second, since the point before on the curve.

    By position; the first point of the curve and points that are not on it have none. Below 0 where
    the second axis gains. `aims` as for `along`.
    """
    found = {}
    curve = along(points, aims)
    for before, here in pairwise(curve):
        (x, y), (x_here, y_here) = _place(points[before]), _place(points[here])
        found[here] = (y - y_here) / (x_here - x)
    return found


def knee(points: Sequence[Swept], aims: bool = True) -> int | None:
    """The point of the curve farthest above the straight line between its ends.

    Both axes are scaled to their spans, so that their units do not matter; of points that are not
    on the curve none is taken. None where fewer than three are left, where the ends are alike on
    the second axis, or none lies above. `aims` as for `along`.
    """
    ordered = along(points, aims)
    if len(ordered) < 3:
        return None
    x, y = np.array([_place(points[at]) for at in ordered]).T
    if y[0] == y[-1]:
        return None
    line = y[0] + (y[-1] - y[0]) * (x - x[0]) / (x[-1] - x[0])
    above = np.round((y - line) / abs(y[-1] - y[0]), EXACT)
    best = int(above.argmax())
    return ordered[best] if above[best] > 0 else None


def along(points: Sequence[Swept], aims: bool = True) -> list[int]:
    """Positions of the points on the curve, by the first axis; of equal ones the first.

    Parameters
    ----------
    points
        The grid.
    aims
        Whether more on the first axis is better: then points that another one beats on both axes are
        not on the curve. Else every place on the first axis has its point, the best on the second.
    """
    known = [at for at, point in enumerate(points) if None not in (point.x, point.y)]
    known.sort(key=lambda at: (*(-each for each in _place(points[at])), at))
    kept: list[int] = []
    for at in known:  # from the most on the first axis down: less of it must bring more on the second
        (x, y), last = _place(points[at]), _place(points[kept[-1]]) if kept else None
        if last is None or (y > last[1] if aims else x < last[0]):
            kept.append(at)
    return kept[::-1]


def _place(point: Swept) -> tuple[float, float]:
    assert point.x is not None
    assert point.y is not None
    return point.x, point.y


def axes(scheme: Scheme, key: str, x: str | None, y: str | None) -> tuple[Axis, Axis]:
    """The axes of a curve: those asked for, else what is varied and what it takes from.

    Parameters
    ----------
    key
        What is varied: the weight of a term gives its points (or wishes met), anything else its value.
    x, y
        ``TERM`` for its points, ``TERM:met`` for wishes met; None for the usual ones.

    Raises
    ------
    InputError
        When the scheme aims at no such term.
    """
    term = key.split(".", 2)[2] if key.startswith("objective.") and key.count(".") >= 2 else ""
    known = {
        name: definition.id
        for definition in reversed(scheme.stages)
        for level in scheme.levels(definition.id)
        for name in level
    }
    stage = known.get(term) or next(
        (name for rule in scheme.rules if key.startswith(f"rules.{rule.id}.") for name in rule_stages(rule)),
        scheme.stages[0].id,
    )
    if x is not None:
        first = _axis("--x", x, known)
    elif term in known:
        is_wish = any(rule.id == term.split(".")[0] and isinstance(rule, Wish) for rule in scheme.rules)
        first = Axis("met" if is_wish else "points", term, stage)
    else:
        first = Axis("value", key, stage)
    if y is not None:
        return first, _axis("--y", y, known)
    level = next((level for level in scheme.levels(stage) if term in level), {})
    fits = [rule for rule in scheme.rules_of(stage) if isinstance(rule, Fit) and level.get(rule.id, 0) > 0]
    fits = [rule for rule in fits if rule.id != term]
    if fits:  # one about all pairs rather than about some, then the heaviest
        return first, Axis(
            "points", max(fits, key=lambda one: (one.where == Selector(), level[one.id])).id, stage
        )
    return first, Axis("rest", term, stage)


def _axis(option: str, written: str, known: Mapping[str, str]) -> Axis:
    term, _, kind = written.partition(":")
    if term not in known or kind not in ("", "met"):
        details: dict[str, Detail] = {"terms": ", ".join(sorted(known))}
        raise InputError([Fault("sweep.no_axis", Place(key=option), written, details)])
    return Axis("met" if kind else "points", term, known[term])


def on_axis(scheme: Scheme, axis: Axis, value: Any, metrics: Mapping[str, Any]) -> float | None:
    """Where a plan stands on an axis; None where the plan does not decide the stage."""
    if axis.kind == "value":
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    stage = metrics["stages"].get(axis.stage)
    if stage is None:
        return None
    if axis.kind == "met":
        parties = stage["rules"].get(axis.term.split(".")[0], {}).get("wishes", {}).get("parties", {})
        return float(sum(sum(party["met"]) for party in parties.values()))
    if axis.kind == "points":
        return float(stage["points"].get(axis.term, 0.0))
    points = {term: round(value * POINT) for term, value in stage["points"].items() if term != axis.term}
    levels = scheme.levels(axis.stage)
    at = next((number for number, level in enumerate(levels) if axis.term in level), 0)
    return level_points(scheme, axis.stage, points)[at] if levels else 0.0
