"""Degrees: how many partners each source and each target has (`<stage>.sources`, `<stage>.targets`).

Every stage has both without being asked; named in the objective one may fall short of
its minimum at 100 points a unit (the maximum always holds).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from matchmaker.facts import Fact
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Problem, SideName
from matchmaker.rules.base import Check, Hardness, StageRule

__all__ = ["Degrees"]

POINTS_PER_UNIT = 100


class Degrees(StageRule):
    """Each source (or each target) has as many partners as the stage says."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "每个来源（或对象）的结对数量在上下限之内",
        "each source (or target) has as many partners as the stage says",
    )
    example: ClassVar[str] = "each_source: {min: 1, max: grid_capacity}   # written in the stage"

    id: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\.(sources|targets)$")
    side: SideName

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row a source or target; if soft, one shortfall column each."""
        side, owner = problem.side(self.side), problem.pair_rows(self.side)
        row, column = owner, np.arange(problem.pair_count)
        upper = np.where(side.maximum >= UNBOUNDED, UNBOUNDED, side.maximum)
        coefficient = np.ones(len(row), np.int64)
        if soft:
            # a minimum above the maximum is always missed by at least the difference
            shortfall = formulation.add_columns(
                self.id, np.maximum(side.minimum - upper, 0), np.maximum(side.minimum, 0)
            )
            upper = np.maximum(upper, side.minimum)
            formulation.add_points(self.id, shortfall, -POINTS_PER_UNIT * POINT)
            row = np.concatenate([row, np.arange(len(side))])
            column = np.concatenate([column, shortfall])
            coefficient = np.ones(len(row), np.int64)
        candidates = np.bincount(owner, minlength=len(side))
        # a row that cannot bind would only tie components together
        binding = (side.minimum > 0) | (upper < candidates)
        kept = binding[row]
        which = RowSide.SOURCE if self.side == "source" else RowSide.TARGET
        formulation.add_rows(
            self.id,
            (np.cumsum(binding) - 1)[row[kept]],
            column[kept],
            coefficient[kept],
            side.minimum[binding],
            upper[binding],
            which,
        )

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count the partners of each row and hold them against its bounds."""
        side = problem.side(self.side)
        at = problem.locate(assignment).rows(self.side)
        count = np.bincount(at[at >= 0], minlength=len(side))
        missing = np.maximum(side.minimum - count, 0)
        short, over = (
            tuple(
                Finding.about(self.id, self.side, side.ids[i], int(count[i]), int(required[i]), "partners")
                for i in np.flatnonzero(wrong)
            )
            for required, wrong in ((side.minimum, missing > 0), (side.maximum, count > side.maximum))
        )
        if not soft:
            return Check(findings=short + over)
        points = {self.id: -POINTS_PER_UNIT * POINT * int(missing.sum())}
        return Check(points, short + over, hard_findings=over)

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """How many partners the row has, and how many it may have."""
        if which != self.side:
            return ()
        side = problem.side(self.side)
        count = int((problem.locate(assignment).rows(self.side) == row).sum())
        most = int(side.maximum[row])
        limits = {"least": int(side.minimum[row])} | ({} if most >= UNBOUNDED else {"most": most})
        return (Fact("degrees.count", {"count": count, **limits}),)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            side = "来源" if self.side == "source" else "对象"
            return f"每个{side}的结对数量符合上下限" + ("（不足时每缺一个扣 100 分）" if soft else "")
        return f"each {self.side} has as many partners as the stage says" + (
            " (100 points lost for each one missing)" if soft else ""
        )
