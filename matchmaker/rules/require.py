"""Require: certain sources may only go to certain targets."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Problem
from matchmaker.pairs import pair_mask
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import exempted, forbid, forbidden
from matchmaker.selectors import Mask, Selector

__all__ = ["Require"]


class Require(StageRule):
    """Sources that fulfil `where.source` take only targets that fulfil the rest of `where`."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard"})
    summary: ClassVar[tuple[str, str]] = (
        "符合条件的来源只能安排到符合条件的对象",
        "sources that fulfil a condition only go to targets that fulfil another",
    )
    example: ClassVar[str] = """\
id: strong_to_weak
kind: require
stage: agency_sub_district
where: {source: {strength: {gte: 5}}, target: {weak: true}}
"""

    kind: Literal["require"] = "require"
    where: Selector = Field(description="`source`: whom it concerns; `target`, `pair`: where they must go")
    reason: str = Field("", description="Why, for the lists")
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    @model_validator(mode="after")
    def _has_aim(self) -> Require:
        if self.where.target is None and self.where.pair is None:
            raise PydanticCustomError("form.require", "where needs target or pair")
        return self

    def _forbidden(self, problem: Problem) -> Mask:
        concerned = pair_mask(problem, Selector(source=self.where.source))
        aim = pair_mask(problem, Selector(target=self.where.target, pair=self.where.pair))
        result: Mask = concerned & ~aim & ~exempted(problem, self.exempt)
        return result

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the concerned sources' other pairs to 0."""
        del soft
        forbid(self.id, formulation, self._forbidden(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for concerned sources with another target."""
        del soft
        return Check(findings=forbidden(self.id, problem, assignment, self._forbidden(problem)))

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        tail = f"（{self.reason}）" if self.reason else ""
        if language == "zh":
            return f"符合条件的来源只安排到符合条件的对象{tail}"
        tail = f" ({self.reason})" if self.reason else ""
        return f"sources that fulfil the condition only go to targets that fulfil theirs{tail}"
