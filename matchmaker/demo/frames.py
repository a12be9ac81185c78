"""Columns in the data set's conventions, and the random stream of each table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from matchmaker.model import Floats, Integers, Objects

__all__ = [
    "NOTICE",
    "REAL_NAMES",
    "Flags",
    "Floats",
    "Integers",
    "Objects",
    "births",
    "categories_column",
    "flags",
    "ids",
    "numbered",
    "numbers",
    "only_where",
    "require_scale",
    "seed_of",
    "stream",
    "texts",
    "with_notice",
]

Flags = NDArray[np.bool_]

NOTICE = "模拟数据"
"""What every generated table says of itself, in every row."""

REAL_NAMES = 1 << 32
"""Added to the seed with real names: nothing drawn for an invented place falls on a real one."""


def require_scale(scale: float) -> None:
    """Raise `ValueError` when `scale` is not above 0."""
    if not scale > 0:
        raise ValueError(f"scale must be above 0, not {scale}")


def seed_of(seed: int, real_names: bool) -> int:
    """The seed that a data set is drawn from; raises `ValueError` for one below 0."""
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}")
    return seed + (REAL_NAMES if real_names else 0)


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one subject, untouched by what other subjects draw.

    Parameters
    ----------
    seed : int
        The data set's seed, 0 or more.
    name : str
        The subject, usually a table.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, *name.encode()]))


def texts(values: Iterable[str | None]) -> pd.Series[Any]:
    """A text column: str or None."""
    # tolist() turns numpy's own strings into plain ones.
    plain = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return pd.Series(plain, dtype=object)


def numbers(values: ArrayLike) -> pd.Series[Any]:
    """A number column: float64 with NaN."""
    return pd.Series(np.asarray(values, dtype=np.float64))


def flags(values: ArrayLike) -> pd.Series[Any]:
    """A yes/no column."""
    return pd.Series(np.asarray(values, dtype=bool)).astype("boolean")


def categories_column(chosen: Flags, codes: Sequence[str]) -> pd.Series[Any]:
    """A column of several codes each, as tuples in the order of `codes`.

    Parameters
    ----------
    chosen : (rows, codes) bool
        Which codes each row has.
    codes
        The codes of the columns of `chosen`.
    """
    names = np.asarray(codes, dtype=object)
    return pd.Series([tuple(names[row]) for row in chosen], dtype=object)


def ids(prefix: str, count: int, digits: int) -> Objects:
    """Ids ``prefix`` + 1..count, zero-padded to `digits` or more, shape (count,)."""
    width = max(digits, len(str(count)))
    return np.array([f"{prefix}{number:0{width}d}" for number in range(1, count + 1)], dtype=object)


def numbered(owner: Integers) -> Integers:
    """Number of each row among those of its owner, from 0; (rows,).

    Parameters
    ----------
    owner : (rows,)
        Position of each row's owner, ascending.
    """
    per_owner = np.bincount(owner)
    return np.arange(len(owner)) - (np.cumsum(per_owner) - per_owner)[owner]


def births(year: int, age: Integers, month: Integers) -> pd.Series[Any]:
    """Months of birth, as the first of the month, of persons of these ages when `year` begins."""
    return texts(f"{year - 1 - years}-{at:02d}-01" for years, at in zip(age, month, strict=True))


def only_where(condition: Flags, values: Objects | Sequence[str]) -> Objects:
    """The values where the condition holds, None elsewhere; (rows,)."""
    result = np.full(len(condition), None, dtype=object)
    result[condition] = np.asarray(values, dtype=object)[condition]
    return result


def with_notice(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the notice in its last column, 备注."""
    return frame.assign(note=pd.Series([NOTICE] * len(frame), dtype=object, index=frame.index))
