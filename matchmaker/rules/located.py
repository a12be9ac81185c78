"""Located: who stands somewhere takes what is there (an enterprise the committee of its own community)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.columns import ancestor_named
from matchmaker.errors import Fault, Note, Place
from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Dataset, Integers, Objects, Problem
from matchmaker.pairs import pair_mask, side_values
from matchmaker.rules.base import Check, Hardness, SidePaths, StageRule, points_lost
from matchmaker.rules.facts import shown
from matchmaker.rules.pairwise import exempted, forbid, forbidden, score, scored
from matchmaker.selectors import Mask, Selector, equal_codes
from matchmaker.tables import TABLES

__all__ = ["Located"]


class Located(StageRule):
    """The place that the source names is the target, or the place in which the target lies."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "来源所在的地方与对象一致（属地、驻地）",
        "the target is the place in which the source stands, or lies in it",
    )
    example: ClassVar[str] = """\
id: on_site
kind: located
stage: enterprise_committee
source: located_community
target: community
"""

    kind: Literal["located"] = "located"
    source: str = Field(description="Column or path of the source: where it stands")
    target: str | None = Field(
        None,
        description="Column or path of the target that must be equal; if missing, the target itself, or the "
        "place above it of the kind that `source` names",
    )
    where: Selector | None = Field(None, description="Which pairs it concerns; without it all")
    points: float = Field(100, ge=0, le=10_000, description="Points lost per pair that is not so, where soft")
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    def paths(self) -> SidePaths:
        """`source` of the sources and, where it is given, `target` of the targets."""
        given: SidePaths = (("source", self.source),)
        return given if self.target is None else (*given, ("target", self.target))

    def structure_faults(self, dataset: Dataset, source_table: str, target_table: str) -> tuple[Fault, ...]:
        """A `source` that names places which are neither the targets nor above them."""
        named = _tables_named(dataset, source_table, self.source)
        if self.target is not None or not named or _place(dataset, target_table, named) is not None:
            return ()
        details = {"table": target_table, "named": "、".join(named)}
        return (Fault("rule.located.elsewhere", Place(), self.source, details),)

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """Sources that do not say where they stand: no pair of theirs is right."""
        lacking = int(_missing(side_values(problem, problem.sources, self.source)).sum())
        details = {"table": problem.sources.table, "column": self.source}
        note = Note("rule.warning.not_located", Place(key=f"rules.{self.id}"), lacking, details)
        return (note,) if lacking else ()

    def _elsewhere(self, problem: Problem) -> Mask:
        """Pairs that the rule concerns and whose values differ or are missing, shape (pairs,)."""
        left, right = equal_codes(
            side_values(problem, problem.sources, self.source), self._target_values(problem)
        )
        here, there = left[problem.pair_source], right[problem.pair_target]
        wrong: Mask = pair_mask(problem, self.where) & ((here != there) | (here < 0))
        wrong &= ~exempted(problem, self.exempt)
        return wrong

    def settles(self, problem: Problem) -> Mask:
        """Pairs that the rule concerns and that are where the source stands: no rotation moves them."""
        settled: Mask = pair_mask(problem, self.where) & ~self._elsewhere(problem)
        return settled

    def _target_values(self, problem: Problem) -> Objects:
        path = self.target
        if path is None:
            named = _tables_named(problem.dataset, problem.sources.table, self.source)
            path = _place(problem.dataset, problem.targets.table, named)
        return problem.targets.ids if not path else side_values(problem, problem.targets, path)

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """−`points` for each pair that is not where the source stands."""
        return {self.id: -points_lost(self.points) * self._elsewhere(problem).astype(np.int64)}

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix the pairs that are elsewhere to 0; if soft, take points for them."""
        if soft:
            score(self, problem, formulation)
        else:
            forbid(self.id, formulation, self._elsewhere(problem))

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """Where the source stands, and where the target is, of the pairs that the rule concerns."""
        del assignment
        concerned = pair_mask(problem, self.where)[pairs].tolist()
        mine = side_values(problem, problem.sources, self.source)[problem.pair_source[pairs]]
        theirs = self._target_values(problem)[problem.pair_target[pairs]]
        elsewhere = self._elsewhere(problem)[pairs].tolist()
        return tuple(
            (
                Fact(
                    "located.elsewhere" if wrong else "located.here",
                    {
                        "column": self.source,
                        "source": shown(problem, self.source, one),
                        "target": shown(problem, self.target or self.source, other),
                    },
                ),
            )
            if asked
            else ()
            for asked, one, other, wrong in zip(concerned, mine, theirs, elsewhere, strict=True)
        )

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs that are elsewhere."""
        findings = forbidden(self.id, problem, assignment, self._elsewhere(problem))
        return Check(scored(self, problem, assignment) if soft else {}, findings)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            which = "符合条件的来源，" if self.where is not None else ""
            aim = f"的 {self.target} " if self.target else ""
            tail = f"，不一致的每对扣 {self.points:g} 分" if soft else ""
            return f"{which}来源的 {self.source} 与对象{aim}一致{tail}"
        which = "where the conditions are met, " if self.where is not None else ""
        aim = f"{self.target} of the target" if self.target else "the target or its place"
        tail = f"; {self.points:g} points lost for each pair where it is not" if soft else ""
        return f"{which}{self.source} of the source equals {aim}{tail}"


def _missing(column: Objects) -> Mask:
    return equal_codes(column, np.empty(0, object))[0] < 0


def _tables_named(dataset: Dataset, table: str, path: str) -> tuple[str, ...]:
    """The tables whose ids a column or path holds; none where it holds something else."""
    head, _, tail = path.partition(".")
    above = None if path in dataset.frame(table) else ancestor_named(dataset, table, head)
    if above is not None:
        return _tables_named(dataset, above[0], tail) if tail else (above[0],)
    known = TABLES.get(table)
    for name in (path, f"{path}_id"):
        column = None if known is None else known.column(name)
        if column is not None and column.refers_to:
            return column.refers_to
    return tuple(other for other, key in dataset.keys.items() if key in (path, f"{path}_id"))


def _place(dataset: Dataset, target_table: str, named: tuple[str, ...]) -> str | None:
    """Path from the targets to the first of the tables named; empty for the targets themselves.

    None where all of the tables named are elsewhere; where none is named, the targets are meant.
    """
    if not named or target_table in named:
        return ""
    for table in named:
        if table in dataset.keys and dataset.ancestors(target_table, table) is not None:
            return dataset.keys[table].removesuffix("_id")
    return None
