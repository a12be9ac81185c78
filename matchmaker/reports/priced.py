"""Prices on the terminal and on a sheet for the office alone: 内部测算."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.messages import Language, text
from matchmaker.plans import Plan
from matchmaker.reports.names import is_demo, masked_names, names_of, noun
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.sheet_writer import Form
from matchmaker.reports.words import number, rule_words
from matchmaker.reports.workbook import write_book
from matchmaker.scheme.definitions import StageDefinition
from matchmaker.what_if.price import Price
from matchmaker.what_if.statement_kinds import Kind

__all__ = ["price_workbook", "show_prices"]

NAMED = 4
"""How many of the displaced a line of the terminal names."""


def show_prices(plan: Plan, stage: str, prices: Sequence[Price], language: Language) -> list[RenderableType]:
    """A table of what was solved, the dearest first; a line each for what was not and what costs nothing."""
    definition = plan.scenario.scheme.stage(stage)
    if not prices:
        return [Text(text("price.none", language, stage=definition.title))]
    title = text("price.title", language, stage=definition.title)
    listed = [price for price in prices if price.how in ("solved", "unknown")]
    notes = [Text(line) for line in _notes(definition, prices, language)]
    if not listed:
        return [Text(title, style="bold"), *notes]
    deep = _deep(prices)
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for key in ("kind", "what"):
        table.add_column(text(f"price.{key}", language), overflow="fold")
    for key in (*(["level"] if deep else []), "cost", "at_most", "moved"):
        table.add_column(text(f"price.{key}", language), justify="right")
    table.add_column(text("price.displaced", language), overflow="fold")
    for price in listed:
        at_most = _at_most(price)
        table.add_row(
            text(f"price.kind.{price.kind.value}", language),
            _what(plan, definition, price, language, masked=True),
            *([_level(price)] if deep else []),
            _cost(price, language),
            "—" if at_most is None else number(at_most),
            str(len(price.moves)),
            _displaced(plan, definition, price, NAMED),
        )
    return [table, *notes]


def price_workbook(plan: Plan, stage: str, prices: Sequence[Price], path: Path, language: Language) -> Path:
    """Write one sheet with every statement; never part of an export."""
    definition = plan.scenario.scheme.stage(stage)
    form = Form(plan.scenario.scheme.organizer, is_demo(plan.dataset), language)
    title = text(
        "price.sheet_title",
        language,
        scheme=plan.scenario.scheme.name,
        year=plan.scenario.year,
        stage=definition.title,
    )
    displaced: list[Cell] = [_displaced(plan, definition, price, len(price.displaced)) for price in prices]
    head = {
        key: text(f"price.{key}", language)
        for key in ("kind", "what", "level", "cost", "at_most", "estimate", "moved", "displaced", "how")
    }
    columns = (
        Column(
            head["kind"], [text(f"price.kind.{one.kind.value}", language) for one in prices], "centre", 16
        ),
        Column(head["what"], [_what(plan, definition, one, language) for one in prices], "text", 50),
        *([Column(head["level"], [_level(one) for one in prices], "centre", 8)] if _deep(prices) else []),
        Column(head["cost"], [one.cost for one in prices], "points"),
        Column(head["at_most"], [_at_most(one) for one in prices], "points"),
        Column(head["estimate"], [one.estimate for one in prices], "points"),
        Column(head["moved"], [len(one.moves) for one in prices], "whole"),
        Column(head["displaced"], displaced, "text", 50),
        Column(head["how"], [text(f"price.how.{one.how}", language) for one in prices], "text", 24),
    )
    notes = tuple(_notes(definition, prices, language)[: 3 if _deep(prices) else 2])
    sheet = Sheet(text("price.sheet", language), title, columns, notes=notes, fixed=2)
    write_book(path, title, form, lambda writer: writer.write(sheet, 1))
    return path


def _notes(definition: StageDefinition, prices: Sequence[Price], language: Language) -> list[str]:
    """What a cost is, how far off it may be, and what the table does not list."""
    lines = [text("price.note.rest", language, stage=definition.title)]
    slack = max((price.slack for price in prices), default=0.0)
    lines.append(text("price.note.slack", language, slack=number(slack)))
    if _deep(prices):
        lines.append(text("price.note.levels", language))
    left = [price.at_most for price in prices if price.how == "unsolved"]
    free = sum(price.how == "bound" for price in prices)
    if left:
        known = [bound for bound in left if bound is not None]
        most = number(max(known)) if len(known) == len(left) else "—"
        lines.append(text("price.note.left", language, count=len(left), most=most))
    if free:
        lines.append(text("price.note.free", language, count=free))
    return lines


def _deep(prices: Sequence[Price]) -> bool:
    """Whether some make a difference below the first level only."""
    return any(price.level for price in prices)


def _level(price: Price) -> str:
    """The level of a cost, counted from 1."""
    return str(price.level + 1) if price.cost else "—"


def _at_most(price: Price) -> float | None:
    """The bound, which is about the first level alone and would contradict a cost further down."""
    return None if price.level else price.at_most


def _cost(price: Price, language: Language) -> str:
    if price.cost is None:
        return "—"
    if not price.level and price.cost <= price.slack:
        return f"{number(price.cost)} ({text('price.within', language)})" if price.cost else "0"
    return number(price.cost)


def _what(
    plan: Plan, definition: StageDefinition, price: Price, language: Language, masked: bool = False
) -> str:
    name = masked_names if masked else names_of
    dataset, scheme = plan.known, plan.scenario.scheme
    if price.kind is Kind.WISH:
        return f"{noun(price.table, language)} {name(dataset, price.table, [price.source_id])[0]}"
    sides = ((definition.from_, price.source_id), (definition.to, price.target_id))
    pair = "–".join(name(dataset, table, [one])[0] for table, one in sides if one)
    if price.kind in (Kind.PIN, Kind.FORBID):
        return pair
    described = rule_words(price.rule, scheme)
    return f"{described}：{pair}" if pair else described


def _displaced(plan: Plan, definition: StageDefinition, price: Price, most: int) -> str:
    ids = price.displaced
    names = masked_names(plan.known, definition.from_, ids[:most])
    return "、".join(names) + ("…" if len(ids) > most else "")
