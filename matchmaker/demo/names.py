"""Invented names and telephone numbers of persons, numerals in names of things."""

from __future__ import annotations

import numpy as np

from matchmaker.demo.catalogues import name_characters
from matchmaker.demo.frames import Flags, Integers, Objects, numbered

__all__ = ["branch_names", "chinese_numeral", "draw_names", "draw_phones", "draw_surnames", "grid_names"]

_NUMERALS = "零一二三四五六七八九"


def draw_names(generator: np.random.Generator, female: Flags) -> Objects:
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


def draw_surnames(generator: np.random.Generator, female: Flags) -> Objects:
    """One family name for each person whose given name nobody needs to know; draws as `draw_names` does."""
    return np.array([name[0] for name in draw_names(generator, female)], object)


def draw_phones(count: int, first: int = 1) -> Objects:
    """Numbers that cannot be dialled: 000… counting up from `first`."""
    return np.array([f"{number:011d}" for number in range(first, first + count)], object)


def branch_names(agency_names: Objects, agency: Integers) -> Objects:
    """Names of branches, numbered within their agencies: 示例局第二党支部; an only one has no number.

    Parameters
    ----------
    agency_names : (agencies,)
    agency : (branches,)
        Position of each branch's agency, ascending.
    """
    alone = np.bincount(agency)[agency] == 1
    return np.array(
        [
            f"{name}党支部" if only else f"{name}第{chinese_numeral(int(number))}党支部"
            for name, only, number in zip(agency_names[agency], alone, numbered(agency) + 1, strict=True)
        ],
        object,
    )


def grid_names(community_names: Objects, community: Integers) -> Objects:
    """Names of grids, numbered within their communities, whose positions ascend: 示例社区01第02网格."""
    names = zip(community_names[community], numbered(community) + 1, strict=True)
    return np.array([f"{name}第{number:02d}网格" for name, number in names], object)


def chinese_numeral(number: int) -> str:
    """A number below 1000 in Chinese numerals: 三, 十二, 一百零五."""
    if number >= 100:
        rest = number % 100
        joint = "" if rest == 0 else ("零" if rest < 10 else "一" if rest < 20 else "")
        return f"{_NUMERALS[number // 100]}百{joint}{chinese_numeral(rest) if rest else ''}"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_NUMERALS[tens]}十")
    return head + (_NUMERALS[ones] if ones or not tens else "")


def _given(generator: np.random.Generator, female: Flags, count: int) -> Objects:
    hers = np.array(list(name_characters()["female"]), object)
    his = np.array(list(name_characters()["male"]), object)
    at = generator.random(count)
    drawn: Objects = np.where(female, hers[(at * len(hers)).astype(int)], his[(at * len(his)).astype(int)])
    return drawn
