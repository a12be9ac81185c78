"""What is drawn for many rows at once: categories in given proportions, wordings, urgencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import categories

__all__ = ["around", "choose_columns", "draw_columns", "draw_resources", "pick_wordings", "urgencies"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

_COUNTED_IN_MANY = ("万元", "份", "册", "人次", "株")
"""Units of which a resource has tens or hundreds."""


def around(mean: float, count: int, generator: np.random.Generator) -> Integers:
    """Whole numbers within a quarter of `mean`, shape (count,)."""
    return np.round(mean * generator.uniform(0.75, 1.25, count)).astype(np.int64)


def draw_columns(weights: NDArray[Any], generator: np.random.Generator) -> Integers:
    """One column for each row, with chances in proportion to the row's weights; (rows,)."""
    grown = np.cumsum(weights, axis=1, dtype=np.float64)
    chance = generator.random(len(weights)) * grown[:, -1]
    return np.asarray((grown <= chance[:, None]).sum(axis=1), np.int64)


def choose_columns(inclination: Floats, generator: np.random.Generator, count: Integers) -> NDArray[np.bool_]:
    """The `count` first of each row's columns in a random order that follows `inclination`; like it."""
    keys = inclination + generator.gumbel(size=inclination.shape)
    rank = np.argsort(np.argsort(-keys, axis=1, kind="stable"), axis=1, kind="stable")
    chosen: NDArray[np.bool_] = rank < count[:, None]
    return chosen


def pick_wordings(
    options: Sequence[Sequence[str]], category: Integers, generator: np.random.Generator
) -> Objects:
    """One of its category's wordings for each row."""
    width = max(len(wordings) for wordings in options)
    table = np.array([[wordings[at % len(wordings)] for at in range(width)] for wordings in options], object)
    at = (generator.random(len(category)) * width).astype(np.int64)
    picked: Objects = table[category, at]
    return picked


def draw_resources(category: Integers, generator: np.random.Generator) -> pd.DataFrame:
    """A resource of its category for each row: ``content``, ``kind``, ``quantity`` and ``unit``."""
    options = [["|".join(resource) for resource in item.resources] for item in categories()]
    split = [str(words).split("|") for words in pick_wordings(options, category, generator)]
    content, kind, unit = (pd.Series([words[at] for words in split], dtype=object) for at in range(3))
    many = unit.isin(_COUNTED_IN_MANY).to_numpy(bool)
    count = len(category)
    quantity = np.where(many, generator.integers(2, 41, count) * 10, generator.integers(1, 13, count))
    return pd.DataFrame(
        {"content": content, "kind": kind, "quantity": quantity.astype(np.float64), "unit": unit}
    )


def urgencies(chance: Floats) -> Integers:
    """Urgencies from 1 to 5 for chances from 0 to 1: most are of medium urgency."""
    return 1 + np.searchsorted(np.array([0.12, 0.37, 0.72, 0.92]), chance)
