"""Invented names and telephone numbers of persons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.demo.catalogues import name_characters

__all__ = ["draw_names", "draw_phones"]

Objects = NDArray[np.object_]


def draw_names(generator: np.random.Generator, female: NDArray[np.bool_]) -> Objects:
    """One name for each person, of two or three characters.

    Parameters
    ----------
    female : (persons,) bool
        Decides from which characters the given name is drawn.
    """
    count = len(female)
    surnames = np.array(list(name_characters()["surname"]), object)
    common = 1 / (np.arange(len(surnames)) + 6.0)
    surname = surnames[generator.choice(len(surnames), count, p=common / common.sum())]
    given = [_given(generator, female, count) for _ in range(2)]
    second = np.where(generator.random(count) < 0.82, given[1], "").astype(object)
    names: Objects = surname + given[0] + second
    return names


def draw_phones(count: int, first: int = 1) -> Objects:
    """Numbers that cannot be dialled: 000… counting up from `first`."""
    return np.array([f"{number:011d}" for number in range(first, first + count)], object)


def _given(generator: np.random.Generator, female: NDArray[np.bool_], count: int) -> Objects:
    hers = np.array(list(name_characters()["female"]), object)
    his = np.array(list(name_characters()["male"]), object)
    at = generator.random(count)
    drawn: Objects = np.where(female, hers[(at * len(hers)).astype(int)], his[(at * len(his)).astype(int)])
    return drawn
