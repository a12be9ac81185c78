"""Keep: last year's pairs go on; hard, a budget of changes overall and per target."""

from __future__ import annotations

from math import floor
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Fault
from matchmaker.facts import Fact
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Integers, Problem
from matchmaker.past import last_year
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import score, scored

__all__ = ["Keep"]

POINTS_PER_PAIR = 100


class Keep(StageRule):
    """Last year's pairs are kept: the more the better, or all but so many."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "保持上年结对关系（大稳定、小调整）",
        "last year's pairs go on (large stability, small change)",
    )
    example: ClassVar[str] = """\
id: steady
kind: keep
stage: agency_sub_district
max_changes: 0.3
max_changes_per_target: 20
"""

    kind: Literal["keep"] = "keep"
    max_changes: float | None = Field(
        None, ge=0, description="Pairs of last year that may be given up: a number, below 1 a fraction"
    )
    max_changes_per_target: float | None = Field(None, ge=0, description="The same, for each target")

    @field_validator("max_changes", "max_changes_per_target")
    @classmethod
    def _whole_from_one(cls, budget: float | None) -> float | None:
        if budget is not None and budget >= 1 and budget != floor(budget):
            raise PydanticCustomError(
                "form.budget", "a budget is a whole number of pairs, or below 1 a fraction of them"
            )
        return budget

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """Hard it needs a budget; soft it has none."""
        given = [
            name for name in ("max_changes", "max_changes_per_target") if getattr(self, name) is not None
        ]
        if soft:
            return tuple(self.field_fault(name, soft) for name in given)
        return () if given else (self.field_fault("max_changes", soft),)

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """100 points for each pair of last year."""
        points = np.zeros(problem.pair_count, np.int64)
        points[last_year(problem).possible] = POINTS_PER_PAIR * POINT
        return {self.id: points}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Points for last year's pairs; hard, one row overall and one for each target."""
        if soft:
            score(self, problem, formulation)
            return
        pairs = last_year(problem).possible
        if self.max_changes is not None and len(pairs):
            least = len(pairs) - _allowed(self.max_changes, len(pairs))
            formulation.add_rows(self.id, np.zeros(len(pairs), np.int64), pairs, 1, least, UNBOUNDED)
        if self.max_changes_per_target is not None and len(pairs):
            _, row, count = np.unique(problem.pair_target[pairs], return_inverse=True, return_counts=True)
            kept = [int(n) - _allowed(self.max_changes_per_target, int(n)) for n in count]
            formulation.add_rows(self.id, row, pairs, 1, kept, UNBOUNDED)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """Which pairs are last year's."""
        del assignment
        known = np.isin(pairs, last_year(problem).possible).tolist()
        return tuple((Fact("pair.last_year"),) if one else () for one in known)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count last year's pairs that are given up though they are possible."""
        pairs = last_year(problem).possible
        lost = ~np.isin(pairs, problem.locate(assignment).pair)
        source = problem.sources.ids[problem.pair_source[pairs]]
        target = problem.targets.ids[problem.pair_target[pairs]]
        if soft:
            missing = tuple(
                Finding(self.id, str(s), str(t), 0, 1, "pairs")
                for s, t in zip(source[lost], target[lost], strict=True)
            )
            return Check(scored(self, problem, assignment), missing)
        findings: list[Finding] = []
        if self.max_changes is not None:
            findings += self._beyond("", int(lost.sum()), _allowed(self.max_changes, len(pairs)))
        if self.max_changes_per_target is not None:
            for entity in np.unique(target.astype(str)):
                own = target == entity
                allowed = _allowed(self.max_changes_per_target, int(own.sum()))
                findings += self._beyond(str(entity), int(lost[own].sum()), allowed)
        return Check(findings=tuple(findings))

    def _beyond(self, target: str, found: int, allowed: int) -> list[Finding]:
        return [Finding(self.id, "", target, found, allowed, "changes")] if found > allowed else []

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if soft:
            if language == "zh":
                return f"保持上年结对关系，每保持一对得 {POINTS_PER_PAIR} 分"
            return f"last year's pairs go on: {POINTS_PER_PAIR} points for each"
        zh, en = [], []
        if self.max_changes is not None:
            zh.append(f"总共调整不超过{_budget(self.max_changes, 'zh')}")
            en.append(f"at most {_budget(self.max_changes, 'en')} changed overall")
        if self.max_changes_per_target is not None:
            zh.append(f"每个对象调整不超过{_budget(self.max_changes_per_target, 'zh')}")
            en.append(f"at most {_budget(self.max_changes_per_target, 'en')} changed at each target")
        if language == "zh":
            return "上年结对关系" + "，".join(zh)
        return "of last year's pairs, " + ", ".join(en)


def _allowed(budget: float, pairs: int) -> int:
    """How many of so many pairs may be given up; a fraction is rounded down."""
    # the small step keeps 0.29 · 100 = 28.999999999999996 from becoming 28
    return floor(budget * pairs + 1e-9) if budget < 1 else min(floor(budget), pairs)


def _budget(budget: float, language: Language) -> str:
    if budget < 1:
        return f"{100 * budget:g}%"
    return f" {budget:g} 对" if language == "zh" else f"{budget:g}"
