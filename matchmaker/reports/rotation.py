"""Who must, should and may move next year, and why: a workbook with a sheet a stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from matchmaker.messages import Language, text
from matchmaker.model import Dataset
from matchmaker.movements import Verdict
from matchmaker.reports.names import is_demo, names_of, noun
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.words import sheet_title
from matchmaker.reports.workbook import write_book
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario

__all__ = ["rotation_workbook", "verdict_counts"]

FIRST = tuple(Verdict)
"""The order of verdicts on the sheets: what is certain first."""


def verdict_counts(movements: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Number of last year's pairs by stage and verdict."""
    counts: dict[str, dict[str, int]] = {}
    for (stage, verdict), rows in movements.groupby(["stage", "verdict"], sort=False):
        counts.setdefault(str(stage), {})[str(verdict)] = len(rows)
    return counts


def rotation_workbook(
    scenario: Scenario, dataset: Dataset, movements: pd.DataFrame, path: Path, language: Language
) -> Path:
    """Write the verdicts on last year's pairs.

    Parameters
    ----------
    scenario, dataset
        Next year's (`matchmaker.rotate.NextYear`).
    movements
        As `matchmaker.movements.movements` gives them.
    """
    form = Form(scenario.scheme.organizer, is_demo(dataset), language)
    title = text("rotate.title", language, scheme=scenario.scheme.name, year=scenario.year)
    sheets = list(_sheets(scenario, dataset, movements, language))

    def fill(writer: SheetWriter) -> None:
        for annex, sheet in enumerate(sheets, 1):
            writer.write(sheet, annex)

    write_book(path, title, form, fill)
    return path


def _sheets(
    scenario: Scenario, dataset: Dataset, movements: pd.DataFrame, language: Language
) -> Iterator[Sheet]:
    scheme = scenario.scheme
    words = _reason_words(scheme, language)
    for stage in scheme.stages:
        rows = movements[movements["stage"] == stage.id]
        if not len(rows):
            continue
        order = rows["verdict"].map({verdict: at for at, verdict in enumerate(FIRST)})
        rows = rows.assign(order=order).sort_values(["order", "target_id", "source_id"], kind="stable")
        nouns = noun(stage.from_, language), noun(stage.to, language)
        years: list[Cell] = [int(each) for each in rows["years"]]
        total: list[Cell] = [int(each) for each in rows["total_years"]]
        ratings: list[Cell] = [None if each != each else float(each) for each in rows["evaluation"]]
        verdicts: list[Cell] = [text(f"rotate.{each}", language) for each in rows["verdict"]]
        reasons: list[Cell] = ["；".join(words.get(one, one) for one in each) for each in rows["reasons"]]
        columns = (
            Column(nouns[0], list(names_of(dataset, stage.from_, rows["source_id"])), "text", 40),
            Column(
                text("rotate.last_year", language, noun=nouns[1]),
                list(names_of(dataset, stage.to, rows["target_id"])), "text", 40,
            ),
            Column(text("rotate.years", language), years, "whole"),
            Column(text("rotate.total_years", language), total, "whole"),
            Column(text("rotate.evaluation", language), ratings, "points"),
            Column(text("rotate.verdict", language), verdicts, "centre", 16),
            Column(text("rotate.reasons", language), reasons, "text", 60),
        )  # fmt: skip
        name = text("rotate.sheet", language, stage=stage.title)
        yield Sheet(name, sheet_title(scheme, stage.id, name, scenario.year, language), columns, fixed=2)


def _reason_words(scheme: Scheme, language: Language) -> Mapping[str, str]:
    words = {rule.id: rule.describe(language, scheme.is_soft(rule)) for rule in scheme.rules}
    for stage in scheme.stages:
        words[f"{stage.id}.candidates"] = text("rotate.no_candidate", language)
        words[f"{stage.id}.pins"] = text("rotate.pins", language)
        words[stage.id] = text("rotate.above", language, stage=stage.title)
    return words
