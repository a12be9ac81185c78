"""Pin: one pair that must be chosen."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Integers, Objects, Problem
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import pin, unpinned

__all__ = ["Pin", "Until", "in_force"]


def _as_text(value: object) -> object:
    """YAML reads 2027-06-30 as a date and 2027 as a number."""
    return str(value) if isinstance(value, date | int) and not isinstance(value, bool) else value


Until = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A year, month or day as text."""


def in_force(until: str | None, year: int) -> bool:
    """Whether a rule that holds until then still holds in `year`; empty means always."""
    return until is None or int(until[:4]) >= year


class Pin(StageRule):
    """The given source takes the given target."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard"})
    summary: ClassVar[tuple[str, str]] = ("指定的结对关系必须安排", "a given pair must be chosen")
    example: ClassVar[str] = """\
id: fixed_station
kind: pin
stage: agency_sub_district
source: A0012
target: S03
reason: 工作需要
until: 2028-12-31
"""

    kind: Literal["pin"] = "pin"
    source: str = Field(description="Id of the source")
    target: str = Field(description="Id of the target")
    reason: str = Field("", description="Why, for the lists")
    until: Until | None = Field(None, description="Last day (or year) on which it holds; empty: always")

    def named_rows(self) -> tuple[str | None, str | None]:
        """Source and target of the pair."""
        return self.source, self.target

    def demanded(self, problem: Problem) -> tuple[Objects, Objects]:
        """The pair, as long as the pin is in force."""
        if not in_force(self.until, problem.year):
            return np.empty(0, object), np.empty(0, object)
        return np.array([self.source], object), np.array([self.target], object)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the pair to 1; a pair that is no candidate makes the problem infeasible."""
        del soft
        pin(self.id, problem, formulation, *self.demanded(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """See whether the pair is chosen."""
        del soft
        return Check(findings=unpinned(self.id, problem, assignment, *self.demanded(problem)))

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """Why the pair is pinned."""
        del assignment
        own = np.isin(pairs, problem.located(*self.demanded(problem)).pair).tolist()
        fact = Fact("pin.pinned", {"reason": self.reason, "until": self.until or ""})
        return tuple((fact,) if mine else () for mine in own)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            return f"指定 {self.source} 与 {self.target} 结对" + (f"（{self.reason}）" if self.reason else "")
        return f"{self.source} is pinned to {self.target}" + (f" ({self.reason})" if self.reason else "")
