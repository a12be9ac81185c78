"""Facts behind points and verdicts: plain data, from which sentences are made at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["Coded", "Fact", "Named", "Value"]


@dataclass(frozen=True)
class Named:
    """A row of a table, to be shown by its name."""

    table: str
    id: str


@dataclass(frozen=True)
class Coded:
    """A code of a list, to be shown by its words (``category``: ``employment``)."""

    choices: str
    code: str


Value = str | int | float | bool | Named | Coded | tuple[Named, ...] | tuple[Coded, ...]


@dataclass(frozen=True)
class Fact:
    """One thing that is so, and that a rule counts.

    Parameters
    ----------
    code : str
        What it says; ``fact.`` and the code is its text in the catalogue.
    details : mapping of str to value
        Numbers, words, rows and codes that the sentence needs.
    """

    code: str
    details: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """The code and the details; rows and codes as mappings."""
        return {"code": self.code, **{name: _plain(value) for name, value in self.details.items()}}


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Named):
        return {"table": value.table, "id": value.id}
    if isinstance(value, Coded):
        return {"list": value.choices, "code": value.code}
    return value
