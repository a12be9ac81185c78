"""Quota: how many partners of each kind a source (or a target, or a group of them) has."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Fault, Note, Place
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.grouping import By, Groups, carriers
from matchmaker.messages import Language
from matchmaker.model import Assignment, Integers, Problem, SideName, other_side
from matchmaker.pairs import side_mask, side_values
from matchmaker.rules.amounts import Amount
from matchmaker.rules.base import Check, Hardness, SideGroupings, SidePaths, StageRule
from matchmaker.rules.class_faults import count_faults, foreseen, unknown_classes
from matchmaker.rules.counts import Counts, Prices, check_counts, classes_of, limit_counts, measure_counts
from matchmaker.rules.words import label
from matchmaker.selectors import Conditions

__all__ = ["Quota"]


class Entry(BaseModel):
    """The quota of those whose row fits `where`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: Conditions | None = Field(None, description="Conditions on the row that has the quota; none: all")
    of: dict[str, Amount] = Field({}, description="Number of partners of each kind")
    total: Amount | None = Field(None, description="Number of partners of all kinds together")

    @model_validator(mode="after")
    def _says_something(self) -> Entry:
        if not self.of and self.total is None:
            raise PydanticCustomError("form.quota_entry", "a quota needs of or total")
        return self


class Quota(StageRule):
    """Each source has so many targets of each kind, by the first entry that fits it."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "按类别规定结对数量（如副处级以上联系困难户、党员户、普通群众各 1 户）",
        "how many partners of each kind each source (or target, or group) has",
    )
    example: ClassVar[str] = """\
id: household_kinds
kind: quota
stage: cadre_household
column: household_kind
quotas:
  - {where: {rank: deputy_division}, of: {hardship: 1, member: 1, ordinary: {min: 1, max: 2}}}
  - {of: {hardship: 0, member: 1, ordinary: {min: 0, target: 1, max: 2}}}
"""

    kind: Literal["quota"] = "quota"
    side: SideName = Field("source", description="Side that has the quota")
    column: str | None = Field(None, description="Column or path of the other side that tells the kind")
    by: By | None = Field(None, description="Quota of each group of `side` instead of each row")
    quotas: tuple[Entry, ...] = Field(
        (), description="The first entry whose `where` fits the row is its quota; none fits: no quota"
    )
    of: dict[str, Amount] = Field({}, description="Short for one entry of `quotas` for all rows")
    total: Amount | None = Field(None, description="Short for one entry of `quotas` for all rows")
    points: float = Field(
        100, ge=0, le=10_000, description="Points lost per partner below target, and again below min, if soft"
    )

    @model_validator(mode="after")
    def _one_form(self) -> Quota:
        short = bool(self.of) or self.total is not None
        if short == bool(self.quotas):
            raise PydanticCustomError("form.quota", "give quotas, or of and total")
        if self.column is None and any(entry.of for entry in self._entries()):
            raise PydanticCustomError(
                "form.quota_column", "quotas by kind need the column that tells the kind"
            )
        return self

    def _entries(self) -> tuple[Entry, ...]:
        return self.quotas or (Entry(of=self.of, total=self.total),)

    def paths(self) -> SidePaths:
        """`column` of the other side, and what the entries' conditions read of this one."""
        conditions = [entry.where for entry in self._entries() if entry.where is not None]
        own = tuple((self.side, path) for each in conditions for path in each.paths())
        return own if self.column is None else ((other_side(self.side), self.column), *own)

    def groupings(self) -> SideGroupings:
        """`by` of the side that has the quota."""
        return () if self.by is None else ((self.side, self.by),)

    def conditions_side(self) -> SideName:
        """The side that has the quota."""
        return self.side

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """A target above the minimum means nothing in a hard rule."""
        amounts = [each for entry in self._entries() for each in (*entry.of.values(), entry.total) if each]
        aims = any(amount.wanted > amount.min for amount in amounts)
        details = {"field": "target", "kind": self.kind}
        return () if soft or not aims else (Fault("rule.hard_has", Place(), self.id, details),)

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Kinds of which the quotas demand more than there are, or leave less room than they need."""
        groups, complete = foreseen(problem, self.side, self.by)
        return count_faults(problem, self._counts(problem, groups), complete, not soft)

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """Kinds that no row has: often a slip of the pen."""
        kinds = {kind for entry in self._entries() for kind in entry.of}
        return unknown_classes(self.id, problem, other_side(self.side), self.column, kinds)

    def _amounts(self, number: int) -> dict[str, Amount]:
        """What one entry says, by kind; all kinds together under an empty name."""
        entry = self._entries()[number]
        return entry.of if entry.total is None else {**entry.of, "": entry.total}

    def _entry_of(self, problem: Problem) -> Integers:
        """Number of the entry that holds for each row of the side; -1 where none does."""
        found = np.full(len(problem.side(self.side)), -1, np.int64)
        for number, entry in reversed(list(enumerate(self._entries()))):
            found[side_mask(problem, self.side, entry.where)] = number
        return found

    def _counts(self, problem: Problem, groups: Groups | None = None) -> Counts:
        """The quotas of the groups by `by`, unless others are given."""
        names = tuple(sorted({kind for n in range(len(self._entries())) for kind in self._amounts(n)}))
        other = problem.side(other_side(self.side))
        kinds = (
            np.full(len(other), None, object)
            if self.column is None
            else side_values(problem, other, self.column)
        )
        owners, entry = self._carriers(problem, groups or carriers(problem, self.side, self.by))
        least, wanted, most = (np.zeros((len(owners), len(names)), np.int64) for _ in range(3))
        most[:] = UNBOUNDED
        for number in range(len(self._entries())):
            for kind, amount in self._amounts(number).items():
                where = np.flatnonzero(entry == number), names.index(kind)
                least[where], wanted[where], most[where] = amount.min, amount.wanted, amount.most
        return Counts(self.side, owners, classes_of(kinds, names), least, wanted, most)

    def _carriers(self, problem: Problem, groups: Groups) -> tuple[Groups, Integers]:
        """Those with a quota, and the entry of each: a group has one for each entry that its rows fit."""
        entry = self._entry_of(problem)
        width = len(self._entries())
        key = np.where((groups.of_row >= 0) & (entry >= 0), groups.of_row * width + entry, -1)
        keys, place = np.unique(key, return_inverse=True)
        if len(keys) and keys[0] < 0:
            keys, place = keys[1:], place - 1
        return Groups(groups.ids[keys // width], place.astype(np.int64)), keys % width

    def _prices(self, soft: bool) -> Prices | None:
        return Prices(self.points) if soft else None

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each quota that can bind; if soft, up to two columns for what is short."""
        limit_counts(self.id, problem, formulation, self._counts(problem), self._prices(soft))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Count the partners of each kind and hold them against the quota."""
        return check_counts(self.id, problem, assignment, self._counts(problem), self._prices(soft))

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Quotas met, and partners short or over, by kind."""
        return measure_counts(problem, assignment, self._counts(problem))

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        said = [
            "、".join(
                [
                    f"{label(self.column, kind, language)} {amount.told(language)}"
                    for kind, amount in entry.of.items()
                ]
                + ([_all(language) + entry.total.told(language)] if entry.total is not None else [])
            )
            for entry in self._entries()
        ]
        if language == "zh":
            side = ("每组" if self.by is not None else "每个") + ("来源" if self.side == "source" else "对象")
            tail = f"；低于目标每缺一个扣 {self.points:g} 分，低于下限再扣同样分数" if soft else ""
            return f"{side}按类别的结对数量：{'；否则 '.join(said)}{tail}"
        side = f"group of {self.side}s" if self.by is not None else self.side
        tail = f"; {self.points:g} points lost per partner below target, and again below min" if soft else ""
        return f"partners of each {side} by kind: {'; else '.join(said).replace('、', ', ')}{tail}"


def _all(language: Language) -> str:
    return "合计 " if language == "zh" else "in all "
