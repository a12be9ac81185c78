"""A stage of a plan opened again: what it would be worth with other pairs, by bound or by solving.

Every question about a plan ("why not there?", "what does this cost?") is asked here: the
stage's program is built as it was solved, the plan's own pairs are its answer so far. Only
the independent parts that a question touches are looked at. What comes back is judged by the
rules' own checks on plain data, like every plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matchmaker.backends.base import Settings, Start
from matchmaker.bounds import lagrangian_bound, rounded_bound, usable_duals
from matchmaker.fingerprints import fingerprint
from matchmaker.judgement import Judgement, judge, level_points, stage_rules
from matchmaker.lookahead import Cut
from matchmaker.model import Dataset, Floats, Integers, Problem, Status
from matchmaker.plans import Plan
from matchmaker.posed import PosedStage, posed
from matchmaker.program import Program
from matchmaker.rebuild import stage_problem
from matchmaker.replanned import worsened
from matchmaker.rows import RowSide
from matchmaker.rules import Rule
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import independent_parts, solve_component
from matchmaker.verify import cuts_of

__all__ = ["NONE", "Answer", "Part", "Reopened", "reopen"]

NONE = np.empty(0, np.int64)
"""No pairs, no parts."""


@dataclass(frozen=True)
class Answer:
    """Another plan of a stage, or that there is none.

    Parameters
    ----------
    status : Status
        ``INFEASIBLE`` is proven; ``UNKNOWN``: the work limit ended the search.
    pairs : (n,) int64 or None
        Candidate pairs chosen, as positions in the problem.
    values : tuple of float
        Level values in points, as the rules' checks count them.
    first_bound : float or None
        What the first level cannot exceed, in points; None where it was not searched.
    judgement : Judgement or None
        The rules' verdict on the whole stage.
    """

    status: Status
    pairs: Integers | None = None
    values: tuple[float, ...] = ()
    first_bound: float | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Part:
    """An independent part: its columns and rows in the whole, and its program."""

    columns: Integers
    rows: Integers
    program: Program


@dataclass(frozen=True)
class Reopened:
    """A stage of a plan with everything that asking again needs.

    Parameters
    ----------
    scheme : Scheme
    posed : PosedStage
        The stage's problem and program.
    pairs : (n,) int64
        The plan's pairs, as positions among the candidates.
    values : tuple of float
        Level values of the plan, in points, by the scheme at hand.
    judgement : Judgement
        The rules' verdict on the plan's pairs.
    duals : (rows,) float64 or None
        Row duals of the first level, where the plan keeps them.
    gap : float
        Relative gap that the plan had reached in the first level.
    settings : Settings
        With which to solve.
    cuts : tuple of Cut
        Those that came back to the stage from later ones.
    proven : float or None
        What the plan's own search proved that the first level cannot exceed, in points; None
        where it searched another program.
    """

    scheme: Scheme
    posed: PosedStage
    pairs: Integers
    values: tuple[float, ...]
    judgement: Judgement
    duals: Floats | None
    gap: float
    settings: Settings
    cuts: tuple[Cut, ...] = ()
    proven: float | None = None

    @property
    def problem(self) -> Problem:
        """The stage's problem."""
        return self.posed.problem

    @property
    def program(self) -> Program:
        """The stage's program, the tie-breaking level last."""
        return self.posed.program

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The stage's rules, implied ones first, as they hold beside each other."""
        return tuple(rule for rule, _ in stage_rules(self.scheme, self.problem))

    @property
    def scale(self) -> float:
        """Points for each unit of the first level."""
        return self.program.levels[0].scale

    @cached_property
    def chosen(self) -> Integers:
        """1 for every candidate pair that the plan has, shape (pairs,)."""
        chosen = np.zeros(self.problem.pair_count, np.int64)
        chosen[self.pairs] = 1
        return chosen

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the program that have nothing to do with each other."""
        return tuple(Part(*part) for part in independent_parts(self.program))

    @property
    def part_count(self) -> int:
        """How many independent parts the stage has."""
        return len(self.parts)

    @cached_property
    def part_of(self) -> Integers:
        """The independent part of each column; -1 for columns that can only be 0, shape (columns,)."""
        part = np.full(self.program.column_count, -1, np.int64)
        for number, one in enumerate(self.parts):
            part[one.columns] = number
        return part

    @cached_property
    def reduced(self) -> Floats | None:
        """Reduced cost of each pair at the plan's row duals, first level, in points, shape (pairs,).

        None without duals, and where sources take sets: there no pair has a price of its own.
        """
        if self.duals is None or not self.values or not self.program.is_flat:
            return None
        duals = usable_duals(self.program, self.duals)
        reduced = self.program.levels[0].points - self.program.matrix.T @ duals
        costs: Floats = reduced[: self.problem.pair_count] * self.scale
        return costs

    def is_open(self, pairs: Integers) -> bool:
        """Whether no rule's fixing keeps any of the pairs out."""
        return bool((self.program.upper[pairs] > 0).all())

    @cached_property
    def _prints(self) -> tuple[str, ...]:
        return tuple(fingerprint([part.program], self.settings) for part in self.parts)

    def parts_unlike(self, other: Reopened) -> Integers:
        """Numbers of the independent parts that `other` does not have just so."""
        known = set(other._prints)
        return np.flatnonzero([one not in known for one in self._prints]).astype(np.int64)

    def at_most(
        self, pinned: Integers = NONE, forbidden: Integers = NONE, parts: Integers = NONE
    ) -> float | None:
        """What no plan with, and without, some pairs exceeds at the first level, in points.

        From the plan's row duals and bound, without solving; None where it keeps none. −inf where the duals
        prove that there is no such plan. Only the parts of those pairs, and `parts`, may change.
        """
        by_duals = self.by_duals(pinned, forbidden, parts)
        return by_duals if by_duals is None or self.proven is None else min(by_duals, self.proven)

    def by_duals(
        self, pinned: Integers = NONE, forbidden: Integers = NONE, parts: Integers = NONE
    ) -> float | None:
        """What the row duals alone prove of the same: it may lie above the bound of the plan."""
        if self.duals is None or not self.values:
            return None
        level = self.program.levels[0]
        bound = self.values[0]
        for number in self._touched(pinned, forbidden, parts):
            part = self.parts[number]
            inside = self._restricted(part, pinned, forbidden)
            if bool((inside.lower > inside.upper).any()):
                return float("-inf")
            duals = self.duals[part.rows]
            proven = lagrangian_bound(inside, inside.levels[0], duals)
            if proven == -np.inf:
                return float("-inf")
            bound += (rounded_bound(proven) - self.units(part)) * level.scale
        return bound

    @cached_property
    def estimates(self) -> Floats:
        """What each candidate pair seems to bring at the first level, in points, shape (pairs,).

        With duals, less what the rows that it uses are worth (reduced points); else its own points.
        A guide to what is worth asking, no bound.
        """
        if self.reduced is not None:
            return self.reduced
        if not self.values:
            return np.zeros(self.problem.pair_count)
        level = self.program.levels[0]
        points = level.points.astype(float)
        if self.duals is not None:
            points = points - self.program.matrix.T @ usable_duals(self.program, self.duals)
        estimates: Floats = points[: self.problem.pair_count] * level.scale
        return estimates

    def answer(
        self,
        pinned: Integers = NONE,
        forbidden: Integers = NONE,
        parts: Integers = NONE,
        settings: Settings | None = None,
    ) -> Answer:
        """The best plan with, and without, some pairs; only their parts, and `parts`, may change.

        Beginning with the plan's own pairs; of equally good plans, one near it is preferred.
        """
        if not self.is_open(pinned):
            return Answer(Status.INFEASIBLE)
        settings = self.settings if settings is None else settings
        chosen = self.chosen.copy()
        statuses, above = [], 0.0
        for number in self._touched(pinned, forbidden, parts):
            part = self.parts[number]
            inside = self._restricted(part, pinned, forbidden)
            count = inside.pair_count
            duals = None if self.duals is None else self.duals[part.rows]
            start = Start(self.chosen[part.columns[:count]], duals, self.gap, keep=True)
            found = solve_component(inside, settings, start=start)
            if found.x is None:
                return Answer(found.status)
            statuses.append(found.status)
            chosen[part.columns[:count]] = found.x[:count]
            if self.values:
                above += (found.levels[0].bound - found.levels[0].value) * self.scale
        return self.judged(np.flatnonzero(chosen), Status.worst(statuses), above)

    def judged(self, pairs: Integers, status: Status, above: float | None = None) -> Answer:
        """An answer made of pairs that a solver chose, once the rules' own checks agree.

        Parameters
        ----------
        above
            Points by which the first level's bound lies above its value, in the parts looked at.

        Raises
        ------
        RuntimeError
            When a hard rule is broken: a fault of the program.
        """
        verdict = judge(self.scheme, self.problem, self.problem.assignment(pairs))
        # a plan of the middle of a year may break what it broke before, and no more
        broken = worsened(verdict.violations, self.judgement.violations)
        if broken:
            raise RuntimeError(f"{self.problem.stage.id}: the answer breaks {broken[:3]}")
        values = tuple(level_points(self.scheme, self.problem.stage.id, verdict.points))
        bound = values[0] + above if values and above is not None else None
        return Answer(status, pairs, values, bound, verdict)

    def units(self, part: Part) -> int:
        """What the plan's pairs of a part are worth at the first level, in units."""
        if len(self.parts) == 1:
            return round(self.values[0] / self.scale) - self.program.levels[0].constant
        from matchmaker.backends.beside_pairs import at_best  # imported late: it brings the solvers

        x = np.zeros(len(part.columns), np.int64)
        x[: part.program.pair_count] = self.chosen[part.columns[: part.program.pair_count]]
        levels = part.program.levels[:1]
        return part.program.units(levels[0], at_best(part.program, levels, x, self.settings))

    def _touched(self, pinned: Integers, forbidden: Integers, parts: Integers) -> Iterable[int]:
        numbers = np.unique(np.append(self.part_of[np.concatenate([pinned, forbidden])], parts))
        return (int(number) for number in numbers if number >= 0)

    def _restricted(self, part: Part, pinned: Integers, forbidden: Integers) -> Program:
        """The part's program with some of its pairs in, and some out."""
        lower, upper = part.program.lower.copy(), part.program.upper.copy()
        lower[np.isin(part.columns, pinned)] = 1
        upper[np.isin(part.columns, forbidden)] = 0
        upper[_crowded_out(part.program, lower, np.flatnonzero(np.isin(part.columns, pinned)))] = 0
        return replace(part.program, lower=lower, upper=upper)


def reopen(
    plan: Plan, stage: str, *, scheme: Scheme | None = None, dataset: Dataset | None = None
) -> Reopened:
    """Open a stage of a plan again, under the plan's own scheme and data or under others.

    Parameters
    ----------
    plan
        Its earlier stages stay as they are.
    stage
        Which one.
    scheme, dataset
        What is otherwise than in the plan: then rows may differ, and the plan's pairs may break
        some; duals are found again by the rows' names.

    Raises
    ------
    KeyError
        When the plan has no such stage.
    """
    if stage not in plan.assignments:
        raise KeyError(stage)
    changed = scheme is not None or dataset is not None
    scheme = plan.scenario.scheme if scheme is None else scheme
    dataset = plan.dataset if dataset is None else dataset
    before = [one.id for one in scheme.before(stage)]
    decided = {name: plan.assignment(name) for name in before if name in plan.assignments}
    problem = stage_problem(scheme, dataset, plan.scenario.year, stage, decided)
    certificate = plan.certificates.get(stage, {})
    cuts = cuts_of(stage, certificate)
    stated = posed(scheme, problem, cuts, plan.scenario.tie_break.seed)
    assignment = plan.assignment(stage)
    located = problem.locate(assignment).pair
    record = plan.stage(stage)
    start = stated.start_from(plan) if changed else None
    duals = certificate.get("level0") if start is None else start.start.duals
    verdict = judge(scheme, problem, assignment)
    return Reopened(
        scheme=scheme,
        posed=stated,
        pairs=np.unique(located[located >= 0]),
        values=tuple(level_points(scheme, stage, verdict.points)),
        judgement=verdict,
        duals=duals,
        gap=record.levels[0].gap if record.levels else 0.0,
        settings=Settings(plan.scenario.limits.gap, threads=plan.scenario.limits.workers),
        cuts=tuple(cuts),
        proven=record.levels[0].bound
        if record.levels and record.levels[0].searched and not changed
        else None,
    )


def _crowded_out(program: Program, lower: Integers, pinned: Integers) -> Integers:
    """Pairs for which no room is left in a row of degrees that pinned ones use."""
    rows = np.unique(program.matrix.tocsc()[:, pinned].indices)
    rows = rows[program.row_side[rows] != RowSide.GENERAL]
    block = program.matrix[rows].tocoo()
    row, column = block.coords
    pair = (column < program.pair_count) & (block.data > 0)
    if bool((block.data < 0).any()) or not pair.any():
        return NONE
    used = np.bincount(row, block.data * lower[column], minlength=len(rows))
    room = program.row_upper[rows] - used
    out = pair & (lower[column] == 0) & (block.data > room[row])
    return np.unique(column[out]).astype(np.int64)
