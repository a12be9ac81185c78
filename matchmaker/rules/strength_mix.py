"""Strength mix: every target has strong and weak partners, and no target only one sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.columns import Expression, numbers
from matchmaker.errors import Fault
from matchmaker.formulation import Formulation
from matchmaker.grouping import By, Groups, carriers
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Integers, Problem
from matchmaker.pairs import side_mask
from matchmaker.rules.amounts import Amount
from matchmaker.rules.base import (
    Check,
    Hardness,
    SideGroupings,
    SideNumbers,
    SidePaths,
    StageRule,
    points_lost,
)
from matchmaker.rules.class_faults import count_faults, foreseen
from matchmaker.rules.counts import (
    Classes,
    Counts,
    Prices,
    check_counts,
    limit_counts,
    measure_counts,
    same_for_all,
)
from matchmaker.rules.places import rounded
from matchmaker.rules.sums import STEPS, limit_sums, most_in_steps
from matchmaker.selectors import Conditions

__all__ = ["StrengthMix"]


class Band(BaseModel):
    """How many partners that fit a condition a target has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: Conditions = Field(description="Conditions on the source")
    min: int = Field(0, ge=0, description="At least so many")
    max: int | None = Field(None, ge=0, description="At most so many; no limit if missing")

    @model_validator(mode="after")
    def _limits(self) -> Band:
        if self.max is not None and self.max < self.min:
            raise PydanticCustomError("form.min_over_max", "min is greater than max")
        if not self.min and self.max is None:
            raise PydanticCustomError("form.band", "a band needs min or max")
        return self

    @property
    def amount(self) -> Amount:
        """Its limits."""
        return Amount(min=self.min, max=self.max)


@dataclass(frozen=True)
class _Strengths:
    """Strengths in hundredths: of each source beyond the mean (shape (sources,)), the mean, the tolerance."""

    beyond: Integers
    mean: int
    tolerance: int


class StrengthMix(StageRule):
    """The partners of a target are as strong as the mean, all together, and come from all bands."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "强弱搭配：各对象的结对力量与平均水平相差不大，强弱各有",
        "strong with weak: the partners of each target are about as strong as the mean, and of all sorts",
    )
    example: ClassVar[str] = """\
id: strong_with_weak
kind: strength_mix
stage: agency_group
strength: strength
tolerance: 1.5
bands:
  strong: {where: {strength: {gte: 4}}, min: 1, max: 3}
  weak: {where: {strength: {lte: 2}}, max: 3}
"""

    kind: Literal["strength_mix"] = "strength_mix"
    strength: Expression = Field(description="Strength of each source: a column or count; empty: as the mean")
    tolerance: float | None = Field(
        None,
        ge=0,
        le=10_000,
        description="Most that Σ (strength − mean) over a target's partners may be off 0",
    )
    bands: dict[str, Band] = Field({}, description="Numbers of partners that fit conditions, by any name")
    by: By | None = Field(None, description="Group the targets: the mix is that of each group together")
    points: float = Field(
        100, ge=0, le=10_000, description="Points lost per unit beyond the tolerance and per partner, if soft"
    )

    @model_validator(mode="after")
    def _limits(self) -> StrengthMix:
        if self.tolerance is None and not self.bands:
            raise PydanticCustomError("form.strength_mix", "give tolerance, bands or both")
        return self

    def columns(self) -> SideNumbers:
        """`strength` of the sources."""
        return (("source", self.strength),)

    def paths(self) -> SidePaths:
        """What the bands' conditions read."""
        return tuple(("source", path) for band in self.bands.values() for path in band.where.paths())

    def groupings(self) -> SideGroupings:
        """`by` of the targets."""
        return () if self.by is None else (("target", self.by),)

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Bands of which the targets must have more partners than there are, or may have too few."""
        if soft:
            return ()
        groups, complete = foreseen(problem, "target", self.by)
        return count_faults(problem, self._counts(problem, groups, soft=False), complete, True)

    def _places(self, problem: Problem) -> Groups:
        """The targets, or groups of them."""
        return carriers(problem, "target", self.by)

    def _classes(self, problem: Problem) -> Classes:
        member = [side_mask(problem, "source", band.where) for band in self.bands.values()]
        shape = len(self.bands), len(problem.sources)
        return Classes(tuple(self.bands), np.array(member, bool).reshape(shape).T)

    def _counts(self, problem: Problem, places: Groups, soft: bool) -> Counts:
        """The numbers of partners in the bands."""
        amounts = [band.amount for band in self.bands.values()]
        return same_for_all(places, self._classes(problem), amounts, soft)

    def _prices(self, soft: bool) -> Prices | None:
        return Prices(self.points, self.points) if soft else None

    def _strengths(self, problem: Problem) -> _Strengths:
        found = numbers(problem.dataset, problem.sources.table, self.strength)[problem.sources.rows]
        known = ~np.isnan(found)
        mean = round(float(found[known].mean()) * STEPS) if bool(known.any()) else 0
        beyond = np.zeros(len(found), np.int64)
        beyond[known] = np.rint(found[known] * STEPS).astype(np.int64) - mean
        return _Strengths(beyond, mean, int(most_in_steps(self.tolerance or 0, STEPS)))

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each target (or group) and its strength, one for each band that can bind."""
        limit_counts(
            self.id,
            problem,
            formulation,
            self._counts(problem, self._places(problem), soft),
            self._prices(soft),
        )
        if self.tolerance is None:
            return
        strengths, places = self._strengths(problem), self._places(problem)
        place = places.of_row[problem.pair_target]
        pairs = np.flatnonzero(place >= 0)
        limit = np.full(len(places), strengths.tolerance)
        lost = points_lost(self.points, STEPS) if soft else None
        beyond = strengths.beyond[problem.pair_source[pairs]]
        limit_sums(self.id, formulation, place[pairs], pairs, beyond, -limit, limit, lost)

    def _deviations(self, problem: Problem, assignment: Assignment) -> Integers:
        """Σ (strength − mean) of each target's (or group's) partners, in hundredths."""
        places = self._places(problem)
        source, target = problem.locate(assignment).known
        place = places.of_row[target]
        total = np.zeros(len(places), np.int64)
        beyond = self._strengths(problem).beyond[source]
        np.add.at(total, place[place >= 0], beyond[place >= 0])
        return total

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up each target's strength, count its partners by band, and hold both against the limits."""
        counted = check_counts(
            self.id,
            problem,
            assignment,
            self._counts(problem, self._places(problem), soft),
            self._prices(soft),
        )
        if self.tolerance is None:
            return counted
        ids = self._places(problem).ids
        off, tolerance = self._deviations(problem, assignment), self._strengths(problem).tolerance
        beyond = np.maximum(np.abs(off) - tolerance, 0)
        findings = tuple(
            Finding(
                self.id,
                "",
                str(ids[i]),
                int(off[i]) / STEPS,
                int(np.sign(off[i])) * tolerance / STEPS,
                "strength",
            )
            for i in np.flatnonzero(beyond)
        )
        lost = points_lost(self.points, STEPS) * int(beyond.sum())
        points = {term: value - lost for term, value in counted.points.items()}
        return Check(points, (*counted.findings, *findings))

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """How strong the targets' partners are together, against the mean; limits of the bands met."""
        off = self._deviations(problem, assignment) / STEPS
        if not len(off):
            return {}
        strength = {
            "mean": rounded(self._strengths(problem).mean / STEPS),
            "largest_deviation": rounded(np.abs(off).max()),
            "deviation_std": rounded(off.std()),
        }
        return {
            "strength": strength,
            **measure_counts(problem, assignment, self._counts(problem, self._places(problem), True)),
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        bands = [f"{name} {band.amount.told(language)}" for name, band in self.bands.items()]
        if language == "zh":
            parts = [] if self.tolerance is None else [f"合计与平均水平相差不超过 {self.tolerance:g}"]
            parts += [f"各档数量 {'、'.join(bands)}"] if bands else []
            tail = f"；每超出一个单位、每缺或多一个扣 {self.points:g} 分" if soft else ""
            which = "每组对象" if self.by is not None else "每个对象"
            return f"{which}的结对力量强弱搭配：{'，'.join(parts)}{tail}"
        parts = [] if self.tolerance is None else [f"within {self.tolerance:g} of the mean, in all"]
        parts += [", ".join(bands)] if bands else []
        tail = f"; {self.points:g} points lost per unit beyond, per partner short or over" if soft else ""
        which = "group of targets" if self.by is not None else "target"
        return f"strength of each {which}'s partners: {', '.join(parts)}{tail}"
