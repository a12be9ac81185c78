"""Faults as one report: by file, numbered, with the total; or as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from matchmaker.commands.notes import note_lines, notes_as_data
from matchmaker.errors import Fault, UserError
from matchmaker.messages import Language, render_fault, text

__all__ = ["fault_lines", "faults_as_data"]


def fault_lines(error: UserError, language: Language) -> Iterator[str]:
    """The lines of the report: a heading with the total, each file's faults, what else deserves a look."""
    yield text(f"command.faults.{error.exit_code}", language, count=len(error.faults))
    number = 0
    for file, faults in groupby(_by_file(error.faults), key=lambda fault: fault.place.file):
        if file:
            yield file
        for fault in faults:
            number += 1
            line = render_fault(replace(fault, place=replace(fault.place, file="")), language)
            yield f"  {number}. {line}"
    yield from note_lines(error.notes, language)


def faults_as_data(error: UserError, language: Language) -> dict[str, Any]:
    """Exit code, number of faults, and each fault (code, place, texts, details); warnings."""
    return {
        "exit_code": error.exit_code,
        "count": len(error.faults),
        "faults": [_as_data(fault, language) for fault in _by_file(error.faults)],
        "warnings": notes_as_data(error.notes, language),
    }


def _by_file(faults: tuple[Fault, ...]) -> list[Fault]:
    """Faults of one file together, files in the order in which they first occur."""
    order = {file: at for at, file in enumerate(dict.fromkeys(fault.place.file for fault in faults))}
    return sorted(faults, key=lambda fault: order[fault.place.file])


def _as_data(fault: Fault, language: Language) -> dict[str, Any]:
    details = {**fault.details, "found": fault.found}
    return {
        "code": fault.code,
        **asdict(fault.place),
        "found": fault.found,
        "what": text(fault.code, language, **details),
        "expected": text(f"{fault.code}.expected", language, **details),
        "remedy": text(f"{fault.code}.remedy", language, **details),
        "details": dict(fault.details),
    }
