"""Prefer: points for every chosen pair that fulfils conditions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Integers, Problem
from matchmaker.pairs import pair_mask
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.facts import condition_facts
from matchmaker.rules.pairwise import score, scored
from matchmaker.selectors import PairConditions, Selector

__all__ = ["Prefer"]


class Prefer(StageRule):
    """Each chosen pair that fulfils the conditions gives `points` (negative: takes them)."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"soft"})
    summary: ClassVar[tuple[str, str]] = (
        "优先安排符合条件的结对关系",
        "pairs that fulfil conditions are preferred, by points",
    )
    example: ClassVar[str] = """\
id: home
kind: prefer
stage: member_building
pair: {same: [home_community, community]}
points: 40
"""

    kind: Literal["prefer"] = "prefer"
    where: Selector | None = Field(None, description="Conditions on source, target and pair")
    pair: PairConditions | None = Field(None, description="Short for `where: {pair: …}`")
    points: float = Field(100, ge=-100, le=100, description="Points per pair that fulfils them")

    @model_validator(mode="after")
    def _one_of_both(self) -> Prefer:
        if (self.where is None) == (self.pair is None):
            raise PydanticCustomError("form.prefer", "give exactly one of where and pair")
        return self

    def selector(self) -> Selector | None:
        """`where`, or the short form written out."""
        return self.where if self.where is not None else Selector(pair=self.pair)

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """`points` for each pair that fulfils the conditions."""
        fulfils = pair_mask(problem, self.selector())
        return {self.id: np.where(fulfils, round(self.points * POINT), 0).astype(np.int64)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Points on the pairs."""
        del soft
        score(self, problem, formulation)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up the points of the chosen pairs."""
        del soft
        return Check(scored(self, problem, assignment))

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """What the conditions on pairs ask for, where they are fulfilled."""
        del assignment
        fulfils = pair_mask(problem, self.selector())[pairs].tolist()
        told = condition_facts(problem, self.selector(), pairs)
        return tuple(facts if met else () for facts, met in zip(told, fulfils, strict=True))

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """How many of the chosen pairs fulfil the conditions."""
        chosen = problem.locate(assignment).candidates
        fulfils = pair_mask(problem, self.selector())[chosen]
        return {"preferred": {"pairs": len(fulfils), "met": int(fulfils.sum())}} if len(fulfils) else {}

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            verb = "得" if self.points >= 0 else "扣"
            return f"符合条件的结对关系每对{verb} {abs(self.points):g} 分"
        verb = "gives" if self.points >= 0 else "takes"
        return f"each pair that fulfils the conditions {verb} {abs(self.points):g} points"
