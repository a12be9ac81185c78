"""No self: nobody takes itself or its own (an inspector the unit that it comes from)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from matchmaker.errors import Fault, Place
from matchmaker.formulation import Formulation
from matchmaker.grouping import ByStage
from matchmaker.messages import Language
from matchmaker.model import Assignment, Dataset, Integers, Problem, Side
from matchmaker.pairs import pair_mask
from matchmaker.reach import related
from matchmaker.rules.base import Check, Hardness, SideGroupings, SidePaths, StageRule
from matchmaker.rules.pairwise import exempted, forbid, forbidden
from matchmaker.selectors import Mask, PairConditions, Selector

__all__ = ["NoSelf"]


class NoSelf(StageRule):
    """No source takes itself, what is above or below it, or what an earlier stage has joined it with."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard"})
    summary: ClassVar[tuple[str, str]] = (
        "来源不得安排到自己、自己的上级或下级（不自查）",
        "nobody takes itself or its own: no unit inspects itself",
    )
    example: ClassVar[str] = """\
id: no_own_unit
kind: no_self
stage: observer_agency
by: {stage: agency_group}
"""

    kind: Literal["no_self"] = "no_self"
    by: ByStage | None = Field(
        None, description="An earlier stage: nor what it has given to the source, to whom, or beside it"
    )
    same: tuple[str, str] | None = Field(
        None, description="Column or path of the source and of the target that may not be equal"
    )
    exempt: tuple[str, ...] = Field((), description="Ids of sources or targets that it leaves alone")

    def paths(self) -> SidePaths:
        """Both of `same`."""
        return () if self.same is None else (("source", self.same[0]), ("target", self.same[1]))

    def groupings(self) -> SideGroupings:
        """`by`, of both sides."""
        return () if self.by is None else (("source", self.by), ("target", self.by))

    def structure_faults(self, dataset: Dataset, source_table: str, target_table: str) -> tuple[Fault, ...]:
        """Tables that nothing connects, so that the rule could never bind."""
        if self.by is not None or self.same is not None or _connected(dataset, source_table, target_table):
            return ()
        details = {"source": source_table, "target": target_table}
        return (Fault("rule.no_self.unrelated", Place(), self.id, details),)

    def _own(self, problem: Problem) -> Mask:
        """Pairs in which the source meets itself or its own, shape (pairs,)."""
        own = np.zeros(problem.pair_count, bool)
        for met in self._met(problem):
            source, target = met.tocoo().coords
            pairs = problem.pair_index(source.astype(np.int64), target.astype(np.int64))
            own[pairs[pairs >= 0]] = True
        if self.same is not None:
            own |= pair_mask(problem, Selector(pair=PairConditions(same=self.same)))
        own &= ~exempted(problem, self.exempt)
        return own

    def _met(self, problem: Problem) -> Iterator[sparse.csr_array]:
        """Which sources and targets are the same or each other's own, (sources, targets), one way each."""
        dataset, sources, targets = problem.dataset, problem.sources, problem.targets
        if _connected(dataset, sources.table, targets.table):
            yield related(dataset, sources, targets.table)[:, targets.rows]
        if self.by is None:
            return
        decided = dataset.frame(self.by.stage)
        ends = (
            (dataset.parents[self.by.stage][1], decided["source_id"], decided["target_id"]),
            (dataset.joins[self.by.stage][1], decided["target_id"], decided["source_id"]),
        )
        of_source, of_target = (
            [_at_or_below(dataset, side, table, dataset.positions(table, own)) for table, own, _ in ends]
            for side in (sources, targets)
        )
        for one, other in ((0, 1), (1, 0)):  # what the stage gave to the source, and to whom it gave it
            yield of_source[one] @ of_target[other].T
        for end, (_, _, partner) in enumerate(ends):  # those to whom it gave the same
            names, code = np.unique(np.asarray(partner, str), return_inverse=True)
            shared = sparse.csr_array(
                (np.ones(len(code), np.int32), (np.arange(len(code)), code)), shape=(len(code), len(names))
            )
            yield (of_source[end] @ shared) @ (of_target[end] @ shared).T

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix those pairs to 0."""
        del soft
        forbid(self.id, formulation, self._own(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Look for chosen pairs of a source and its own."""
        del soft
        return Check(findings=forbidden(self.id, problem, assignment, self._own(problem)))

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            by = f"，也不得是环节 {self.by.stage} 已把二者连在一起的" if self.by else ""
            same = f"，{self.same[0]} 与 {self.same[1]} 不得相同" if self.same else ""
            return f"来源不得安排到自己、自己的上级或下级{by}{same}"
        by = f", nor what stage {self.by.stage} has joined it with" if self.by else ""
        same = f"; {self.same[0]} and {self.same[1]} differ" if self.same else ""
        return f"nobody takes itself or its own{by}{same}"


def _connected(dataset: Dataset, one: str, other: str) -> bool:
    return dataset.ancestors(one, other) is not None or dataset.ancestors(other, one) is not None


def _at_or_below(dataset: Dataset, side: Side, table: str, ends: Integers) -> sparse.csr_array:
    """Which decided pairs each row of a side is part of, through itself or the row above it, (n, pairs)."""
    up = dataset.ancestors(side.table, table)
    at = np.full(len(side), -1, np.int64) if up is None else up[side.rows]
    known, held = np.flatnonzero(at >= 0), np.flatnonzero(ends >= 0)
    rows = len(dataset.frame(table))
    climbed = sparse.csr_array((np.ones(len(known), np.int32), (known, at[known])), shape=(len(side), rows))
    pairs = sparse.csr_array((np.ones(len(held), np.int32), (ends[held], held)), shape=(rows, len(ends)))
    found: sparse.csr_array = climbed @ pairs
    return found
