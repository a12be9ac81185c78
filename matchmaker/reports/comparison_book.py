"""Plans side by side as a workbook: figures, every move of each stage, gains and losses by place and unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from matchmaker.compare import Comparison, Difference, Roll, StageDifference
from matchmaker.messages import Language
from matchmaker.model import SideName
from matchmaker.ordering import rows_in_order
from matchmaker.outlines import Outlined
from matchmaker.reports.compared import NONE, Compared
from matchmaker.reports.sheet import Cell, Column, Kind, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.workbook import write_book

__all__ = ["comparison_workbook"]

KINDS: dict[str, Kind] = {
    "share": "share", "points": "points", "count": "whole", "number": "decimal", "km": "km",
}  # fmt: skip
"""How figures are shown, by their unit."""


def comparison_workbook(
    comparison: Comparison,
    plans: Sequence[Outlined],
    path: Path,
    language: Language,
    remarks: Sequence[str] = (),
) -> Path:
    """Write a comparison's sheets in one step; only their owner may read them.

    Parameters
    ----------
    comparison
    plans
        Those compared, in order.
    path
        File to write.
    language
        Of heads, titles and words.
    remarks
        Lines below the figures: what sheets made by hand break.

    Returns
    -------
    Path
        The file. The same plans give the same bytes.
    """
    compared = Compared(comparison, plans, language, masked=False)
    scenario = plans[0].scenario
    form = Form(scenario.scheme.organizer, compared.demo, language)
    title = compared.say("compare.book_title", scheme=scenario.scheme.name, year=scenario.year)
    sheets = [_figures(compared, title, remarks), *_rolls(compared), *_moves(compared)]

    def fill(writer: SheetWriter) -> None:
        for annex, sheet in enumerate(sheets, 1):
            writer.write(sheet, annex)

    write_book(path, title, form, fill)
    return path


def _figures(compared: Compared, title: str, remarks: Sequence[str]) -> Sheet:
    """Every figure by plan, and how much each differs from the first."""
    rows = compared.figures(everything=True)
    first, *others = compared.comparison.plans
    kinds: list[Kind] = [KINDS[row.figure.unit] for row in rows]
    verdict = compared.statuses()
    columns = [
        Column(compared.say("head.stage"), ["", *(row.stage for row in rows)], "centre", 16),
        Column(
            compared.say("compare.figure"),
            [compared.say("compare.status"), *(row.label for row in rows)],
            "text",
            30,
        ),
        Column(compared.say("compare.head.rule"), [None, *(row.rule or None for row in rows)], "text", 22),
    ]
    for at, plan in enumerate(compared.comparison.plans):
        values: list[Cell] = [
            verdict[at],
            *(NONE if row.figure.values[at] is None else row.figure.values[at] for row in rows),
        ]
        columns.append(Column(plan, values, "centre", 16, kinds=_kinds(values, ["centre", *kinds])))
    for at, plan in enumerate(others, 1):
        changes: list[Cell] = [None, *(_change(row.figure.values[0], row.figure.values[at]) for row in rows)]
        head = compared.say("compare.head.change", first=first)
        head = head if len(others) == 1 else f"{plan}{head}"
        columns.append(Column(head, changes, "centre", 16, kinds=_kinds(changes, ["centre", *kinds])))
    band = np.r_[0, np.unique([row.stage for row in rows], return_inverse=True)[1]] if rows else np.zeros(1)
    notes = (*remarks, compared.say("compare.note.first", first=first))
    return Sheet(
        compared.say("compare.sheet.figures"), title, tuple(columns), _alternating(band), notes, fixed=3
    )


def _kinds(values: Sequence[Cell], kinds: Sequence[Kind]) -> list[Kind]:
    """The kinds of cells, words among the numbers centred."""
    return ["centre" if isinstance(value, str) else kind for value, kind in zip(values, kinds, strict=True)]


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(after - before, 6)


def _alternating(groups: np.ndarray) -> np.ndarray:
    """A number that goes up with every new group."""
    return np.cumsum(np.r_[0, np.diff(groups) != 0]).astype(np.int64)


def _rolls(compared: Compared) -> Iterator[Sheet]:
    """Gains and losses by each uppermost table, the targets' first."""
    found: dict[tuple[SideName, str], list[tuple[Difference, StageDifference, Roll]]] = {}
    for side in ("target", "source"):
        for difference in compared.comparison.differences:
            for stage in difference.stages:
                for roll in stage.rolls:
                    if roll.side == side and roll.changes:
                        found.setdefault((roll.side, roll.table), []).append((difference, stage, roll))
    targets = {table for side, table in found if side == "target"}
    for (side, table), rolls in found.items():
        key = "compare.sheet.source" if side == "source" and table in targets else "compare.sheet.target"
        yield _roll_sheet(compared, table, compared.say(key, noun=compared.noun(table)), rolls)


def _roll_sheet(
    compared: Compared, table: str, name: str, rolls: Sequence[tuple[Difference, StageDifference, Roll]]
) -> Sheet:
    lines = [(difference, stage, change) for difference, stage, roll in rolls for change in roll.changes]
    names = compared.names(table, [change.id for _, _, change in lines], compared.plans)
    rank = _order(compared, table, [change.id for _, _, change in lines])
    order = sorted(range(len(lines)), key=lambda at: (rank[at], at))
    told = [lines[at] for at in order]
    say = compared.say
    columns = [
        Column(compared.noun(table), [names[at] for at in order], "text", 30),
        Column(
            say("head.stage"), [compared.definition(stage.stage).title for _, stage, _ in told], "centre", 24
        ),
    ]
    if len(compared.plans) > 2:
        others = [compared.titles(difference)[1] for difference, _, _ in told]
        columns.append(Column(say("compare.head.compared"), others, "centre", 20))
    first = compared.comparison.plans[0]
    whole: list[tuple[str, list[Cell]]] = [
        (say("compare.head.pairs", first=first), [change.pairs for _, _, change in told]),
        (say("compare.head.pairs_other"), [change.pairs_other for _, _, change in told]),
        (say("compare.head.left"), [change.left for _, _, change in told]),
        (say("compare.head.came"), [change.came for _, _, change in told]),
    ]
    columns += [Column(head, values, "whole", 12, "sum") for head, values in whole]
    columns.append(
        Column(say("compare.head.total"), [change.points for _, _, change in told], "change", 14, "sum")
    )
    by_rule: list[Cell] = [compared.by_rule(change.by_rule, stage.rules) or None for _, stage, change in told]
    columns.append(Column(say("compare.head.by_rule"), by_rule, "text", 60))
    band = _alternating(np.array([rank[at] for at in order], np.int64))
    title = say("compare.roll_title", noun=compared.noun(table))
    return Sheet(name, title, tuple(columns), band, (say("compare.note.points"),), fixed=2)


def _order(compared: Compared, table: str, ids: Sequence[str]) -> list[int]:
    """Official order of rows, as the first plan has it; those that it does not know come last."""
    known = compared.plans[0].known
    if not known.has(table):
        return [0] * len(ids)
    at = known.positions(table, np.array(ids, object))
    place = np.argsort(rows_in_order(known, table))
    later = {one: len(place) + number for number, one in enumerate(sorted(set(ids)))}
    return [int(place[row]) if row >= 0 else later[one] for row, one in zip(at.tolist(), ids, strict=True)]


def _moves(compared: Compared) -> Iterator[Sheet]:
    """All moves of each stage in official order of the sources, one sheet per stage and other plan."""
    several = len(compared.comparison.differences) > 1
    for difference in compared.comparison.differences:
        first, other = compared.titles(difference)
        for stage in difference.stages:
            if stage.moves and all(stage.stage in plan.assignments for plan in compared.pair(difference)):
                title = compared.definition(stage.stage).title
                key = "compare.sheet.moves_of" if several else "compare.sheet.moves"
                name = compared.say(key, stage=title, **({"other": other} if several else {}))
                yield _moves_sheet(compared, stage, difference, name, (first, other))


def _moves_sheet(
    compared: Compared, stage: StageDifference, difference: Difference, name: str, titles: tuple[str, str]
) -> Sheet:
    definition, say = compared.definition(stage.stage), compared.say
    rank = _order(compared, definition.from_, [move.source_id for move in stage.moves])
    every = list(stage.moves)
    moves = [every[at] for at in sorted(range(len(rank)), key=lambda at: (rank[at], at))]
    ids = [move.source_id for move in moves]
    sources = compared.names(definition.from_, ids, compared.pair(difference))
    noun = compared.noun(definition.from_)
    columns = [
        *([] if sources == ids else [Column(say("head.source_id", noun=noun), ids, "centre", 20)]),
        Column(noun, sources, "text", 36),
    ]
    fixed = len(columns) + 1
    for plan, partners in zip(titles, compared.partners(stage, moves, difference), strict=True):
        columns.append(Column(say("compare.head.before", plan=plan), partners, "text", 36))
    ranks = [
        [compared.ranks(rank) for rank in side]
        for side in zip(*((m.ranks, m.ranks_other) for m in moves), strict=True)
    ]
    for plan, told in zip(titles, ranks, strict=True):
        if any(any(side) for side in ranks):
            columns.append(
                Column(
                    say("compare.head.before_rank", plan=plan), [one or None for one in told], "centre", 16
                )
            )
    columns.append(Column(say("compare.head.total"), [move.total for move in moves], "change", 14, "sum"))
    for at, rule in enumerate(stage.rules if len(stage.rules) > 1 else ()):
        points: list[Cell] = [move.points[at] or None for move in moves]
        if any(points):
            head = say("compare.head.rule_points", rule=compared.rule(rule))
            columns.append(Column(head, points, "change", 14, "sum"))
    title = say("compare.moves_title", stage=definition.title, first=titles[0], other=titles[1])
    return Sheet(name, title, tuple(columns), notes=(say("compare.note.points"),), fixed=fixed)
