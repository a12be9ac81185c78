"""A sweep on the terminal, as a table for other programs, and as a workbook with the curve."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.messages import Language, text
from matchmaker.model import Status
from matchmaker.reports.sheet import Cell, Column, Kind, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter, page_setup
from matchmaker.reports.words import gap_words, number, rule_words
from matchmaker.reports.workbook import write_book
from matchmaker.what_if.sweep import Curve
from matchmaker.what_if.trade_off import Axis, Swept, along, costs

__all__ = ["as_data", "show_sweep", "write_sweep"]

CHART = {"width": 760, "height": 460}
"""Size of the curve, in pixels."""


def show_sweep(curve: Curve, language: Language) -> list[RenderableType]:
    """Every plan of the grid, and where the knee is."""
    head, rows = _table(curve, language)
    table = Table(
        title=text("sweep.title", language, name=curve.scenario.name),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for at, title in enumerate(head):
        table.add_column(title, justify="left" if at in (0, len(head) - 1) else "right", overflow="fold")
    for position, row in enumerate(rows):
        shown = [
            number(cell) if isinstance(cell, float) else str("—" if cell is None else cell) for cell in row
        ]
        table.add_row(*(Text(cell) for cell in shown), style="bold green" if position == curve.knee else "")
    return [table, Text(_knee_line(curve, language))]


def write_sweep(curve: Curve, folder: Path, language: Language) -> Path:
    """Write ``sweep.csv`` and ``sweep.xlsx`` into the folder of the plans; returns the workbook."""
    with (folder / "sweep.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        data = as_data(curve)
        names = [*data["varied"], "plan", "status", "gap", "x", "y", "cost", "knee"]
        writer.writerow(names)
        for point in data["points"]:
            writer.writerow(
                [*point["values"], *("" if point[name] is None else point[name] for name in names[-7:])]
            )
    path = folder / "sweep.xlsx"
    scheme = curve.scenario.scheme
    title = text("sweep.sheet_title", language, scheme=scheme.name, year=curve.scenario.year)
    form = Form(scheme.organizer, False, language)
    head, rows = _table(curve, language)
    cells: list[list[Cell]] = [list(column) for column in zip(*rows, strict=True)]
    kinds: list[Kind] = ["centre"] * len(head)
    first = 1 + len(curve.varied)
    kinds[first : first + 3] = [_kind(curve.x), _kind(curve.y), "decimal"]
    columns = tuple(Column(*column, 30) for column in zip(head, cells, kinds, strict=True))
    notes = (_knee_line(curve, language), text("sweep.note", language))
    sheet = Sheet(text("sweep.sheet", language), title, columns, notes=notes, fixed=2)

    def fill(writer: SheetWriter) -> None:
        writer.write(sheet, 1)
        _draw(curve, writer, language)

    write_book(path, title, form, fill)
    return path


def as_data(curve: Curve) -> dict[str, Any]:
    """Plain data of every point."""
    cost = costs(curve.points, curve.x.is_aim)
    return {
        "varied": [one.key for one in curve.varied],
        "x": {"kind": curve.x.kind, "term": curve.x.term, "stage": curve.x.stage},
        "y": {"kind": curve.y.kind, "term": curve.y.term, "stage": curve.y.stage},
        "points": [
            {
                "values": list(point.values),
                "plan": point.folder.name,
                "status": point.status.value,
                "gap": point.gap,
                "x": point.x,
                "y": point.y,
                "cost": None if at not in cost else round(cost[at], 5),
                "knee": at == curve.knee,
            }
            for at, point in enumerate(curve.points)
        ],
    }


def _table(curve: Curve, language: Language) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows: the plan, what was varied, both axes, what each unit more has cost, gap, remark."""
    unit = text(f"sweep.unit.{_unit(curve.x)}", language)
    head = [
        text("sweep.plan", language),
        *(one.key for one in curve.varied),
        _axis(curve, curve.x, language),
        _axis(curve, curve.y, language),
        text("sweep.cost", language, unit=unit),
        text("sweep.gap", language),
        text("sweep.mark", language),
    ]
    aims = curve.x.is_aim
    cost, on_curve = costs(curve.points, aims), set(along(curve.points, aims))
    rows: list[list[Cell]] = []
    for at, point in enumerate(curve.points):
        rows.append(
            [
                point.folder.name,
                *(str(value) for value in point.values),
                point.x,
                point.y,
                cost.get(at),
                gap_words(point.gap) if _solved(point) else None,
                _mark(curve, at, point, on_curve, language),
            ]
        )
    return head, rows


def _mark(curve: Curve, at: int, point: Swept, on_curve: set[int], language: Language) -> str:
    if not _solved(point):
        return text("sweep.no_plan", language)
    if at == curve.knee:
        return text("sweep.knee", language)
    if at in on_curve or None in (point.x, point.y):
        return ""
    same = next((one for one in sorted(on_curve) if _place(curve, one) == _place(curve, at)), None)
    if same is not None:
        return text("sweep.same", language, plan=curve.points[same].folder.name)
    return text("sweep.beaten", language)


def _solved(point: Swept) -> bool:
    return point.status not in (Status.INFEASIBLE, Status.UNKNOWN)


def _place(curve: Curve, at: int) -> tuple[float | None, float | None]:
    return curve.points[at].x, curve.points[at].y


def _kind(axis: Axis) -> Kind:
    """How the numbers of an axis are shown."""
    return "whole" if axis.kind == "met" else "decimal" if axis.kind == "value" else "points"


def _unit(axis: Axis) -> str:
    return "points" if axis.kind == "rest" else axis.kind


def _axis(curve: Curve, axis: Axis, language: Language) -> str:
    if axis.kind == "rest" and not axis.term:
        return text("sweep.axis.all", language)
    what = axis.term if axis.kind == "value" else rule_words(axis.term, curve.scenario.scheme)
    return text(f"sweep.axis.{axis.kind}", language, what=what)


def _knee_line(curve: Curve, language: Language) -> str:
    if curve.knee is None:
        return text("sweep.no_knee", language)
    point, aims = curve.points[curve.knee], curve.x.is_aim
    ordered, cost = along(curve.points, aims), costs(curve.points, aims)
    following = ordered[ordered.index(curve.knee) + 1]
    beyond = cost[following]
    return text(
        "sweep.knee_line" if beyond > 0 else "sweep.knee_line_gain",
        language,
        values=", ".join(f"{one.key}={value}" for one, value in zip(curve.varied, point.values, strict=True)),
        x=_axis(curve, curve.x, language),
        y=_axis(curve, curve.y, language),
        at_x=number(point.x or 0.0),
        at_y=number(point.y or 0.0),
        unit=text(f"sweep.unit.{_unit(curve.x)}", language),
        next=number(abs(beyond)),
    )


def _draw(curve: Curve, writer: SheetWriter, language: Language) -> None:
    """The curve as the spreadsheet's own chart, beside the numbers that it is drawn from; the knee in red."""
    page = writer.add_worksheet(text("sweep.chart", language))
    tab = page.get_name()
    x_title, y_title = _axis(curve, curve.x, language), _axis(curve, curve.y, language)
    for at, title in enumerate((x_title, y_title, text("sweep.knee", language))):
        page.write_string(0, at, title, writer.styles.head)
        page.set_column(at, at, 18)
    ordered = along(curve.points, curve.x.is_aim)
    for row, at in enumerate(ordered, 1):
        point = curve.points[at]
        writer.put(page, row, 0, point.x, _kind(curve.x))
        writer.put(page, row, 1, point.y, _kind(curve.y))
        writer.put(page, row, 2, point.y if at == curve.knee else None, _kind(curve.y))
    if not ordered:
        return
    chart = writer.book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for column, colour, size in ((1, "#1F4E79", 6), (2, "#C00000", 11)):
        paint = {"color": colour}
        chart.add_series(
            {
                "name": [tab, 0, column],
                "categories": [tab, 1, 0, len(ordered), 0],
                "values": [tab, 1, column, len(ordered), column],
                "line": {**paint, "width": 2} if column == 1 else {"none": True},
                "marker": {
                    "type": "circle",
                    "size": size,
                    "fill": paint,
                    "border": paint,
                },
            }
        )
    chart.set_x_axis({"name": x_title, "min": _floor(curve.points[at].x for at in ordered)})
    chart.set_y_axis({"name": y_title, "min": _floor(curve.points[at].y for at in ordered)})
    chart.set_title(
        {"name": text("sweep.title", language, name=curve.scenario.name), "name_font": {"size": 13}}
    )
    chart.set_size(CHART)
    page.insert_chart(len(ordered) + 2, 0, chart)
    page_setup(page, writer.form, landscape=True)
    page.fit_to_pages(1, 1)


def _floor(values: Iterable[float | None]) -> float:
    """Where an axis begins: a round number below the least value, so that differences are seen."""
    known = [value for value in values if value is not None]
    span = max(known) - min(known)
    if span <= 0:
        return min(known) - 1
    step = 10.0 ** math.floor(math.log10(span))
    return math.floor(min(known) / step) * step
