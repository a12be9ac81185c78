"""The industries of this programme's enterprises, from the committed table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matchmaker.demo.catalogues import rows_of

__all__ = ["Industry", "industries"]


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
