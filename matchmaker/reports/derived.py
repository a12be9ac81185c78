"""Derived lists as sheets of the workbook and as tables on the screen."""

from __future__ import annotations

import numpy as np
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.errors import Fault, InputError, Place
from matchmaker.lists import DerivedColumn, DerivedList, ListDefinition, derived_list
from matchmaker.messages import Language, text
from matchmaker.model import Dataset
from matchmaker.plans import Plan
from matchmaker.reports.names import PLACES, code_names, masked_names, names_of, place_name
from matchmaker.reports.sheet import Cell, Column, Sheet, whole_numbers
from matchmaker.reports.words import sheet_title
from matchmaker.tables import TABLES, schema

__all__ = ["filled_lists", "list_as_data", "list_lines", "list_sheet", "list_of"]

MASKED = "*"


def filled_lists(plan: Plan) -> list[DerivedList]:
    """Every list of the plan's scheme that rests on stages the plan has decided."""
    decided = plan.assignments.keys()
    stages = {stage.id for stage in plan.scenario.scheme.stages}
    return [
        derived_list(plan.known, definition, plan.scenario.year)
        for definition in plan.scenario.scheme.lists
        if not (({definition.rows} & stages) | set(definition.stages())) - decided
    ]


def list_of(plan: Plan, list_id: str) -> DerivedList:
    """One list of a plan.

    Raises
    ------
    InputError
        When the scheme has no such list, or the plan lacks a stage that it rests on.
    """
    known: dict[str, ListDefinition] = {each.id: each for each in plan.scenario.scheme.lists}
    if list_id not in known:
        raise InputError([Fault("list.unknown", Place(key="--list"), list_id, {"lists": "、".join(known)})])
    return derived_list(plan.known, known[list_id], plan.scenario.year)


def list_sheet(plan: Plan, derived: DerivedList, language: Language) -> Sheet:
    """A list as a sheet of the office's own workbook, with full names."""
    definition, scenario = derived.definition, plan.scenario
    columns = tuple(
        Column(_title(column, language), _cells(plan.known, column, language, masked=False))
        for column in derived.columns
    )
    title = sheet_title(scenario.scheme, definition.id, definition.name, scenario.year, language)
    return Sheet(definition.name, title, columns, np.zeros(len(derived), np.int64), fixed=1)


def list_lines(plan: Plan, derived: DerivedList, language: Language) -> list[RenderableType]:
    """A list for the screen: names of people masked."""
    table = Table(box=box.SIMPLE_HEAD, title=None)
    filled = []
    for column in derived.columns:
        table.add_column(_title(column, language), overflow="fold")
        filled.append(_cells(plan.known, column, language, masked=True))
    for line in zip(*filled, strict=True):
        table.add_row(*("" if cell is None else str(cell) for cell in line))
    return [Text(derived.definition.name, style="bold"), table]


def list_as_data(plan: Plan, derived: DerivedList, language: Language) -> list[dict[str, Cell]]:
    """A list as plain records, masked as on the screen."""
    filled = {
        _title(column, language): _cells(plan.known, column, language, masked=True)
        for column in derived.columns
    }
    return [dict(zip(filled, line, strict=True)) for line in zip(*filled.values(), strict=True)]


def _title(column: DerivedColumn, language: Language) -> str:
    return text("head.due", language) if column.title == "due" else column.title


def _cells(dataset: Dataset, column: DerivedColumn, language: Language, *, masked: bool) -> list[Cell]:
    """Values in words: codes by their names, places as sheets show them, references by name."""
    definition = _definition(column)
    yes, no, joint = (text(key, language) for key in ("book.yes", "book.no", "show.list"))
    words: dict[str, str] = {}
    if definition is not None and definition.choices is not None:
        words = code_names(dataset, definition.choices.id, language)
    found: list[Cell] = []
    is_place = column.origin is not None and column.origin[0] in PLACES and column.origin[1] == "name"
    hide = masked and definition is not None and definition.sensitive
    for value in column.values.tolist():
        cell: Cell
        if value is None or value != value or value == ():
            cell = None
        elif isinstance(value, bool):
            cell = yes if value else no
        elif isinstance(value, tuple):
            cell = joint.join(words.get(str(one), str(one)) for one in value)
        elif isinstance(value, str):
            cell = place_name(value) if is_place else words.get(value, value)
        else:
            cell = value
        if hide and isinstance(cell, str):
            cell = f"{cell[:1]}{MASKED}"
        found.append(cell)
    found = whole_numbers(found) or found
    if definition is not None and definition.refers_to:
        called = masked_names if masked else names_of
        for table in definition.refers_to:
            if dataset.has(table):
                found = [called(dataset, table, [cell])[0] if cell else cell for cell in found]
    return found


def _definition(column: DerivedColumn) -> schema.Column | None:
    """The known column that the values are from."""
    if column.origin is None or column.origin[0] not in TABLES:
        return None
    return TABLES[column.origin[0]].column(column.origin[1])
