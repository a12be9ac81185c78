"""Floor: partners of a certain sort bring at least so much to each target of a certain sort."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.columns import Aggregate, Expression
from matchmaker.errors import Fault, Place
from matchmaker.facts import Fact
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.grouping import By, Groups, carriers
from matchmaker.messages import Language
from matchmaker.model import Assignment, Finding, Floats, Integers, Problem, SideName
from matchmaker.pairs import pair_mask, side_mask
from matchmaker.rules.base import Check, Hardness, SideGroupings, SideNumbers, StageRule, points_lost
from matchmaker.rules.loads import (
    Load,
    PairLoad,
    ProductLoad,
    known_numbers,
    load_columns,
    load_faults,
    loads_of,
)
from matchmaker.rules.places import rounded
from matchmaker.rules.sums import NEARLY, least_in_steps, limit_sums, steps_of
from matchmaker.selectors import Mask, Selector

__all__ = ["Floor"]


class Floor(StageRule):
    """What partners that fit `where.source` bring to a target that fits `where.target` is at least `min`."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "保底：符合条件的对象（如薄弱社区）至少得到规定的力量",
        "certain targets (weak communities, say) get at least so much from certain partners",
    )
    example: ClassVar[str] = """\
id: strong_for_weak
kind: floor
stage: agency_community
where: {target: {weak: true}, source: {strength: {gte: 4}}}
min: 1
"""

    kind: Literal["floor"] = "floor"
    where: Selector = Field(Selector(), description="`target`: which targets; `source`, `pair`: who counts")
    load: Load = Field(
        1,
        description="What each source brings: a number, column or count; {pair: fit}; {source: …, target: …}",
    )
    min: Expression = Field(description="At least so much: a number, or a column or count of the target")
    per: Expression | None = Field(
        None, description="Column or count of the target: `min`, a number, is for each unit of it"
    )
    by: By | None = Field(None, description="Group the targets: `min` is for each group together")
    points: float = Field(100, ge=0, le=10_000, description="Points lost per unit missing, where soft")

    def columns(self) -> SideNumbers:
        """`load` of the sources, `min` and `per` of the targets."""
        per = () if self.per is None else (("target", self.per),)
        return (*load_columns(self.load, "source"), ("target", self.min), *per)

    def features(self) -> tuple[str, ...]:
        """The feature of pairs that `load` may be."""
        return (self.load.pair,) if isinstance(self.load, PairLoad) else ()

    def groupings(self) -> SideGroupings:
        """`by` of the targets."""
        return () if self.by is None else (("target", self.by),)

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Targets that need more than all sources that count could bring together."""
        faults = load_faults(problem, self.load)
        if soft or faults:
            return faults
        if isinstance(self.load, PairLoad | ProductLoad):
            return ()  # what pairs bring is known once there are pairs
        load = known_numbers(problem, "source", self.load)
        least = self._least(problem)
        bring = float(load[side_mask(problem, "source", self.where.source)].sum())
        concerned = np.flatnonzero(side_mask(problem, "target", self.where.target) & (least > 0))
        short = (
            concerned[least[concerned] > bring + NEARLY] if self.by is None or not bring else concerned[:0]
        )
        if not len(short):
            return ()
        worst = short[np.argmax(least[short])]
        return (
            Fault(
                "rule.floor_beyond_reach",
                Place(),
                str(problem.targets.ids[worst]),
                {
                    "table": problem.targets.table,
                    "count": len(short),
                    "needed": rounded(float(least[worst])),
                    "bring": rounded(bring),
                },
            ),
        )

    def _least(self, problem: Problem) -> Floats:
        """What each target needs."""
        least = known_numbers(problem, "target", self.min)
        return least if self.per is None else least * known_numbers(problem, "target", self.per)

    def _measured(self, problem: Problem) -> tuple[Integers, Integers, int]:
        """What each candidate pair brings, what each target needs, and how many steps make one unit."""
        load = loads_of(problem, self.load, "source")
        least = self._least(problem)
        if steps_of(load) == 1 and self.per is not None:
            least = np.ceil(least - NEARLY)  # whole loads reach a whole floor or miss it
        steps = steps_of(load, least)
        return np.rint(load * steps).astype(np.int64), least_in_steps(least, steps), steps

    @property
    def _is_one_number(self) -> bool:
        """Whether the floor is the same for every target, or group of them."""
        return isinstance(self.min, int | float) and self.per is None

    def _places(self, problem: Problem, least: Integers) -> tuple[Groups, Integers]:
        """The targets, or groups of them, that the floor is for, and how much each needs."""
        groups = carriers(problem, "target", self.by)
        of_row = np.where(side_mask(problem, "target", self.where.target), groups.of_row, -1)
        known = of_row >= 0
        needed = np.zeros(len(groups), np.int64)
        if self._is_one_number:
            needed[of_row[known]] = least[known]
        else:
            np.add.at(needed, of_row[known], least[known])
        return Groups(groups.ids, of_row), needed

    def _counting(self, problem: Problem) -> Mask:
        """Candidate pairs whose source counts."""
        return pair_mask(problem, Selector(source=self.where.source, pair=self.where.pair))

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each target (or group); if soft, a column for what is missing.

        A source that brings more than is needed counts as what is needed, so that the
        relaxation is as tight as it can be.
        """
        load, least, steps = self._measured(problem)
        places, needed = self._places(problem, least)
        place = places.of_row[problem.pair_target]
        pairs = np.flatnonzero(self._counting(problem) & (place >= 0))
        brought = np.minimum(load[pairs], needed[place[pairs]])
        lost = points_lost(self.points, steps) if soft else None
        limit_sums(
            self.id, formulation, place[pairs], pairs, brought, needed, np.full(len(needed), UNBOUNDED), lost
        )

    def _brought(self, problem: Problem, assignment: Assignment) -> tuple[Groups, Integers, Integers, int]:
        """Places, what they need, what the chosen pairs bring them, and the steps of a unit."""
        load, least, steps = self._measured(problem)
        places, needed = self._places(problem, least)
        pair = problem.locate(assignment).candidates
        pair = pair[self._counting(problem)[pair]]
        place = places.of_row[problem.pair_target[pair]]
        total = np.zeros(len(needed), np.int64)
        np.add.at(total, place[place >= 0], load[pair[place >= 0]])
        return places, needed, total, steps

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up what partners that count bring and hold it against the floor."""
        places, needed, total, steps = self._brought(problem, assignment)
        missing = np.maximum(needed - total, 0)
        findings = tuple(
            Finding(self.id, "", str(places.ids[i]), total[i] / steps, needed[i] / steps, "load")
            for i in np.flatnonzero(missing)
        )
        lost = points_lost(self.points, steps) * int(missing.sum())
        return Check({self.id: -lost} if soft else {}, findings)

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """What partners that count bring to a target, or to its group, and what it needs."""
        if which == "source":
            return ()
        places, needed, total, steps = self._brought(problem, assignment)
        place = places.of_row[row]
        if place < 0 or not needed[place]:
            return ()
        details = {"load": rounded(total[place] / steps), "least": rounded(needed[place] / steps)}
        return (Fact("load.floor", details),)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """How many floors are reached, and what is missing in all."""
        _, needed, total, steps = self._brought(problem, assignment)
        floors = needed > 0
        if not bool(floors.any()):
            return {}
        return {
            "limits": {
                "limits": int(floors.sum()),
                "met": int((floors & (total >= needed)).sum()),
                "short": rounded(np.maximum(needed - total, 0).sum() / steps),
                "over": 0,
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        least = f"{self.min:g}" if isinstance(self.min, int | float) else ""
        unit = self.per.sum or self.per.count if isinstance(self.per, Aggregate) else self.per
        feature = self.load.pair if isinstance(self.load, PairLoad) else ""
        if language == "zh":
            which = "每组符合条件的对象" if self.by is not None else "每个符合条件的对象"
            what = "个数" if self.load == 1 else f"“{feature}”合计" if feature else "力量合计"
            told = f" {least}" if least else "表中规定"
            if unit is not None:
                told = f"“{unit}”的 {least} 倍" if least else f"表中规定乘“{unit}”"
            tail = f"，每缺 1 扣 {self.points:g} 分" if soft else ""
            return f"{which}所得符合条件的来源，{what}不少于{told}{tail}"
        which = "each group of targets" if self.by is not None else "each target"
        what = "the number" if self.load == 1 else f"the sum of {feature}" if feature else "the load"
        told = least or "what its column says"
        if unit is not None:
            told = f"{told} times {unit}"
        tail = f"; {self.points:g} points lost per unit missing" if soft else ""
        return f"{which} has sources that fulfil the condition; {what} of them is at least {told}{tail}"
