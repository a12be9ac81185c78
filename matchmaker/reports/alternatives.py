"""Alternatives on the terminal, and as a folder: an overview, the moves, a sheet of pairs for each."""

from __future__ import annotations

import csv
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.messages import Language, text
from matchmaker.model import Status
from matchmaker.new_folder import new_folder
from matchmaker.plans import Plan
from matchmaker.reports.names import is_demo, masked_names, names_of, noun
from matchmaker.reports.sheet import Cell, Column, Kind, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.words import number, rule_words, signed
from matchmaker.reports.workbook import write_book
from matchmaker.what_if.alternatives import Alternative, Alternatives

__all__ = ["show_alternatives", "write_alternatives"]

LISTED, TERMS = 5, 4
"""Moves, and terms that differ, which the terminal names for each."""


def show_alternatives(plan: Plan, found: Alternatives, language: Language) -> list[RenderableType]:
    """A line for each alternative, then its first moves."""
    stage = plan.scenario.scheme.stage(found.stage)
    parts: list[RenderableType] = []
    if found.found:
        table = Table(
            title=text("alternatives.title", language, stage=stage.title, apart=found.apart),
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
        )
        for name in _head(plan, found.stage, language):
            table.add_column(name, justify="right")
        table.add_column(text("alternatives.terms", language), overflow="fold")
        for position, one in enumerate(found.found, 1):
            cells = [
                number(cell) if isinstance(cell, float) else "—" if cell is None else str(cell)
                for cell in _figures(plan, found.stage, position, one)
            ]
            table.add_row(*cells, _terms(plan, one, TERMS))
        parts.append(table)
    for position, one in enumerate(found.found, 1):
        lines = [text("alternatives.moves", language, number=position)]
        for source, before, after in _moves(plan, found.stage, one, masked=True)[:LISTED]:
            lines.append(text("alternatives.move", language, source=source, from_=before, to=after))
        if len(one.moves) > LISTED:
            lines.append(text("alternatives.more", language, count=len(one.moves) - LISTED))
        parts += [Text(line) for line in lines]
    return [*parts, *(Text(line) for line in _notes(plan, found, language))]


def write_alternatives(plan: Plan, found: Alternatives, folder: Path, language: Language) -> None:
    """Write ``alternatives.xlsx`` and ``1.csv``, ``2.csv``, …, the pairs of each, into a new folder."""
    scheme = plan.scenario.scheme
    stage = scheme.stage(found.stage)
    title = text(
        "alternatives.sheet_title", language, scheme=scheme.name, year=plan.scenario.year, stage=stage.title
    )
    form = Form(scheme.organizer, is_demo(plan.dataset), language)
    sheets = [_overview(plan, found, title, language)]
    sheets += [
        _moves_sheet(plan, found.stage, position, one, title, language)
        for position, one in enumerate(found.found, 1)
    ]

    def fill(writer: SheetWriter) -> None:
        for annex, sheet in enumerate(sheets, 1):
            writer.write(sheet, annex)

    with new_folder(folder) as aside:
        for position, one in enumerate(found.found, 1):
            with (aside / f"{position}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["stage", "source_id", "target_id"])
                pairs = zip(one.assignment.source_ids, one.assignment.target_ids, strict=True)
                writer.writerows([found.stage, source, target] for source, target in pairs)
        write_book(aside / "alternatives.xlsx", title, form, fill)


def _head(plan: Plan, stage: str, language: Language) -> list[str]:
    """What the figures are called: a column more for each level below the first."""
    below = range(2, len(plan.stage(stage).levels) + 1)
    return [
        *(text(f"alternatives.{key}", language) for key in ("number", "value", "cost", "at_least")),
        *(text("alternatives.level_cost", language, level=level) for level in below),
        text("alternatives.moved", language),
    ]


def _figures(plan: Plan, stage: str, position: int, one: Alternative) -> list[Cell]:
    value = one.values[0] if one.values else None
    levels = zip(plan.stage(stage).levels[1:], one.values[1:], strict=True)
    below = [round(level.value - other, 5) for level, other in levels]
    return [position, value, one.cost, one.at_least, *below, len(one.moves)]


def _overview(plan: Plan, found: Alternatives, title: str, language: Language) -> Sheet:
    rows = [_figures(plan, found.stage, position, one) for position, one in enumerate(found.found, 1)]
    head = _head(plan, found.stage, language)
    cells = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in head]
    points: list[Kind] = ["points"] * (len(head) - 2)
    kinds: list[Kind] = ["whole", *points, "whole"]
    columns = [Column(*column) for column in zip(head, cells, kinds, strict=True)]
    terms = [_terms(plan, one, len(one.by_term)) for one in found.found]
    columns.append(Column(text("alternatives.terms", language), list(terms), "text", 60))
    notes = tuple(_notes(plan, found, language))
    return Sheet(text("alternatives.overview", language), title, tuple(columns), notes=notes, fixed=2)


def _moves_sheet(
    plan: Plan, stage: str, position: int, one: Alternative, title: str, language: Language
) -> Sheet:
    definition = plan.scenario.scheme.stage(stage)
    rows = _moves(plan, stage, one, masked=False)
    cells: list[list[Cell]] = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    head = (
        noun(definition.from_, language),
        text("alternatives.from", language),
        text("alternatives.to", language),
    )
    columns = tuple(Column(name, values, "text", 40) for name, values in zip(head, cells, strict=True))
    return Sheet(text("alternatives.sheet", language, number=position), title, columns, fixed=2)


def _moves(plan: Plan, stage: str, one: Alternative, masked: bool) -> list[tuple[str, str, str]]:
    """Who is elsewhere: name, where in the plan, where instead."""
    definition = plan.scenario.scheme.stage(stage)
    name = masked_names if masked else names_of
    dataset = plan.known
    sources = name(dataset, definition.from_, [move.source_id for move in one.moves])
    return [
        (
            source,
            "、".join(name(dataset, definition.to, move.from_ids)) or "—",
            "、".join(name(dataset, definition.to, move.to_ids)) or "—",
        )
        for source, move in zip(sources, one.moves, strict=True)
    ]


def _terms(plan: Plan, one: Alternative, most: int) -> str:
    scheme = plan.scenario.scheme
    ordered = sorted(one.by_term.items(), key=lambda item: (-abs(item[1]), item[0]))
    return "；".join(f"{rule_words(term, scheme)} {signed(points)}" for term, points in ordered[:most])


def _notes(plan: Plan, found: Alternatives, language: Language) -> list[str]:
    stage = plan.scenario.scheme.stage(found.stage).title
    notes = []
    if found.found:
        aims = bool(plan.scenario.scheme.levels(found.stage))
        notes.append(text("alternatives.note" if aims else "alternatives.no_aims", language, stage=stage))
    if found.in_one_part:
        notes.append(text("alternatives.in_one_part", language))
    if found.ended is Status.INFEASIBLE:
        notes.append(text("alternatives.no_more", language))
    elif found.ended is Status.UNKNOWN:
        notes.append(text("alternatives.given_up", language))
    return notes
