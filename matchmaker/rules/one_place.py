"""One place: the targets of one source lie in one place."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from matchmaker.formulation import Formulation, SetFamily
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Integers, Problem
from matchmaker.pairs import place_numbers
from matchmaker.rules.base import Check, Hardness, SidePaths, StageRule, points_lost
from matchmaker.rules.sums import limit_uses

__all__ = ["OnePlace"]

POINTS_PER_PLACE = 100


class OnePlace(StageRule):
    """All targets of one source share the value of `place`, a column or a parent."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "同一来源的对象在同一处（如同一社区）",
        "the targets of one source lie in one place (one community, say)",
    )
    example: ClassVar[str] = """\
id: one_community
kind: one_place
stage: branch_grid
place: community
"""

    kind: Literal["one_place"] = "one_place"
    place: str = Field(description="Column of the target, or a table above it")

    def paths(self) -> SidePaths:
        """`place` of the targets."""
        return (("target", self.place),)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Hard: a set family whose parts are the places. Soft: the places that a source uses."""
        part = place_numbers(problem, self.place)[problem.pair_target]
        if soft:
            self._count_places(problem, formulation, part)
            return
        candidates = np.bincount(problem.pair_source, minlength=len(problem.sources))
        formulation.set_family(
            SetFamily(
                rule=self.id,
                sources=problem.pair_source,
                targets=problem.pair_target,
                part=part,
                minimum=problem.sources.minimum,
                maximum=np.minimum(problem.sources.maximum, candidates),
            )
        )

    def _count_places(self, problem: Problem, formulation: Formulation, part: Integers) -> None:
        width = int(part.max(initial=0)) + 1
        keys, use = np.unique(problem.pair_source * width + part, return_inverse=True)
        one: Integers = np.ones(len(problem.sources), np.int64)
        pairs = np.arange(problem.pair_count)
        lost = points_lost(POINTS_PER_PLACE)
        limit_uses(self.id, problem, formulation, pairs, use, keys // width, one, lost)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count the distinct places of each source."""
        source, target = problem.locate(assignment).known
        place = place_numbers(problem, self.place)[target]
        frame = pd.DataFrame({"source": source, "place": place})
        places = frame.groupby("source")["place"].nunique()
        scattered = places[places > 1]
        findings = tuple(
            Finding(self.id, str(problem.sources.ids[source]), "", int(count), 1, "places")
            for source, count in zip(scattered.index.to_numpy(np.int64), scattered, strict=True)
        )
        beyond = int(scattered.sum()) - len(scattered)
        points = {self.id: -points_lost(POINTS_PER_PLACE) * beyond} if soft else {}
        return Check(points, findings)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            tail = f"，每多一处扣 {POINTS_PER_PLACE} 分" if soft else ""
            return f"同一来源的对象在同一处（按 {self.place}）{tail}"
        tail = f"; {POINTS_PER_PLACE} points lost for each further one" if soft else ""
        return f"the targets of one source lie in one {self.place}{tail}"
