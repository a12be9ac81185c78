"""The lists of codes: what closed columns accept, and the names of the sixteen categories.

Data only, by subject in `code_lists_people`, `code_lists_places` and `code_lists_records`.
A dataset's own ``codes`` table extends any of them.
"""

from __future__ import annotations

from itertools import chain

from matchmaker.tables import code_lists_people, code_lists_places, code_lists_records
from matchmaker.tables.schema import Choices

__all__ = ["CHOICES"]

CHOICES: dict[str, Choices] = {
    choices.id: choices
    for choices in chain(code_lists_people.CHOICES, code_lists_places.CHOICES, code_lists_records.CHOICES)
}
"""Every list of codes, by id."""
