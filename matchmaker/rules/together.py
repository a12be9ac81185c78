"""Together: the sources of a group are in one place (the branches of one agency in one community)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.grouping import By, groups_of
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Integers, Problem
from matchmaker.pairs import place_numbers
from matchmaker.rules.base import Check, Hardness, SideGroupings, SidePaths, StageRule, points_lost
from matchmaker.rules.uses import uses_of
from matchmaker.rules.words import by_words

__all__ = ["Together"]


class Together(StageRule):
    """All targets of the sources of one group lie in one place; in the objective, in as few as may be."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "同一组的来源安排在同一处（如同一单位的支部在同一社区）",
        "the sources of one group are in one place (sister branches in one community, say)",
    )
    example: ClassVar[str] = """\
id: sisters
kind: together
stage: branch_grid
by: agency
place: community
points: 20
"""

    kind: Literal["together"] = "together"
    by: By = Field(description="Column or path of the source, or an earlier stage: who is one group")
    place: str = Field(description="Column of the target, or a table above it")
    points: float = Field(
        100, ge=0, le=10_000, description="Points lost per place beyond the first, where soft"
    )

    def paths(self) -> SidePaths:
        """`place` of the targets."""
        return (("target", self.place),)

    def groupings(self) -> SideGroupings:
        """`by` of the sources."""
        return (("source", self.by),)

    def _group(self, problem: Problem) -> Integers:
        """Group of each source; -1 for one that is in none, or alone in its own."""
        of_row = groups_of(problem, "source", self.by).of_row
        size = np.bincount(of_row[of_row >= 0], minlength=len(of_row) + 1)
        return np.where((of_row >= 0) & (size[of_row] > 1), of_row, -1)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """A sum for each group and place (`uses_of`); hard, one place at most; soft, each costs points.

        A group's first place costs nothing: one column a group gives the points back.
        """
        group = self._group(problem)
        pairs = np.flatnonzero(group[problem.pair_source] >= 0)
        place = place_numbers(problem, self.place)[problem.pair_target[pairs]]
        of_pair = group[problem.pair_source[pairs]]
        pairs, of_pair, place = (
            each[_may_scatter(problem, pairs, of_pair, place)] for each in (pairs, of_pair, place)
        )
        if not len(pairs):
            return
        groups, row = np.unique(of_pair, return_inverse=True)
        keys, use = np.unique(row * (int(place.max()) + 1) + place, return_inverse=True)
        row_of_use = keys // (int(place.max()) + 1)
        entry, column = uses_of(self.id, problem, formulation, pairs, use)
        rows = np.arange(len(groups))
        if not soft:
            formulation.add_rows(
                self.id, row_of_use[entry], column, 1, -UNBOUNDED, np.ones(len(groups), np.int64)
            )
            return
        first = formulation.add_columns(self.id, 0, np.ones(len(groups), np.int64))
        formulation.add_points(self.id, column, -points_lost(self.points))
        formulation.add_points(self.id, first, points_lost(self.points))
        formulation.add_rows(  # first ≤ Σ places
            self.id,
            np.concatenate([row_of_use[entry], rows]),
            np.concatenate([column, first]),
            np.repeat([-1, 1], [len(column), len(first)]),
            -UNBOUNDED,
            np.zeros(len(groups), np.int64),
        )

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count the distinct places of each group."""
        groups = groups_of(problem, "source", self.by)
        source, target = problem.locate(assignment).known
        frame = pd.DataFrame(
            {
                "group": self._group(problem)[source],
                "place": place_numbers(problem, self.place)[target],
            }
        )
        places = frame[frame["group"] >= 0].groupby("group")["place"].nunique()
        scattered = places[places > 1]
        findings = tuple(
            Finding(self.id, str(groups.ids[group]), "", int(count), 1, "places")
            for group, count in zip(scattered.index.to_numpy(np.int64), scattered, strict=True)
        )
        beyond = int(scattered.sum()) - len(scattered)
        points = {self.id: -points_lost(self.points) * beyond} if soft else {}
        return Check(points, findings)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        by = by_words(self.by, language)
        if language == "zh":
            tail = f"，每多一处扣 {self.points:g} 分" if soft else ""
            return f"{by}相同的来源安排在同一处（按 {self.place}）{tail}"
        tail = f"; {self.points:g} points lost for each further one" if soft else ""
        return f"sources of the same {by} are in one {self.place}{tail}"


def _may_scatter(problem: Problem, pairs: Integers, group: Integers, place: Integers) -> Integers:
    """Positions of the pairs whose group can be in two places at all."""
    if not len(pairs):
        return pairs
    size = int(group.max()) + 1
    width = int(place.max()) + 1
    places = np.bincount(np.unique(group * width + place) // width, minlength=size)
    per_source = np.bincount(problem.pair_source[pairs], minlength=len(problem.sources))
    partners = np.minimum(per_source, problem.sources.maximum)
    owner = np.full(len(problem.sources), -1, np.int64)
    owner[problem.pair_source[pairs]] = group
    has = owner >= 0
    most = np.bincount(owner[has], partners[has], minlength=size)
    return np.flatnonzero(np.minimum(places, most)[group] > 1)
