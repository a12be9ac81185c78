"""Plans side by side on the terminal: figures, who is assigned elsewhere, who gains and loses."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from matchmaker.compare import Change, ComparedFigure, Comparison, Difference, Move, StageDifference
from matchmaker.messages import Language, text
from matchmaker.model import Status
from matchmaker.plans import Plan
from matchmaker.reports.names import masked_names, noun
from matchmaker.reports.words import figure_label, figure_value, gap_words, number, rule_words
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["show_comparison"]

LISTED = 5
"""Moves, gains and losses given as examples."""


def show_comparison(
    comparison: Comparison, plans: Sequence[Plan], language: Language
) -> list[RenderableType]:
    """A comparison for the terminal; `plans` are those compared, for their names."""
    parts: list[RenderableType] = [_figures(comparison, plans, language)]
    for difference in comparison.differences:
        parts += _difference(comparison, difference, plans, language)
    return parts


def _figures(comparison: Comparison, plans: Sequence[Plan], language: Language) -> RenderableType:
    """Figures by plan; the best of a row in bold where one is better than another."""
    table = Table(
        title=text("compare.title", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    table.add_column(text("show.stage", language), overflow="fold")
    table.add_column(text("compare.figure", language), overflow="fold")
    for name in comparison.plans:
        table.add_column(Text(name), justify="right", overflow="fold")
    words = [text(f"compare.status.{Status(status).value}", language) for status in comparison.statuses]
    table.add_row("", text("compare.status", language), *words)
    last = ""
    schemes = [plan.scenario.scheme for plan in plans]
    for figure in comparison.figures:
        label = figure_label(figure.figure(), language, *schemes)
        if figure.rule:
            label = f"{label} [{rule_words(figure.rule, *schemes)}]"
        title = _definition(plans, figure.stage).title
        shown = "" if figure.stage == last else title
        table.add_row(Text(shown), Text(label), *_values(figure), end_section=False)
        last = figure.stage
    return table


def _values(figure: ComparedFigure) -> list[Text]:
    known = [value for value in figure.values if value is not None]
    best: float | None = None
    if figure.better and len(set(known)) > 1:
        best = max(known) if figure.better == "higher" else min(known)
    told = []
    for value in figure.values:
        if value is None:
            told.append(Text("–"))
            continue
        shown = gap_words(value) if figure.key == "gap" else figure_value(figure.figure(), value)
        told.append(Text(shown, style="bold green" if best is not None and value == best else ""))
    return told


def _definition(plans: Sequence[Plan], stage: str) -> StageDefinition:
    schemes = [plan.scenario.scheme for plan in plans]
    return next(one for scheme in schemes for one in scheme.stages if one.id == stage)


def _difference(
    comparison: Comparison, difference: Difference, plans: Sequence[Plan], language: Language
) -> list[RenderableType]:
    first, other = comparison.plans[difference.first], comparison.plans[difference.other]
    heading = text("compare.difference", language, first=first, other=other)
    parts: list[RenderableType] = [Text(heading, style="bold")]
    pair = (plans[difference.first], plans[difference.other])
    for stage in difference.stages:
        definition = _definition(plans, stage.stage)
        parts += [Text(line) for line in _stage_lines(stage, definition, pair, language)]
    return parts


def _stage_lines(
    stage: StageDifference, definition: StageDefinition, plans: tuple[Plan, Plan], language: Language
) -> list[str]:
    line = text(
        "compare.stage_line",
        language,
        stage=definition.title,
        same=stage.same,
        moved=len(stage.moves),
        noun=noun(definition.from_, language),
    )
    lines = [line]
    gains = [change for change in stage.sources if change.points > 0]
    losses = [change for change in stage.sources if change.points < 0][::-1]
    if stage.sources:
        told = text(
            "compare.points_line",
            language,
            gain=len(gains),
            gained=number(sum(change.points for change in gains)),
            lose=len(losses),
            lost=number(sum(change.points for change in losses)),
        )
        lines.append("  " + told)
    if stage.moves:
        lines += _labelled("compare.moves", _moves(stage, definition, plans, language), language)
    for key, changes in (("compare.gain", gains), ("compare.lose", losses)):
        if changes:
            lines += _labelled(key, _changed(changes[:LISTED], definition, plans), language)
    return lines


def _labelled(key: str, examples: list[str], language: Language) -> list[str]:
    heading = text("show.named", language, place=text(key, language), what="").rstrip()
    return [f"  {heading}", *(f"    {example}" for example in examples)]


def _moves(
    stage: StageDifference, definition: StageDefinition, plans: tuple[Plan, Plan], language: Language
) -> list[str]:
    nothing = text("compare.nothing", language)

    def partners(plan: Plan, source: str) -> tuple[str, ...]:
        frame = plan.assignments.get(stage.stage)
        return () if frame is None else tuple(frame["target_id"][frame["source_id"] == source])

    def sides(move: Move) -> tuple[Sequence[str], Sequence[str]]:
        if move.from_ids and move.to_ids:
            return move.from_ids, move.to_ids
        # only more, or only fewer: all that it has, so that nobody reads of one without an assignment
        return partners(plans[0], move.source_id), partners(plans[1], move.source_id)

    def targets(plan: Plan, ids: Sequence[str]) -> str:
        return text("show.list", language).join(masked_names(plan.known, definition.to, ids)) or nothing

    return [
        text(
            "compare.move",
            language,
            source=_source(definition, plans, move.source_id),
            before=targets(plans[0], before),
            after=targets(plans[1], after),
        )
        for move in stage.moves[:LISTED]
        for before, after in (sides(move),)
    ]


def _changed(changes: Sequence[Change], definition: StageDefinition, plans: tuple[Plan, Plan]) -> list[str]:
    return [
        f"{_source(definition, plans, change.id)} {'+' if change.points > 0 else ''}{number(change.points)}"
        for change in changes
    ]


def _source(definition: StageDefinition, plans: tuple[Plan, Plan], source: str) -> str:
    """The name of a source, which one of the plans may not have."""
    table = definition.from_
    known = next((plan for plan in plans if plan.known.positions(table, [source])[0] >= 0), plans[0])
    return masked_names(known.known, table, [source])[0]
