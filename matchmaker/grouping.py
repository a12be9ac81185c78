"""Groups of a problem's sources or targets: by a column or path, or by what an earlier stage decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset, Integers, Objects, Problem, SideName
from matchmaker.pairs import side_values

__all__ = ["By", "ByStage", "Groups", "carriers", "groups_of", "stage_partners"]


class ByStage(BaseModel):
    """Grouping by the partner that an earlier stage has given: an agency's group, a member's community."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str = Field(description="An earlier stage; rows with the same partner there are one group")


By = str | ByStage
"""A column or path of the side that is grouped, or an earlier stage."""


@dataclass(frozen=True)
class Groups:
    """The groups of one side.

    Parameters
    ----------
    ids : (groups,) object
        What the members of a group share, as text, in ascending order.
    of_row : (rows of the side,) int64
        Position of each row's group; -1 for a row that is in none.
    """

    ids: Objects
    of_row: Integers

    def __len__(self) -> int:
        return len(self.ids)


def groups_of(problem: Problem, which: SideName, by: By) -> Groups:
    """The groups of the problem's sources or targets.

    Raises
    ------
    InputError
        For a column that does not exist, for a stage that has not been decided before or
        that is not related to the rows, and for one that gives a row several partners.
    """
    key = ("groups", which, by if isinstance(by, str) else by.model_dump_json())
    return problem.memo(key, lambda: _groups(problem, which, by))


def carriers(problem: Problem, which: SideName, by: By | None) -> Groups:
    """The groups by `by`, or each row of the side by itself where there is no `by`."""
    if by is not None:
        return groups_of(problem, which, by)
    side = problem.side(which)
    return Groups(side.ids, np.arange(len(side), dtype=np.int64))


def _groups(problem: Problem, which: SideName, by: By) -> Groups:
    side = problem.side(which)
    shared = (
        side_values(problem, side, by)
        if isinstance(by, str)
        else stage_partners(problem.dataset, side.table, by.stage)[side.rows]
    )
    text = [None if value is None or value != value else str(value) for value in shared]
    codes, ids = pd.factorize(pd.Series(text, dtype=object), sort=True)
    return Groups(np.asarray(ids, dtype=object), np.asarray(codes, np.int64))


def stage_partners(dataset: Dataset, table: str, stage: str) -> Objects:
    """For each row of `table`, the partner that a decided stage gave to it or to the row above it.

    The row is looked for among the stage's sources first, then among its targets; None
    for a row that has no partner there, shape (rows,).

    Raises
    ------
    InputError
        As `groups_of` does.
    """
    if stage not in dataset.joins:
        raise InputError([Fault("grouping.no_stage", Place(), stage)])
    sides = (("source_id", dataset.parents[stage][1]), ("target_id", dataset.joins[stage][1]))
    for (own, above), (other, _) in zip(sides, reversed(sides), strict=True):
        up = dataset.ancestors(table, above)
        if up is None:
            continue
        frame = dataset.frame(stage)
        rows = dataset.positions(above, frame[own])
        counts = np.bincount(rows, minlength=len(dataset.frame(above)))
        reached = np.unique(up[up >= 0])
        if bool((counts[reached] > 1).any()):
            several = dataset.ids(above)[reached[counts[reached] > 1]][0]
            raise InputError([Fault("grouping.several", Place(), str(several), {"stage": stage})])
        partner = np.full(len(counts), None, dtype=object)
        partner[rows] = frame[other].to_numpy(object)
        found = np.full(len(up), None, dtype=object)
        found[up >= 0] = partner[up[up >= 0]]
        return found
    raise InputError([Fault("grouping.no_path", Place(), table, {"stage": stage})])
