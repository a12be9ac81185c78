"""The committed tables of this package: real structure, kinds of agencies, wordings, names."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AgencyKind",
    "Category",
    "Character",
    "Street",
    "agency_kinds",
    "categories",
    "category_codes",
    "characters",
    "name_characters",
    "rows_of",
    "streets",
]

_COMMITTEE = re.compile("(居委会|居民委员会)$")


@dataclass(frozen=True)
class Street:
    """One of the real sub-districts, with its communities in the order of their codes."""

    code: str
    name: str
    lng: float
    lat: float
    communities: tuple[tuple[str, str], ...]
    """(code, name) of each; names without the committee: 良安田社区."""


@dataclass(frozen=True)
class AgencyKind:
    """A kind of agency, and how many of it a district of 733 agencies has."""

    kind: str
    name: str
    agency_type: str
    level: str
    count: int
    weight: float
    functions: tuple[str, ...]
    each_place: bool


@dataclass(frozen=True)
class Character:
    """The character of a place, with what the places of that character need."""

    name: str
    share: float
    community_kind: str
    households: float
    buildings: float
    needs: NDArray[np.float64]
    """(categories,) weights in the order of `category_codes`."""


@dataclass(frozen=True)
class Category:
    """One of the sixteen categories, with wordings for the three lists."""

    code: str
    needs: tuple[str, ...]
    resources: tuple[tuple[str, ...], ...]
    """(content, kind, unit of quantity) of each."""
    services: tuple[str, ...]


@cache
def streets() -> tuple[Street, ...]:
    """The 11 sub-districts in the order of their codes."""
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("longgang_places.csv"):
        grouped.setdefault(row["street_code"], []).append(row)
    return tuple(
        Street(
            code,
            rows[0]["street_name"],
            float(rows[0]["street_lng"]),
            float(rows[0]["street_lat"]),
            tuple((row["community_code"], _COMMITTEE.sub("", row["community_name"])) for row in rows),
        )
        for code, rows in grouped.items()
    )


@cache
def agency_kinds() -> tuple[AgencyKind, ...]:
    """All kinds, in the official order of their agencies."""
    return tuple(
        AgencyKind(
            row["kind"],
            row["name"],
            row["agency_type"],
            row["level"],
            int(row["count"]),
            float(row["weight"]),
            tuple(row["functions"].split()),
            row["placed"] == "each",
        )
        for row in rows_of("agency_kinds.csv")
    )


@cache
def categories() -> tuple[Category, ...]:
    """The sixteen categories."""
    return tuple(
        Category(
            row["code"],
            tuple(row["needs"].split(";")),
            tuple(tuple(item.split("|")) for item in row["resources"].split(";")),
            tuple(row["services"].split(";")),
        )
        for row in rows_of("categories.csv")
    )


@cache
def category_codes() -> tuple[str, ...]:
    """Codes of the sixteen categories, in their order."""
    return tuple(category.code for category in categories())


@cache
def characters() -> tuple[Character, ...]:
    """All characters of places."""
    return tuple(
        Character(
            row["character"],
            float(row["share"]),
            row["community_kind"],
            float(row["households"]),
            float(row["buildings"]),
            np.array([float(row[code]) for code in category_codes()]),
        )
        for row in rows_of("characters.csv")
    )


@cache
def name_characters() -> dict[str, str]:
    """Characters for names: ``surname``, ``male``, ``female``."""
    return {row["part"]: row["characters"] for row in rows_of("names.csv")}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the committed tables."""
    text = (files("matchmaker.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
