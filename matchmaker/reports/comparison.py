"""Plans side by side on the terminal: figures that differ, the moves that matter, who gains and loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.compare import Changes, Comparison, Difference, Roll, StageDifference
from matchmaker.messages import Language
from matchmaker.outlines import Outlined
from matchmaker.reports.compared import Compared
from matchmaker.reports.words import signed

__all__ = ["show_comparison"]

LISTED = 3
"""Moves, gains and losses given as examples."""


def show_comparison(
    comparison: Comparison, plans: Sequence[Outlined], language: Language, everything: bool = False
) -> list[RenderableType]:
    """A comparison for the terminal.

    Parameters
    ----------
    comparison
    plans
        Those compared, for their names.
    language
    everything
        Whether figures that are the same in all plans are listed too.
    """
    compared = Compared(comparison, plans, language)
    parts = _figures(compared, everything)
    for difference in comparison.differences:
        parts += [Text(line, style=style) for line, style in _difference(compared, difference)]
    return parts


def _figures(compared: Compared, everything: bool) -> list[RenderableType]:
    """Figures by plan; the best of a row in bold where one is better than another."""
    table = Table(
        title=compared.say("compare.title"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    table.add_column(compared.say("show.stage"), overflow="fold")
    table.add_column(compared.say("compare.figure"), overflow="fold")
    for name in compared.comparison.plans:
        table.add_column(Text(name), justify="right", overflow="fold")
    table.add_row("", compared.say("compare.status"), *compared.statuses())
    last = ""
    rows = compared.figures(everything)
    for row in rows:
        label = f"{row.label} [{row.rule}]" if row.rule else row.label
        values = [
            Text(value, style="bold green" if best else "")
            for value, best in zip(row.values, row.best, strict=True)
        ]
        table.add_row(Text("" if row.stage == last else row.stage), Text(label), *values)
        last = row.stage
    same = len(compared.comparison.figures) - len(rows)
    return [table, *([Text(compared.say("compare.same_figures", count=same))] if same else [])]


def _difference(compared: Compared, difference: Difference) -> Iterator[tuple[str, str]]:
    """Lines and their styles."""
    first, other = compared.titles(difference)
    yield compared.say("compare.difference", first=first, other=other), "bold"
    for stage in compared.shared(difference):
        if stage.moves or stage.sources:
            for line in _stage(compared, stage, difference):
                yield line, ""
    for line in compared.lone_lines(difference):
        yield line, ""


def _stage(compared: Compared, stage: StageDifference, difference: Difference) -> Iterator[str]:
    head, *points = compared.stage_lines(stage, difference)
    yield head
    yield from (f"  {line}" for line in points)
    if stage.moves:
        yield from _moves(compared, stage, difference)
    for roll in compared.told(stage):
        for key, changes in (("compare.gain", roll.changes.gains), ("compare.lose", roll.changes.losses)):
            if changes:
                place = compared.say(key, noun=compared.roll_noun(stage, roll))
                what = _listed(compared, roll, changes, difference)
                yield "  " + compared.say("show.named", place=place, what=what)


def _moves(compared: Compared, stage: StageDifference, difference: Difference) -> Iterator[str]:
    shown = stage.moves.by_effect(LISTED)
    heading = compared.say("show.named", place=compared.say("compare.moves"), what="").rstrip()
    yield f"  {heading}"
    definition = compared.definition(stage.stage)
    sources = compared.names(definition.from_, [move.source_id for move in shown], compared.pair(difference))
    for move, source, before, after in zip(
        shown, sources, *compared.partners(stage, shown, difference), strict=True
    ):
        line = compared.say("compare.move", source=source, before=before, after=after)
        yield f"    {line}{compared.effect(move, stage.rules)}"
    if len(stage.moves) > len(shown):
        yield "    " + compared.say("compare.more", count=len(stage.moves) - len(shown))


def _listed(compared: Compared, roll: Roll, changes: Changes, difference: Difference) -> str:
    shown = changes[:LISTED]
    names = compared.names(roll.table, [change.id for change in shown], compared.pair(difference))
    told = [f"{name} {signed(change.points)}" for name, change in zip(names, shown, strict=True)]
    line = compared.say("show.list").join(told)
    if len(changes) > len(shown):
        line += " " + compared.say("compare.more", count=len(changes) - len(shown))
    return line
