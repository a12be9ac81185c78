"""Look-ahead: what later stages need in total becomes rows of the earlier stage.

For a stage that lies within this one, the later sources below each source and the later
targets below each target can only meet where this stage pairs them. So, with the later
stage's degree bounds added up along the trees:

* a target's partners bring at least what the later targets below it need;
* a source's partners hold at least what the later sources below it need;
* where a source has one partner only, what must come from below it fits below that
  partner; likewise the other way round.

All rows are necessary for the later stage, never sufficient: what they leave to chance is
mended by cuts (`no_good`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.columns import numbers, values
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Dataset, Integers, Objects, Problem, Side, Stage
from matchmaker.problem import Bounds
from matchmaker.selectors import Conditions, Selector, mask

__all__ = ["Cut", "LaterStage", "add_cuts", "look_ahead"]

LIMIT = 2**20
"""Totals beyond this are no limit in practice, and would make coefficients large."""


@dataclass(frozen=True)
class LaterStage:
    """A stage still to come, with its degree bounds and conditions."""

    stage: Stage
    where: Selector | None
    source_bounds: Bounds
    target_bounds: Bounds


@dataclass(frozen=True)
class Cut:
    """Pairs of a stage that, together and with no other source at these targets, leave a later stage without a plan.

    Parameters
    ----------
    stage : str
        The stage that must decide otherwise.
    source_ids, target_ids : (n,) object
        The pairs.
    """

    stage: str
    source_ids: Objects
    target_ids: Objects


def look_ahead(problem: Problem, formulation: Formulation, later: Sequence[LaterStage]) -> None:
    """Add the necessary rows of every later stage whose tables lie below this one's."""
    for coming in later:
        rule = f"look_ahead.{coming.stage.id}"
        source = _totals(problem.dataset, problem.sources, coming.stage.source_table, coming.source_bounds,
                         coming.where.source if coming.where else None)
        target = _totals(problem.dataset, problem.targets, coming.stage.target_table, coming.target_bounds,
                         coming.where.target if coming.where else None)
        if source is None or target is None:
            continue
        column = np.arange(problem.pair_count)
        of_source, of_target = problem.pair_source, problem.pair_target
        sources, targets = problem.sources, problem.targets
        _enough(formulation, rule, of_target, column, source[1][of_source], target[0], targets.minimum)
        _enough(formulation, rule, of_source, column, target[1][of_target], source[0], sources.minimum)
        if bool((sources.maximum <= 1).all()):
            _fits(formulation, rule, of_target, column, source[0][of_source], target[1], targets.maximum)
        if bool((targets.maximum <= 1).all()):
            _fits(formulation, rule, of_source, column, target[0][of_target], source[1], sources.maximum)


def add_cuts(problem: Problem, formulation: Formulation, cuts: Sequence[Cut]) -> None:
    """One row a cut: not all of its pairs, unless another source joins at its targets."""
    for cut in cuts:
        if cut.stage != problem.stage.id:
            continue
        source = np.searchsorted(problem.sources.ids.astype(str), cut.source_ids.astype(str))
        target = np.searchsorted(problem.targets.ids.astype(str), cut.target_ids.astype(str))
        pairs = problem.pair_index(source.astype(np.int64), target.astype(np.int64))
        if bool((pairs < 0).any()):
            continue  # one of them is no candidate any more: the cut holds by itself
        inside = np.zeros(problem.pair_count, bool)
        inside[pairs] = True
        others = np.isin(problem.pair_target, np.unique(target)) & ~inside
        column = np.concatenate([pairs, np.flatnonzero(others)])
        sign = np.concatenate([np.ones(len(pairs), np.int64), -np.ones(int(others.sum()), np.int64)])
        formulation.add_rows(
            f"cut.{cut.stage}", np.zeros(len(column), np.int64), column, sign, [-UNBOUNDED], [len(pairs) - 1]
        )


def _totals(
    dataset: Dataset, side: Side, table: str, bounds: Bounds, conditions: Conditions | None
) -> tuple[Integers, Integers] | None:
    """Least and greatest number of later partners below each row of a side; None off the tree."""
    above = dataset.ancestors(table, side.table)
    if above is None:
        return None
    low = np.nan_to_num(numbers(dataset, table, bounds.minimum))
    high = (
        np.full(len(low), float(LIMIT))
        if bounds.maximum is None
        else np.nan_to_num(numbers(dataset, table, bounds.maximum), nan=float(LIMIT))
    )
    if conditions is not None:
        taking_part = mask(conditions, lambda path: values(dataset, table, path), len(low))
        low, high = low * taking_part, high * taking_part
    place = np.full(len(dataset.frame(side.table)), -1, np.int64)
    place[side.rows] = np.arange(len(side))
    at = np.where(above >= 0, place[above], -1)
    inside = at >= 0
    least = np.bincount(at[inside], np.ceil(low[inside]), len(side))
    greatest = np.bincount(at[inside], np.floor(high[inside]), len(side))
    return least.astype(np.int64), np.minimum(greatest, LIMIT).astype(np.int64)


def _enough(
    formulation: Formulation,
    rule: str,
    row: Integers,
    column: Integers,
    brought: Integers,
    needed: Integers,
    minimum: Integers,
) -> None:
    """Σ brought ≥ needed, for the rows whose degrees alone do not see to it.

    More than needed counts as needed, so that the relaxation is as tight as it can be.
    """
    worth = np.minimum(brought, needed[row])
    least = np.full(len(needed), LIMIT)
    np.minimum.at(least, row, worth)
    which = (needed > 0) & (least * np.minimum(minimum, LIMIT) < needed)
    entries = which[row] & (worth > 0)
    if bool(which.any()):
        numbered = np.cumsum(which) - 1
        formulation.add_rows(
            rule, numbered[row[entries]], column[entries], worth[entries], needed[which], UNBOUNDED
        )


def _fits(
    formulation: Formulation,
    rule: str,
    row: Integers,
    column: Integers,
    must: Integers,
    room: Integers,
    maximum: Integers,
) -> None:
    """Σ must ≤ room, for the rows whose degrees alone do not see to it."""
    total = np.bincount(row, must, len(room))
    largest = np.zeros(len(room), np.int64)
    np.maximum.at(largest, row, must)
    which = (room < LIMIT) & (total > room) & (largest * np.minimum(maximum, LIMIT) > room)
    entries = which[row] & (must > 0)
    if bool(which.any()):
        numbered = np.cumsum(which) - 1
        formulation.add_rows(
            rule, numbered[row[entries]], column[entries], must[entries], -UNBOUNDED, room[which]
        )
