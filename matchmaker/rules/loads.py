"""What a pair weighs: a number of the partner, a feature of the pair, a product of both sides' numbers."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.columns import Expression, numbers
from matchmaker.errors import Detail, Fault, Place
from matchmaker.model import Floats, Problem, Side
from matchmaker.pairs import PAIR_FEATURES, lacks_distances

__all__ = [
    "Load",
    "PairLoad",
    "ProductLoad",
    "distance_faults",
    "feature_faults",
    "known_numbers",
    "load_columns",
    "loads_of",
]

LISTED = 5
"""Rows that a fault names."""


class PairLoad(BaseModel):
    """A feature of the pair: its minutes on the way, its kilometres."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pair: str = Field(description="Feature of the pair: distance_km, minutes, …")


class ProductLoad(BaseModel):
    """A number of the source times one of the target: visits of a cadre times hours a household takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Expression = Field(description="Number, column or count of the source")
    target: Expression = Field(description="Number, column or count of the target")


Load = Expression | PairLoad | ProductLoad
"""A number, column or count of the partner; `{pair: …}`; `{source: …, target: …}`."""


def load_columns(
    load: Load, partner: Literal["source", "target"]
) -> tuple[tuple[Literal["source", "target"], Expression], ...]:
    """The numbers of both sides that a load reads."""
    if isinstance(load, PairLoad):
        return ()
    if isinstance(load, ProductLoad):
        return (("source", load.source), ("target", load.target))
    return ((partner, load),)


def loads_of(problem: Problem, load: Load, partner: Literal["source", "target"]) -> Floats:
    """The load of every candidate pair; what is missing or below 0 counts 0, shape (pairs,)."""
    if isinstance(load, PairLoad):
        found = np.asarray(PAIR_FEATURES[load.pair](problem), np.float64)
    elif isinstance(load, ProductLoad):
        of_source = known_numbers(problem, problem.sources, load.source)[problem.pair_source]
        found = of_source * known_numbers(problem, problem.targets, load.target)[problem.pair_target]
    elif partner == "source":
        found = known_numbers(problem, problem.sources, load)[problem.pair_source]
    else:
        found = known_numbers(problem, problem.targets, load)[problem.pair_target]
    return np.maximum(np.nan_to_num(found), 0.0)


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


def known_numbers(problem: Problem, side: Side, expression: Expression) -> Floats:
    """One number per row of a side; what is missing or below 0 counts 0."""
    found: Floats = np.maximum(
        np.nan_to_num(numbers(problem.dataset, side.table, expression)[side.rows]), 0.0
    )
    return found
