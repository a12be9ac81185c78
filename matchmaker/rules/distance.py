"""Distance: partners are near each other; the farther apart, the more points are lost."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.errors import Fault
from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Floats, Integers, Problem
from matchmaker.pair_features import distance_faults, distance_km
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import exempted, forbid, forbidden, score, scored
from matchmaker.rules.places import rounded

__all__ = ["Distance"]

UNKNOWN_KM = 20
"""Kilometres beyond `free_km` for which a pair counts whose distance nobody knows."""

METRES = 3
"""Decimals of kilometres that findings tell."""

NEARLY = 1e-9


class Distance(StageRule):
    """No chosen pair is farther apart than `max_km`; in the objective, each kilometre costs points."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "就近就便：结对双方的距离不超过上限；列入目标时，越近得分越高",
        "partners are no farther apart than allowed; in the objective, the nearer the better",
    )
    example: ClassVar[str] = """\
id: near
kind: distance
stage: agency_community
free_km: 2
points: 5
"""

    kind: Literal["distance"] = "distance"
    max_km: float | None = Field(None, ge=0, description="Most kilometres between partners: hard")
    free_km: float = Field(0, ge=0, description="Kilometres that cost nothing, where soft")
    points: float = Field(5, ge=0, le=100, description="Points lost per kilometre beyond them, where soft")
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """Hard it needs `max_km`; soft it has none."""
        return (self.field_fault("max_km", soft),) if soft == (self.max_km is not None) else ()

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Rows about which no distance is known at all."""
        del soft
        return distance_faults(problem)

    def _beyond(self, problem: Problem) -> Floats:
        """Kilometres of each pair beyond what is allowed (hard) or free (soft), shape (pairs,)."""
        least = self.free_km if self.max_km is None else self.max_km
        beyond = distance_km(problem) - least
        beyond = np.where(np.isnan(beyond), UNKNOWN_KM, beyond)
        beyond = np.where(exempted(problem, self.exempt), 0.0, beyond)
        return np.where(beyond > NEARLY, beyond, 0.0)

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """−`points` for each kilometre beyond `free_km`."""
        return {self.id: -np.rint(self._beyond(problem) * self.points * POINT).astype(np.int64)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Points on the pairs; hard, pairs that are too far apart are fixed to 0."""
        if soft:
            score(self, problem, formulation)
        else:
            forbid(self.id, formulation, self._beyond(problem) > 0)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """How far apart each pair is."""
        del assignment
        kilometres = distance_km(problem)[pairs].tolist()
        return tuple(
            (Fact("pair.no_distance_km"),)
            if np.isnan(km)
            else (Fact("pair.distance_km", {"value": round(km, METRES)}),)
            for km in kilometres
        )

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs that are too far apart, or farther than is free, if anything is free."""
        points = scored(self, problem, assignment) if soft else {}
        if soft and not self.free_km:
            return Check(points)  # every pair would be listed
        km, least = distance_km(problem), self.free_km if self.max_km is None else self.max_km
        unknown, far = np.isnan(km), self._beyond(problem) > 0
        found = np.round(np.where(unknown, 0, km), METRES)
        findings = forbidden(self.id, problem, assignment, far & ~unknown, found, least, "km")
        return Check(points, findings + forbidden(self.id, problem, assignment, unknown & far))

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Kilometres between the paired, and pairs of unknown distance."""
        chosen = problem.locate(assignment).candidates
        km = distance_km(problem)[chosen]
        known = km[~np.isnan(km)]
        if not len(known):
            return {}
        return {
            "distance": {
                "pairs": len(km),
                "unknown": len(km) - len(known),
                "km_mean": rounded(known.mean()),
                "km_largest": rounded(known.max()),
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        most = self.max_km or 0
        if language == "zh":
            if not soft:
                return f"结对双方相距不超过 {most:g} 公里"
            free = f"超过 {self.free_km:g} 公里的部分，" if self.free_km else ""
            return f"就近就便：结对双方相距{free}每公里扣 {self.points:g} 分"
        if not soft:
            return f"partners are at most {most:g} km apart"
        free = f" beyond {self.free_km:g} km" if self.free_km else ""
        return f"near partners: {self.points:g} points lost for each kilometre{free} between them"
