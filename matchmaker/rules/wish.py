"""Wish: what the parties wish for and refuse (自选动作, 意向)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Fault, InputError
from matchmaker.facts import Fact, Value
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Floats, Integers, Problem
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import forbid, forbidden, score, scored
from matchmaker.rules.wishes_met import wishes_met
from matchmaker.rules.wishes_sheet import Said, party_table, said_of, voice
from matchmaker.selectors import Mask

__all__ = ["Wish"]

POINTS_REFUSED = -100

DECIMALS = 6
"""Of parts and points in facts."""


class Wish(StageRule):
    """Points by rank for each party's wish, as a weighted mean over the parties."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "照顾各方意向（自选动作），避开不宜结对的情形",
        "the parties' wishes by rank; refusals count against, or are forbidden when hard",
    )
    example: ClassVar[str] = """\
id: wishes
kind: wish
stage: agency_sub_district
ranks: [100, 60, 30]
parties: {source: 1, target: 1, community: 1}
"""

    kind: Literal["wish"] = "wish"
    ranks: tuple[float, ...] = Field((100, 60, 30), min_length=1, description="Points for wish 1, wish 2, …")
    parties: dict[str, float] = Field(
        {"source": 1, "target": 1}, min_length=1, description="Whose wishes count, and how much"
    )

    @field_validator("ranks")
    @classmethod
    def _falling(cls, ranks: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 <= points <= 100 for points in ranks) or list(ranks) != sorted(ranks, reverse=True):
            raise PydanticCustomError("form.ranks", "ranks are points from 100 to 0, never rising")
        return ranks

    @field_validator("parties")
    @classmethod
    def _some_weight(cls, parties: dict[str, float]) -> dict[str, float]:
        if any(weight < 0 for weight in parties.values()) or not sum(parties.values()) > 0:
            raise PydanticCustomError(
                "form.parties", "parties need weights of 0 or more, one of them above 0"
            )
        return parties

    def terms(self) -> tuple[str, ...]:
        """The whole, and one part a rank: ``wishes``, ``wishes.1``, ``wishes.2``, …."""
        return (self.id, *(f"{self.id}.{rank}" for rank in range(1, len(self.ranks) + 1)))

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Parties whose table has nothing to do with the stage."""
        del soft
        faults: list[Fault] = []
        for party in self.parties:
            try:
                party_table(problem, self.id, party)
            except InputError as error:
                faults += error.faults
        return tuple(faults)

    def _said(self, problem: Problem) -> tuple[dict[str, Integers], Mask]:
        """Points of every term, and the pairs that a party refuses."""
        key = ("wish", self.ranks, tuple(self.parties.items()), self.id)
        return problem.memo(key, lambda: self._listen(problem))

    def _listen(self, problem: Problem) -> tuple[dict[str, Integers], Mask]:
        points = (*self.ranks, POINTS_REFUSED)
        total = sum(self.parties.values())
        whole = np.zeros(problem.pair_count)
        parts = np.zeros((len(self.ranks), problem.pair_count))
        refused = np.zeros(problem.pair_count, bool)
        for party, weight in self.parties.items():
            said = voice(problem, self.id, party, len(self.ranks))
            refused |= said.refused
            for k, share in enumerate(said.share):
                whole += weight / total * points[k] * share
                if k < len(self.ranks):
                    parts[k] += weight / total * 100 * share
        terms = zip(self.terms(), (whole, *parts), strict=True)
        return {term: _hundredths(value) for term, value in terms}, refused

    def pair_points(self, problem: Problem) -> dict[str, Integers]:
        """Points of the whole, and 100 × the part of the parties that hit each rank exactly."""
        return self._said(problem)[0]

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Points on the pairs; hard, refused pairs are fixed to 0."""
        if soft:
            score(self, problem, formulation)
        else:
            forbid(self.id, formulation, self._said(problem)[1])

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """Who has wished for each pair at which rank, and who refuses it; who has other wishes."""
        del assignment
        told: list[list[Fact]] = [[] for _ in pairs]
        total = sum(self.parties.values())
        for party, weight in self.parties.items():
            if not weight:
                continue
            for at, said in enumerate(said_of(problem, self.id, party, len(self.ranks), pairs)):
                told[at] += [self._fact(party, weight / total, one) for one in said]
        return tuple(map(tuple, told))

    def _fact(self, party: str, weight: float, said: Said) -> Fact:
        """What one wisher, or those of one rank below a side's row, have said of a pair."""
        details: dict[str, Value] = {"party": party, "by": said.by, "count": said.count}
        if said.rank is None:
            return Fact("wish.unnamed", details)
        refused = said.rank == len(self.ranks)
        points = POINTS_REFUSED if refused else self.ranks[said.rank]
        details |= {
            "part": round(said.part, DECIMALS),
            "points": round(weight * points * said.part, DECIMALS),
        }
        return (
            Fact("wish.refused", details) if refused else Fact("wish.rank", details | {"rank": said.rank + 1})
        )

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up the points of the chosen pairs; list those that a party refuses."""
        findings = forbidden(self.id, problem, assignment, self._said(problem)[1], unit="refusals")
        return Check(scored(self, problem, assignment) if soft else {}, findings)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Wishes stated and met, by party and rank and by strength of the place; refusals not heeded."""
        ranks = len(self.ranks)
        heard = {party: wishes_met(problem, assignment, self.id, party, ranks) for party in self.parties}
        parties = {party: said.measures(ranks) for party, said in heard.items() if len(said)}
        return {"wishes": {"parties": parties}} if parties else {}

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        points = [f"{value:g}" for value in self.ranks]
        if language == "zh":
            if not soft:
                return "各方提出不宜结对的，不安排"
            return f"各方意向依次得 {'、'.join(points)} 分，不宜结对的扣 {-POINTS_REFUSED} 分，按各方权重平均"
        if not soft:
            return "pairs that a party refuses are not chosen"
        return (
            f"wishes give {', '.join(points)} points by rank, a refusal takes {-POINTS_REFUSED}; "
            "the mean over the parties counts"
        )


def _hundredths(points: Floats) -> Integers:
    # the small step makes a half round up however the mean was made
    return np.floor(points * POINT + 0.5 + 1e-6).astype(np.int64)
