"""The sheets of a plan after the changes of its year: take-overs, hand-over, what stays broken, the curve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from matchmaker.messages import Language, text
from matchmaker.model import Integers
from matchmaker.replan.open_needs import open_needs
from matchmaker.replan.run import Replanned
from matchmaker.replan.takeovers import Outcome, Takeover
from matchmaker.reports.names import is_demo, names_of, noun
from matchmaker.reports.replanned import called_at, reason_of, what_of
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.sheet_writer import Form, SheetWriter
from matchmaker.reports.workbook import write_book

__all__ = ["replanned_workbook"]

LISTED = 3
"""Open needs that a line of the hand-over sheet names."""

HANDED_OVER = (Outcome.TAKEN_OVER, Outcome.NEW)


def replanned_workbook(
    replanned: Replanned, rows: Sequence[Takeover], path: Path, language: Language
) -> Path:
    """Write the sheets in one step; only their owner may read them, as they carry whole names.

    Parameters
    ----------
    replanned
    rows
        Its take-overs.
    path
        File to write.
    language
        Of heads, titles and words.

    Returns
    -------
    Path
        The file. The same plan gives the same bytes.
    """
    scenario = replanned.plan.scenario
    form = Form(scenario.scheme.organizer, is_demo(replanned.plan.dataset), language)
    book = _Book(replanned, rows, language)
    sheets = [book.takeovers(), book.handover(), book.broken(), book.curve()]
    title = text("replan.book.title", language, scheme=scenario.scheme.name, year=scenario.year)

    def fill(writer: SheetWriter) -> None:
        for annex, sheet in enumerate((one for one in sheets if one is not None), 1):
            writer.write(sheet, annex)

    write_book(path, title, form, fill)
    return path


class _Book:
    """The sheets, with names looked up once for each relation."""

    def __init__(self, replanned: Replanned, rows: Sequence[Takeover], language: Language) -> None:
        self._replanned, self._rows, self._language = replanned, rows, language
        self._scheme = replanned.plan.scenario.scheme
        self._names: dict[tuple[str, str, str], str] = {}
        for stage in dict.fromkeys(row.stage for row in rows):
            own = [row for row in rows if row.stage == stage]
            self._look_up(stage, "source", [one for row in own for one in (row.before, row.after)])
            self._look_up(stage, "target", [row.target for row in own])

    def _look_up(self, stage: str, side: str, ids: Iterable[str]) -> None:
        ids = list(dict.fromkeys(ids))
        names = called_at(self._replanned, stage, side, ids, masked=False)
        self._names |= {(stage, side, one): name for one, name in zip(ids, names, strict=True)}

    def _say(self, key: str, **details: object) -> str:
        return text(f"replan.{key}", self._language, **details)

    def _title(self, key: str) -> str:
        scenario = self._replanned.plan.scenario
        return self._say(f"book.{key}", scheme=scenario.scheme.name, year=scenario.year)

    def takeovers(self) -> Sheet:
        """Who left, where, who takes over, of which unit, from when, why."""
        rows = self._rows
        columns = (
            Column(self._say("head.date"), [_date(row) for row in rows], "centre", 12),
            Column(self._say("head.stage"), [self._stage(row) for row in rows], "text", 18),
            Column(
                self._say("head.target"), [self._of(row, "target", row.target) for row in rows], "text", 30
            ),
            Column(
                self._say("head.before"), [self._of(row, "source", row.before) for row in rows], "text", 24
            ),
            Column(self._say("head.after"), [self._of(row, "source", row.after) for row in rows], "text", 24),
            Column(self._say("head.unit"), [self._unit(row) for row in rows], "text", 24),
            Column(self._say("head.same_unit"), [self._same(row) for row in rows], "centre", 10),
            Column(self._say("head.why"), [reason_of(row, self._language) for row in rows], "text", 20),
            Column(
                self._say("head.outcome"),
                [what_of(self._replanned, row, self._language) for row in rows],
                "text",
                26,
            ),
        )
        return Sheet(
            self._say("sheet.takeovers"),
            self._title("takeovers"),
            columns,
            self._band(rows),
            self._notes(),
            4,
        )

    def handover(self) -> Sheet:
        """A line to sign for every pair that changes hands."""
        rows = [row for row in self._rows if row.outcome in HANDED_OVER]
        needs = [self._needs(row) for row in rows]
        blank: list[Cell] = [None] * len(rows)
        columns = (
            Column(self._say("head.stage"), [self._stage(row) for row in rows], "text", 18),
            Column(
                self._say("head.target"), [self._of(row, "target", row.target) for row in rows], "text", 30
            ),
            Column(
                self._say("head.giver"), [self._of(row, "source", row.before) for row in rows], "text", 22
            ),
            Column(self._say("head.taker"), [self._of(row, "source", row.after) for row in rows], "text", 22),
            Column(self._say("head.date"), [_date(row) for row in rows], "centre", 12),
            Column(self._say("head.needs"), needs, "text", 40),
            Column(self._say("head.papers"), list(blank), "text", 20),
            *(
                Column(self._say(f"head.{who}"), list(blank), "centre", 16)
                for who in ("giver_signs", "taker_signs", "place_signs")
            ),
        )
        notes = (self._say("note.handover"),)
        return Sheet(
            self._say("sheet.handover"), self._title("handover"), columns, self._band(rows), notes, 3
        )

    def broken(self) -> Sheet | None:
        """Hard rules that stay broken; None where none does."""
        found = [
            (stage, one)
            for stage, after in self._replanned.stages.items()
            for one in after.judgement.violations
        ]
        if not found:
            return None
        titles = {rule.id: rule.title for rule in self._scheme.rules}
        columns = (
            Column(
                self._say("head.stage"), [self._scheme.stage(stage).title for stage, _ in found], "text", 18
            ),
            Column(self._say("head.rule"), [titles.get(one.rule, one.rule) for _, one in found], "text", 26),
            Column(
                self._say("head.about"),
                ["–".join(self._called(stage, one.source_id, one.target_id)) for stage, one in found],
                "text",
                34,
            ),
            Column(self._say("head.found"), [one.found for _, one in found], "decimal", 12),
            Column(self._say("head.required"), [one.required for _, one in found], "decimal", 12),
        )
        return Sheet(
            self._say("sheet.broken"), self._title("broken"), columns, notes=(self._say("note.broken"),)
        )

    def curve(self) -> Sheet | None:
        """What further changes would bring; None where that was not asked."""
        points = [point for after in self._replanned.stages.values() for point in after.curve]
        if not points:
            return None
        gains = max(len(point.gains) for point in points)
        columns = [
            Column(
                self._say("head.stage"),
                [self._scheme.stage(point.stage).title for point in points],
                "text",
                18,
            ),
            Column(self._say("head.budget"), [point.budget for point in points], "whole", 12),
            Column(self._say("head.used"), [point.used for point in points], "whole", 12),
            Column(self._say("head.mended"), [point.broken / 1000 for point in points], "decimal", 12),
            Column(self._say("head.uncovered"), [point.uncovered for point in points], "whole", 14),
            Column(self._say("head.covered_again"), [point.covered_again for point in points], "whole", 14),
        ]
        for level in range(gains):
            head = self._say("head.gain") if gains == 1 else self._say("head.gain_of", level=level + 1)
            values: list[Cell] = [
                point.gains[level] if level < len(point.gains) else None for point in points
            ]
            columns.append(Column(head, values, "change", 14))
        proven = [self._say("yes" if point.proven else "no") for point in points]
        columns.append(Column(self._say("head.proven"), proven, "centre", 12))
        stages = np.unique([point.stage for point in points], return_inverse=True)[1]
        band = np.cumsum(np.r_[0, np.diff(stages) != 0]).astype(np.int64)
        return Sheet(
            self._say("sheet.curve"), self._title("curve"), tuple(columns), band, (self._say("note.curve"),)
        )

    def _notes(self) -> tuple[str, ...]:
        record = self._replanned.plan.replan
        short = {(row.stage, row.target) for row in self._rows if row.outcome is Outcome.UNCOVERED}
        covered = self._say("uncovered_number", count=len(short)) if short else self._say("none_uncovered")
        return (self._say("note.budget", used=record["used"], budget=record["budget"]), covered)

    def _stage(self, row: Takeover) -> str:
        return self._scheme.stage(row.stage).title

    def _of(self, row: Takeover, side: str, one: str) -> str | None:
        return self._names[row.stage, side, one] or None

    def _called(self, stage: str, source: str, target: str) -> list[str]:
        return [
            called_at(self._replanned, stage, side, [one], masked=False)[0]
            for side, one in (("source", source), ("target", target))
            if one
        ]

    def _unit(self, row: Takeover) -> str | None:
        """The unit of who takes over: the row right above."""
        if not row.after:
            return None
        table = self._scheme.stage(row.stage).from_
        dataset = self._replanned.plan.dataset
        above = dataset.parents.get(table)
        if above is None or table not in dataset.tables:
            return None
        at = int(dataset.positions(table, [row.after])[0])
        unit = (
            dataset.frame(table)[above[0]].iloc[at] if at >= 0 and above[0] in dataset.frame(table) else None
        )
        return names_of(dataset, above[1], [unit])[0] or None

    def _same(self, row: Takeover) -> str | None:
        if row.outcome is not Outcome.TAKEN_OVER:
            return None
        if not row.unit:
            return self._say("no")
        return self._say("same_table", noun=noun(row.unit, self._language))

    def _needs(self, row: Takeover) -> str | None:
        table = self._scheme.stage(row.stage).to
        listed = open_needs(self._replanned.plan.dataset, table, row.target)
        if not listed:
            return None
        more = self._say("and_more", count=len(listed) - LISTED) if len(listed) > LISTED else ""
        return ("；" if self._language == "zh" else "; ").join(listed[:LISTED]) + more

    def _band(self, rows: Sequence[Takeover]) -> Integers:
        """A number that goes up with every new target."""
        keys = [f"{row.stage} {row.target}" for row in rows]
        changes = [one != other for one, other in zip(keys[1:], keys[:-1], strict=True)]
        return np.cumsum(np.array([0, *changes][: len(keys)], np.int64)).astype(np.int64)


def _date(row: Takeover) -> str | None:
    return None if row.change is None else row.change.date or None
