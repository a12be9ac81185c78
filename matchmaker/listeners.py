"""Who hears how far a long question has come."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["CountListener", "StageListener", "unheard"]

StageListener = Callable[[str], None]
"""Told the id of each stage that begins."""

CountListener = Callable[[int, int], None]
"""Told how many are done, and how many there are."""


def unheard(*told: object) -> None:
    """A listener that does not care."""
    del told
