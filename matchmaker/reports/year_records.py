"""What a year's scores rest on, sheet by sheet: two-way ratings, points, visits, orders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from matchmaker.evaluation import Evaluation, rounded_score
from matchmaker.evaluation_forms import EvaluationPart, Visits
from matchmaker.evaluation_parts import orders_of_year, part_values, points_of_members, visits_of_pairs
from matchmaker.lists import ListDefinition, derived_list
from matchmaker.messages import Language, text
from matchmaker.model import Dataset
from matchmaker.ordering import rows_in_order
from matchmaker.reports.names import names_of, noun, row_names
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.who import rows_by_place, who_columns
from matchmaker.reports.words import sheet_title
from matchmaker.scheme.definitions import Scheme
from matchmaker.selectors import Conditions

__all__ = ["FAR_APART", "record_sheets"]

FAR_APART = 20
"""Two sides that differ by more points than this deserve a talk."""

_MEMBERS = ("branch_member", "community_member", "resident")


def record_sheets(scheme: Scheme, found: Evaluation, language: Language) -> Iterator[Sheet]:
    """The sheets for which the year has records."""
    yield from _members_rated(scheme, found, language)
    yield from _both_ways(scheme, found, language)
    yield from _points(scheme, found, language)
    done: list[Visits] = []
    for entry in found.entries:
        for part in entry.definition.parts:
            if part.visits is not None and part.visits not in done:
                done.append(part.visits)
                yield from _visits(scheme, found, part.visits, language)
    yield from _orders(scheme, found, language)


def _sheet(
    scheme: Scheme,
    found: Evaluation,
    key: str,
    columns: list[Column],
    language: Language,
    band: np.ndarray | None = None,
    notes: tuple[str, ...] = (),
    detail: str = "",
) -> Sheet:
    name = text(f"evaluation.sheet.{key}", language, detail=detail)
    title = sheet_title(scheme, key, name, found.year, language)
    return Sheet(name, title, tuple(columns), np.empty(0, np.int64) if band is None else band, notes, fixed=2)


def _members_rated(scheme: Scheme, found: Evaluation, language: Language) -> Iterator[Sheet]:
    """Members by branch and by community, side by side."""
    if not found.dataset.has("members"):
        return
    values = []
    for kind in _MEMBERS:
        part = EvaluationPart.model_validate({"id": kind, "rating": kind, "weight": 1})
        values.append(part_values(found.dataset, "members", part, found.year, {}))
    rated = np.flatnonzero((values[0].count > 0) | (values[1].count > 0)).astype(np.int64)
    if not len(rated):
        return
    order, band = rows_by_place(found.dataset, scheme, "members", rated)
    rows = rated[order]
    columns = who_columns(found.dataset, scheme, "members", rows, language)
    for kind, each in zip(_MEMBERS, values, strict=True):
        columns.append(
            Column(text(f"evaluation.rating.{kind}", language), _cells(each.value[rows]), "points")
        )
    columns += _apart(values[0].value[rows] - values[1].value[rows], language)
    yield _sheet(scheme, found, "members_rated", columns, language, band, (_note_apart(language),))


def _both_ways(scheme: Scheme, found: Evaluation, language: Language) -> Iterator[Sheet]:
    """Agencies and communities: what each has said of the other."""
    ratings = found.ratings()
    if not len(ratings):
        return
    kinds = {"community_agency": ("ratee_id", "rater_id"), "agency_community": ("rater_id", "ratee_id")}
    parts = []
    for kind, (agency, community) in kinds.items():
        rows = ratings[ratings["rater_kind"] == kind].rename(
            columns={agency: "agency", community: "community"}
        )
        parts.append(rows.groupby(["agency", "community"])["score"].mean().rename(kind))
    both = pd.concat(parts, axis=1).reset_index()
    if not len(both):
        return
    dataset = found.dataset
    ranks = []
    for name, table in (("agency", "agencies"), ("community", "communities")):
        place = np.full(len(dataset.frame(table)) + 1, len(dataset.frame(table)), np.int64)
        place[rows_in_order(dataset, table)] = np.arange(len(place) - 1)
        ranks.append(place[dataset.positions(table, both[name])])
    both = both.iloc[np.lexsort((ranks[1], ranks[0]))]
    names: list[list[Cell]] = [
        list(names_of(dataset, "agencies", both["agency"])),
        list(names_of(dataset, "communities", both["community"])),
    ]
    scores = [both[kind].to_numpy(float) for kind in kinds]
    columns = [
        Column(noun("agencies", language), names[0], "text", 40),
        Column(noun("communities", language), names[1], "text", 30),
        *(
            Column(text(f"evaluation.rating.{kind}", language), _cells(score), "points")
            for kind, score in zip(kinds, scores, strict=True)
        ),
        *_apart(scores[0] - scores[1], language),
    ]
    yield _sheet(scheme, found, "both_ways", columns, language, notes=(_note_apart(language),))


def _points(scheme: Scheme, found: Evaluation, language: Language) -> Iterator[Sheet]:
    """Members with their points, and how many are missing."""
    parts = [part for entry in found.entries for part in entry.definition.parts if part.points is not None]
    points = points_of_members(found.dataset, found.year)
    if not parts or points is None:
        return
    wanted = float(parts[0].points or 0)
    part = parts[0].model_copy(update={"stage": None})
    counted = ~np.isnan(part_values(found.dataset, "members", part, found.year, {}).value)
    members = np.flatnonzero(counted).astype(np.int64)
    order, band = rows_by_place(found.dataset, scheme, "members", members)
    rows = members[order]
    total = points["points"].to_numpy(float)[rows]
    hours = points["hours"].to_numpy(float)[rows]
    enough = {on: text(f"evaluation.{'enough' if on else 'not_enough'}", language) for on in (True, False)}
    entries: list[Cell] = [int(each) for each in points["entries"].to_numpy()[rows]]
    columns = [
        *who_columns(found.dataset, scheme, "members", rows, language),
        Column(text("evaluation.head.entries", language), entries, "whole", total="sum"),
        Column(text("evaluation.head.hours", language), _cells(hours), "points"),
        Column(text("evaluation.head.points", language), _cells(total), "points", total="mean"),
        Column(text("evaluation.head.enough", language, wanted=f"{wanted:g}"),
               [enough[bool(each >= wanted)] for each in total], "centre", 12),
        Column(text("evaluation.head.lacking", language), _cells(np.maximum(wanted - total, 0)), "points"),
    ]  # fmt: skip
    yield _sheet(scheme, found, "points", columns, language, band)


def _visits(scheme: Scheme, found: Evaluation, visits: Visits, language: Language) -> Iterator[Sheet]:
    """Visits of each pair in each period."""
    dataset = found.dataset
    counts = visits_of_pairs(dataset, visits, found.year)
    if counts is None:
        return
    order = rows_in_order(dataset, visits.stage)
    frame = dataset.frame(visits.stage).iloc[order]
    counts = counts[order]
    tables = (dataset.parents[visits.stage][1], dataset.joins[visits.stage][1])
    columns, band = _place(dataset, tables[1], frame["target_id"], language)
    columns += [
        Column(noun(tables[1], language), list(names_of(dataset, tables[1], frame["target_id"])), "text", 40),
        Column(noun(tables[0], language), list(names_of(dataset, tables[0], frame["source_id"])), "text", 40),
    ]
    for at in range(counts.shape[1]):
        head = text(f"evaluation.period.{visits.per}", language, number=at + 1)
        columns.append(Column(head, [int(each) for each in counts[:, at]], "whole", total="sum"))
    short = (counts < visits.at_least).sum(axis=1)
    columns += [
        Column(
            text("evaluation.head.visits", language),
            [int(each) for each in counts.sum(axis=1)],
            "whole",
            total="sum",
        ),
        Column(text("evaluation.head.short", language), [int(each) for each in short], "whole"),
    ]
    title = scheme.stage(visits.stage).title
    note = text(f"evaluation.due.{visits.per}", language, at_least=visits.at_least)
    yield _sheet(scheme, found, "visits", columns, language, band, (note,), title)


def _place(
    dataset: Dataset, table: str, ids: pd.Series, language: Language
) -> tuple[list[Column], np.ndarray | None]:
    """The community in which each of the rows lies, and the number of the lines' background."""
    up = dataset.ancestors(table, "communities")
    if up is None or not len(up) or table == "communities":
        return [], None
    at = up[dataset.positions(table, ids)]
    names = row_names(dataset, "communities")
    cells: list[Cell] = [str(names[row]) if row >= 0 else None for row in at.tolist()]
    band = np.cumsum(np.concatenate([[0], np.diff(at) != 0]))[: len(at)].astype(np.int64)
    return [Column(noun("communities", language), cells, "text", 30)], band


def _orders(scheme: Scheme, found: Evaluation, language: Language) -> Iterator[Sheet]:
    """Orders that residents have rated, and who had them."""
    dataset = found.dataset
    if not dataset.has("orders") or "rating" not in dataset.frame("orders"):
        return
    dataset = dataset.with_table("orders", dataset.frame("orders")[orders_of_year(dataset, found.year)])
    stages = [
        stage for stage in scheme.stages if "orders" in (stage.from_, stage.to) and stage.id in dataset.joins
    ]
    heads = {"community": "grid.community.name", "grid": "grid.name"}
    columns = {text(f"head.{key}", language): path for key, path in heads.items()}
    columns |= {
        text("head.id", language): "order_id",
        text("evaluation.head.content", language): "content",
        text("evaluation.head.rating", language): "rating",
    }
    asked = {stage.title: {"stage": stage.id, "show": "name"} for stage in stages}
    definition = ListDefinition.model_validate(
        {"id": "orders", "name": "orders", "rows": "orders", "columns": {**columns, **asked},
         "where": Conditions.model_validate({"rating": {"is_null": False}})}
    )  # fmt: skip
    listed = derived_list(dataset, definition, found.year)
    if not len(listed):
        return
    shown = [
        Column(
            each.title,
            _plain(each.values),
            "points" if each.title == text("evaluation.head.rating", language) else "text",
            40,
        )
        for each in listed.columns
    ]
    yield _sheet(scheme, found, "orders", shown, language)


def _apart(difference: np.ndarray, language: Language) -> list[Column]:
    word = text("evaluation.apart", language)
    flags: list[Cell] = [word if abs(each) > FAR_APART else None for each in difference]
    return [
        Column(text("evaluation.head.difference", language), _cells(difference), "points"),
        Column(text("evaluation.head.hint", language), flags, "centre", 20),
    ]


def _note_apart(language: Language) -> str:
    return text("evaluation.note.apart", language, limit=FAR_APART)


def _cells(values: np.ndarray) -> list[Cell]:
    return [None if value != value else float(value) for value in rounded_score(values)]


def _plain(values: np.ndarray) -> list[Cell]:
    return [None if value is None or value != value else value for value in values]
