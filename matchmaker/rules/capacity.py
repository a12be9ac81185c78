"""Capacity: the load that partners bring to a target (or a source) stays within its capacity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.columns import Expression, numbers
from matchmaker.errors import Fault
from matchmaker.facts import Fact
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Integers, Problem, SideName, other_side
from matchmaker.rules.base import Check, Hardness, SideNumbers, StageRule, points_lost
from matchmaker.rules.loads import Load, PairLoad, load_columns, load_faults, loads_of
from matchmaker.rules.pairwise import forbid
from matchmaker.rules.places import rounded
from matchmaker.rules.sums import limit_sums, most_in_steps, steps_of

__all__ = ["Capacity"]


class Dimension(BaseModel):
    """One of several measures that are kept at once: people, hours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    load: Load = Field(description="What each pair brings, as for the rule")
    capacity: Expression = Field(description="What each row of `side` can take, as for the rule")


@dataclass(frozen=True)
class _Measured:
    """Loads of the pairs and limits of those that carry them, in steps of which `steps` make a unit."""

    load: Integers
    limit: Integers
    steps: int


class Capacity(StageRule):
    """The sum of the partners' loads is at most the capacity, for every target or every source."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "每个对象（或来源）承担的数量不超过其容量",
        "what partners bring to a target (or a source) stays within its capacity",
    )
    example: ClassVar[str] = """\
id: households_per_branch
kind: capacity
stage: branch_grid
side: source
load: households
capacity: 1500
"""

    kind: Literal["capacity"] = "capacity"
    side: SideName = Field("target", description="Side whose capacity is kept")
    load: Load | None = Field(
        None,
        description="What each partner brings: a number, column or count of its table, "
        "{pair: feature} or {source: …, target: …} (their product)",
    )
    capacity: Expression | None = Field(
        None, description="What each row of `side` can take; an empty cell means no limit"
    )
    dimensions: dict[str, Dimension] = Field(
        {}, description="Several measures with a load and a capacity each, by name, instead of these two"
    )
    points: float = Field(100, ge=0, le=10_000, description="Points lost per unit over the capacity, if soft")

    @model_validator(mode="after")
    def _one_or_several(self) -> Capacity:
        given = self.load is not None, self.capacity is not None
        if given != ((False, False) if self.dimensions else (True, True)):
            raise PydanticCustomError("form.capacity", "give load and capacity, or dimensions")
        if not all(name.isidentifier() for name in self.dimensions):
            raise PydanticCustomError(
                "form.dimension", "names of dimensions are letters, digits and underscores"
            )
        return self

    def _dimensions(self) -> Mapping[str, Dimension]:
        """The measures by name; a single one has none."""
        if self.load is None or self.capacity is None:
            return self.dimensions
        return {"": Dimension(load=self.load, capacity=self.capacity)}

    def terms(self) -> tuple[str, ...]:
        """The whole, and one part a dimension: ``room``, ``room.people``, …."""
        return (self.id, *(f"{self.id}.{name}" for name in self.dimensions))

    def columns(self) -> SideNumbers:
        """What the loads read of either side, and the capacities of this one."""
        found: list[tuple[SideName, Expression]] = []
        for each in self._dimensions().values():
            found += [*load_columns(each.load, other_side(self.side)), (self.side, each.capacity)]
        return tuple(found)

    def features(self) -> tuple[str, ...]:
        """Features of pairs that loads are made of."""
        return tuple(
            each.load.pair for each in self._dimensions().values() if isinstance(each.load, PairLoad)
        )

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Distances or minutes that nobody has stated, products that are too large."""
        del soft
        found = [load_faults(problem, each.load) for each in self._dimensions().values()]
        return tuple(fault for n, faults in enumerate(found) for fault in faults if faults not in found[:n])

    def _measured(self, problem: Problem, dimension: Dimension) -> _Measured:
        side = problem.side(self.side)
        load = loads_of(problem, dimension.load, other_side(self.side))
        capacity = numbers(problem.dataset, side.table, dimension.capacity)[side.rows]
        steps = steps_of(load, capacity[~np.isnan(capacity)])
        return _Measured(np.rint(load * steps).astype(np.int64), most_in_steps(capacity, steps), steps)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each limited target (or source) and dimension; if soft, with columns for the excess.

        Hard, a pair that is too large by itself is fixed to 0: its share of a row would
        only let the relaxation take a part of it.
        """
        carrier = problem.pair_rows(self.side)
        for name, dimension in self._dimensions().items():
            measured = self._measured(problem, dimension)
            pairs = np.flatnonzero(measured.load)
            if not soft:
                alone = measured.load > measured.limit[carrier]
                forbid(self.id, formulation, alone)
                pairs = pairs[~alone[pairs]]
            limit_sums(
                self.id,
                formulation,
                carrier[pairs],
                pairs,
                measured.load[pairs],
                np.full(len(measured.limit), -UNBOUNDED),
                measured.limit,
                points_lost(self.points, measured.steps) if soft else None,
                (self.id, f"{self.id}.{name}") if name else (self.id,),
            )

    def _carried(
        self, problem: Problem, assignment: Assignment
    ) -> Iterator[tuple[str, Integers, Integers, int]]:
        """For each dimension its name, what each row of `side` carries, its limits, and steps of a unit."""
        pair = problem.locate(assignment).candidates
        for name, dimension in self._dimensions().items():
            measured = self._measured(problem, dimension)
            carried = np.zeros(len(measured.limit), np.int64)
            np.add.at(carried, problem.pair_rows(self.side)[pair], measured.load[pair])
            yield name, carried, measured.limit, measured.steps

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up what each target (or source) carries and hold it against its capacity."""
        ids = problem.side(self.side).ids
        points, findings = dict.fromkeys(self.terms(), 0), []
        for name, carried, limit, steps in self._carried(problem, assignment):
            over = np.maximum(carried - limit, 0)
            lost = points_lost(self.points, steps) * int(over.sum())
            points[self.id] -= lost
            if name:
                points[f"{self.id}.{name}"] -= lost
            findings += [
                self._finding(name, ids[i], carried[i] / steps, limit[i] / steps)
                for i in np.flatnonzero(over)
            ]
        return Check(points if soft else {}, tuple(findings))

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """What a row carries and what it can take, measure by measure; nothing where there is no limit."""
        if which != self.side:
            return ()
        return tuple(
            Fact(
                "load.capacity",
                {
                    "measure": name,
                    "load": rounded(carried[row] / steps),
                    "most": rounded(limit[row] / steps),
                },
            )
            for name, carried, limit, steps in self._carried(problem, assignment)
            if limit[row] < UNBOUNDED
        )

    def _finding(self, name: str, entity: object, found: float, required: float) -> Finding:
        unit = f"load:{name}" if name else "load"
        return Finding.about(self.id, self.side, entity, float(found), float(required), unit)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """How many capacities are kept, and how much is over them in all."""
        classes = {}
        for name, carried, limit, steps in self._carried(problem, assignment):
            limited = limit < UNBOUNDED
            over = np.where(limited, np.maximum(carried - limit, 0), 0)
            classes[name] = {
                "limits": int(limited.sum()),
                "met": int((limited & (over == 0)).sum()),
                "short": 0,
                "over": rounded(over.sum() / steps),
            }
        whole = {
            key: sum(each[key] for each in classes.values()) for key in ("limits", "met", "short", "over")
        }
        return {"limits": {**whole, "classes": classes}} if whole["limits"] else {}

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        named = list(self.dimensions)
        if language == "zh":
            side = "对象" if self.side == "target" else "来源"
            what = f"的各项数量（{'、'.join(named)}）都" if named else "的数量"
            tail = f"，每超一个单位扣 {self.points:g} 分" if soft else ""
            return f"每个{side}承担{what}不超过其容量{tail}"
        what = f" ({', '.join(named)})" if named else ""
        tail = f"; {self.points:g} points lost per unit over" if soft else ""
        return f"what each {self.side} carries{what} stays within its capacity{tail}"
