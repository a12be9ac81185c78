"""Forbid: one pair, or all pairs that a selector names, may not be chosen."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Integers, Problem
from matchmaker.pairs import pair_mask
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.facts import condition_facts
from matchmaker.rules.pairwise import exempted, forbid, forbidden
from matchmaker.rules.pin import Until, in_force
from matchmaker.selectors import Mask, Selector

__all__ = ["Forbid"]


class Forbid(StageRule):
    """The given pair, or every pair that fulfils `where`, stays apart (recusal)."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard"})
    summary: ClassVar[tuple[str, str]] = ("回避的结对关系不得安排", "given pairs may not be chosen (recusal)")
    example: ClassVar[str] = """\
id: no_supervisor
kind: forbid
stage: agency_sub_district
where: {source: {agency_type: justice}, pair: {same: [located_sub_district, sub_district_id]}}
reason: 监管关系
"""

    kind: Literal["forbid"] = "forbid"
    source: str | None = Field(None, description="Id of the source; with `target`")
    target: str | None = Field(None, description="Id of the target; with `source`")
    where: Selector | None = Field(None, description="Conditions; instead of `source` and `target`")
    reason: str = Field("", description="Why, for the lists")
    until: Until | None = Field(None, description="Last day (or year) on which it holds; empty: always")
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    @model_validator(mode="after")
    def _pair_or_where(self) -> Forbid:
        if (self.source is None) != (self.target is None) or (self.source is None) == (self.where is None):
            raise PydanticCustomError("form.forbid", "give source and target, or where")
        return self

    def named_rows(self) -> tuple[str | None, str | None]:
        """Source and target of the pair."""
        return self.source, self.target

    def _forbidden(self, problem: Problem) -> Mask:
        if not in_force(self.until, problem.year):
            return np.zeros(problem.pair_count, bool)
        if self.where is not None:
            matching: Mask = pair_mask(problem, self.where) & ~exempted(problem, self.exempt)
            return matching
        result: Mask = (problem.sources.ids == self.source)[problem.pair_source] & (
            problem.targets.ids == self.target
        )[problem.pair_target]
        return result

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the pairs to 0."""
        del soft
        forbid(self.id, formulation, self._forbidden(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs that are forbidden."""
        del soft
        return Check(findings=forbidden(self.id, problem, assignment, self._forbidden(problem)))

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """Why the pairs that are forbidden are."""
        del assignment
        apart = self._forbidden(problem)[pairs].tolist()
        why = Fact("forbid.forbidden", {"reason": self.reason, "until": self.until or ""})
        told = condition_facts(problem, self.where, pairs)
        return tuple((why, *facts) if mine else () for facts, mine in zip(told, apart, strict=True))

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            which = f"{self.source} 与 {self.target}" if self.where is None else "符合条件的来源与对象"
            return f"{which}回避结对" + (f"（{self.reason}）" if self.reason else "")
        which = (
            f"{self.source} and {self.target}" if self.where is None else "pairs that fulfil the conditions"
        )
        return f"{which} stay apart" + (f" ({self.reason})" if self.reason else "")
