"""Stable: no source and target that would both rather have each other than what they have."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Fault, Place
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Integers, Problem, SideName, other_side
from matchmaker.needs_and_supply import Scoring, fit_points
from matchmaker.pairs import pair_mask
from matchmaker.preferences import Preferences, blocking, stability_rows
from matchmaker.rules.base import Check, Hardness, SideNumbers, StageRule
from matchmaker.rules.loads import Load, PairLoad, load_columns, load_faults, loads_of
from matchmaker.rules.wishes_sheet import wish_classes
from matchmaker.selectors import Mask, Selector

__all__ = ["Liking", "Stable"]

LISTED = 10
"""Blocking pairs that measures list."""


class Liking(BaseModel):
    """Partners in the order of a number: the more, or the less, the better."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    more: Load | None = Field(None, description="More of it is better: {pair: fit}, a column or count")
    less: Load | None = Field(None, description="Less of it is better: {pair: distance_km}, a column")

    @model_validator(mode="after")
    def _one_of_both(self) -> Liking:
        if (self.more is None) == (self.less is None):
            raise PydanticCustomError("form.liking", "give exactly one of more and less")
        return self

    @property
    def load(self) -> Load:
        """What is compared."""
        load = self.more if self.more is not None else self.less
        assert load is not None
        return load


Criterion = Literal["wish", "fit"] | Liking
"""``wish``: the side's own wishes by rank; ``fit``: the better fit first; `{more: …}`, `{less: …}`."""

Order = Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Stable(StageRule):
    """No source and target would both rather have each other."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    once_a_stage: ClassVar[bool] = True
    summary: ClassVar[tuple[str, str]] = (
        "稳定：没有一个来源和一个对象都更愿意与对方结对",
        "no source and target that would both rather have each other",
    )
    example: ClassVar[str] = """\
id: content
kind: stable
stage: cadre_village
source: [wish, {less: {pair: distance_km}}]
target: [wish, fit]
"""

    kind: Literal["stable"] = "stable"
    source: Order = Field(("wish",), description="How sources order targets: first by this, then by …")
    target: Order = Field(("wish",), description="How targets order sources")
    where: Selector | None = Field(None, description="Which pairs may complain; default: all candidates")
    points: float = Field(100, gt=0, description="Points lost per pair that would rather be one (soft)")

    def selector(self) -> Selector | None:
        """`where`."""
        return self.where

    def _loads(self) -> list[tuple[SideName, Load]]:
        """Each number compared, and the side of the partner whose number it is."""
        orders: tuple[tuple[SideName, Order], ...] = (("target", self.source), ("source", self.target))
        return [(partner, one.load) for partner, order in orders for one in order if isinstance(one, Liking)]

    def columns(self) -> SideNumbers:
        """The numbers that are compared."""
        return tuple(column for partner, load in self._loads() for column in load_columns(load, partner))

    def features(self) -> tuple[str, ...]:
        """The features of pairs that are compared."""
        return tuple(load.pair for _, load in self._loads() if isinstance(load, PairLoad))

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Sources that may take more than one target; numbers that nobody has stated."""
        del soft
        faults = [fault for _, load in self._loads() for fault in load_faults(problem, load)]
        if bool((problem.sources.maximum > 1).any()):
            faults.append(Fault("rule.stable.several", Place(), self.id, {"stage": self.stage}))
        return tuple(faults)

    def _preferences(self, problem: Problem) -> Preferences:
        key = ("preferences", self.model_dump_json(exclude={"points"}))
        return problem.memo(key, lambda: self._order(problem))

    def _order(self, problem: Problem) -> Preferences:
        counts = np.ones(problem.pair_count, bool)
        if self.where is not None:
            counts &= pair_mask(problem, self.where)
        orders: tuple[tuple[SideName, Order], ...] = (("source", self.source), ("target", self.target))
        classes = {}
        for which, order in orders:
            values, refused = _values(problem, which, order)
            classes[which] = _classes(problem.pair_rows(which), values)
            counts &= ~refused
        return Preferences(
            rule=self.id,
            sources=problem.pair_source,
            targets=problem.pair_target,
            source_class=classes["source"],
            target_class=classes["target"],
            counts=counts,
            room=problem.targets.maximum,
        )

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Ask for a stable plan; if soft, write the rows with a column for each pair that blocks."""
        preferences = self._preferences(problem)
        if not soft:
            formulation.set_preferences(preferences)
            return
        rows = stability_rows(preferences)
        new = formulation.add_columns(self.id, 0, rows.new_upper)
        blocks = formulation.add_columns(self.id, 0, np.ones(len(rows.blocks), np.int64))
        formulation.add_points(self.id, blocks, -round(self.points * POINT))
        pairs, beside = rows.pairs.tocoo(), rows.beside.tocoo()
        (pair_row, pair), (beside_row, column) = pairs.coords, beside.coords
        formulation.add_rows(
            self.id,
            np.concatenate([pair_row, beside_row, np.arange(len(blocks))]),
            np.concatenate([pair, new[column], blocks]),
            np.concatenate([pairs.data, beside.data, rows.room]),
            rows.lower,
            rows.upper,
        )

    def _blocking(self, problem: Problem, assignment: Assignment) -> Integers:
        """Positions of the pairs that block an assignment: sides compared row by row, from their partners."""
        preferences = self._preferences(problem)
        chosen = np.zeros(problem.pair_count, np.int64)
        chosen[problem.locate(assignment).candidates] = 1
        return np.flatnonzero(blocking(preferences, chosen))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """List the pairs that would rather be one."""
        pairs = self._blocking(problem, assignment)
        findings = tuple(
            Finding(self.id, str(source), str(target), 1, 0, "blocking_pairs")
            for source, target in zip(
                problem.sources.ids[problem.pair_source[pairs]],
                problem.targets.ids[problem.pair_target[pairs]],
                strict=True,
            )
        )
        return Check({self.id: -round(self.points * POINT) * len(pairs)} if soft else {}, findings)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """How many pairs would rather be one, and the first of them."""
        pairs = self._blocking(problem, assignment)
        listed = zip(
            problem.sources.ids[problem.pair_source[pairs[:LISTED]]],
            problem.targets.ids[problem.pair_target[pairs[:LISTED]]],
            strict=True,
        )
        return {
            "stable": {
                "blocking": len(pairs),
                "listed": [[str(source), str(target)] for source, target in listed],
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            tail = f"，每有一对扣 {self.points:g} 分" if soft else ""
            return f"没有一个来源和一个对象都更愿意与对方结对{tail}"
        tail = f"; {self.points:g} points lost for each such pair" if soft else ""
        return f"no source and target would both rather have each other{tail}"


def _values(problem: Problem, which: SideName, order: Order) -> tuple[list[Integers], Mask]:
    """What each criterion says of every candidate pair, less is better; and what the side refuses."""
    rank, refused = wish_classes(problem, which)  # who refuses does not leave for it, whatever else is liked
    values: list[Integers] = []
    for criterion in order:
        if criterion == "wish":
            values.append(rank)
        elif criterion == "fit":
            values.append(-fit_points(problem, Scoring()))
        else:
            number = np.rint(loads_of(problem, criterion.load, other_side(which)) * POINT).astype(np.int64)
            values.append(-number if criterion.more is not None else number)
    return values, refused


def _classes(row: Integers, values: list[Integers]) -> Integers:
    """Class of each pair among those of its row: 0 for the least values, equal ones alike; (pairs,)."""
    order = np.lexsort((*reversed(values), row))
    new_row = np.ones(len(row), bool)
    new_row[1:] = row[order[1:]] != row[order[:-1]]
    new_class = new_row.copy()
    for value in values:
        new_class[1:] |= value[order[1:]] != value[order[:-1]]
    number = np.cumsum(new_class) - 1
    first = np.maximum.accumulate(np.where(new_row, number, 0))
    classes = np.empty(len(row), np.int64)
    classes[order] = number - first
    return classes
