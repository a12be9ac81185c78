"""What narrows the choice of one row: the stage's conditions, then each hard rule's fixings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.model import Integers, SideName
from matchmaker.what_if.reopened import Reopened

__all__ = ["Narrowing", "narrowing_of"]


@dataclass(frozen=True)
class Narrowing:
    """How many partners a row could have, and what takes them away.

    Parameters
    ----------
    rows : int
        Rows of the other side's table.
    taking_part : int
        Those of them that take part in the stage.
    candidates : int
        Those that the stage's conditions and earlier stages leave to this row.
    ruled_out : tuple of (rule, int)
        How many candidates each hard rule forbids by itself; some may forbid the same ones.
    open : int
        Candidates that no rule forbids.
    pinned : tuple of (rule, id)
        Candidates that a rule demands.
    limits : tuple of str
        Hard rules that limit how open candidates go together, without forbidding one by itself.
    least, most : int
        Partners that the row needs, and may have.
    """

    rows: int
    taking_part: int
    candidates: int
    ruled_out: tuple[tuple[str, int], ...]
    open: int
    pinned: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    least: int
    most: int

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "rows": self.rows,
            "taking_part": self.taking_part,
            "candidates": self.candidates,
            "ruled_out": dict(self.ruled_out),
            "open": self.open,
            "pinned": [{"rule": rule, "id": one} for rule, one in self.pinned],
            "limits": list(self.limits),
            "min": self.least,
            "max": self.most,
        }


def narrowing_of(reopened: Reopened, which: SideName, row: int) -> Narrowing:
    """What narrows the choice of a source or target, by its position."""
    problem, formulation = reopened.problem, reopened.posed.formulation
    other = problem.targets if which == "source" else problem.sources
    own = problem.side(which)
    pairs = np.flatnonzero(problem.pair_rows(which) == row)
    other_rows = problem.pair_rows("target" if which == "source" else "source")
    ruled_out: dict[str, set[int]] = {}
    pinned: list[tuple[str, str]] = []
    for rule, columns, value in formulation.fixings():
        here: Integers = np.intersect1d(columns, pairs)
        if value == 0 and len(here):
            ruled_out.setdefault(rule, set()).update(here.tolist())
        elif value == 1:
            pinned += [(rule, str(other.ids[other_rows[pair]])) for pair in here.tolist()]
    is_open = pairs[reopened.program.upper[pairs] > 0]
    limits = [
        rule
        for rule in formulation.hard_rules(pairs)
        if rule not in ruled_out and rule not in {name for name, _ in pinned}
    ]
    return Narrowing(
        rows=len(problem.dataset.frame(other.table)),
        taking_part=len(other),
        candidates=len(pairs),
        ruled_out=tuple((rule, len(found)) for rule, found in ruled_out.items()),
        open=len(is_open),
        pinned=tuple(dict.fromkeys(pinned)),
        limits=tuple(limits),
        least=int(own.minimum[row]),
        most=int(min(own.maximum[row], len(pairs))),
    )
