"""Fit: how far a source's supply answers a target's needs, category by category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.errors import Fault
from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Floats, Integers, Problem
from matchmaker.needs_and_supply import Scoring, fit_points, measured
from matchmaker.pairs import pair_mask
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.facts import fit_facts
from matchmaker.rules.pairwise import forbid, forbidden, score, scored
from matchmaker.rules.places import places, rounded
from matchmaker.selectors import Selector

__all__ = ["Breakdown", "Fit"]

MISMATCHED_BELOW = 10
"""A chosen pair with fewer points than this is reported as mismatched (职能与所需有出入)."""

WORST_LISTED = 10


@dataclass(frozen=True)
class Breakdown:
    """What each category contributes to the fit of some pairs.

    Parameters
    ----------
    categories : tuple of str
    points : (pairs, categories) float64
        In points; a row's sum is the pair's fit.
    need : (pairs, categories) float64
        Part of the target's need in the category, 0–1.
    """

    categories: tuple[str, ...]
    points: Floats
    need: Floats

    def largest(self, count: int = 3) -> list[list[tuple[str, float]]]:
        """For each pair the (category, points) that contribute most, at most `count`, largest first."""
        order = np.argsort(-self.points, axis=1, kind="stable")[:, :count]
        return [
            [(self.categories[c], float(row[c])) for c in best if row[c] > 0]
            for row, best in zip(self.points, order, strict=True)
        ]


class Fit(StageRule):
    """100 points where the source can answer everything that the target needs."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "来源的职能、资源与对象的需求相匹配（匹配度）",
        "the source's functions and resources answer the target's needs",
    )
    example: ClassVar[str] = """\
id: fit
kind: fit
stage: agency_sub_district
scoring: {weakness: 2}
"""

    kind: Literal["fit"] = "fit"
    min: float | None = Field(None, ge=0, le=100, description="Least fit: hard, lower pairs are forbidden")
    where: Selector = Field(Selector(), description="Which pairs it is about; default: all")
    scoring: Scoring = Field(Scoring(), description="How much each kind of record counts")

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """Hard it needs `min`."""
        return (self.field_fault("min", soft),) if not soft and self.min is None else ()

    def selector(self) -> Selector:
        """`where`."""
        return self.where

    def fit(self, problem: Problem) -> Integers:
        """Fit of every candidate pair in hundredths of a point, shape (pairs,)."""
        return fit_points(problem, self.scoring)

    def breakdown(self, problem: Problem, pairs: Integers) -> Breakdown:
        """What each category contributes to the fit of the pairs at the given positions."""
        known = measured(problem, self.scoring)
        need = known.need[problem.pair_target[pairs]]
        part = need / np.maximum(need.sum(axis=1, keepdims=True), 1e-12)
        answered = np.minimum(known.supply[problem.pair_source[pairs]], 1)
        return Breakdown(known.categories, 100 * part * answered, part)

    def _missing(self, problem: Problem) -> Integers:
        """Hundredths of a point by which each pair is below `min`."""
        least = 0 if self.min is None else round(self.min * POINT)
        return np.where(pair_mask(problem, self.where), np.maximum(least - self.fit(problem), 0), 0)

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """The fit; what a pair lacks to `min` is taken off once more."""
        counted = np.where(pair_mask(problem, self.where), self.fit(problem), 0)
        return {self.id: counted - self._missing(problem)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Points on the pairs; hard, pairs below `min` are fixed to 0."""
        if soft:
            score(self, problem, formulation)
        else:
            forbid(self.id, formulation, self._missing(problem) > 0)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up the fit of the chosen pairs; list those below `min`."""
        findings = forbidden(
            self.id,
            problem,
            assignment,
            self._missing(problem) > 0,
            self.fit(problem) / POINT,
            self.min or 0,
            "points",
        )
        return Check(scored(self, problem, assignment) if soft else {}, findings)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """What the target needs in each category, and what the source has for it; nothing of other pairs."""
        del assignment
        concerned = pair_mask(problem, self.where)[pairs].tolist()
        told = fit_facts(problem, self.scoring, pairs)
        return tuple(facts if mine else () for facts, mine in zip(told, concerned, strict=True))

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Mean, least and median fit of the chosen pairs it is about, mismatched ones, mean by place."""
        pairs = problem.locate(assignment).candidates
        pairs = pairs[pair_mask(problem, self.where)[pairs]]
        if not len(pairs):
            return {}
        points = self.fit(problem)
        fit = points[pairs] / POINT
        where = places(problem)
        of_pair = problem.pair_target[pairs]
        size = len(problem.targets)
        total = where.summed(np.bincount(of_pair, fit, minlength=size).astype(float))
        count = where.summed(np.bincount(of_pair, minlength=size).astype(float))
        worst = pairs[np.argsort(fit, kind="stable")[:WORST_LISTED]]
        return {
            "fit": {
                "pairs": len(pairs),
                "mean": rounded(fit.mean()),
                "min": rounded(fit.min()),
                "median": rounded(np.median(fit)),
                "max": rounded(fit.max()),
                "zero": int((fit == 0).sum()),
                "mismatched": int((fit < MISMATCHED_BELOW).sum()),
                "mismatched_below": MISMATCHED_BELOW,
                "worst": [
                    [str(source), str(target), rounded(value)]
                    for source, target, value in zip(
                        problem.sources.ids[problem.pair_source[worst]],
                        problem.targets.ids[problem.pair_target[worst]],
                        (points[worst] / POINT).tolist(),
                        strict=True,
                    )
                ],
                "place_table": where.table,
                "places": where.by_id(total / np.maximum(count, 1)),
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        least = self.min or 0
        limited = self.where != Selector()
        if language == "zh":
            which = "符合条件的每对" if limited else "每对"
            if not soft:
                return f"{which}匹配度不低于 {least:g} 分" if limited else f"匹配度不低于 {least:g} 分"
            tail = f"，低于 {least:g} 分的差额再扣一次" if least else ""
            return f"匹配度：{which}按需求得到满足的比例得 0 至 100 分{tail}"
        which = "pair that fulfils the condition" if limited else "pair"
        tail = f"; what is missing to {least:g} is taken off once more" if least else ""
        if soft:
            return f"fit: each {which} gives 0 to 100 points, the part of the needs that it answers{tail}"
        return f"no {which} has a fit below {least:g} points"
