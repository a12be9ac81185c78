"""What a pair weighs: a number of the partner, a feature of the pair, a product of both sides' numbers."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.columns import LARGEST, Expression, numbers
from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.model import Dataset, Floats, Problem, SideName
from matchmaker.pair_features import PAIR_FEATURES, feature_faults
from matchmaker.rules.base import SideNumbers

__all__ = [
    "Load",
    "PairLoad",
    "ProductLoad",
    "known_in",
    "known_numbers",
    "load_columns",
    "load_faults",
    "loads_of",
]


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


def load_columns(load: Load, partner: SideName) -> SideNumbers:
    """The numbers of both sides that a load reads."""
    if isinstance(load, PairLoad):
        return ()
    if isinstance(load, ProductLoad):
        return (("source", load.source), ("target", load.target))
    return ((partner, load),)


def loads_of(problem: Problem, load: Load, partner: SideName) -> Floats:
    """The load of every candidate pair; what is missing or below 0 counts 0, shape (pairs,)."""
    if isinstance(load, PairLoad):
        return _not_negative(np.asarray(PAIR_FEATURES[load.pair](problem), np.float64))
    if isinstance(load, ProductLoad):
        sources, targets = _product_of(problem, load)
        return sources[problem.pair_source] * targets[problem.pair_target]
    return _of_pairs(problem, partner, load)


def load_faults(problem: Problem, load: Load) -> tuple[Fault, ...]:
    """Features of pairs that nobody has stated, and products that are too large."""
    if isinstance(load, PairLoad):
        return feature_faults(problem, load.pair)
    if isinstance(load, ProductLoad):
        try:
            _product_of(problem, load)
        except InputError as error:
            return error.faults
    return ()


def _product_of(problem: Problem, load: ProductLoad) -> tuple[Floats, Floats]:
    """Both factors, one a row of each side."""
    factors = known_numbers(problem, "source", load.source), known_numbers(problem, "target", load.target)
    largest = float(np.prod([factor.max(initial=0) for factor in factors]))
    if largest > LARGEST:
        what = f"{problem.sources.table}×{problem.targets.table}"
        details: dict[str, Detail] = {"what": what, "largest": LARGEST}
        raise InputError([Fault("number.too_large", Place(), f"{largest:g}", details)])
    return factors


def _of_pairs(problem: Problem, which: SideName, expression: Expression) -> Floats:
    return known_numbers(problem, which, expression)[problem.pair_rows(which)]


def known_numbers(problem: Problem, which: SideName, expression: Expression) -> Floats:
    """One number per row of a side; what is missing or below 0 counts 0."""
    side = problem.side(which)
    return known_in(problem.dataset, side.table, expression)[side.rows]


def known_in(dataset: Dataset, table: str, expression: Expression) -> Floats:
    """One number per row of a table; what is missing or below 0 counts 0."""
    return _not_negative(numbers(dataset, table, expression))


def _not_negative(found: Floats) -> Floats:
    known: Floats = np.maximum(np.nan_to_num(found), 0.0)
    return known
