"""The places by which a rule's measures are listed: targets, or those above them where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.model import Floats, Integers, Objects, Problem

__all__ = ["LISTED", "Places", "places", "rounded"]

LISTED = 150
"""More places than this are not listed one by one: a reader could not use the list."""

DECIMALS = 4


@dataclass(frozen=True)
class Places:
    """The finest table at or above a problem's targets with at most `LISTED` rows in use.

    Parameters
    ----------
    table : str
        Empty where there is no such table.
    ids : (places,) object
    of_target : (targets,) int64
        Position of each target's place; -1 where it has none.
    """

    table: str
    ids: Objects
    of_target: Integers

    def summed(self, values: Floats | Integers) -> Floats:
        """Sum over the targets of each place, shape (places,)."""
        known = self.of_target >= 0
        sums = np.bincount(self.of_target[known], values[known], minlength=len(self.ids))
        return np.asarray(sums, np.float64)

    def by_id(self, values: Floats) -> dict[str, float]:
        """One number per place, by its id."""
        return {str(name): rounded(value) for name, value in zip(self.ids, values.tolist(), strict=True)}


def places(problem: Problem) -> Places:
    """The places by which the measures of a problem are listed."""
    return problem.memo("places", lambda: _places(problem))


def rounded(value: Any) -> float:
    """A number as metrics keep it: four decimals, no negative zero."""
    return round(float(value), DECIMALS) + 0.0


def _places(problem: Problem) -> Places:
    dataset, targets = problem.dataset, problem.targets
    table: str | None = targets.table
    while table is not None:
        climbed = dataset.ancestors(targets.table, table)
        if climbed is not None:
            at = climbed[targets.rows]
            used = np.unique(at[at >= 0])
            if 0 < len(used) <= LISTED:
                position = np.full(len(dataset.frame(table)), -1, np.int64)
                position[used] = np.arange(len(used))
                of_target = np.where(at >= 0, position[at], -1).astype(np.int64)
                return Places(table, dataset.ids(table)[used], of_target)
        table = dataset.parents[table][1] if table in dataset.parents else None
    return Places("", np.empty(0, object), np.full(len(targets), -1, np.int64))
