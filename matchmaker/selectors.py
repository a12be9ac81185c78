"""Structured conditions, never code: from YAML to masks over whole columns.

where: {source: {agency_type: {in: [justice, vertical]}, member_count: {gte: 10}},
        target: {weak: true}, pair: {distance_km: {lte: 5}, same: [home_community, community]}}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.model import Floats, Integers, Objects

__all__ = [
    "Comparison",
    "Conditions",
    "Mask",
    "PairConditions",
    "Scalar",
    "Selector",
    "compared",
    "equal_codes",
    "is_equal",
    "is_number",
    "mask",
    "read_number",
]

Mask = NDArray[np.bool_]
Values = Objects | Floats | Mask
Scalar = bool | int | float | str
KeyPath = tuple[str | int, ...]


class Comparison(BaseModel):
    """Comparisons of one column's values; several in one mapping must all hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    eq: Scalar | None = None
    ne: Scalar | None = None
    in_: list[Scalar] | None = Field(None, alias="in")
    not_in: list[Scalar] | None = None
    lt: float | str | None = None
    lte: float | str | None = None
    gt: float | str | None = None
    gte: float | str | None = None
    is_null: bool | None = None

    def names_text(self) -> bool:
        """Whether any of them is with a text."""
        single = (self.eq, self.ne, self.lt, self.lte, self.gt, self.gte)
        listed = (*(self.in_ or ()), *(self.not_in or ()))
        return any(isinstance(wanted, str) for wanted in (*single, *listed))


class Conditions(BaseModel):
    """Conditions on the columns of one table; all of them must hold.

    Every key but ``all``, ``any`` and ``not`` is a column (or a path to a parent's), its
    value what it must equal, a list of which it must be one, or comparisons. A column of
    several values fulfils a comparison when one of its values does.
    """

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, Scalar | list[Scalar] | Comparison] = Field(init=False)

    all_: Sequence[Conditions] | None = Field(None, alias="all")
    any_: Sequence[Conditions] | None = Field(None, alias="any")
    not_: Conditions | None = Field(None, alias="not")

    def nested(self) -> list[Conditions]:
        """The conditions one level below these."""
        return [*(self.all_ or ()), *(self.any_ or ()), *([self.not_] if self.not_ else ())]

    def paths(self) -> list[str]:
        """All columns that the conditions name, nested ones included."""
        return [*self.__pydantic_extra__, *(path for inner in self.nested() for path in inner.paths())]

    def comparisons(self, way: KeyPath = ()) -> Iterator[tuple[KeyPath, str, Comparison]]:
        """Every comparison, nested ones included: keys that lead to it, the column, what is asked of it."""
        for path, wanted in self.__pydantic_extra__.items():
            yield (*way, path), path, _comparison(wanted)
        for key, several in (("all", self.all_), ("any", self.any_)):
            for position, inner in enumerate(several or ()):
                yield from inner.comparisons((*way, key, position))
        if self.not_ is not None:
            yield from self.not_.comparisons((*way, "not"))


class PairConditions(Conditions):
    """Conditions on a pair: its features, columns of both sides that must be the same, an earlier stage."""

    all_: Sequence[PairConditions] | None = Field(None, alias="all")
    any_: Sequence[PairConditions] | None = Field(None, alias="any")
    not_: PairConditions | None = Field(None, alias="not")
    same: tuple[str, str] | None = Field(
        None, description="A source's and a target's column or path with equal values"
    )
    within: str | None = Field(
        None, description="An earlier stage that has paired the two, or rows above or below them"
    )

    def every(self) -> Iterator[PairConditions]:
        """These conditions and all nested in them."""
        yield self
        for inner in self.nested():
            if isinstance(inner, PairConditions):
                yield from inner.every()


class Selector(BaseModel):
    """Conditions on sources, on targets and on pairs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Conditions | None = None
    target: Conditions | None = None
    pair: PairConditions | None = None


def mask(
    conditions: Conditions,
    column: Callable[[str], Values],
    rows: int,
    further: Callable[[Conditions], Mask] | None = None,
) -> Mask:
    """Which rows fulfil the conditions.

    Parameters
    ----------
    conditions
        What must hold.
    column
        Gives a column's values by name or path, shape (rows,): objects of any type, or plain
        numbers, of which there may be millions.
    rows
        Number of rows.
    further
        What the conditions say beyond columns, shape (rows,); asked of nested ones too.

    Returns
    -------
    (rows,) bool
        A missing value fulfils only ``is_null: true``, ``ne`` and ``not_in``.
    """
    result = np.ones(rows, bool) if further is None else further(conditions)
    for path, wanted in conditions.__pydantic_extra__.items():
        result &= compared(column(path), _comparison(wanted))
    for inner in conditions.all_ or ():
        result &= mask(inner, column, rows, further)
    if conditions.any_ is not None:
        either = [mask(inner, column, rows, further) for inner in conditions.any_]
        result &= np.logical_or.reduce(either, axis=0)
    if conditions.not_ is not None:
        result &= ~mask(conditions.not_, column, rows, further)
    return result


def compared(column: Values, comparison: Comparison) -> Mask:
    """Which values of a column fulfil a comparison, shape (rows,)."""
    if column.dtype != object and not comparison.names_text():
        return np.where(np.isnan(column), _judge_missing(comparison), _judge_numbers(column, comparison))
    # Each distinct value is judged once; columns of tens of thousands of rows have few.
    codes, distinct = pd.factorize(pd.Series(column, dtype=object), use_na_sentinel=True)
    judged = np.array([_judge(value, comparison) for value in distinct], bool)
    missing = _judge_missing(comparison)
    return np.where(codes >= 0, judged[codes] if len(judged) else missing, missing).astype(bool)


def equal_codes(left: Objects, right: Objects) -> tuple[Integers, Integers]:
    """Numbers for the values of two columns, the same where the values are; -1 for missing ones.

    Cells of several values are compared as sets: their order and repetitions do not count, one
    value alone is what a cell of a single value holds, and none is missing.
    """
    codes, distinct = pd.factorize(pd.Series(np.concatenate([left, right]), dtype=object))
    plain = np.empty(len(distinct), object)
    plain[:] = [_as_set(value) for value in distinct]
    merged, _ = pd.factorize(pd.Series(plain, dtype=object))
    numbered = np.where(codes >= 0, np.append(merged, -1)[codes], -1).astype(np.int64)
    return numbered[: len(left)], numbered[len(left) :]


def _as_set(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    once = sorted(set(value))
    return tuple(once) if len(once) > 1 else once[0] if once else None


def is_equal(value: Any, wanted: Scalar) -> bool:
    """Whether a single value is the one wanted: as text where one of both is, a number as a number."""
    if isinstance(wanted, str) and is_number(value):
        return bool(value == read_number(wanted))
    if isinstance(value, str) != isinstance(wanted, str):
        return str(value) == str(wanted)
    return bool(value == wanted)


def is_number(value: Any) -> bool:
    """Whether a single value is a number; a flag is none."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)


def read_number(text: str) -> float:
    """The number that a text in quotation marks is, NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _comparison(wanted: Scalar | list[Scalar] | Comparison) -> Comparison:
    if isinstance(wanted, Comparison):
        return wanted
    return Comparison(in_=wanted) if isinstance(wanted, list) else Comparison(eq=wanted)


def _judge_missing(comparison: Comparison) -> bool:
    if comparison.is_null is False:
        return False
    needs_value = comparison.model_dump(exclude={"ne", "not_in", "is_null"}, exclude_none=True)
    return not needs_value


def _judge_numbers(column: Values, comparison: Comparison) -> Mask:
    """As `_judge_scalar`, for a whole column at once."""
    result = np.full(len(column), comparison.is_null is not True)
    if comparison.eq is not None:
        result &= column == comparison.eq
    if comparison.ne is not None:
        result &= column != comparison.ne
    if comparison.in_ is not None:
        result &= np.isin(column, comparison.in_)
    if comparison.not_in is not None:
        result &= ~np.isin(column, comparison.not_in)
    for bound, holds in (
        (comparison.lt, np.less),
        (comparison.lte, np.less_equal),
        (comparison.gt, np.greater),
        (comparison.gte, np.greater_equal),
    ):
        if bound is not None:
            result &= holds(column, bound)
    return result


def _judge(value: Any, comparison: Comparison) -> bool:
    if comparison.is_null is not None and comparison.is_null != (value == ()):
        return False
    if isinstance(value, tuple):
        exclusions = comparison.model_copy(
            update={"eq": None, "in_": None, "lt": None, "lte": None, "gt": None, "gte": None}
        )
        inclusions = comparison.model_copy(update={"ne": None, "not_in": None})
        return all(_judge_scalar(item, exclusions) for item in value) and (
            inclusions.model_dump(exclude_none=True, exclude={"is_null"}) == {}
            or any(_judge_scalar(item, inclusions) for item in value)
        )
    return _judge_scalar(value, comparison)


def _judge_scalar(value: Any, comparison: Comparison) -> bool:
    return (
        (comparison.eq is None or is_equal(value, comparison.eq))
        and (comparison.ne is None or not is_equal(value, comparison.ne))
        and (comparison.in_ is None or any(is_equal(value, wanted) for wanted in comparison.in_))
        and (comparison.not_in is None or not any(is_equal(value, wanted) for wanted in comparison.not_in))
        and (comparison.lt is None or _ordered(value, comparison.lt) < 0)
        and (comparison.lte is None or _ordered(value, comparison.lte) <= 0)
        and (comparison.gt is None or _ordered(value, comparison.gt) > 0)
        and (comparison.gte is None or _ordered(value, comparison.gte) >= 0)
    )


def _ordered(value: Any, bound: float | str) -> float:
    """-1, 0 or 1: numbers as such, else as text where one of both is (dates are ISO text); NaN: neither."""
    if isinstance(bound, str) and is_number(value):
        bound = read_number(bound)
        if math.isnan(bound):
            return math.nan
    if isinstance(value, str) or isinstance(bound, str):
        return (str(value) > str(bound)) - (str(value) < str(bound))
    return int(value > bound) - int(value < bound)
