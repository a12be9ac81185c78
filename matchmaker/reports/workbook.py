"""The workbook that an office hands on: overview, one list a stage, derived lists, who has nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import xlsxwriter

from matchmaker.errors import Fault, InputError, Place
from matchmaker.messages import Language, text
from matchmaker.plans import Plan
from matchmaker.reports.derived import filled_lists, list_sheet
from matchmaker.reports.names import is_demo, names_of, noun
from matchmaker.reports.overview import write_overview
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.sheets_stages import stage_sheet
from matchmaker.reports.styles import Styles
from matchmaker.reports.terminal import reason_words
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["export", "write_book"]

_CREATED = datetime(2000, 1, 1)
"""Fixed, so that the same plan gives the same bytes."""


def export(plan: Plan, path: Path | str, language: Language = "zh") -> Path:
    """Write the internal working sheets of a plan as one xlsx workbook.

    Parameters
    ----------
    plan
        A verified plan.
    path
        File to write; an existing one is replaced in one step. Only its owner may read
        it: the lists carry names and phone numbers.
    language
        Of heads, titles and words. Names stay as the data have them.

    Returns
    -------
    Path
        The file. The same plan gives the same bytes.

    Raises
    ------
    InputError
        When the plan is not verified.
    """
    if not plan.verified:
        raise InputError([Fault("report.not_verified", Place(), plan.scenario.name)])
    path = Path(path)
    form = Form(plan.scenario.scheme.organizer, is_demo(plan.dataset), language)
    write_book(
        path,
        form.say("book.overview_title", scheme=plan.scenario.scheme.name),
        form,
        lambda writer: _write(plan, writer, language),
    )
    return path


def write_book(path: Path, title: str, form: Form, fill: Callable[[SheetWriter], None]) -> None:
    """Write a workbook of the office's own lists, in one step; only its owner may read it.

    Parameters
    ----------
    title
        Of the whole, for the file's properties.
    fill
        Writes the sheets.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(str(temporary), options) as book:
            comments = form.say("book.demo") if form.demo else ""
            book.set_properties({"title": title, "created": _CREATED, "comments": comments})
            fill(SheetWriter(book, Styles(book, form.language), form))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(plan: Plan, writer: SheetWriter, language: Language) -> None:
    write_overview(plan, writer, language)
    sheets = [stage_sheet(plan, definition, language) for definition in _decided(plan)]
    sheets += [list_sheet(plan, derived, language) for derived in filled_lists(plan)]
    sheets += _unassigned(plan, language)
    for annex, sheet in enumerate(sheets, 1):
        writer.write(sheet, annex)


def _decided(plan: Plan) -> Sequence[StageDefinition]:
    return [definition for definition in plan.scenario.scheme.stages if definition.id in plan.assignments]


def _unassigned(plan: Plan, language: Language) -> list[Sheet]:
    """Who has nothing, and why; no sheet where everybody has something."""
    frame = plan.unassigned
    if not len(frame):
        return []
    scheme = plan.scenario.scheme
    stages = {definition.id: definition for definition in scheme.stages}
    tables = np.array(
        [
            stages[stage].from_ if side == "source" else stages[stage].to
            for stage, side in zip(frame["stage"], frame["side"], strict=True)
        ],
        dtype=object,
    )
    names = np.full(len(frame), None, dtype=object)
    for table in dict.fromkeys(tables):
        here = tables == table
        names[here] = names_of(plan.known, table, frame["id"][here])
    reasons: list[Cell] = [reason_words(str(reason), language) for reason in frame["reason"]]
    details: list[Cell] = [None if one is None or one != one else str(one) for one in frame["detail"]]
    head = {key: text(f"head.{key}", language) for key in ("stage", "kind", "id", "name", "reason", "detail")}
    columns = [
        Column(head["stage"], [stages[stage].title for stage in frame["stage"]], "centre", 24),
        Column(head["kind"], [noun(table, language) for table in tables], "centre", 16),
        Column(head["id"], [str(one) for one in frame["id"]], "centre", 16),
        Column(head["name"], names.tolist(), "text", 40),
        Column(head["reason"], reasons, "text", 30),
        Column(head["detail"], details, "text", 30),
    ]
    name = text("show.unassigned", language)
    title = text("book.unassigned_title", language, year=plan.scenario.year)
    return [Sheet(name, title, tuple(columns), fixed=1)]
