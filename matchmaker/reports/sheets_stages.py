"""The list of each stage, by the tables that it pairs; any other pairing gets a general list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from matchmaker.messages import Language
from matchmaker.plans import Plan
from matchmaker.reports.names import DEMO_MARK, noun
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.stage_rows import StageRows
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["stage_sheet"]

POINTS_APART = frozenset({"source_id", "target_id", "wish_rank", "previous_target_id", "change"})


def stage_sheet(plan: Plan, definition: StageDefinition, language: Language) -> Sheet:
    """The list of one stage: 单位联街道, 支部联网格 (社区), 党员联楼栋, or source and target in general."""
    rows = StageRows.of(plan, definition, language)
    build = _LAYOUTS.get((definition.from_, definition.to), _general)
    sheet = build(rows)
    return replace(sheet, name=definition.title, title=rows.title(), notes=rows.notes())


def _agencies(rows: StageRows) -> Sheet:
    columns = [
        *rows.column("sub_district", rows.name("target"), "centre", 16),
        *rows.column("agency_name", rows.name("source"), widest=40, total=rows.counts()),
        *rows.column("agency_type", rows.coded("source", "agency_type", "agency_type"), "centre", 12),
        *rows.column("member_count", rows.whole("source", "member_count"), "whole", 8, "sum"),
        *rows.fit(top_needs=True),
        *rows.wish(),
        *rows.change(),
        *rows.previous("previous_sub_district"),
        *rows.column("liaison", rows.value("source", "liaison"), "centre", 10),
        *rows.column("phone", rows.value("source", "phone"), "centre", 16),
        Column(rows.say("head.note"), _notes(rows), widest=20),
    ]
    return Sheet("", "", tuple(columns), rows.band("target"), fixed=3)


def _branches(rows: StageRows) -> Sheet:
    """Branches to grids, or to communities as wholes."""
    to_grids = rows.table("target") == "grids"
    households = "grid_households" if to_grids else "households"
    columns = [
        *rows.column("sub_district", rows.name("target", "sub_districts"), "centre", 16),
        *rows.column("community", rows.name("target", "communities"), "centre", 20),
        *rows.column("grid", rows.short_name("target", "", "communities") if to_grids else None, widest=28),
        *rows.column(households, rows.whole("target", "households"), "whole", 10, "sum"),
        *rows.column("branch", rows.name("source"), widest=42, total=rows.counts()),
        *rows.column("agency", rows.name("source", "agencies"), widest=36),
        *rows.column("member_count", rows.whole("source", "member_count"), "whole", 8),
        *rows.column("secretary", rows.value("source", "secretary"), "centre", 10),
        *rows.column("liaison", rows.value("source", "liaison"), "centre", 10),
        *rows.column("grid_head", rows.value("target", "grid_head") if to_grids else None, "centre", 10),
        *rows.fit(top_needs=False),
        *rows.wish(),
        *rows.change(),
    ]
    return Sheet("", "", tuple(columns), rows.band("target", "communities"), fixed=4 if to_grids else 3)


def _members(rows: StageRows) -> Sheet:
    columns = [
        *rows.column("sub_district", rows.name("target", "sub_districts"), "centre", 16),
        *rows.column("community", rows.name("target", "communities"), "centre", 20),
        *rows.column("grid", rows.short_name("target", "grids", "communities"), widest=28),
        *rows.column("building", rows.short_name("target", "", "grids"), widest=30),
        *rows.column("households", rows.whole("target", "households"), "whole", 8),
        *rows.column("member", rows.name("source"), "centre", 12),
        *rows.column("branch", rows.name("source", "branches"), widest=42, total=rows.counts()),
        *rows.column("skills", rows.coded("source", "skills", "category"), widest=30),
        *rows.column("building_head", rows.value("target", "building_head"), "centre", 10),
        *rows.column("lives_here", _lives_here(rows), "centre", 8),
        *rows.column("phone", rows.value("source", "phone"), "centre", 16),
        *rows.fit(top_needs=False),
        *rows.wish(),
        *rows.change(),
    ]
    return Sheet("", "", tuple(columns), rows.band("target", "grids"), fixed=5)


def _general(rows: StageRows) -> Sheet:
    """Ids and names of both sides, points, change: what any stage has."""
    columns: list[Column] = []
    for side in ("target", "source"):
        called = noun(rows.table(side), rows.language)
        ids: list[Cell] = [str(one) for one in rows.frame[f"{side}_id"]]
        total = rows.counts() if side == "source" else ""
        columns += [
            Column(rows.say("head.source_id", noun=called), ids, "centre", 16),
            Column(rows.say("head.source", noun=called), rows.name(side) or ids, widest=34, total=total),
        ]
    points = [name for name in rows.frame.columns if name not in POINTS_APART]
    if points:
        added = np.nan_to_num(rows.frame[points].to_numpy(float)).sum(axis=1)
        columns.append(Column(rows.say("head.points"), added.tolist(), "points", 10, "sum"))
    columns += [*rows.wish(), *rows.change(), *rows.previous("previous")]
    return Sheet("", "", tuple(columns), rows.band("target"), fixed=1)


def _notes(rows: StageRows) -> list[Cell]:
    """Remarks on the sources; the mark of made-up data stands in the sheet's head instead."""
    found = rows.value("source", "note") or [None] * len(rows.frame)
    kept: list[Cell] = [None if note == DEMO_MARK else note for note in found]
    return kept


def _lives_here(rows: StageRows) -> list[Cell] | None:
    home = rows.value("source", "home_building")
    if home is None:
        return None
    yes, no = rows.say("book.yes"), rows.say("book.no")
    return [
        None if one is None else (yes if one == here else no)
        for one, here in zip(home, rows.frame["target_id"], strict=True)
    ]


_LAYOUTS: Mapping[tuple[str, str], Callable[[StageRows], Sheet]] = {
    ("agencies", "sub_districts"): _agencies,
    ("branches", "communities"): _branches,
    ("branches", "grids"): _branches,
    ("members", "buildings"): _members,
}
