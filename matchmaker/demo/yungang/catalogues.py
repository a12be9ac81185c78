"""The committed tables of this programme: its places, and the industries of its enterprises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from matchmaker.demo.catalogues import rows_of

__all__ = ["Industry", "Township", "industries", "sub_districts"]

# One name of the packaged codes has a stray character at its end.
_COMMUNITY = re.compile("(社区)?(居委会|居民委员会)区?$")
_VILLAGE = re.compile("(村委会|村民委员会)$")
_VILLAGE_BLOCK = "2"
_STREET_KIND = {"街道": "street", "镇": "town", "乡": "township"}


@dataclass(frozen=True)
class Township:
    """One of the real sub-districts, with its communities and villages in the order of their codes."""

    code: str
    name: str
    kind: str
    communities: tuple[tuple[str, str, bool], ...]
    """(code, name, whether a village) of each: 新胜街社区, 口泉村."""


@dataclass(frozen=True)
class Industry:
    """A category of enterprises: words for names, usual kind, share, relative size, functions."""

    name: str
    words: tuple[str, ...]
    kind: str
    share: float
    size: float
    functions: tuple[str, ...]


@cache
def sub_districts() -> tuple[Township, ...]:
    """The 21 streets and 6 townships in the order of their codes."""
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows_of("yungang_places.csv"):
        grouped.setdefault(row["street_code"], []).append(row)
    return tuple(
        Township(code, rows[0]["street_name"], _kind(rows[0]["street_name"]), tuple(map(_community, rows)))
        for code, rows in grouped.items()
    )


@cache
def industries() -> tuple[Industry, ...]:
    """The industries, each the category of one joint meeting."""
    return tuple(
        Industry(
            row["industry"],
            tuple(row["words"].split()),
            row["kind"],
            float(row["share"]),
            float(row["size"]),
            tuple(row["functions"].split()),
        )
        for row in rows_of("yungang_industries.csv")
    )


def _kind(name: str) -> str:
    return next(kind for ending, kind in _STREET_KIND.items() if name.endswith(ending))


def _community(row: dict[str, str]) -> tuple[str, str, bool]:
    code, name = row["community_code"], row["community_name"]
    # The third block of a code: 0xx for communities, 2xx for villages.
    if code[9] == _VILLAGE_BLOCK:
        stem = _VILLAGE.sub("", name)
        return code, stem if stem.endswith("村") else f"{stem}村", True
    return code, f"{_COMMUNITY.sub('', name)}社区", False
