"""From a stage and its data to a `Problem`: sources, targets, candidate pairs. Knows no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.columns import Expression, numbers, values
from matchmaker.errors import Fault, InputError
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Assignment, Dataset, Integers, Problem, Side, Stage
from matchmaker.pairs import pair_mask
from matchmaker.reach import reach
from matchmaker.selectors import Conditions, Mask, Selector, equal_codes, mask

__all__ = ["Bounds", "EarlierStage", "build_problem", "build_sides"]


@dataclass(frozen=True)
class Bounds:
    """Degree bounds of one side: a number, column or count each; no maximum where None."""

    minimum: Expression = 0
    maximum: Expression | None = None


@dataclass(frozen=True)
class EarlierStage:
    """A decided stage that a later one lies within."""

    stage: Stage
    assignment: Assignment


def build_problem(
    stage: Stage,
    dataset: Dataset,
    year: int,
    where: Selector | None,
    source_bounds: Bounds,
    target_bounds: Bounds,
    earlier: Sequence[EarlierStage] = (),
) -> Problem:
    """Rows that take part, their degree bounds, and the pairs that no structure excludes.

    A pair (s, t) is a candidate iff, for each stage in `stage.within`, some assigned
    (s′, t′) has s′ equal to, above or below s in the trees, and t′ likewise to t.
    Conditions on pairs in `where` exclude pairs.

    Raises
    ------
    InputError
        For a missing table, a column that does not exist, or an earlier stage whose
        tables no chain of parents connects.
    """
    sources, targets = build_sides(stage, dataset, where, source_bounds, target_bounds)
    excluded = [
        (name, str(entity), "where")
        for name, side in (("source", sources), ("target", targets))
        for entity in np.delete(dataset.ids(side.table), side.rows)
    ]
    by_stage = {decided.stage.id: decided for decided in earlier}
    within = [by_stage[name] for name in stage.within]
    same = where.pair.same if where is not None and where.pair is not None else None
    if within or same is None:
        pair_source, pair_target = _candidates(dataset, sources, targets, within)
    else:  # never more pairs than will be left
        pair_source, pair_target = _joined(
            *equal_codes(
                values(dataset, sources.table, same[0])[sources.rows],
                values(dataset, targets.table, same[1])[targets.rows],
            )
        )
    problem = Problem(
        stage=stage,
        dataset=dataset,
        year=year,
        sources=sources,
        targets=targets,
        pair_source=pair_source,
        pair_target=pair_target,
        earlier={name: decided.assignment for name, decided in by_stage.items()},
        excluded=tuple(excluded),
    )
    if where is not None and where.pair is not None:
        problem = problem.restricted(pair_mask(problem, Selector(pair=where.pair)))
    return problem


def build_sides(
    stage: Stage,
    dataset: Dataset,
    where: Selector | None,
    source_bounds: Bounds,
    target_bounds: Bounds,
) -> tuple[Side, Side]:
    """The sources and targets that take part, with their degree bounds; raises as `build_problem` does."""
    missing = [table for table in (stage.source_table, stage.target_table) if not dataset.has(table)]
    if missing:
        raise InputError(
            [Fault("problem.no_table", found=table, details={"stage": stage.id}) for table in missing]
        )
    keep_source = _where(dataset, stage.source_table, where.source if where else None)
    keep_target = _where(dataset, stage.target_table, where.target if where else None)
    return (
        _side(dataset, stage.source_table, keep_source, source_bounds),
        _side(dataset, stage.target_table, keep_target, target_bounds),
    )


def _where(dataset: Dataset, table: str, conditions: Conditions | None) -> Mask:
    rows = len(dataset.frame(table))
    if conditions is None:
        return np.ones(rows, bool)
    return mask(conditions, lambda path: values(dataset, table, path), rows)


def _side(dataset: Dataset, table: str, keep: Mask, bounds: Bounds) -> Side:
    rows = np.flatnonzero(keep).astype(np.int64)
    low = np.nan_to_num(numbers(dataset, table, bounds.minimum)[rows])
    high = (
        np.full(len(rows), np.nan)
        if bounds.maximum is None
        else numbers(dataset, table, bounds.maximum)[rows]
    )
    return Side(
        table=table,
        rows=rows,
        ids=dataset.ids(table)[rows],
        minimum=np.ceil(low).astype(np.int64),
        maximum=np.where(np.isnan(high), UNBOUNDED, np.floor(np.nan_to_num(high))).astype(np.int64),
    )


def _candidates(
    dataset: Dataset, sources: Side, targets: Side, earlier: Sequence[EarlierStage]
) -> tuple[Integers, Integers]:
    if not earlier:
        count = len(targets)
        return (
            np.repeat(np.arange(len(sources), dtype=np.int64), count),
            np.tile(np.arange(count, dtype=np.int64), len(sources)),
        )
    allowed: sparse.csr_array | None = None
    for decided in earlier:
        within = reach(dataset, sources, targets, decided.stage, decided.assignment)
        allowed = within if allowed is None else allowed.multiply(within)
    assert allowed is not None
    coordinates = allowed.tocoo()
    row, column = coordinates.coords
    order = np.lexsort((column, row))
    return row[order].astype(np.int64), column[order].astype(np.int64)


def _joined(left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """Positions of all pairs of equal codes, source by source; -1 equals nothing."""
    order = np.argsort(right, kind="stable").astype(np.int64)
    first, end = (np.searchsorted(right[order], left, side) for side in ("left", "right"))
    count = np.where(left >= 0, end - first, 0)
    source = np.repeat(np.arange(len(left), dtype=np.int64), count)
    within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    return source, order[np.repeat(first, count) + within]
