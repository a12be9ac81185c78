"""The zh/en catalogue: every sentence that a user reads, but for the rules' own.

One plain dictionary per subject, ``key -> (Chinese, English)``; a test holds that both
languages have the same keys and the same placeholders.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable
from typing import Literal

from matchmaker.errors import Fault

__all__ = ["LANGUAGES", "Language", "catalogue", "default_language", "render_fault", "text"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def catalogue() -> dict[str, tuple[str, str]]:
    """All texts of all subjects; a key that two subjects define is a program fault."""
    from matchmaker.messages import (  # imported late: --help must not pay for them
        alternatives,
        commands,
        compare,
        corrections,
        diagnose,
        evaluation,
        explain,
        faults,
        forms,
        imports,
        price,
        replan,
        reports,
        rules,
        scheme,
        sweep,
        tables,
    )

    merged: dict[str, tuple[str, str]] = {}
    for subject in (
        faults,
        forms,
        imports,
        tables,
        scheme,
        rules,
        alternatives,
        commands,
        compare,
        corrections,
        diagnose,
        evaluation,
        price,
        replan,
        reports,
        explain,
        sweep,
    ):
        twice = merged.keys() & subject.TEXTS.keys()
        if twice:
            raise KeyError(f"texts defined twice: {sorted(twice)}")
        merged.update(subject.TEXTS)
    return merged


_CATALOGUE: dict[str, tuple[str, str]] = {}


def text(key: str, language: Language, /, **details: object) -> str:
    """The sentence `key` in `language`, its placeholders filled from `details`.

    Raises
    ------
    KeyError
        When the catalogue has no such key: a program fault, found by the tests.
    """
    if not _CATALOGUE:
        _CATALOGUE.update(catalogue())
    return _CATALOGUE[key][LANGUAGES.index(language)].format(**details)


def render_fault(fault: Fault, language: Language) -> str:
    """One line for one fault: place, what, found, expected, remedy."""
    details = {**fault.details, "found": fault.found}
    parts = [text(fault.code, language, **details)]
    if fault.found:
        parts.append(text("fault.found", language, found=fault.found))
    expected = text(f"{fault.code}.expected", language, **details)
    if expected:
        parts.append(text("fault.expected", language, expected=expected))
    parts.append(text("fault.remedy", language, remedy=text(f"{fault.code}.remedy", language, **details)))
    separator = "；" if language == "zh" else "; "
    colon = "：" if language == "zh" else ": "
    where = _render_place(fault, language)
    return (where + colon if where else "") + separator.join(parts)


def _render_place(fault: Fault, language: Language) -> str:
    place = fault.place
    parts: Iterable[str] = (
        place.file,
        text("place.sheet", language, sheet=place.sheet) if place.sheet else "",
        text("place.cell", language, cell=place.cell) if place.cell else "",
        text("place.line", language, line=place.line) if place.line else "",
        place.key,
    )
    return " ".join(part for part in parts if part)


def default_language() -> Language:
    """The locale's language if it is one of ours, else Chinese."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        name = os.environ.get(variable, "").split(".")[0]
        if name not in ("", "C", "POSIX"):  # these say nothing of a language
            return "en" if name.lower().startswith("en") else "zh"
    return "en" if _windows_locale().startswith("en") else "zh"


def _windows_locale() -> str:
    """Locale of the user's desktop on Windows, where no variable tells; elsewhere empty."""
    if sys.platform != "win32":
        return ""
    import ctypes

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
