"""What every kind of rule offers, and what its check returns.

A kind is one file: its YAML schema (the pydantic fields), `formulate` (rows, columns,
points), `check` (plain data, no solver: points and findings), `describe` (zh and en).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.columns import Expression
from matchmaker.errors import Fault, Note, Place
from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.grouping import By
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Dataset, Finding, Integers, Objects, Problem, SideName
from matchmaker.selectors import Mask, Selector

__all__ = [
    "Check",
    "Hardness",
    "Rule",
    "SideGroupings",
    "SideNumbers",
    "SidePaths",
    "StageRule",
    "points_lost",
]

Hardness = Literal["hard", "soft"]

SideNumbers = tuple[tuple[SideName, Expression], ...]
"""Numbers (columns, paths, counts) of either side."""

SidePaths = tuple[tuple[SideName, str], ...]
"""Columns and paths of either side."""

SideGroupings = tuple[tuple[SideName, By], ...]
"""Groupings of either side."""


@dataclass(frozen=True)
class Check:
    """What one rule says of one assignment.

    Parameters
    ----------
    points : mapping of str to int
        Points (hundredths) per objective term of the rule; empty for a hard rule.
    findings : tuple of Finding
        For a hard rule its violations, for a soft one its shortfalls.
    hard_findings : tuple of Finding
        Violations of what stays hard in a soft rule (the maximum of degrees); empty for
        a hard rule, whose `findings` are violations already.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    hard_findings: tuple[Finding, ...] = ()


class Rule(BaseModel, ABC):
    """One statement about a stage (`StageRule`), or about several together.

    A rule about several stages is formulated and checked stage by stage, each time against
    what the earlier ones have decided (`Problem.earlier`); its points add up over the stages.

    Class attributes
    ----------------
    hardness : what the kind may be; a rule that may be both is hard unless an objective
        level names it.
    once_a_stage : whether a stage may have one rule of the kind at most.
    summary : one line on the kind, (zh, en), for ``matchmaker rules``.
    example : YAML text of one rule of the kind, valid as it stands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hardness: ClassVar[frozenset[Hardness]]
    once_a_stage: ClassVar[bool] = False
    summary: ClassVar[tuple[str, str]]
    example: ClassVar[str]

    id: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Name, used by the objective")
    name: str | None = Field(None, min_length=1, description="What people call it in tables and on sheets")

    @property
    def title(self) -> str:
        """What people call the rule: its name, else its id."""
        return self.name or self.id

    @abstractmethod
    def of_stages(self) -> tuple[str, ...]:
        """Ids of the stages that the rule is about."""

    def terms(self) -> tuple[str, ...]:
        """Names by which objective levels may refer to the rule: its id and its parts."""
        return (self.id,)

    def columns(self) -> SideNumbers:
        """Numbers that the rule reads (columns, paths, counts), to be checked before solving."""
        return ()

    def numbers_elsewhere(self) -> tuple[Expression, ...]:
        """Numbers that the rule reads of tables that are neither side; `structure_faults` checks them."""
        return ()

    def paths(self) -> SidePaths:
        """Columns and paths of any type that the rule reads, to be checked before solving."""
        return ()

    def features(self) -> tuple[str, ...]:
        """Features of pairs that the rule reads besides its conditions, to be checked before solving."""
        return ()

    def groupings(self) -> SideGroupings:
        """How the rule groups its sources or targets, to be checked before solving."""
        return ()

    def selector(self) -> Selector | None:
        """The rule's conditions, if it has any, to be checked before solving."""
        selector = getattr(self, "where", None)
        return selector if isinstance(selector, Selector) else None

    def conditions_side(self) -> SideName:
        """The side whose rows conditions are about that name none (`where` of entries and bands)."""
        return "source"

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """Faults of using the rule as hard or soft with the fields it has, for the scheme to report.

        A rule with faults must not be formulated.
        """
        del soft
        return ()

    def named_rows(self) -> tuple[str | None, str | None]:
        """Ids of the one source and the one target that the rule names, None where it names none."""
        return None, None

    def structure_faults(self, dataset: Dataset, source_table: str, target_table: str) -> tuple[Fault, ...]:
        """Faults of how the tables of one of its stages hang together, to be found before solving.

        `dataset` has the stages before that one as tables without rows.
        """
        del dataset, source_table, target_table
        return ()

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Faults of the data that `columns` and `paths` cannot tell, to be found before solving.

        `problem` has the stage's sources and targets with their hard degree bounds, but no pairs.
        """
        del problem, soft
        return ()

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """What deserves a look before solving, though it is no fault; `problem` has no pairs."""
        del problem
        return ()

    def field_fault(self, field_name: str, soft: bool) -> Fault:
        """The fault that a hard rule lacks a field, or that a soft one has it."""
        code = "rule.soft_has" if soft else "rule.hard_needs"
        return Fault(code, Place(), self.id, {"field": field_name, "kind": getattr(self, "kind", "")})

    @abstractmethod
    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Write the rule into `formulation`: rows and fixings if hard, points if `soft`."""

    @abstractmethod
    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Judge an assignment on plain data, independently of `formulate`."""

    @abstractmethod
    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence that an office understands."""

    def demanded(self, problem: Problem) -> tuple[Objects, Objects]:
        """Ids of the pairs, source and target, that must be chosen: earlier stages look ahead to them.

        `problem` has the stage's sources and targets, but no pairs.
        """
        del problem
        return np.empty(0, object), np.empty(0, object)

    def beside(self, hard: Sequence[Rule]) -> Rule:
        """The rule as it holds beside the hard rules of a stage; most hold as they are."""
        del hard
        return self

    def settles(self, problem: Problem) -> Mask | None:
        """Pairs, shape (pairs,), that go on however long they have lasted; None where there are none.

        Those that the rule demands by name: who has pinned them has decided.
        """
        pairs = problem.located(*self.demanded(problem)).pair
        if not bool((pairs >= 0).any()):
            return None
        settled = np.zeros(problem.pair_count, bool)
        settled[pairs[pairs >= 0]] = True
        return settled

    def pair_points(self, problem: Problem) -> Mapping[str, Integers]:
        """Points per pair and term where the rule is a sum over pairs, shape (pairs,); else empty.

        Must not depend on the formulation: plans print these columns, the check adds them up.
        """
        del problem
        return {}

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """What lies behind the rule's word on each of the pairs at the given positions, chosen or not."""
        del problem, assignment
        return ((),) * len(pairs)

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """What the rule measures of one source or target, by its position, under an assignment."""
        del problem, assignment, which, row
        return ()

    def measures(self, problem: Problem, assignment: Assignment) -> Mapping[str, Any]:
        """What metrics say of the rule, by subject (``fit``, ``coverage``, ``wishes``, …); plain, JSON-able.

        Whether the rule is hard or soft makes no difference. Reports know subjects, not kinds.
        """
        del problem, assignment
        return {}


class StageRule(Rule):
    """One statement about one stage."""

    stage: str = Field(description="Stage that the rule is about")

    def of_stages(self) -> tuple[str, ...]:
        """The one stage."""
        return (self.stage,)


def points_lost(per_unit: float, steps: int = 1) -> int:
    """Hundredths of a point lost per step where a unit has `steps`; not 0 unless `per_unit` is."""
    return max(round(per_unit * POINT / steps), int(per_unit > 0))
