"""Tenure: how long a pair lasts at most and at least, and how long it rests before it may come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Integers, Problem
from matchmaker.past import consecutive_years, years_apart
from matchmaker.rules.base import Check, Hardness, Rule, StageRule
from matchmaker.rules.pairwise import exempted, forbid, forbidden, score, scored
from matchmaker.selectors import Mask

__all__ = ["Tenure"]

POINTS_PER_PAIR = 100


class Tenure(StageRule):
    """Longest stay, shortest stay and cooling-off of each pair, in years."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "结对年限：最长、最短连续年数，以及结束后几年内不再结对（轮换）",
        "longest and shortest stay of a pair, and how long it rests before it comes back (rotation)",
    )
    example: ClassVar[str] = """\
id: rotate
kind: tenure
stage: agency_sub_district
max_years: 3
min_years: 2
cooling_off: 2
"""

    kind: Literal["tenure"] = "tenure"
    max_years: int | None = Field(None, ge=1, description="Years on end after which a pair may not go on")
    min_years: int | None = Field(
        None, ge=2, description="Years on end before which a pair must go on, where it can"
    )
    cooling_off: int | None = Field(
        None, ge=1, description="Whole years that a pair which has ended rests before it may come back"
    )
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    @model_validator(mode="after")
    def _some_limit(self) -> Tenure:
        if self.max_years is None and self.min_years is None and self.cooling_off is None:
            raise PydanticCustomError("form.tenure", "give max_years, min_years or cooling_off")
        if self.max_years is not None and self.min_years is not None and self.min_years > self.max_years:
            raise PydanticCustomError("form.tenure_order", "min_years is at most max_years")
        return self

    _hard: tuple[Rule, ...] = PrivateAttr(())

    def beside(self, hard: Sequence[Rule]) -> Rule:
        """The rule that leaves alone what hard rules keep together by where it stands."""
        copy = self.model_copy()
        copy._hard = tuple(hard)
        return copy

    def _bound(self, problem: Problem) -> Mask:
        """Pairs that never rotate: by location, and of those that the rule leaves alone."""
        bound = exempted(problem, self.exempt)
        for rule in self._hard:
            settled = rule.settles(problem)
            if settled is not None:
                bound |= settled
        return bound

    def _expired(self, problem: Problem) -> Mask:
        """Pairs that have lasted long enough."""
        if self.max_years is None:
            return np.zeros(problem.pair_count, bool)
        expired: Mask = (consecutive_years(problem) >= self.max_years) & ~self._bound(problem)
        return expired

    def _resting(self, problem: Problem) -> Mask:
        """Pairs that have ended too short a time ago."""
        if self.cooling_off is None:
            return np.zeros(problem.pair_count, bool)
        apart = years_apart(problem)
        resting: Mask = (apart > 0) & (apart < self.cooling_off) & ~self._bound(problem)
        return resting

    def _begun(self, problem: Problem) -> Mask:
        """Pairs that have not lasted long enough yet."""
        if self.min_years is None:
            return np.zeros(problem.pair_count, bool)
        years = consecutive_years(problem)
        begun: Mask = (years > 0) & (years < self.min_years) & ~exempted(problem, self.exempt)
        return begun

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """−100 points for each pair that should not be, 100 for each that should go on."""
        unwanted = self._expired(problem) | self._resting(problem)
        points = np.where(unwanted, -1, 0) + np.where(self._begun(problem), 1, 0)
        return {self.id: (POINTS_PER_PAIR * POINT * points).astype(np.int64)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the pairs that may not be to 0 and those that must go on to 1; if soft, points for both."""
        if soft:
            score(self, problem, formulation)
            return
        forbid(self.id, formulation, self._expired(problem) | self._resting(problem))
        formulation.fix(self.id, np.flatnonzero(self._begun(problem)), 1)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """For how many years on end each pair has lasted, or how long ago it ended."""
        del assignment
        lasted, apart = consecutive_years(problem)[pairs].tolist(), years_apart(problem)[pairs].tolist()
        told: list[tuple[Fact, ...]] = []
        for years, ended in zip(lasted, apart, strict=True):
            if years > 0:
                limits = {"most": self.max_years or 0, "least": self.min_years or 0}
                told.append((Fact("tenure.years", {"years": years, **limits}),))
            elif ended > 0 and self.cooling_off is not None:
                told.append((Fact("tenure.apart", {"years": ended, "least": self.cooling_off}),))
            else:
                told.append(())
        return tuple(told)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs that would last too long or come back too soon, and for pairs cut short."""
        findings = self._too_long(problem, assignment) + self._too_soon(problem, assignment)
        findings += self._cut_short(problem, assignment)
        return Check(scored(self, problem, assignment) if soft else {}, findings)

    def _too_long(self, problem: Problem, assignment: Assignment) -> tuple[Finding, ...]:
        if self.max_years is None:
            return ()
        years = consecutive_years(problem) + 1
        return forbidden(self.id, problem, assignment, self._expired(problem), years, self.max_years, "years")

    def _too_soon(self, problem: Problem, assignment: Assignment) -> tuple[Finding, ...]:
        if self.cooling_off is None:
            return ()
        soon, apart = self._resting(problem), years_apart(problem)
        return forbidden(self.id, problem, assignment, soon, apart, self.cooling_off, "years_apart")

    def _cut_short(self, problem: Problem, assignment: Assignment) -> tuple[Finding, ...]:
        if self.min_years is None:
            return ()
        years = consecutive_years(problem)
        ended = np.setdiff1d(
            np.flatnonzero((years >= 1) & (years < self.min_years) & ~exempted(problem, self.exempt)),
            problem.locate(assignment).pair,
        )
        return tuple(
            Finding(self.id, str(source), str(target), float(lasted), float(self.min_years), "years")
            for source, target, lasted in zip(
                problem.sources.ids[problem.pair_source[ended]],
                problem.targets.ids[problem.pair_target[ended]],
                years[ended],
                strict=True,
            )
        )

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        zh, en = [], []
        if self.max_years is not None:
            zh.append(f"连续不超过 {self.max_years} 年")
            en.append(f"lasts no longer than {self.max_years} years on end")
        if self.min_years is not None:
            zh.append(f"至少连续 {self.min_years} 年")
            en.append(f"lasts {self.min_years} years at least")
        if self.cooling_off is not None:
            zh.append(f"结束后满 {self.cooling_off} 年方可再结对")
            en.append(f"comes back {self.cooling_off} whole years after its end at the earliest")
        if language == "zh":
            tail = f"，不该有的每对扣 {POINTS_PER_PAIR} 分" if soft else ""
            tail += f"，年限未满而延续的每对得 {POINTS_PER_PAIR} 分" if soft and self.min_years else ""
            return "同一结对关系" + "、".join(zh) + tail
        tail = f"; {POINTS_PER_PAIR} points lost for each that should not be" if soft else ""
        tail += ", as many gained for each that goes on as it should" if soft and self.min_years else ""
        return "a pair " + ", ".join(en) + tail
