"""Selectors and features of candidate pairs, as arrays over all pairs of a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from matchmaker.columns import unknown_column, values
from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import POINT, Assignment, Floats, Integers, Objects, Problem, Side, SideName, Stage
from matchmaker.needs_and_supply import Scoring, fit_points
from matchmaker.past import last_year
from matchmaker.reach import reach
from matchmaker.selectors import Conditions, Mask, PairConditions, Selector, equal_codes, mask

__all__ = [
    "PAIR_FEATURES",
    "distance_km",
    "great_circle_km",
    "lacks_distances",
    "minutes",
    "pair_mask",
    "place_names",
    "place_numbers",
    "side_mask",
    "side_values",
]

EARTH_RADIUS_KM = 6371.0088


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


def distance_km(problem: Problem) -> Floats:
    """Kilometres of each pair: from the ``distances`` table, else from coordinates; NaN if unknown."""
    return problem.memo("distance_km", lambda: _distance(problem))


def minutes(problem: Problem) -> Floats:
    """Minutes on the way of each pair, from the ``distances`` table; NaN where it does not say."""
    return problem.memo("minutes", lambda: _stated(problem, "minutes"))


def lacks_distances(problem: Problem, side: Side) -> Mask:
    """Rows of a side that have neither coordinates nor any distance in the ``distances`` table."""
    known = np.zeros(len(side), bool)
    points = _coordinates(problem, side)
    if points is not None:
        known |= ~np.isnan(points).any(axis=1)
    table = problem.dataset.frame("distances")
    if len(table) and "km" in table:
        stated = table[table["km"].notna()]
        for column in ("source_id", "target_id"):
            at = _positions(side, stated[column])
            known[at[at >= 0]] = True
    lacking: Mask = ~known
    return lacking


def _distance(problem: Problem) -> Floats:
    stated = _stated(problem, "km")
    source, target = _coordinates(problem, problem.sources), _coordinates(problem, problem.targets)
    if source is None or target is None:
        return stated
    measured = great_circle_km(source[problem.pair_source], target[problem.pair_target])
    return np.where(np.isnan(stated), measured, stated)


def _stated(problem: Problem, column: str) -> Floats:
    """A number of the ``distances`` table for each pair; NaN where there is none."""
    result = np.full(problem.pair_count, np.nan)
    table = problem.dataset.frame("distances")
    if len(table) and column in table:
        located = problem.pair_index(
            _positions(problem.sources, table["source_id"]), _positions(problem.targets, table["target_id"])
        )
        known = located >= 0
        result[located[known]] = table[column].to_numpy(float)[known]
    return result


def _positions(side: Side, ids: pd.Series) -> Integers:
    found = pd.Index(side.ids, dtype=object).get_indexer(pd.Index(ids, dtype=object))
    return np.asarray(found, np.int64)


def _coordinates(problem: Problem, side: Side) -> Floats | None:
    """Longitude and latitude of each row of a side, (n, 2): its own, or of the row above it.

    A table without the two columns stands where the rows above it stand (a cadre at the agency,
    a post in its community). None where no table above has them either; NaN where a cell is empty.
    """
    dataset, table = problem.dataset, side.table
    while not {"lng", "lat"} <= set(dataset.frame(table).columns):
        if table not in dataset.parents:
            return None
        table = dataset.parents[table][1]
    up = dataset.ancestors(side.table, table)
    if up is None:
        return None
    at = up[side.rows]
    found = np.full((len(side), 2), np.nan)
    found[at >= 0] = dataset.frame(table)[["lng", "lat"]].to_numpy(float)[at[at >= 0]]
    return found


def great_circle_km(left: Floats, right: Floats) -> Floats:
    """Kilometres between points given as (longitude, latitude) in degrees, shape (n, 2) each."""
    (lng_a, lat_a), (lng_b, lat_b) = np.radians(left).T, np.radians(right).T
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lng_b - lng_a) / 2) ** 2
    arc: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    return arc


def fit(problem: Problem) -> Floats:
    """Points by which each source answers its target's needs, 0 to 100, with the usual scoring."""
    return fit_points(problem, Scoring()) / POINT


def was_last_year(problem: Problem) -> Mask:
    """Whether each pair was one last year."""
    result = np.zeros(problem.pair_count, bool)
    result[last_year(problem).possible] = True
    return result


PAIR_FEATURES: Mapping[str, Callable[[Problem], Floats | Mask]] = {
    "distance_km": distance_km,
    "fit": fit,
    "last_year": was_last_year,
    "minutes": minutes,
}
"""Features that `pair` conditions and `prefer` may use, each an array over all pairs."""
