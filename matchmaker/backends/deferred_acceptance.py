"""Deferred acceptance: a stable plan where preferences are all that matters (Gale & Shapley 1962).

Sources propose in their order, targets keep the best they have room for. With strict
preferences the plan is the best stable one for every source at once; ties are broken by the
program's last step, or by position.
"""

from __future__ import annotations

from heapq import heappush, heappushpop

import numpy as np

from matchmaker.backends import cpsat
from matchmaker.backends.base import Report, Settings, Solution, Start, silent
from matchmaker.model import Integers, Status
from matchmaker.preferences import Preferences
from matchmaker.program import Program

__all__ = ["accepts", "name", "propose", "solve"]

name = "deferred_acceptance"


def accepts(program: Program) -> bool:
    """Programs that ask for a stable plan and have no other aim than to break ties."""
    return (
        program.preferences is not None
        and program.family is None
        and program.column_count == program.pair_count
        and all(level.is_tie_break for level in program.levels)
        and not program.lower.any()
    )


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """The plan of deferred acceptance; where other rows do not bear it, CP-SAT looks for another.

    With equally liked partners, or rows that are no upper limit of one side (least numbers of
    partners), there may be other stable plans.
    """
    assert program.preferences is not None
    tie = program.levels[-1].points if program.levels else np.zeros(program.pair_count, np.int64)
    x = propose(program.preferences, tie, program.upper > 0)
    if len(program.violations(x)):
        return cpsat.solve(program, settings, report, start)
    return Solution(Status.OPTIMAL, x, (), name)


def propose(preferences: Preferences, tie: Integers, allowed: np.ndarray) -> Integers:
    """1 for each pair of the plan in which sources propose, (pairs,).

    Parameters
    ----------
    tie : (pairs,) int64
        Among equally liked partners the one with more comes first.
    allowed : (pairs,) bool
        Pairs that may be chosen.
    """
    open_pairs = np.flatnonzero(allowed)
    order = _ordered(preferences.sources, preferences.source_class, tie, open_pairs)
    bounds = np.searchsorted(
        preferences.sources[order], np.arange(int(preferences.sources.max(initial=-1)) + 2)
    )
    standing = np.empty(len(tie), np.int64)
    by_target = _ordered(preferences.targets, preferences.target_class, tie, open_pairs)
    standing[by_target] = -np.arange(len(by_target))  # greater is better
    lists, last = order.tolist(), bounds[1:].tolist()
    following, rank = bounds[:-1].tolist(), standing.tolist()
    target, source = preferences.targets.tolist(), preferences.sources.tolist()
    room = preferences.room.tolist()
    held: list[list[tuple[int, int]]] = [[] for _ in room]
    free = list(range(len(following)))
    while free:
        proposer = free.pop()
        while (at := following[proposer]) < last[proposer]:
            following[proposer] = at + 1
            pair = lists[at]
            keeps, entry = held[target[pair]], (rank[pair], pair)
            if len(keeps) < room[target[pair]]:
                heappush(keeps, entry)
                break
            if keeps and entry > keeps[0]:
                free.append(source[heappushpop(keeps, entry)[1]])
                break
    x = np.zeros(len(tie), np.int64)
    x[[pair for keeps in held for _, pair in keeps]] = 1
    return x


def _ordered(row: Integers, liked: Integers, tie: Integers, pairs: Integers) -> Integers:
    """The pairs by row, then the best liked first, then by tie."""
    return pairs[np.lexsort((pairs, -tie[pairs], liked[pairs], row[pairs]))]
