"""Columns in the data set's conventions, and the random stream of each table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "NOTICE",
    "REAL_NAMES",
    "categories_column",
    "flags",
    "ids",
    "numbers",
    "only_where",
    "stream",
    "texts",
    "with_notice",
]

NOTICE = "模拟数据"
"""What every generated table says of itself, in every row."""

REAL_NAMES = 1 << 32
"""Added to the seed with real names: nothing drawn for an invented place falls on a real one."""


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


def categories_column(chosen: NDArray[np.bool_], codes: Sequence[str]) -> pd.Series[Any]:
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


def ids(prefix: str, count: int, digits: int) -> NDArray[np.object_]:
    """Ids ``prefix`` + 1..count, zero-padded to `digits` or more, shape (count,)."""
    width = max(digits, len(str(count)))
    return np.array([f"{prefix}{number:0{width}d}" for number in range(1, count + 1)], dtype=object)


def only_where(
    condition: NDArray[np.bool_], values: NDArray[np.object_] | Sequence[str]
) -> NDArray[np.object_]:
    """The values where the condition holds, None elsewhere; (rows,)."""
    result = np.full(len(condition), None, dtype=object)
    result[condition] = np.asarray(values, dtype=object)[condition]
    return result


def with_notice(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the notice in its last column, 备注."""
    return frame.assign(note=pd.Series([NOTICE] * len(frame), dtype=object, index=frame.index))
