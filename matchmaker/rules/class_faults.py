"""What is wrong with the classes that a rule names, told before anything is solved."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Literal

from matchmaker.errors import Fault, Place
from matchmaker.model import Problem
from matchmaker.pairs import side_values
from matchmaker.rules.counts import classes_of, names_in
from matchmaker.tables import Note

__all__ = ["too_few", "unknown_classes"]

LISTED = 12
"""Known classes that a note names where none is like the unknown one."""


def too_few(
    problem: Problem, which: Literal["source", "target"], column: str | None, needed: Mapping[str, int]
) -> tuple[Fault, ...]:
    """Classes of which one row of the other side needs more partners than there are.

    Parameters
    ----------
    which
        The side whose rows have the classes.
    column
        Tells the classes of a row; without it all rows count, under an empty name.
    needed
        Number of partners by class.
    """
    side = problem.sources if which == "source" else problem.targets
    faults = []
    for name, number in needed.items():
        if not name or column is None:
            count = len(side)
        else:
            count = int(classes_of(side_values(problem, side, column), (name,)).member.sum())
        if count < number:
            faults.append(
                Fault(
                    "rule.too_few",
                    Place(),
                    name or side.table,
                    {"table": side.table, "count": count, "needed": number},
                )
            )
    return tuple(faults)


def unknown_classes(
    rule: str, problem: Problem, which: Literal["source", "target"], column: str | None, named: Iterable[str]
) -> tuple[Note, ...]:
    """A note for each class that a rule names and no row has."""
    if column is None:
        return ()
    side = problem.sources if which == "source" else problem.targets
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
