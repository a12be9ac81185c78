"""Notes in words: what was tidied up on reading, and what deserves a look though it is no fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from matchmaker.errors import Note
from matchmaker.messages import Language, text

__all__ = ["note_lines", "notes_as_data"]


def note_lines(notes: Iterable[Note], language: Language) -> Iterator[str]:
    """Warnings first, then what was tidied up: a heading with their number, and one line each."""
    notes = list(notes)
    for key, is_warning in (("check.warnings", True), ("check.tidied", False)):
        listed = [note for note in notes if note.is_warning == is_warning]
        if listed:
            yield text(key, language, count=len(listed))
        for note in listed:
            what = _what(note, language)
            yield "  " + text("check.note", language, place=_place(note, language), what=what)


def notes_as_data(notes: Iterable[Note], language: Language) -> list[dict[str, Any]]:
    """Each note: code, place, number, and what it says."""
    return [
        {
            "code": note.code,
            "warning": note.is_warning,
            **asdict(note.place),
            "count": note.count,
            "what": _what(note, language),
        }
        for note in notes
    ]


def _place(note: Note, language: Language) -> str:
    place = note.place
    line = text("place.line", language, line=place.line) if place.line and place.key else ""
    return " ".join(filter(None, (place.file, place.sheet, place.cell, line, place.key)))


def _what(note: Note, language: Language) -> str:
    return text(note.code, language, **{**note.details, "count": note.count})
