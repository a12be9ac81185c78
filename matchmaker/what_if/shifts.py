"""Who is elsewhere in another plan of the same stage."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from matchmaker.model import Assignment

__all__ = ["Shift", "shifts"]


class Shift(NamedTuple):
    """A source whose targets differ: those that it has in the first plan only, and in the other only."""

    source_id: str
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"source_id": self.source_id, "from_ids": list(self.from_ids), "to_ids": list(self.to_ids)}


def shifts(before: Assignment, after: Assignment) -> tuple[Shift, ...]:
    """Every source whose targets differ, by id."""
    first, other = (
        set(zip(one.source_ids.tolist(), one.target_ids.tolist(), strict=True)) for one in (before, after)
    )
    gone: dict[str, list[str]] = defaultdict(list)
    came: dict[str, list[str]] = defaultdict(list)
    for pairs, where in ((first - other, gone), (other - first, came)):
        for source, target in sorted(pairs):
            where[str(source)].append(str(target))
    return tuple(
        Shift(source, tuple(gone[source]), tuple(came[source]))
        for source in sorted(gone.keys() | came.keys())
    )
