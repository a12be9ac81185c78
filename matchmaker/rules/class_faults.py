"""What is wrong with the classes that a rule names, told before anything is solved."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np

from matchmaker.errors import Detail, Fault, Note, Place
from matchmaker.formulation import UNBOUNDED
from matchmaker.grouping import By, ByStage, Groups, carriers
from matchmaker.model import Integers, Problem, SideName, other_side
from matchmaker.pairs import side_values
from matchmaker.rules.counts import Counts, names_in

__all__ = ["count_faults", "foreseen", "unknown_classes"]

LISTED = 12
"""Known classes that a note names where none is like the unknown one."""


def foreseen(problem: Problem, which: SideName, by: By | None) -> tuple[Groups, bool]:
    """Carriers of a count before anything is solved, and whether they are what they will be.

    Groups that an earlier stage makes are not known yet: all rows stand for one of them.
    """
    if isinstance(by, ByStage):
        return Groups(np.array([""], object), np.zeros(len(problem.side(which)), np.int64)), False
    return carriers(problem, which, by), True


def count_faults(problem: Problem, counts: Counts, complete: bool, least_is_hard: bool) -> tuple[Fault, ...]:
    """Limits on partners of a class that no plan can keep, whatever the pairs are.

    Parameters
    ----------
    counts
        The limits; `most` is hard where the caller says nothing else (it is `UNBOUNDED` then).
    complete
        Whether all carriers are known.
    least_is_hard
        Whether `least` may not fall short.
    """
    own, other = problem.side(counts.which), problem.side(other_side(counts.which))
    inside = counts.carriers.of_row >= 0
    rows = np.bincount(counts.carriers.of_row[inside], minlength=len(counts.carriers))
    faults = []
    for c, name in enumerate(counts.classes.names):
        member = counts.classes.member[:, c]
        found, many = name or other.table, int(member.sum())
        least, most = counts.least[:, c], counts.most[:, c]
        short = np.flatnonzero(least > rows * many) if least_is_hard else np.empty(0, np.int64)
        offered, demanded = _total(other.maximum[member]), _total(least)
        bound, room = _total(other.minimum[member]), _total(most)
        about: dict[str, Detail] = {"table": other.table, "own": own.table}
        if len(short):
            needed = int(least[short].max())
            faults.append(
                Fault("rule.too_few", Place(), found, {"table": other.table, "count": many, "needed": needed})
            )
        elif least_is_hard and demanded > offered:
            faults.append(
                Fault("rule.too_few_in_all", Place(), found, {**about, "room": offered, "needed": demanded})
            )
        if complete and bool(inside.all()) and bound > room:
            faults.append(
                Fault("rule.too_many_in_all", Place(), found, {**about, "room": room, "needed": bound})
            )
    return tuple(faults)


def _total(numbers: Integers) -> int:
    """A sum that unlimited numbers cannot overflow."""
    return min(int(np.minimum(numbers, UNBOUNDED).astype(object).sum()), int(UNBOUNDED))


def unknown_classes(
    rule: str, problem: Problem, which: SideName, column: str | None, named: Iterable[str]
) -> tuple[Note, ...]:
    """A note for each class that a rule names and no row has."""
    if column is None:
        return ()
    side = problem.side(which)
    known = names_in(side_values(problem, side, column))
    where = Place(key=f"rules.{rule}")
    return tuple(
        Note(
            "rule.warning.no_such_class",
            where,
            details={
                "table": side.table,
                "column": column,
                "name": name,
                "near": "、".join(difflib.get_close_matches(name, known, 3, 0.6) or known[:LISTED]),
            },
        )
        for name in sorted(set(named) - set(known))
    )
