"""Fair: the worst-off come first, not the sum over all."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.errors import Fault
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Integers, Problem, SideName, other_side
from matchmaker.needs_and_supply import Scoring, fit_points
from matchmaker.rules.base import Check, Hardness, SideNumbers, StageRule
from matchmaker.rules.loads import Load, PairLoad, load_columns, load_faults, loads_of
from matchmaker.rules.places import rounded
from matchmaker.rules.wishes_sheet import wish_satisfaction

__all__ = ["Fair"]

FIT, WISH = "fit", "wish"

LISTED = 10
"""Worst-off rows that measures list."""


class Fair(StageRule):
    """The sum over the k worst-off rows of one side of what their partners bring."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"soft"})
    summary: ClassVar[tuple[str, str]] = (
        "公平：先照顾得到最少（或最远）的几个",
        "the worst-off first: the sum over the k that get least (or have most to bear)",
    )
    example: ClassVar[str] = """\
id: worst_served
kind: fair
stage: agency_community
side: target
value: fit
worst: 10
better: more
"""

    kind: Literal["fair"] = "fair"
    side: SideName = Field("target", description="Side whose worst-off count")
    value: Load = Field(
        description="What each partner brings: fit, wish, {pair: distance_km}, a column or count of it"
    )
    worst: int = Field(ge=1, description="So many of the worst-off count")
    better: Literal["more", "less"] = Field("more", description="Whether more or less of it is better")
    scoring: Scoring = Field(
        Scoring(), description="How much each kind of record counts, where `value` is fit"
    )

    def columns(self) -> SideNumbers:
        """What `value` reads of either side."""
        return () if self.value in (FIT, WISH) else load_columns(self.value, other_side(self.side))

    def features(self) -> tuple[str, ...]:
        """The feature of pairs that `value` may be."""
        return (self.value.pair,) if isinstance(self.value, PairLoad) else ()

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Distances or minutes that nobody has stated, products that are too large."""
        del soft
        return load_faults(problem, self.value)

    def _values(self, problem: Problem) -> Integers:
        """What each candidate pair brings, in hundredths, shape (pairs,)."""
        if self.value == FIT:
            return fit_points(problem, self.scoring)
        if self.value == WISH:
            return wish_satisfaction(problem, self.side)
        return np.rint(loads_of(problem, self.value, other_side(self.side)) * POINT).astype(np.int64)

    def _rows(self, problem: Problem) -> tuple[Integers, int]:
        """Position of each pair's row of `side`, and how many rows there are."""
        return problem.pair_rows(self.side), len(problem.side(self.side))

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """k·z − Σ d with d ≥ z − v (of the least), or −k·z − Σ d with d ≥ v − z (of the greatest).

        v is what a row gets; z comes to the k-th worst v. Where all rows count that can
        get anything, the sum is one over pairs. (Ogryczak & Tamir 2003, Minimizing the sum
        of the k largest functions in linear time.)
        """
        del soft
        values, (row, count) = self._values(problem), self._rows(problem)
        unit = int(np.gcd.reduce(values)) if len(values) else 0
        if not unit:
            return
        values = values // unit
        most = np.bincount(row, values, minlength=count).astype(np.int64)
        rows = np.flatnonzero(most)
        nothing = count - len(rows)  # rows that get nothing in any plan
        more = self.better == "more"
        worst = min(self.worst, count) - (nothing if more else 0)
        sign = 1 if more else -1
        if worst <= 0:
            return  # there are enough that get nothing: the sum is 0
        if worst >= len(rows):
            formulation.add_points(self.id, np.arange(len(values)), sign * unit * values)
            return
        ranked = np.sort(most[rows])
        limit = int(ranked[worst - 1] if more else ranked[-worst])
        if more:
            values = np.minimum(values, limit)  # what is beyond z's limit is as good as the limit
        threshold = formulation.add_columns(self.id, 0, np.array([limit]))
        formulation.add_points(self.id, threshold, sign * worst * unit)
        number = np.cumsum(most > 0) - 1
        pairs, each = np.flatnonzero(values), np.arange(len(rows))
        at, columns = [number[row[pairs]], each], [pairs, np.repeat(threshold, len(rows))]
        coefficients = [values[pairs], np.full(len(rows), -1, np.int64)]
        if worst > 1:  # for the worst alone, z itself is enough
            apart = formulation.add_columns(self.id, 0, np.full(len(rows), limit) if more else most[rows])
            formulation.add_points(self.id, apart, -unit)
            at.append(each)
            columns.append(apart)
            coefficients.append(np.full(len(rows), sign, np.int64))
        formulation.add_rows(
            self.id,
            np.concatenate(at),
            np.concatenate(columns),
            np.concatenate(coefficients),
            *(
                (np.zeros(len(rows), np.int64), UNBOUNDED)
                if more
                else (-UNBOUNDED, np.zeros(len(rows), np.int64))
            ),
        )

    def _received(self, problem: Problem, assignment: Assignment) -> Integers:
        """What the partners of each row of `side` bring together, in hundredths."""
        row, count = self._rows(problem)
        pair = problem.locate(assignment).candidates
        received = np.zeros(count, np.int64)
        np.add.at(received, row[pair], self._values(problem)[pair])
        return received

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Sort what the rows get and add up the worst."""
        del soft
        received = np.sort(self._received(problem, assignment))
        if self.better == "more":
            return Check({self.id: int(received[: self.worst].sum())})
        return Check({self.id: -int(received[max(len(received) - self.worst, 0) :].sum())})

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Mean over the worst-off and over all, and who the worst-off are."""
        received = self._received(problem, assignment) / POINT
        if not len(received):
            return {}
        side = problem.side(self.side)
        order = np.argsort(received if self.better == "more" else -received, kind="stable")
        worst = order[: self.worst]
        return {
            "fair": {
                "table": side.table,
                "better": self.better,
                "worst": len(worst),
                "worst_mean": rounded(received[worst].mean()),
                "mean": rounded(received.mean()),
                "listed": [[str(side.ids[i]), rounded(received[i])] for i in worst[:LISTED]],
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            side = "对象" if self.side == "target" else "来源"
            how = "最少的越多越好" if self.better == "more" else "最多的越少越好"
            return f"公平：{self.worst} 个最差的{side}合计，{how}"
        side = "targets" if self.side == "target" else "sources"
        how = (
            "that get least, the more the better"
            if self.better == "more"
            else "with most, the less the better"
        )
        return f"fairness: the sum over the {self.worst} {side} {how}"
