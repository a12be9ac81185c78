"""What is drawn for many rows at once: categories in given proportions, wordings, urgencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import categories
from matchmaker.demo.frames import Flags, Floats, Integers, Objects

__all__ = [
    "NEUTRAL_NEED",
    "SHARPNESS",
    "STATUSES",
    "TIMES",
    "among",
    "around",
    "choose_columns",
    "draw_columns",
    "draw_days",
    "draw_resources",
    "draw_skills",
    "pick_wordings",
    "resource_words",
    "take_up",
    "urgencies",
]

NEUTRAL_NEED = "希望对接相关服务"
"""Wording of every need of a real place: nothing in particular is said of it."""

SHARPNESS = 1.7
"""A place asks for what its character needs most far more often than for the rest."""

STATUSES = np.array(["待认领", "已认领", "办理中"], object)
"""Statuses of open need items."""

TIMES = np.array(["工作日", "每周六上午", "每月第二个周六", "晚间", "预约"], object)
"""When a resource or a post is to be had."""

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


def choose_columns(inclination: Floats, generator: np.random.Generator, count: Integers) -> Flags:
    """The `count` first of each row's columns in a random order that follows `inclination`; like it."""
    keys = inclination + generator.gumbel(size=inclination.shape)
    rank = np.argsort(np.argsort(-keys, axis=1, kind="stable"), axis=1, kind="stable")
    chosen: Flags = rank < count[:, None]
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


def take_up(
    functions: Flags, chance: float, generator: np.random.Generator, also: Flags | None = None
) -> Flags:
    """The functions, and for some rows one category more, beyond their trade; like `functions`.

    Parameters
    ----------
    functions : (rows, categories) bool
    chance : float
        Of each row to take up one more.
    also : (rows,) bool, optional
        Rows that do in any case.
    """
    more = functions.copy()
    extra = generator.integers(0, functions.shape[1], len(functions))
    taken = generator.random(len(functions)) < chance
    if also is not None:
        taken |= also
    more[np.flatnonzero(taken), extra[taken]] = True
    return more


def draw_skills(functions: Flags, kept: float, chance: float, generator: np.random.Generator) -> Flags:
    """None to a few categories for each person: often of one's own trade, sometimes anything.

    Parameters
    ----------
    functions : (persons, categories) bool
        Of the body that each belongs to.
    kept : float
        Chance of each of them to be a skill.
    chance : float
        Of each person to have one skill more, of any category.
    """
    return take_up(functions & (generator.random(functions.shape) < kept), chance, generator)


def among(owner: Integers, per_owner: Integers, chance: Floats) -> Integers:
    """Position of one of its owner's parts for each row, where all parts stand owner by owner; (rows,).

    Parameters
    ----------
    owner : (rows,)
    per_owner : (owners,)
        Number of parts of each.
    chance : (rows,)
        From 0 to 1: which of them.
    """
    first = np.cumsum(per_owner) - per_owner
    return first[owner] + (chance * per_owner[owner]).astype(np.int64)


def draw_days(first: pd.Timestamp, days: int, count: int, generator: np.random.Generator) -> Objects:
    """Days of the `days` from `first` on, as ISO dates; (count,)."""
    drawn = first + pd.to_timedelta(generator.integers(0, days, count), unit="D")
    return np.asarray(drawn.strftime("%Y-%m-%d"), object)


def resource_words(category: Integers, generator: np.random.Generator) -> pd.DataFrame:
    """Words of a resource of its category for each row: ``content``, ``kind`` and ``unit``."""
    options = [["|".join(resource) for resource in item.resources] for item in categories()]
    split = [str(words).split("|") for words in pick_wordings(options, category, generator)]
    return pd.DataFrame(split, columns=["content", "kind", "unit"], dtype=object)


def draw_resources(category: Integers, generator: np.random.Generator) -> pd.DataFrame:
    """A resource of its category for each row: ``content``, ``kind``, ``quantity`` and ``unit``."""
    words = resource_words(category, generator)
    many = words["unit"].isin(_COUNTED_IN_MANY).to_numpy(bool)
    count = len(category)
    quantity = np.where(many, generator.integers(2, 41, count) * 10, generator.integers(1, 13, count))
    return words.assign(quantity=quantity.astype(np.float64))


def urgencies(chance: Floats) -> Integers:
    """Urgencies from 1 to 5 for chances from 0 to 1: most are of medium urgency."""
    return 1 + np.searchsorted(np.array([0.12, 0.37, 0.72, 0.92]), chance)
