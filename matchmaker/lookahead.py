"""Look-ahead: what later stages need in total becomes rows of the earlier stage.

For a stage that lies within this one, the later sources below each source and the later
targets below each target can only meet where this stage pairs them. So, with the later
stage's degree bounds added up along the trees:

* a target's partners bring at least what the later targets below it need;
* a source's partners hold at least what the later sources below it need;
* where a source has one partner only, what must come from below it fits below that
  partner; likewise the other way round;
* a pair that a later stage must have has the pair of its ancestors here.

All rows are necessary for the later stage, never sufficient: what they leave to chance is
mended by cuts (`cut_before`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.columns import numbers, values
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Assignment, Dataset, Integers, Objects, Problem, Side, Stage
from matchmaker.obstacles import LOOK_AHEAD
from matchmaker.problem import Bounds
from matchmaker.rules.pairwise import pin
from matchmaker.selectors import Conditions, Selector, mask

__all__ = ["CUT_PARTS", "Cut", "LaterStage", "add_cuts", "cut_before", "demanded_above", "look_ahead"]

CUT_PARTS = ("source_ids", "target_ids", "sources", "targets")
"""Arrays of a cut, as they are stored with the certificate of the stage that it concerns."""

LIMIT = 2**20
"""Totals beyond this are no limit in practice, and would make coefficients large."""


@dataclass(frozen=True)
class LaterStage:
    """A stage still to come, with its conditions and those of its degree bounds that are hard."""

    stage: Stage
    where: Selector | None
    source_bounds: Bounds
    target_bounds: Bounds
    demanded: tuple[Objects, Objects] = (np.empty(0, object), np.empty(0, object))


@dataclass(frozen=True)
class Cut:
    """Pairs that, with no other pair at some sources and targets, leave a later stage without a plan.

    Parameters
    ----------
    stage : str
        The stage that must decide otherwise.
    source_ids, target_ids : (n,) object
        The pairs: all that those sources and targets have. There may be none.
    sources, targets : object arrays
        Ids of those sources and targets.
    proven : bool
        False where the later stage might have a plan after all: then the cut is a choice.
    """

    stage: str
    source_ids: Objects
    target_ids: Objects
    sources: Objects
    targets: Objects
    proven: bool = True


def look_ahead(problem: Problem, formulation: Formulation, later: Sequence[LaterStage]) -> None:
    """Add the necessary rows of every later stage that lies below this one.

    Parameters
    ----------
    problem, formulation
        The stage, and where the rows go.
    later
        The stages after it, in order. One counts if it lies within this one, or within
        another that counts, and both its tables lie below this one's: then its pairs are
        below this stage's pairs, row by row.
    """
    inside = {problem.stage.id}
    for coming in later:
        if not inside.intersection(coming.stage.within):
            continue
        rule = f"{LOOK_AHEAD}{coming.stage.id}"
        source = _totals(
            problem.dataset,
            problem.sources,
            coming.stage.source_table,
            coming.source_bounds,
            coming.where.source if coming.where else None,
        )
        target = _totals(
            problem.dataset,
            problem.targets,
            coming.stage.target_table,
            coming.target_bounds,
            coming.where.target if coming.where else None,
        )
        if source is None or target is None:
            continue
        inside.add(coming.stage.id)
        pin(rule, problem, formulation, *demanded_above(problem, coming))
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
    """One row a cut: not all of its pairs, unless another pair joins at its sources or targets."""
    for cut in cuts:
        if cut.stage != problem.stage.id:
            continue
        pairs = problem.locate(Assignment(cut.stage, cut.source_ids, cut.target_ids)).pair
        if bool((pairs < 0).any()):
            continue  # one of them is no candidate any more: the cut holds by itself
        inside = np.zeros(problem.pair_count, bool)
        inside[pairs] = True
        others = ~inside & (
            np.isin(problem.sources.ids, cut.sources)[problem.pair_source]
            | np.isin(problem.targets.ids, cut.targets)[problem.pair_target]
        )
        # whoever has its maximum in the cut's pairs already can have no other beside them
        for side, owner in ((problem.sources, problem.pair_source), (problem.targets, problem.pair_target)):
            others &= (np.bincount(owner[pairs], minlength=len(side)) < side.maximum)[owner]
        column = np.concatenate([pairs, np.flatnonzero(others)])
        sign = np.concatenate([np.ones(len(pairs), np.int64), -np.ones(int(others.sum()), np.int64)])
        formulation.add_rows(
            f"cut.{cut.stage}", np.zeros(len(column), np.int64), column, sign, [-UNBOUNDED], [len(pairs) - 1]
        )


def cut_before(
    failed: Problem,
    formulation: Formulation,
    components: Sequence[Integers],
    before: Problem,
    assignment: Assignment,
) -> Cut:
    """What an earlier stage may not decide again, since it left a later one without a plan.

    Parameters
    ----------
    failed, formulation
        The later stage, which lies within the earlier one, and its rows.
    components
        Columns of each of its components proven infeasible.
    before, assignment
        The earlier stage and what it decided.

    Returns
    -------
    Cut
        Over the sources and targets above the first such component, which comes back in
        every plan that gives them the same partners. Where it has no columns, over those
        above the rows without candidates; else over the whole assignment.
    """
    program = formulation.program([])
    columns = components[0] if components else np.empty(0, np.int64)
    entries = np.diff(program.matrix[:, columns].indptr) > 0
    empty = (np.diff(program.matrix.indptr) == 0) & ((program.row_lower > 0) | (program.row_upper < 0))
    pairs = columns[columns < failed.pair_count]
    touched = []
    for which, side, owner, above in (
        (RowSide.SOURCE, failed.sources, failed.pair_source, before.sources),
        (RowSide.TARGET, failed.targets, failed.pair_target, before.targets),
    ):
        if len(columns):
            stuck = np.unique(owner[pairs])
        elif bool((program.row_side[empty] == which).any()):
            stuck = np.flatnonzero((np.bincount(owner, minlength=len(side)) == 0) & (side.minimum > 0))
        else:
            stuck = np.empty(0, np.int64)
        climbed = failed.dataset.ancestors(side.table, above.table)
        touched.append(None if climbed is None else np.isin(above.rows, climbed[side.rows[stuck]]))
    sources, targets = touched
    # rows of rules may rest on the problem as a whole: only degrees, and rows made here, come back
    elsewhere = (program.row_side == RowSide.GENERAL) & ~_is_own(formulation.row_rules())
    proven = not len(columns) or not bool((entries & elsewhere).any())
    if sources is None or targets is None or not (sources.any() or targets.any()):
        sources, targets = np.ones(len(before.sources), bool), np.ones(len(before.targets), bool)
        proven = True
    chosen = before.locate(assignment)
    inside = sources[chosen.source] | targets[chosen.target]
    return Cut(
        before.stage.id,
        assignment.source_ids[inside],
        assignment.target_ids[inside],
        before.sources.ids[sources],
        before.targets.ids[targets],
        proven,
    )


def _is_own(rules: Objects) -> NDArray[np.bool_]:
    return np.array([str(rule).startswith((LOOK_AHEAD, "cut.")) for rule in rules], bool)


def demanded_above(problem: Problem, coming: LaterStage) -> tuple[Objects, Objects]:
    """Ids of the pairs above those that a later stage must have; None where nothing stands above."""
    ids = []
    tables = ((problem.sources, coming.stage.source_table), (problem.targets, coming.stage.target_table))
    for (side, table), wanted in zip(tables, coming.demanded, strict=True):
        above = problem.dataset.ancestors(table, side.table)
        at = problem.dataset.positions(table, wanted)
        known = (at >= 0) & (above[at] >= 0) if above is not None else np.zeros(len(wanted), bool)
        found = np.full(len(wanted), None, object)
        if above is not None:
            found[known] = problem.dataset.ids(side.table)[above[at[known]]]
        ids.append(found)
    pairs = pd.DataFrame({"source": ids[0], "target": ids[1]}, dtype=object).drop_duplicates()
    return np.asarray(pairs["source"], object), np.asarray(pairs["target"], object)


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
    return np.minimum(least, LIMIT).astype(np.int64), np.minimum(greatest, LIMIT).astype(np.int64)


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
