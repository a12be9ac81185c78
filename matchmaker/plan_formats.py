"""Formats of what a plan's folder holds, and the way from an older one to this program's.

A format is a number in the document itself. It goes up when a key is renamed, moved, removed or
means something else; then a function from the format before joins its `Kind`, and a plan of the
old format stays among the tests. A key that is new and may lack is no new format: older programs
pass over it, and what a document without it means stands there too.

Plans are read through `migrated` and never rewritten: what was published stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.errors import Fault, InputError, Place

__all__ = ["PLAN", "PUBLICATION", "Kind", "migrated"]

Document = Mapping[str, Any]
Step = Callable[[Document], Document]
"""From one format to the next: a pure function on the parsed document."""

PLAN_FORMAT = 1
"""Of ``plan.json`` and the files beside it."""

PUBLICATION_FORMAT = 1
"""Of ``publication.json``."""


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    Parameters
    ----------
    fault : str
        Code of the fault that its format is unknown.
    current : int
        Format that this program writes.
    steps : mapping of int to function
        From each older format to the one after it.
    absent : mapping
        What a key means that a document of the current format may lack.
    """

    fault: str
    current: int
    steps: Mapping[int, Step]
    absent: Mapping[str, Any]


PLAN = Kind(
    "plan.format",
    PLAN_FORMAT,
    steps={},  # every plan that was ever written is of format 1
    # since warm starts, single stages, corrections, sheets that are imported, changes during the year
    absent={"warm": {}, "given": {}, "baseline": {}, "imported": {}, "replan": {}},
)

PUBLICATION = Kind("publish.format", PUBLICATION_FORMAT, steps={}, absent={"objections": []})


def migrated(document: Document, kind: Kind, place: Place) -> dict[str, Any]:
    """A document as this program's format has it, whatever format it was written in.

    Raises
    ------
    InputError
        For a format of a newer program, and for one that never was.
    KeyError
        Where the document does not say.
    """
    written = document["format"]
    if not isinstance(written, int) or isinstance(written, bool) or not 1 <= written <= kind.current:
        raise InputError([Fault(kind.fault, place, str(written), {"current": kind.current})])
    for version in range(written, kind.current):
        document = {**kind.steps[version](document), "format": version + 1}
    return {**kind.absent, **document}
