"""The best of what may change, for every budget of further changes: part by part, then put together.

Independent parts share nothing but the budget. Each is solved for as many changes as bring it
anything; which part gets how many is then a matter of adding up (an exact recursion over the parts:
values are compared level by level, and sums of better values are better).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.backends.base import Settings, Start
from matchmaker.backends.beside_pairs import at_best
from matchmaker.model import Integers, Status
from matchmaker.program import Program
from matchmaker.replan.program import Posed
from matchmaker.solver import independent_parts, solve_component

__all__ = ["Found", "Searched", "search"]

Value = tuple[int, ...]
"""Units of each level but the one that breaks ties."""

ASKING = 0.05
"""Share of the work limit for what more changes than allowed would bring."""


@dataclass(frozen=True)
class Found:
    """The best plan of a budget.

    Parameters
    ----------
    budget : int
        Further changes allowed.
    value : tuple of int
        Units of each level, summed over the parts that may change.
    chosen : (columns,) int64
        1 for every pair column that is chosen.
    used : int
        Further changes made.
    proven : bool
        Whether every part was solved to the end.
    """

    budget: int
    value: Value
    chosen: Integers
    used: int
    proven: bool


@dataclass(frozen=True)
class Searched:
    """Answers by budget, in ascending order, and how many parts were solved how often."""

    found: tuple[Found, ...]
    parts: int
    solves: int

    def of(self, budget: int) -> Found:
        """The best plan with so many further changes at most; KeyError for a budget not asked for."""
        for one in self.found:
            if one.budget == budget:
                return one
        raise KeyError(budget)


@dataclass(frozen=True)
class _Answer:
    value: Value
    pairs: Integers
    used: int
    proven: bool


def search(posed: Posed, settings: Settings, allowed: int, budgets: Sequence[int]) -> Searched:
    """Solve the program for each of some budgets.

    Parameters
    ----------
    allowed
        Further changes that may be made; 0 for a program without any.
    budgets
        Numbers of further changes to be told besides. More than `allowed` is a question of what they
        would bring: it is given a share of the work limit only, and says where it was not answered.
    """
    budgets = sorted({allowed, *budgets})
    program, most = posed.program, budgets[-1]
    parts = [
        (columns, part)
        for columns, _, part in independent_parts(program)
        if part.pair_count and bool((part.upper > part.lower)[: part.pair_count].any())
    ]
    is_move = np.zeros(program.column_count, bool)
    is_move[posed.moves] = True
    solved = [_Part(part, posed.kept[columns[: part.pair_count]], is_move[columns], settings, allowed)
              for columns, part in parts]  # fmt: skip
    answers = [part.by_budget(most) for part in solved]
    best = _put_together(answers, most, len(program.levels) - 1)
    found = []
    for budget in budgets:
        value, shares = best[budget]
        chosen = posed.kept.copy()
        used, proven = 0, all(one.proven for listed in answers for one in listed[: budget + 1])
        for (columns, part), listed, share in zip(parts, answers, shares, strict=True):
            answer = listed[min(share, len(listed) - 1)]
            chosen[columns[: part.pair_count]] = answer.pairs
            used += answer.used
        found.append(Found(budget, value, chosen, used, proven))
    return Searched(tuple(found), len(parts), sum(part.solves for part in solved))


class _Part:
    """An independent part, solved for a growing number of changes."""

    def __init__(
        self, program: Program, kept: Integers, is_move: np.ndarray, settings: Settings, allowed: int
    ) -> None:
        self.solves = 0
        self._program, self._kept, self._moves = program, kept, np.flatnonzero(is_move)
        self._settings, self._allowed = settings, allowed

    def by_budget(self, most: int) -> list[_Answer]:
        """Answers for 0, 1, … changes, as far as more of them bring anything.

        The last one is that of all larger numbers: where nobody knows whether those would bring more,
        it is not proven.
        """
        answers = [self._with(0)]
        if not len(self._moves) or most == 0:
            return answers
        free = self._with(most)
        while answers[-1].value[:-1] < free.value[:-1] and len(answers) <= most:
            count = len(answers)
            one = free if free.used <= count else self._with(count)
            best = max(one, answers[-1], key=lambda each: each.value)
            answers.append(replace(best, proven=one.proven))
        if not free.proven:
            answers.append(replace(answers[-1], proven=False))
        return answers

    def _with(self, budget: int) -> _Answer:
        program, settings = self._program, self._settings
        if budget > self._allowed:
            settings = replace(settings, effort=settings.effort * ASKING)
        if len(self._moves):
            upper = program.upper.copy()
            upper[self._moves] = np.minimum(upper[self._moves], budget)
            program = replace(program, upper=upper).with_at_most(self._moves, budget)
        self.solves += 1
        telling = tuple(level for level in program.levels if level.points.any() or level.shape)
        solution = solve_component(
            replace(program, levels=telling or program.levels[-1:]), settings, start=Start(self._kept)
        )
        if solution.x is None:  # not even what was there fits: sets that were broken stay as they are
            x = np.zeros(program.column_count, np.int64)
            x[: program.pair_count] = self._kept
            return self._answer(at_best(program, program.levels[:-1], x, self._settings), proven=False)
        proven = solution.status is Status.OPTIMAL
        if not proven:  # a search that stops early may leave columns that are no pairs worse than need be
            return self._answer(
                at_best(program, program.levels[:-1], solution.x, self._settings), proven=False
            )
        return self._answer(solution.x, proven=True)

    def _answer(self, x: Integers, *, proven: bool) -> _Answer:
        program = self._program
        levels = program.levels[:-1]
        value = tuple(program.units(level, x) for level in levels)
        return _Answer(value, x[: program.pair_count], int(x[self._moves].sum()), proven)


def _put_together(
    answers: Sequence[Sequence[_Answer]], most: int, levels: int
) -> list[tuple[Value, tuple[int, ...]]]:
    """For each budget up to the largest: the best sum of values, and each part's share of the budget."""
    best: list[tuple[Value, tuple[int, ...]]] = [((0,) * levels, ()) for _ in range(most + 1)]
    for listed in answers:
        grown = []
        for budget in range(most + 1):
            options = [
                (_plus(best[budget - share][0], answer.value), (*best[budget - share][1], share))
                for share, answer in enumerate(listed[: budget + 1])
            ]
            grown.append(max(options, key=lambda option: (option[0], -option[1][-1])))
        best = grown
    return best


def _plus(one: Value, other: Value) -> Value:
    return tuple(a + b for a, b in zip(one, other, strict=True))
