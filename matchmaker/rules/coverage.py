"""Coverage: every target's needs are answered, each category by those who can; or its partners are mixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from scipy import sparse

from matchmaker.errors import Fault, Note
from matchmaker.facts import Coded, Fact
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.grouping import By, carriers
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Integers, Problem, SideName
from matchmaker.needs_and_supply import Scoring, measured
from matchmaker.rules.base import Check, Hardness, SideGroupings, SidePaths, StageRule
from matchmaker.rules.counts import check_counts, limit_counts, measure_counts
from matchmaker.rules.mix import Mix
from matchmaker.rules.places import Places, places, rounded

__all__ = ["Coverage"]

STEPS = 100
"""Needs and supplies are counted in hundredths of a unit."""

SEGMENTS = ((0.5, 100), (1.0, 50), (1.5, 25))
"""Supply up to this part of the need, and points per unit up to there."""

UNCOVERED_LISTED = 200

POINTS_MISSING = 100
"""Points lost per unit below `min`, where soft."""


@dataclass(frozen=True)
class _Units:
    """Needs, supplies and minima as integers, in hundredths of a unit."""

    categories: tuple[str, ...]
    need: Integers
    supply: Integers
    minimum: Integers


class Coverage(StageRule):
    """The partners' supplies in a category add up to the target's need, with falling returns.

    Supplies count in whole units here, a half and more as one: a partner either answers a
    category or does not. (`fit` scores the finer shades.) Whole units also keep the
    relaxation close to the best plan, see `_add_segments`.

    With `mix` the rule counts the partners of each class instead, and no needs.
    """

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "各对象各类需求得到覆盖，先保基本、再求充分",
        "every target's needs are covered, category by category, the first half first",
    )
    example: ClassVar[str] = """\
id: needs
kind: coverage
stage: agency_sub_district
serves: 10
min: 0.3
"""

    kind: Literal["coverage"] = "coverage"
    serves: float = Field(10, gt=0, description="Urgency points that one full source answers in a year")
    min: float | None = Field(None, ge=0, le=1.5, description="Least part of each need that must be supplied")
    scoring: Scoring = Field(Scoring(), description="How much each kind of record counts")
    mix: Mix | None = Field(None, description="Limits on partners of each class, instead of needs")
    by: By | None = Field(None, description="Group the targets: the mix is that of each group together")

    @model_validator(mode="after")
    def _needs_or_mix(self) -> Coverage:
        if self.mix is None and self.by is not None:
            raise PydanticCustomError("form.by_without_mix", "by is for mix only")
        # values, not what is written: a plan's scheme writes out what was left to the defaults
        changed = any(
            getattr(self, name) != type(self).model_fields[name].default
            for name in ("serves", "min", "scoring")
        )
        if self.mix is not None and changed:
            raise PydanticCustomError(
                "form.mix_and_needs", "with mix no needs are counted: leave serves, min and scoring out"
            )
        return self

    def paths(self) -> SidePaths:
        """The column of `mix`."""
        return () if self.mix is None else (("source", self.mix.column),)

    def groupings(self) -> SideGroupings:
        """`by` of the targets."""
        return () if self.by is None else (("target", self.by),)

    def misuse(self, soft: bool) -> tuple[Fault, ...]:
        """Hard it needs `min` or `mix`."""
        lacks = not soft and self.mix is None and self.min is None
        return (self.field_fault("min", soft),) if lacks else ()

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Classes of which `mix` demands more partners than there are."""
        return () if soft or self.mix is None else self.mix.data_faults(problem, self.by)

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """Classes of `mix` that no source has."""
        return () if self.mix is None else self.mix.warnings(self.id, problem)

    def _units(self, problem: Problem) -> _Units:
        known = measured(problem, self.scoring)
        need = np.rint(known.need / self.serves * STEPS).astype(np.int64)
        supply = np.floor(known.supply + 0.5).astype(np.int64) * STEPS
        minimum = np.ceil(need * (self.min or 0) - 1e-6).astype(np.int64)
        return _Units(known.categories, need, supply, minimum)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row for each target and category with a minimum, if soft one for its points."""
        if self.mix is not None:
            counts = self.mix.counts(problem, carriers(problem, "target", self.by), soft)
            limit_counts(self.id, problem, formulation, counts, self.mix.prices(soft))
            return
        units = self._units(problem)
        cell, pair, amount = _contributions(problem, units)
        if soft:
            self._add_segments(formulation, units, cell, pair, amount)
        self._add_minimum(formulation, units, cell, pair, amount, soft)

    def _add_segments(
        self, formulation: Formulation, units: _Units, cell: Integers, pair: Integers, amount: Integers
    ) -> None:
        """Σ segments ≤ Σ supply, for the cells that anyone can supply.

        A cell's supply can only be a multiple of its amounts' greatest common divisor, so
        the segments run between such multiples: on them the points are exact, and between
        them the relaxation is as tight as any.
        """
        cells, row = np.unique(cell, return_inverse=True)
        if not len(cells):
            return
        step = np.gcd.reduceat(
            amount[np.argsort(row, kind="stable")], np.searchsorted(np.sort(row), np.arange(len(cells)))
        )
        need, rows = units.need.ravel()[cells], np.arange(len(cells))
        row_parts, column_parts = [row], [pair]
        coefficients = [-(amount // step[row])]
        reached = np.zeros(len(cells), np.int64)
        around = [edge for end in _ends(need) for edge in (end // step, -(-end // step))]
        for edge in around:
            end = np.maximum(edge, reached)
            gained = _points(end * step, need) - _points(reached * step, need)
            width = end - reached
            segment = formulation.add_columns(self.id, 0, width)
            formulation.add_points(self.id, segment, gained // np.maximum(width, 1))
            row_parts.append(rows)
            column_parts.append(segment)
            coefficients.append(np.ones(len(cells), np.int64))
            reached = end
        formulation.add_rows(
            self.id,
            np.concatenate(row_parts),
            np.concatenate(column_parts),
            np.concatenate(coefficients),
            -UNBOUNDED,
            np.zeros(len(cells), np.int64),
        )

    def _add_minimum(
        self,
        formulation: Formulation,
        units: _Units,
        cell: Integers,
        pair: Integers,
        amount: Integers,
        soft: bool,
    ) -> None:
        """Σ supply (+ shortfall) ≥ minimum, also where nobody can supply anything."""
        minimum = units.minimum.ravel()
        cells = np.flatnonzero(minimum > 0)
        if not len(cells):
            return
        number = np.full(len(minimum), -1, np.int64)
        number[cells] = np.arange(len(cells))
        row = number[cell]
        used = row >= 0
        row, column, coefficient = row[used], pair[used], amount[used]
        if soft:
            shortfall = formulation.add_columns(self.id, 0, minimum[cells])
            formulation.add_points(self.id, shortfall, -POINTS_MISSING * POINT // STEPS)
            row = np.concatenate([row, np.arange(len(cells))])
            column = np.concatenate([column, shortfall])
            coefficient = np.concatenate([coefficient, np.ones(len(cells), np.int64)])
        formulation.add_rows(self.id, row, column, coefficient, minimum[cells], UNBOUNDED)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up the supplies at each target and category and hold them against the need."""
        if self.mix is not None:
            counts = self.mix.counts(problem, carriers(problem, "target", self.by), soft)
            return check_counts(self.id, problem, assignment, counts, self.mix.prices(soft))
        units = self._units(problem)
        total = _supplied(problem, assignment, units)
        missing = np.maximum(units.minimum - total, 0)
        findings = tuple(
            Finding(
                self.id,
                "",
                str(problem.targets.ids[t]),
                total[t, c] / STEPS,
                units.minimum[t, c] / STEPS,
                f"supply:{units.categories[c]}",
            )
            for t, c in np.argwhere(missing > 0)
        )
        if not soft:
            return Check(findings=findings)
        points = -(POINTS_MISSING * POINT // STEPS) * int(missing.sum())
        points += int(_points(total, units.need).sum())
        return Check({self.id: points}, findings)

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """The needs to which each pair's source contributes: how large they are, how far all partners go."""
        if self.mix is not None:
            return ((),) * len(pairs)
        units = self._units(problem)
        total = _supplied(problem, assignment, units)
        told = []
        for pair in pairs.tolist():
            target, own = problem.pair_target[pair], units.supply[problem.pair_source[pair]]
            here = np.flatnonzero((own > 0) & (units.need[target] > 0))
            told.append(
                tuple(
                    _fact("coverage.part", units, total, target, c, own=own[c] / STEPS) for c in here.tolist()
                )
            )
        return tuple(told)

    def row_facts(
        self, problem: Problem, assignment: Assignment, which: SideName, row: int
    ) -> tuple[Fact, ...]:
        """Each need of a target and what its partners supply, the largest first."""
        if self.mix is not None or which == "source":
            return ()
        units = self._units(problem)
        total = _supplied(problem, assignment, units)
        order = np.argsort(-units.need[row], kind="stable")
        return tuple(
            _fact("coverage.need", units, total, row, c) for c in order.tolist() if units.need[row, c] > 0
        )

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Parts of the needs that are met, by category and place, and the needs that nobody answers."""
        if self.mix is not None:
            return measure_counts(
                problem, assignment, self.mix.counts(problem, carriers(problem, "target", self.by), True)
            )
        units = self._units(problem)
        if not int(units.need.sum()):
            return {}
        total, needed = _supplied(problem, assignment, units), units.need > 0
        met = np.minimum(total, units.need)
        half, full = needed & (2 * total >= units.need), needed & (total >= units.need)
        nobody = needed & (total == 0)
        where = places(problem)
        by_category = {
            category: {
                "needs": int(needed[:, c].sum()),
                "half": int(half[:, c].sum()),
                "full": int(full[:, c].sum()),
                "nobody": int(nobody[:, c].sum()),
                "share": rounded(met[:, c].sum() / max(int(units.need[:, c].sum()), 1)),
            }
            for c, category in enumerate(units.categories)
        }
        return {
            "coverage": {
                "needs": int(needed.sum()),
                "half": int(half.sum()),
                "full": int(full.sum()),
                "nobody": int(nobody.sum()),
                "share": rounded(met.sum() / units.need.sum()),
                "categories": by_category,
                "place_table": where.table,
                "places": _by_place(where, units, met),
                "uncovered": [
                    [str(problem.targets.ids[t]), units.categories[c]]
                    for t, c in np.argwhere(nobody)[:UNCOVERED_LISTED]
                ],
            }
        }

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if self.mix is not None:
            return self.mix.describe(language, soft, self.by)
        least = 100 * (self.min or 0)
        if language == "zh":
            must = f"各类需求至少得到 {least:g}% 的满足"
            if not soft:
                return must
            tail = f"；{must}，不足部分每单位扣 {POINTS_MISSING} 分" if least else ""
            return f"各类需求得到满足：前 50% 每单位得 100 分，至 100% 得 50 分，至 150% 得 25 分{tail}"
        must = f"at least {least:g}% of each need is supplied"
        if not soft:
            return must
        tail = f"; {must}, {POINTS_MISSING} points lost per unit missing" if least else ""
        return (
            "needs are covered: 100 points per unit up to half the need, 50 up to all of it, "
            f"25 up to one and a half times{tail}"
        )


def _supplied(problem: Problem, assignment: Assignment, units: _Units) -> Integers:
    """What the partners of each target supply together, shape (targets, categories)."""
    source, target = problem.locate(assignment).known
    total = np.zeros(units.need.shape, np.int64)
    np.add.at(total, target, units.supply[source])
    return total


def _fact(code: str, units: _Units, total: Integers, target: int, category: int, **more: float) -> Fact:
    """What a target needs in a category and what all its partners supply, in units."""
    return Fact(
        code,
        {
            "category": Coded("category", units.categories[category]),
            "need": units.need[target, category] / STEPS,
            "supplied": total[target, category] / STEPS,
            **more,
        },
    )


def _by_place(where: Places, units: _Units, met: Integers) -> dict[str, dict[str, float]]:
    """Part of the need that is met in each place, overall (under an empty name) and by category."""
    parts = {"": (met.sum(axis=1), units.need.sum(axis=1))}
    parts |= {category: (met[:, c], units.need[:, c]) for c, category in enumerate(units.categories)}
    listed: dict[str, dict[str, float]] = {str(place): {} for place in where.ids}
    for category, (reached, need) in parts.items():
        needed, covered = where.summed(need.astype(float)), where.summed(reached.astype(float))
        for place in np.flatnonzero(needed > 0):
            listed[str(where.ids[place])][category] = rounded(covered[place] / needed[place])
    return listed


def _points(total: Integers, need: Integers) -> Integers:
    """Points (hundredths) of supplies against needs, both in hundredths of a unit."""
    points, reached = np.zeros(np.shape(need), np.int64), np.zeros(np.shape(need), np.int64)
    for (_, per_unit), end in zip(SEGMENTS, _ends(need), strict=True):
        points += per_unit * POINT // STEPS * np.clip(total - reached, 0, end - reached)
        reached = end
    return points


def _ends(need: Integers) -> tuple[Integers, ...]:
    """Where each segment ends, in hundredths of a unit; rounded down, so that it is the same everywhere."""
    return tuple((need * round(part * STEPS)) // STEPS for part, _ in SEGMENTS)


def _contributions(problem: Problem, units: _Units) -> tuple[Integers, Integers, Integers]:
    """(cell, pair, amount) for each pair and category where the target needs and the source supplies.

    A cell is target · categories + category.
    """
    width = len(units.categories)
    per_pair = sparse.csr_array(units.supply)[problem.pair_source].tocoo()
    pair, category = (np.asarray(axis, np.int64) for axis in per_pair.coords)
    cell = problem.pair_target[pair] * width + category
    wanted = units.need.ravel()[cell] > 0
    return cell[wanted], pair[wanted], np.asarray(per_pair.data, np.int64)[wanted]
