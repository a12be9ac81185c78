"""Plans side by side as one page: nothing is fetched, no script runs, people's names are hidden."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from matchmaker.compare import Comparison, Difference, Roll, StageDifference
from matchmaker.messages import Language
from matchmaker.outlines import Outlined
from matchmaker.reports.compared import Compared
from matchmaker.reports.words import number, signed

__all__ = ["comparison_page"]

LISTED = 30
"""Moves of a stage that the page lists; the workbook has all."""

ROLLED = 10
"""Rows of either end that the page lists of gains and losses."""


def comparison_page(
    comparison: Comparison,
    plans: Sequence[Outlined],
    path: Path,
    language: Language,
    remarks: Sequence[str] = (),
) -> Path:
    """Write a comparison as one HTML file, in one step; only its owner may read it.

    Parameters
    ----------
    comparison
    plans
        Those compared, in order.
    path
        File to write.
    language
        Of all words.
    remarks
        Lines below the figures: what sheets made by hand break.

    Returns
    -------
    Path
        The file. The same plans give the same bytes.
    """
    loader = PackageLoader("matchmaker.reports")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    compared = Compared(comparison, plans, language)
    content = environment.get_template("comparison.html").render(page={**_page(compared), "remarks": remarks})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content.encode("utf-8"))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _page(compared: Compared) -> dict[str, Any]:
    say, first = compared.say, compared.comparison.plans[0]
    scenario = compared.plans[0].scenario
    heads = {key: say(f"compare.head.{key}") for key in ("rule", "left", "came", "total")}
    return {
        "lang": "zh-CN" if compared.language == "zh" else "en",
        "title": say("compare.book_title", scheme=scenario.scheme.name, year=scenario.year),
        "sub": say(
            "compare.page.sub",
            scheme=scenario.scheme.name,
            year=scenario.year,
            count=len(compared.plans),
            first=first,
        ),
        "demo": say("compare.page.demo") if compared.demo else "",
        "jump": say("compare.page.jump"),
        "figures_title": say("compare.sheet.figures"),
        "best": say("compare.page.best"),
        "heads": {
            **heads,
            "figure": say("compare.figure"),
            "status": say("compare.status"),
            "moves": say("compare.moves"),
            "rules": say("compare.head.by_rule"),
        },
        "plans": compared.comparison.plans,
        "statuses": compared.statuses(),
        "figures": [
            (
                stage,
                [
                    {
                        "label": row.label,
                        "rule": row.rule,
                        "cells": list(zip(row.values, row.best, strict=True)),
                    }
                    for row in rows
                ],
            )
            for stage, rows in groupby(compared.figures(everything=True), key=lambda row: row.stage)
        ],
        "first_note": say("compare.note.first", first=first),
        "points_note": say("compare.note.points"),
        "differences": [_difference(compared, difference) for difference in compared.comparison.differences],
    }


def _difference(compared: Compared, difference: Difference) -> dict[str, Any]:
    first, other = compared.titles(difference)
    return {
        "title": compared.say("compare.difference", first=first, other=other),
        "plans": (first, other),
        "lines": compared.lone_lines(difference),
        "stages": [
            _stage(compared, stage, difference)
            for stage in compared.shared(difference)
            if stage.moves or stage.sources
        ],
    }


def _stage(compared: Compared, stage: StageDifference, difference: Difference) -> dict[str, Any]:
    definition, say = compared.definition(stage.stage), compared.say
    shown = stage.moves.by_effect(LISTED)
    sources = compared.names(definition.from_, [move.source_id for move in shown], compared.pair(difference))
    moves = [
        {
            "source": source,
            "before": before,
            "after": after,
            "total": move.total,
            "told": signed(move.total),
            "rules": compared.by_rule(move.points, stage.rules),
        }
        for move, source, before, after in zip(
            shown, sources, *compared.partners(stage, shown, difference), strict=True
        )
    ]
    count = len(stage.moves)
    return {
        "title": definition.title,
        "noun": compared.noun(definition.from_),
        "lines": compared.stage_lines(stage, difference),
        "rolls": [_roll(compared, stage, roll, difference) for roll in compared.told(stage) if roll.changes],
        "moves": moves,
        "shown": say("compare.page.shown", shown=len(shown), count=number(count))
        if count > len(shown)
        else "",
    }


def _roll(compared: Compared, stage: StageDifference, roll: Roll, difference: Difference) -> dict[str, Any]:
    """Gains and losses, both ends where there are many; bars are half as wide as the greatest at most."""
    many = len(roll.changes) > 2 * ROLLED
    changes = roll.changes[:ROLLED] + roll.changes[-ROLLED:] if many else list(roll.changes)
    widest = max((abs(change.points) for change in changes), default=0.0) or 1.0
    names = compared.names(roll.table, [change.id for change in changes], compared.pair(difference))
    noun, count = compared.roll_noun(stage, roll), len(roll.changes)
    shown = compared.say("compare.page.ends", shown=len(changes), count=number(count))
    return {
        "title": compared.say("compare.roll_title", noun=noun),
        "noun": noun,
        "rows": [
            {
                "name": name,
                "left": change.left,
                "came": change.came,
                "points": change.points,
                "told": signed(change.points),
                "width": round(50 * abs(change.points) / widest, 1),
            }
            for name, change in zip(names, changes, strict=True)
        ],
        "shown": shown if count > len(changes) else "",
    }
