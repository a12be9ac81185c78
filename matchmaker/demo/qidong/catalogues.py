"""The committed tables of this programme: its places, and the organisations of a county-level city."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matchmaker.demo.catalogues import rows_of
from matchmaker.demo.townships import Community, townships

__all__ = ["MAIN_CITY", "OUTSIDE", "AgencyKind", "Theme", "Town", "agency_kinds", "themes", "towns"]

OUTSIDE = frozenset({"320681100021", "320681100022"})
"""Communities of the main town named after market towns, taken to lie outside the main city."""

MAIN_CITY = 37
"""Communities of the main city: of those that remain, the first so many in the order of their codes."""


@dataclass(frozen=True)
class Town:
    """One of the real towns with its villages; the main one with its communities, in and around the city."""

    name: str
    code: str
    city: tuple[Community, ...]
    outside: tuple[Community, ...]
    villages: tuple[Community, ...]


@dataclass(frozen=True)
class AgencyKind:
    """An organisation that a county-level city has: its line of command, relative size and functions."""

    name: str
    agency_type: str
    line: str
    weight: float
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """What a group works on, in words and as category codes."""

    name: str
    codes: tuple[str, ...]


@cache
def towns() -> tuple[Town, ...]:
    """The towns with villages in the order of their codes, the main town first."""
    return tuple(_town(place.name, place.code, place.communities) for place in townships("qidong_places.csv"))


@cache
def agency_kinds() -> tuple[AgencyKind, ...]:
    """The 58 organisations in their official order."""
    return tuple(
        AgencyKind(
            row["name"],
            row["agency_type"],
            row["line"],
            float(row["weight"]),
            tuple(row["functions"].split()),
        )
        for row in rows_of("qidong_agencies.csv")
    )


@cache
def themes() -> tuple[Theme, ...]:
    """The eight themes; each of the sixteen categories belongs to one of them at least."""
    return (
        Theme("红色引领", ("org", "talent")),
        Theme("文教惠民", ("edu", "culture")),
        Theme("平安法治", ("law", "safety")),
        Theme("民生关爱", ("elderly", "health")),
        Theme("城人之美", ("env", "housing")),
        Theme("绿色乡村", ("ecology", "infra", "emergency")),
        Theme("企业服务", ("biz", "policy")),
        Theme("高新企业先锋", ("talent", "employ")),
    )


def _town(name: str, code: str, communities: tuple[Community, ...]) -> Town:
    urban = [one for one in communities if not one[2]]
    city = [one for one in urban if one[0] not in OUTSIDE][:MAIN_CITY]
    return Town(
        name,
        code,
        city=tuple(city),
        outside=tuple(one for one in urban if one not in city),
        villages=tuple(one for one in communities if one[2]),
    )
