"""The workbook of a year's evaluation: a sheet for each score, what it rests on, the formula in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from matchmaker.evaluation import EntryScores, Evaluation, rounded_score
from matchmaker.evaluation_forms import QUALITY, EvaluationPart
from matchmaker.evaluation_parts import PartValues, points_of_members
from matchmaker.messages import Language, text
from matchmaker.model import Integers
from matchmaker.reports.formula import formula_sheet
from matchmaker.reports.names import is_demo
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.who import rows_by_place, who_columns
from matchmaker.reports.words import sheet_title
from matchmaker.reports.workbook import write_book
from matchmaker.reports.year_records import record_sheets
from matchmaker.scheme.definitions import Scheme

__all__ = ["evaluation_workbook"]


def evaluation_workbook(scheme: Scheme, found: Evaluation, path: Path, language: Language) -> Path:
    """Write the summary of an evaluation; only its owner may read it.

    Parameters
    ----------
    found
        As `matchmaker.evaluation.evaluate` gives it.

    Returns
    -------
    Path
        The file. The same evaluation gives the same bytes.
    """
    form = Form(scheme.organizer, is_demo(found.dataset), language)
    title = text("evaluation.title", language, scheme=scheme.name, year=found.year)
    sheets = [_summary(scheme, found, entry, language) for entry in found.entries]
    sheets += [*record_sheets(scheme, found, language), formula_sheet(scheme, found, language)]

    def fill(writer: SheetWriter) -> None:
        for annex, sheet in enumerate(sheets, 1):
            writer.write(sheet, annex)

    write_book(path, title, form, fill)
    return path


def _summary(scheme: Scheme, found: Evaluation, entry: EntryScores, language: Language) -> Sheet:
    """Every part's value and number, the mean, corrections, total, grade, rank, and what is missing."""
    definition = entry.definition
    order, band = rows_by_place(found.dataset, scheme, definition.rows, entry.rows)
    columns = who_columns(found.dataset, scheme, definition.rows, entry.rows[order], language)
    fixed = len(columns) + 1
    for part, values in zip(definition.parts, entry.parts, strict=True):
        columns += _part_columns(part, values, definition.rows, order, language)
    heads = {
        key: text(f"evaluation.head.{key}", language)
        for key in ("mean", "correction", "score", "grade", "rank", "remark")
    }
    if definition.corrections:  # else the mean is the score
        columns.append(Column(heads["mean"], _points(entry.mean[order]), "points"))
        columns.append(Column(heads["correction"], _points(entry.correction[order]), "points"))
    grades: list[Cell] = [None if grade is None else str(grade) for grade in entry.grade[order]]
    ranks: list[Cell] = [int(rank) or None for rank in entry.rank[order]]
    columns += [
        Column(heads["score"], _points(entry.score[order]), "points", total="mean"),
        Column(heads["grade"], grades, "centre", 12),
        Column(heads["rank"], ranks, "whole"),
        *_enough(found, entry, order, language),
        Column(heads["remark"], _remarks(entry, order, language), "text", 40),
    ]
    name = definition.name
    title = sheet_title(
        scheme, definition.id, text("evaluation.summary", language, name=name), found.year, language
    )
    notes = (text("evaluation.note.missing", language),)
    return Sheet(name, title, tuple(columns), band, notes, fixed=fixed)


def _part_columns(
    part: EvaluationPart, values: PartValues, table: str, order: Integers, language: Language
) -> Iterator[Column]:
    yield Column(part.title, _points(values.value[order]), "points", total="mean")
    kind = "points_member" if part.kind == "points" and table == "members" else part.kind
    if part.kind in ("rating", "orders", "score_of", "points", "visits"):
        counts: list[Cell] = [int(count) for count in values.count[order]]
        head = text(f"evaluation.count.{kind}", language)
        yield Column(head, counts, "whole", 16)


def _enough(found: Evaluation, entry: EntryScores, order: Integers, language: Language) -> Iterator[Column]:
    """Of members: their points, and whether they are enough."""
    wanted = next((part.points for part in entry.definition.parts if part.points is not None), None)
    points = points_of_members(found.dataset, found.year)
    if entry.definition.rows != "members" or wanted is None or points is None:
        return
    own = points["points"].to_numpy(float)[entry.rows[order]]
    yield Column(text("evaluation.head.points", language), [float(each) for each in own], "points")
    words = {on: text(f"evaluation.{'enough' if on else 'not_enough'}", language) for on in (True, False)}
    head = text("evaluation.head.enough", language, wanted=f"{wanted:g}")
    yield Column(head, [words[bool(each >= wanted)] for each in own], "centre", 12)


def _remarks(entry: EntryScores, order: Integers, language: Language) -> list[Cell]:
    """Parts without data, scores that rest on counts alone, grades lowered."""
    parts = list(zip(entry.definition.parts, entry.parts, strict=True))
    missing = [(part.title, np.isnan(each.value)) for part, each in parts if part.weight is not None]
    quality = [np.isnan(each.value) for part, each in parts if part.kind in QUALITY]
    counts_only = np.all(quality, axis=0) if quality else np.zeros(len(entry.rows), bool)
    words = ("、", "；") if language == "zh" else (", ", "; ")
    said = {key: text(f"evaluation.{key}", language) for key in ("no_quality", "lowered")}
    remarks: list[Cell] = []
    for row in order.tolist():
        without = words[0].join(title for title, where in missing if where[row])
        told = [text("evaluation.no_data", language, parts=without)] if without else []
        told += [said["no_quality"]] if counts_only[row] and entry.rank[row] else []
        told += [said["lowered"]] if entry.lowered[row] else []
        remarks.append(words[1].join(told) or None)
    return remarks


def _points(values: np.ndarray) -> list[Cell]:
    return [None if value != value else float(value) for value in rounded_score(values)]
