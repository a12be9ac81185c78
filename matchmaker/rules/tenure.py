"""Tenure: no pair lasts longer than so many years on end."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Integers, Problem
from matchmaker.past import consecutive_years
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import forbid, forbidden, score, scored
from matchmaker.selectors import Mask

__all__ = ["Tenure"]

POINTS_PER_PAIR = 100


class Tenure(StageRule):
    """A pair that has lasted `max_years` years on end must change."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "同一对结对关系连续不超过规定年限（轮换）",
        "no pair lasts longer than so many years on end (rotation)",
    )
    example: ClassVar[str] = """\
id: rotate
kind: tenure
stage: agency_sub_district
max_years: 3
"""

    kind: Literal["tenure"] = "tenure"
    max_years: int = Field(ge=1, description="Years on end after which a pair may not go on")

    def _expired(self, problem: Problem) -> Mask:
        expired: Mask = consecutive_years(problem) >= self.max_years
        return expired

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """−100 points for each pair that has lasted long enough."""
        return {self.id: np.where(self._expired(problem), -POINTS_PER_PAIR * POINT, 0).astype(np.int64)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the pairs that have lasted long enough to 0; if soft, take points for them."""
        if soft:
            score(self, problem, formulation)
        else:
            forbid(self.id, formulation, self._expired(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs that would last too long."""
        years = consecutive_years(problem) + 1
        findings = forbidden(
            self.id, problem, assignment, years > self.max_years, years, self.max_years, "years"
        )
        return Check(scored(self, problem, assignment) if soft else {}, findings)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            return f"同一结对关系连续不超过 {self.max_years} 年" + (
                f"，超过的每对扣 {POINTS_PER_PAIR} 分" if soft else ""
            )
        tail = f"; {POINTS_PER_PAIR} points lost for each one that does" if soft else ""
        return f"no pair lasts longer than {self.max_years} years on end{tail}"
