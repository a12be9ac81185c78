"""Names of files that a command writes."""

from __future__ import annotations

from pathlib import Path

from matchmaker.errors import Fault, Place

__all__ = ["wrong_ending"]


def wrong_ending(option: str, path: Path | None, *endings: str) -> list[Fault]:
    """The fault of a file to be written whose name does not end as it must; none where none is asked for."""
    if path is None or path.suffix.lower() in endings:
        return []
    return [Fault("command.ending", Place(key=option), str(path), {"endings": "、".join(endings)})]
