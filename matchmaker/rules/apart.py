"""Apart: few of a group in one place (two units of one line not in one community)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from matchmaker.formulation import Formulation
from matchmaker.grouping import By, groups_of
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Integers, Problem
from matchmaker.pairs import place_names, place_numbers
from matchmaker.rules.base import Check, Hardness, SideGroupings, SidePaths, StageRule, points_lost
from matchmaker.rules.sums import limit_uses
from matchmaker.rules.words import by_words

__all__ = ["Apart"]


class Apart(StageRule):
    """At most `max` sources of one group are in one place."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "同一组的来源分散安排，同一处不超过规定个数",
        "the sources of one group are spread: so many in one place at most",
    )
    example: ClassVar[str] = """\
id: lines_apart
kind: apart
stage: agency_community
by: line
max: 2
"""

    kind: Literal["apart"] = "apart"
    by: By = Field(description="Column or path of the source, or an earlier stage: who is one group")
    place: str | None = Field(
        None, description="Column of the target, or a table above it; if missing, the target itself"
    )
    max: int = Field(1, ge=1, description="Sources of a group in one place, at most")
    points: float = Field(100, ge=0, le=10_000, description="Points lost per source too many, where soft")

    def paths(self) -> SidePaths:
        """`place` of the targets, where it is given."""
        return () if self.place is None else (("target", self.place),)

    def groupings(self) -> SideGroupings:
        """`by` of the sources."""
        return (("source", self.by),)

    def _place(self, problem: Problem) -> Integers:
        """Number of each target's place."""
        return np.arange(len(problem.targets)) if self.place is None else place_numbers(problem, self.place)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each group and place: its sources there, `max` at most; if soft, an excess column."""
        group = groups_of(problem, "source", self.by).of_row[problem.pair_source]
        place = self._place(problem)[problem.pair_target]
        width = int(place.max(initial=0)) + 1
        cell = np.where(group >= 0, group * width + place, -1)
        sources = len(problem.sources)
        # sources of the group that could be there: with `max` of them at most no row can bind
        present = np.unique(cell[cell >= 0] * sources + problem.pair_source[cell >= 0]) // max(sources, 1)
        crowded, count = np.unique(present, return_counts=True)
        crowded = crowded[count > self.max]
        pairs = np.flatnonzero(np.isin(cell, crowded))
        if not len(pairs):
            return
        keys, use = np.unique(cell[pairs] * sources + problem.pair_source[pairs], return_inverse=True)
        owner = np.searchsorted(crowded, keys // sources)
        most = np.full(len(crowded), self.max, np.int64)
        lost = points_lost(self.points) if soft else None
        limit_uses(self.id, problem, formulation, pairs, use, owner, most, lost)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count the sources of each group in each place."""
        groups = groups_of(problem, "source", self.by)
        names = problem.targets.ids if self.place is None else place_names(problem, self.place)
        source, target = problem.locate(assignment).known
        frame = pd.DataFrame(
            {
                "group": groups.of_row[source],
                "place": self._place(problem)[target],
                "name": names[target],
                "source": source,
            }
        )
        frame = frame[frame["group"] >= 0].drop_duplicates(["group", "place", "source"])
        crowds = frame.groupby(["group", "place"]).agg(count=("source", "size"), name=("name", "first"))
        crowds = crowds[crowds["count"] > self.max].reset_index()
        findings = tuple(
            Finding(self.id, str(groups.ids[group]), str(name), int(count), self.max, "sources")
            for group, name, count in zip(crowds["group"], crowds["name"], crowds["count"], strict=True)
        )
        over = int((crowds["count"] - self.max).sum())
        points = {self.id: -points_lost(self.points) * over} if soft else {}
        return Check(points, findings)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        by = by_words(self.by, language)
        if language == "zh":
            place = f"同一处（按 {self.place}）" if self.place else "同一对象"
            tail = f"，每多一个扣 {self.points:g} 分" if soft else ""
            return f"{by}相同的来源在{place}不超过 {self.max} 个{tail}"
        place = f"one {self.place}" if self.place else "one target"
        tail = f"; {self.points:g} points lost for each one too many" if soft else ""
        return f"at most {self.max} sources of the same {by} in {place}{tail}"
