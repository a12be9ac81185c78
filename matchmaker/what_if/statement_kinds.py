"""Kinds of statements about a stage that can be left out and priced."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Kind"]


class Kind(StrEnum):
    """What can be left out: a row of the pins sheet, a rule, a budget of changes, somebody's wishes."""

    PIN = "pin"
    FORBID = "forbid"
    RULE = "rule"
    BUDGET = "budget"
    WISH = "wish"
