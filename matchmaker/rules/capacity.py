"""Capacity: the load that partners bring to a target (or a source) stays within its capacity."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.columns import Expression, numbers
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Floats, Integers, Problem, Side
from matchmaker.rules.base import Check, Hardness, StageRule

__all__ = ["Capacity"]

STEPS = 100
"""Loads that are not whole numbers are read in hundredths."""


class Capacity(StageRule):
    """The sum of the partners' loads is at most the capacity, for every target or every source."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "每个对象（或来源）承担的数量不超过其容量",
        "what partners bring to a target (or a source) stays within its capacity",
    )
    example: ClassVar[str] = """\
id: households_per_branch
kind: capacity
stage: branch_grid
side: source
load: households
capacity: 1500
"""

    kind: Literal["capacity"] = "capacity"
    side: Literal["target", "source"] = Field("target", description="Side whose capacity is kept")
    load: Expression = Field(description="What each partner brings: a column or count of its table")
    capacity: Expression = Field(description="What each row of `side` can take; an empty cell means no limit")
    points: float = Field(100, ge=0, description="Points lost per unit over the capacity, where soft")

    def columns(self) -> tuple[tuple[Literal["source", "target"], Expression], ...]:
        """`load` of the other side, `capacity` of this one."""
        if self.side == "target":
            return (("source", self.load), ("target", self.capacity))
        return (("target", self.load), ("source", self.capacity))

    def _sides(self, problem: Problem) -> tuple[Side, Side, Integers, Integers]:
        """The side that carries, the side that brings, and each pair's positions in both."""
        if self.side == "target":
            return problem.targets, problem.sources, problem.pair_target, problem.pair_source
        return problem.sources, problem.targets, problem.pair_source, problem.pair_target

    def _measured(self, problem: Problem) -> tuple[Integers, Integers, int]:
        """Loads and capacities as integers, and how many steps make one unit."""
        carrier, bringer, _, _ = self._sides(problem)
        load = np.nan_to_num(_of(problem, bringer, self.load))
        capacity = _of(problem, carrier, self.capacity)
        steps = 1 if bool((load == np.rint(load)).all()) else STEPS
        limit = np.full(len(capacity), UNBOUNDED)
        known = ~np.isnan(capacity)
        # the small step keeps 0.29 · 100 = 28.999999999999996 from becoming 28
        limit[known] = np.floor(capacity[known] * steps + 1e-6).astype(np.int64)
        return np.rint(load * steps).astype(np.int64), limit, steps

    def _points_per_step(self, steps: int) -> int:
        return -max(round(self.points * POINT / steps), int(self.points > 0))

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each limited target (or source); if soft, an excess column each."""
        load, limit, steps = self._measured(problem)
        carrier, _, at, brings = self._sides(problem)
        most = np.bincount(at, np.maximum(load[brings], 0), minlength=len(carrier)).astype(np.int64)
        rows = np.flatnonzero(most > limit)  # the others can never be over
        number = np.full(len(carrier), -1, np.int64)
        number[rows] = np.arange(len(rows))
        pairs = np.flatnonzero((number[at] >= 0) & (load[brings] != 0))
        row, column, coefficient = number[at[pairs]], pairs, load[brings[pairs]]
        if soft:
            over = formulation.add_columns(self.id, 0, most[rows] - limit[rows])
            formulation.add_points(self.id, over, self._points_per_step(steps))
            row = np.concatenate([row, np.arange(len(rows))])
            column = np.concatenate([column, over])
            coefficient = np.concatenate([coefficient, np.full(len(rows), -1)])
        if len(rows):
            formulation.add_rows(self.id, row, column, coefficient, -UNBOUNDED, limit[rows])

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up what each target (or source) carries and hold it against its capacity."""
        load, limit, steps = self._measured(problem)
        carrier, _, _, _ = self._sides(problem)
        chosen = problem.locate(assignment)
        known = (chosen.source >= 0) & (chosen.target >= 0)
        at, brings = (
            (chosen.target[known], chosen.source[known])
            if self.side == "target"
            else (chosen.source[known], chosen.target[known])
        )
        carried = np.zeros(len(carrier), np.int64)
        np.add.at(carried, at, load[brings])
        over = np.maximum(carried - limit, 0)
        findings = tuple(
            self._finding(str(carrier.ids[i]), carried[i] / steps, limit[i] / steps)
            for i in np.flatnonzero(over)
        )
        return Check({self.id: self._points_per_step(steps) * int(over.sum())} if soft else {}, findings)

    def _finding(self, entity: str, found: float, required: float) -> Finding:
        source, target = ("", entity) if self.side == "target" else (entity, "")
        return Finding(self.id, source, target, float(found), float(required), "load")

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            side = "对象" if self.side == "target" else "来源"
            return f"每个{side}承担的数量不超过其容量" + (
                f"，每超一个单位扣 {self.points:g} 分" if soft else ""
            )
        tail = f"; {self.points:g} points lost per unit over" if soft else ""
        return f"what each {self.side} carries stays within its capacity{tail}"


def _of(problem: Problem, side: Side, expression: Expression) -> Floats:
    found: Floats = numbers(problem.dataset, side.table, expression)[side.rows]
    return found
