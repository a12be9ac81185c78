"""A plan after the changes of its year, on the terminal and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.called import masked_names, names_of
from matchmaker.messages import Language, text
from matchmaker.replan.run import Replanned
from matchmaker.replan.stages import CurvePoint
from matchmaker.replan.takeovers import Outcome, Takeover
from matchmaker.reports.words import number, signed
from matchmaker.tables import TABLES

__all__ = ["called_at", "counts_of", "reason_of", "replanned_as_data", "show_replanned", "what_of"]

LISTED = 12
"""Rows given on the terminal."""


def show_replanned(
    replanned: Replanned, rows: Sequence[Takeover], language: Language
) -> list[RenderableType]:
    """What `matchmaker replan` prints; no person's whole name.

    Parameters
    ----------
    replanned
    rows
        Its take-overs.
    language
    """
    if replanned.plan.replan["kind"] == "refresh":
        return _refreshed(replanned, rows, language)
    lines = [Text(line) for line in _lines(replanned, rows, language)]
    points = [point for after in replanned.stages.values() for point in _telling(after.curve)]
    if not points:
        return list(lines)
    return [*lines, _curve(replanned, points, language)]


def counts_of(replanned: Replanned, rows: Sequence[Takeover]) -> dict[str, int]:
    """Figures of the whole: changes, pairs that ended, are new, stay; taken over, of the same unit."""
    pairs = sum(len(after.assignment) for after in replanned.stages.values())
    made = sum(1 for row in rows if row.after)
    taken = [row for row in rows if row.outcome is Outcome.TAKEN_OVER]
    return {
        "changes": len(replanned.sheet.changes),
        "ended": sum(1 for row in rows if row.before),
        "made": made,
        "kept": pairs - made,
        "taken_over": len(taken),
        "same_unit": sum(1 for row in taken if row.unit),
        "uncovered": len({(row.stage, row.target) for row in rows if row.outcome is Outcome.UNCOVERED}),
        "used": int(replanned.plan.replan["used"]),
        "budget": int(replanned.plan.replan["budget"]),
    }


def replanned_as_data(replanned: Replanned, rows: Sequence[Takeover]) -> dict[str, Any]:
    """The answer as JSON has it: counts, take-overs by id, what stays broken, the curve."""
    return {
        **counts_of(replanned, rows),
        "takeovers": [
            {**asdict(row), "outcome": row.outcome.value,
             "change": None if row.change is None else
             {"kind": row.change.kind.value, "date": row.change.date, "reason": row.change.reason}}
            for row in rows
        ],
        "broken": [
            asdict(one) for after in replanned.stages.values() for one in after.judgement.violations
        ],
        "curve": list(replanned.plan.replan["curve"]),
    }  # fmt: skip


def called_at(replanned: Replanned, stage: str, side: str, ids: Iterable[str], *, masked: bool) -> list[str]:
    """What rows of a side of a stage are called, today's or those of the plan before."""
    definition = replanned.plan.scenario.scheme.stage(stage)
    table = definition.from_ if side == "source" else definition.to
    ids = list(ids)
    is_stage = table in replanned.parent.pairs
    now, before = replanned.plan, replanned.parent.plan
    name = masked_names if masked else names_of
    datasets = [(now.known, before.known) if is_stage else (now.dataset, before.dataset)][0]
    found = name(datasets[0], table, ids)
    old = name(datasets[1], table, ids)
    return ["" if not one else then if now == one else now
            for one, now, then in zip(ids, found, old, strict=True)]  # fmt: skip


def what_of(replanned: Replanned, row: Takeover, language: Language) -> str:
    """What has become of a target, in words."""
    title = ""
    if row.covered_by:
        title = replanned.plan.scenario.scheme.stage(row.covered_by).title
    return text(f"replan.outcome.{row.outcome.value}", language, stage=title)


def reason_of(row: Takeover, language: Language) -> str:
    """Why a pair has ended or is new: what the sheet says, else what it follows from."""
    if row.further:
        return text("replan.further", language)
    if row.change is None:
        return text("replan.follows", language)
    kind = text(f"replan.kind.{row.change.kind.value}", language)
    if not row.change.reason or row.change.reason == kind:
        return kind
    return f"{kind}（{row.change.reason}）" if language == "zh" else f"{kind} ({row.change.reason})"


def _lines(replanned: Replanned, rows: Sequence[Takeover], language: Language) -> Iterator[str]:
    counts = counts_of(replanned, rows)
    yield text("replan.done", language, **counts)
    if counts["taken_over"]:
        yield text("replan.same_unit", language, total=counts["taken_over"], same=counts["same_unit"])
    for row in rows[:LISTED]:
        yield _row(replanned, row, language)
    if len(rows) > LISTED:
        yield text("replan.more", language, count=len(rows) - LISTED)
    yield from _short(replanned, rows, language)


def _refreshed(replanned: Replanned, rows: Sequence[Takeover], language: Language) -> list[RenderableType]:
    """Each relation: kept or decided again, what ended and came, what it was and is worth."""
    record = replanned.plan.replan
    words = "、" if language == "zh" else ", "
    names = [TABLES[name].zh if language == "zh" else name for name in record["tables"]]
    table = Table(box=box.SIMPLE_HEAD)
    for head in ("stage", "mode", "pairs", "ended", "made", "points"):
        table.add_column(text(f"replan.head.{head}", language), overflow="fold")
    for stage, after in replanned.stages.items():
        own = [row for row in rows if row.stage == stage]
        levels = zip(replanned.parent.plan.stage(stage).levels, after.record.levels, strict=False)
        table.add_row(
            replanned.plan.scenario.scheme.stage(stage).title,
            text("replan.again" if stage in record["again"] else "replan.kept", language),
            str(len(after.assignment)),
            str(sum(1 for row in own if row.before)),
            str(sum(1 for row in own if row.after)),
            words.join(f"{number(one.value)} → {number(other.value)}" for one, other in levels) or "—",
        )
    first = Text(text("replan.refreshed", language, tables=words.join(names)))
    return [first, table, *(Text(line) for line in _short(replanned, rows, language))]


def _short(replanned: Replanned, rows: Sequence[Takeover], language: Language) -> Iterator[str]:
    """Targets that must have a partner and have none, and what stays broken."""
    uncovered = {(row.stage, row.target): row for row in rows if row.outcome is Outcome.UNCOVERED}
    if not uncovered:
        yield text("replan.none_uncovered", language)
    else:
        yield text("replan.uncovered", language, count=len(uncovered))
    for row in list(uncovered.values())[:LISTED]:
        why = "replan.all_held" if row.candidates else "replan.no_candidate"
        if row.candidates and row.stage in replanned.plan.replan.get("again", ()):
            why = "replan.all_taken"
        title = replanned.plan.scenario.scheme.stage(row.stage).title
        target = called_at(replanned, row.stage, "target", [row.target], masked=True)[0]
        yield f"  {title} {target}：{text(why, language, count=row.candidates)}"
    if len(uncovered) > LISTED:
        yield text("replan.more", language, count=len(uncovered) - LISTED)
    yield from _broken(replanned, language)


def _row(replanned: Replanned, row: Takeover, language: Language) -> str:
    before, after = called_at(replanned, row.stage, "source", [row.before, row.after], masked=True)
    target = called_at(replanned, row.stage, "target", [row.target], masked=True)[0]
    what = f"{reason_of(row, language)}，{what_of(replanned, row, language)}"
    if language == "en":
        what = what.replace("，", ", ")
    return text(
        "replan.row",
        language,
        stage=replanned.plan.scenario.scheme.stage(row.stage).title,
        target=target,
        before=before or "—",
        after=after or "—",
        what=what,
    )


def _broken(replanned: Replanned, language: Language) -> Iterator[str]:
    broken = [one for after in replanned.stages.values() for one in after.judgement.violations]
    if not broken:
        return
    titles = {rule.id: rule.title for rule in replanned.plan.scenario.scheme.rules}
    yield text("replan.broken", language, count=len(broken))
    for one in broken[:LISTED]:
        about = "–".join(filter(None, (one.source_id, one.target_id)))
        rule = titles.get(one.rule, one.rule)
        yield text(
            "replan.finding",
            language,
            rule=rule,
            about=about,
            found=f"{one.found:g}",
            required=f"{one.required:g}",
        )
    if len(broken) > LISTED:
        yield text("replan.more", language, count=len(broken) - LISTED)


def _telling(curve: Sequence[CurvePoint]) -> Sequence[CurvePoint]:
    """The points of a curve that rises; none of one that is flat."""
    return curve if any(point.used for point in curve) else ()


def _curve(replanned: Replanned, points: Sequence[CurvePoint], language: Language) -> Table:
    table = Table(
        title=text("replan.curve", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for head in ("stage", "budget", "used", "mended", "uncovered", "covered_again", "gain", "proven"):
        table.add_column(text(f"replan.head.{head}", language), overflow="fold")
    last = ""
    for point in points:
        title = replanned.plan.scenario.scheme.stage(point.stage).title
        table.add_row(
            "" if title == last else title,
            str(point.budget),
            str(point.used),
            f"{point.broken / 1000:g}",
            str(point.uncovered),
            str(point.covered_again),
            " / ".join(signed(gain) for gain in point.gains) or "—",
            text("replan.yes" if point.proven else "replan.no", language),
        )
        last = title
    return table
