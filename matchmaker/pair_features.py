"""Features of candidate pairs, arrays over all pairs of a problem: distance, minutes, fit, past years."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from matchmaker.errors import Detail, Fault, Place
from matchmaker.model import POINT, Floats, Problem, Side
from matchmaker.needs_and_supply import Scoring, fit_points
from matchmaker.pair_evaluations import evaluation
from matchmaker.past import consecutive_years, last_year, stage_names, total_years
from matchmaker.selectors import Mask

__all__ = [
    "PAIR_FEATURES",
    "distance_faults",
    "distance_km",
    "feature_faults",
    "great_circle_km",
    "lacks_distances",
    "minutes",
]

EARTH_RADIUS_KM = 6371.0088

LISTED = 5
"""Rows that a fault names."""


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
            known |= pd.Series(side.ids, dtype=object).isin(stated[column]).to_numpy(bool)
    lacking: Mask = ~known
    return lacking


def feature_faults(problem: Problem, name: str) -> tuple[Fault, ...]:
    """Distances or minutes that a feature of pairs rests on and nobody has stated."""
    if name == "distance_km":
        return distance_faults(problem)
    stated = problem.dataset.frame("distances")
    if name == "minutes" and not ("minutes" in stated and bool(stated["minutes"].notna().any())):
        return (Fault("rule.no_minutes", Place(), name),)
    return ()


def distance_faults(problem: Problem) -> tuple[Fault, ...]:
    """Rows about which no distance is known at all."""
    faults = []
    for side in (problem.sources, problem.targets):
        lacking = side.ids[lacks_distances(problem, side)]
        if len(lacking):
            named = "、".join(lacking[:LISTED].astype(str)) + ("…" if len(lacking) > LISTED else "")
            details: dict[str, Detail] = {"table": side.table, "count": len(lacking)}
            faults.append(Fault("rule.distance.unknown", Place(), named, details))
    return tuple(faults)


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


def was_in_baseline(problem: Problem) -> Mask:
    """Whether each pair is one of the plan that this one corrects."""
    result = np.zeros(problem.pair_count, bool)
    rows = problem.dataset.frame("baseline")
    if len(rows):
        rows = rows[rows["stage"].isin(stage_names(problem.stage.id)).to_numpy(bool)]
        pair = problem.located(rows["source_id"], rows["target_id"]).pair
        result[pair[pair >= 0]] = True
    return result


PAIR_FEATURES: Mapping[str, Callable[[Problem], Floats | Mask]] = {
    "baseline": was_in_baseline,
    "distance_km": distance_km,
    "evaluation": evaluation,
    "fit": fit,
    "last_year": was_last_year,
    "minutes": minutes,
    "total_years": lambda problem: total_years(problem).astype(np.float64),
    "years": lambda problem: consecutive_years(problem).astype(np.float64),
}
"""Features that `pair` conditions and `prefer` may use, each an array over all pairs."""


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
        located = problem.located(table["source_id"], table["target_id"]).pair
        known = located >= 0
        result[located[known]] = table[column].to_numpy(float)[known]
    return result


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
