"""Balance: each target carries its share of the load, within a tolerance."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from matchmaker.columns import Expression, numbers
from matchmaker.facts import Fact
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Floats, Integers, Problem, SideName
from matchmaker.rules.base import Check, Hardness, SideNumbers, StageRule
from matchmaker.rules.places import places, rounded

__all__ = ["Balance"]

POINTS_PER_PERCENTAGE_POINT = 100


class Balance(StageRule):
    """Every target's load stays near its share of the total."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "各对象承担的份额均衡，偏差不超过允许范围",
        "every target carries its share of the load, within a tolerance",
    )
    example: ClassVar[str] = """\
id: share_branches
kind: balance
stage: agency_sub_district
load: {count: branches}
share: {count: grids}
tolerance: 0.05
"""

    kind: Literal["balance"] = "balance"
    load: Expression = Field(description="What each source brings: a column or a count, whole numbers")
    share: Expression = Field(description="What each target's share is measured by")
    tolerance: float = Field(ge=0, description="Deviation allowed, as a fraction of the target's share")

    def columns(self) -> SideNumbers:
        """`load` of the sources and `share` of the targets."""
        return (("source", self.load), ("target", self.share))

    def _load(self, problem: Problem) -> Integers:
        found = numbers(problem.dataset, problem.sources.table, self.load)[problem.sources.rows]
        return np.rint(np.nan_to_num(found)).astype(np.int64)

    def _shares(self, problem: Problem) -> Floats:
        """The load that each target should carry, in units of load."""
        found = numbers(problem.dataset, problem.targets.table, self.share)
        weight = np.nan_to_num(found[problem.targets.rows])
        total = weight.sum()
        result: Floats = weight / total * self._load(problem).sum() if total > 0 else np.zeros(len(weight))
        return result

    def bounds(self, problem: Problem) -> tuple[Integers, Integers]:
        """Least and greatest load of each target; rounded outward, so that a share always fits."""
        share = self._shares(problem)
        # the small step keeps 20 × 1.05 = 21.000000000000004 from becoming 22
        lower = np.floor(share * (1 - self.tolerance) + 1e-9).astype(np.int64)
        upper = np.ceil(share * (1 + self.tolerance) - 1e-9).astype(np.int64)
        return np.maximum(lower, 0), upper

    def _points_per_unit(self, problem: Problem) -> Integers:
        """Points lost per unit of load beyond the bounds: 100 per percentage point of the share."""
        share = np.maximum(self._shares(problem), 1e-9)
        per_unit = np.minimum(100 / share, 100) * POINTS_PER_PERCENTAGE_POINT
        points: Integers = np.rint(per_unit * POINT).astype(np.int64)
        return points

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row a target; if soft, a shortfall and an excess column each."""
        load = self._load(problem)
        lower, upper = self.bounds(problem)
        row, column = problem.pair_target, np.arange(problem.pair_count)
        coefficient = load[problem.pair_source]
        if soft:
            total, targets = int(load.sum()), np.arange(len(lower))
            shortfall = formulation.add_columns(self.id, 0, lower)
            excess = formulation.add_columns(self.id, 0, np.full(len(upper), total))
            lost = -self._points_per_unit(problem)
            formulation.add_points(self.id, shortfall, lost)
            formulation.add_points(self.id, excess, lost)
            row = np.concatenate([row, targets, targets])
            column = np.concatenate([column, shortfall, excess])
            ones = np.ones(len(lower), np.int64)
            coefficient = np.concatenate([coefficient, ones, -ones])
        formulation.add_rows(self.id, row, column, coefficient, lower, np.minimum(upper, UNBOUNDED))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up the loads of each target and hold them against the bounds."""
        carried = self._carried(problem, assignment)
        lower, upper = self.bounds(problem)
        beyond = np.maximum(lower - carried, 0) + np.maximum(carried - upper, 0)
        findings = tuple(
            Finding(
                self.id,
                "",
                str(problem.targets.ids[i]),
                int(carried[i]),
                int(lower[i] if carried[i] < lower[i] else upper[i]),
                "load",
            )
            for i in np.flatnonzero(beyond)
        )
        points = {self.id: -int(beyond @ self._points_per_unit(problem))} if soft else {}
        return Check(points, findings)

    def _carried(self, problem: Problem, assignment: Assignment) -> Integers:
        """Load of each target, shape (targets,)."""
        source, target = problem.locate(assignment).known
        load = self._load(problem)[source]
        return np.bincount(target, load, minlength=len(problem.targets)).astype(np.int64)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """What the source of each pair brings."""
        del assignment
        load = self._load(problem)[problem.pair_source[pairs]].tolist()
        return tuple((Fact("load.brings", {"load": one}),) for one in load)

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """What a target carries, what its share is, and what is allowed; what a source brings."""
        if which == "source":
            return (Fact("load.brings", {"load": int(self._load(problem)[row])}),)
        lower, upper = self.bounds(problem)
        details = {
            "load": int(self._carried(problem, assignment)[row]),
            "share": rounded(self._shares(problem)[row]),
            "least": int(lower[row]),
            "most": int(upper[row]),
        }
        return (Fact("load.balance", details),)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Load, share and deviation by place; spread of the loads and of their deviations."""
        carried, share = self._carried(problem, assignment).astype(float), self._shares(problem)
        if not carried.sum() or not share.sum():
            return {}
        where = places(problem)
        loads, shares = where.summed(carried), where.summed(share)
        deviation = np.divide(carried - share, share, out=np.zeros(len(share)), where=share > 0)
        of_place = np.divide(loads - shares, shares, out=np.zeros(len(shares)), where=shares > 0)
        return {
            "balance": {
                "total": int(carried.sum()),
                "tolerance": self.tolerance,
                "largest_deviation": rounded(np.abs(deviation).max()),
                "deviation_range": rounded(deviation.max() - deviation.min()),
                "deviation_std": rounded(deviation.std()),
                "load_range": rounded(carried.max() - carried.min()),
                "load_std": rounded(carried.std()),
                "place_table": where.table,
                "places": {
                    str(place): {"load": rounded(load), "share": rounded(part), "deviation": rounded(off)}
                    for place, load, part, off in zip(where.ids, loads, shares, of_place, strict=True)
                },
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        percent = f"{100 * self.tolerance:g}%"
        if language == "zh":
            tail = "，超出部分每个百分点扣 100 分" if soft else ""
            return f"各对象承担的数量与其应占份额相差不超过 {percent}{tail}"
        tail = "; 100 points lost per percentage point beyond" if soft else ""
        return f"every target carries its share of the load to within {percent}{tail}"
