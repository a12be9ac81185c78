"""Conditions and places of a problem's rows and candidate pairs, as whole arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.columns import unknown_column, values
from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Assignment, Floats, Integers, Objects, Problem, Side, SideName, Stage
from matchmaker.pair_features import PAIR_FEATURES
from matchmaker.reach import reach
from matchmaker.selectors import Conditions, Mask, PairConditions, Selector, equal_codes, mask

__all__ = [
    "pair_mask",
    "place_names",
    "place_numbers",
    "side_mask",
    "side_values",
]


def side_values(problem: Problem, side: Side, path: str) -> Objects:
    """Values of a column (or path) for the rows of one side, shape (len(side),)."""
    return values(problem.dataset, side.table, path)[side.rows]


def place_numbers(problem: Problem, path: str) -> Integers:
    """A number for the place (`path`) of each target; a target without place is a place of its own."""
    found = pd.Series(side_values(problem, problem.targets, path), dtype=object)
    codes = np.asarray(pd.factorize(found)[0], np.int64)
    nowhere = np.flatnonzero(codes < 0)
    codes[nowhere] = codes.max(initial=-1) + 1 + np.arange(len(nowhere))
    return codes


def place_names(problem: Problem, path: str) -> Objects:
    """The place (`path`) of each target as text; of a target without place its id, as it is its own place."""
    found = side_values(problem, problem.targets, path)
    names = [
        str(target) if value is None or value != value else str(value)
        for value, target in zip(found, problem.targets.ids, strict=True)
    ]
    return np.array(names, dtype=object)


def side_mask(problem: Problem, which: SideName, conditions: Conditions | None) -> Mask:
    """Which sources or targets fulfil the conditions; all where there are none."""
    side = problem.side(which)
    if conditions is None:
        return np.ones(len(side), bool)
    return mask(conditions, lambda path: side_values(problem, side, path), len(side))


def pair_mask(problem: Problem, selector: Selector | None) -> Mask:
    """Which candidate pairs fulfil the selector: one mask per side, then the pairs' own."""
    selector = selector or Selector()
    result = (
        side_mask(problem, "source", selector.source)[problem.pair_source]
        & side_mask(problem, "target", selector.target)[problem.pair_target]
    )
    if selector.pair is not None:
        result &= _pair_conditions(problem, selector.pair)
    return result


def _pair_conditions(problem: Problem, conditions: PairConditions) -> Mask:
    return mask(
        conditions, lambda path: _feature(problem, path), problem.pair_count, lambda each: _own(problem, each)
    )


def _own(problem: Problem, conditions: Conditions) -> Mask:
    """What only conditions on pairs can say: equal columns of both sides, an earlier stage."""
    result = np.ones(problem.pair_count, bool)
    if not isinstance(conditions, PairConditions):
        return result
    if conditions.same is not None:
        result &= _same(problem, *conditions.same)
    if conditions.within is not None:
        result &= _within(problem, conditions.within)
    return result


def _same(problem: Problem, source_path: str, target_path: str) -> Mask:
    left, right = (
        side_values(problem, problem.sources, source_path),
        side_values(problem, problem.targets, target_path),
    )
    left_codes, right_codes = equal_codes(left, right)
    of_source, of_target = left_codes[problem.pair_source], right_codes[problem.pair_target]
    equal: Mask = (of_source == of_target) & (of_source >= 0)
    return equal


def _within(problem: Problem, stage_id: str) -> Mask:
    """Which pairs an earlier stage has paired: themselves, or rows above or below them."""
    dataset = problem.dataset
    if stage_id not in dataset.joins:
        raise InputError([Fault("grouping.no_stage", Place(), stage_id)])
    stage = Stage(stage_id, dataset.parents[stage_id][1], dataset.joins[stage_id][1])
    decided = dataset.frame(stage_id)
    assignment = Assignment(
        stage_id, decided["source_id"].to_numpy(object), decided["target_id"].to_numpy(object)
    )
    reached = reach(dataset, problem.sources, problem.targets, stage, assignment)
    row, column = reached.tocoo().coords
    found = problem.pair_index(row.astype(np.int64), column.astype(np.int64))
    result = np.zeros(problem.pair_count, bool)
    result[found[found >= 0]] = True
    return result


def _feature(problem: Problem, name: str) -> Floats | Mask:
    if name not in PAIR_FEATURES:
        raise unknown_column(
            problem.dataset, f"{problem.stage.source_table}×{problem.stage.target_table}", name
        )
    return PAIR_FEATURES[name](problem)
