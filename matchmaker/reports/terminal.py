"""A plan on the terminal: what a head of office asks first.

How close it is to the best possible, who is assigned, how well it fits, which needs are
answered, whose wishes are met, how even the loads are, what changes, who has nothing.
Renderables for `rich`, which measures Chinese characters as two columns wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchmaker.messages import Language, text
from matchmaker.messages.reports import TEXTS
from matchmaker.metrics import STRENGTH_LEVELS
from matchmaker.plans import Plan
from matchmaker.reports.names import code_names, is_demo, masked_names, noun
from matchmaker.reports.words import (
    bound_words,
    number,
    percent,
    plan_status,
    rank_words,
    rule_words,
    stage_status,
)
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["show", "summary_lines"]

LISTED = 5
"""Examples given in one line."""


def summary_lines(plan: Plan, language: Language) -> list[str]:
    """A plan in a few plain lines: heading, verdict, and one line a stage."""
    lines = [_heading(plan, language), text("show.verdict", language, status=plan_status(plan, language))]
    lines += [text(f"show.{mark}", language) for mark in _warnings(plan)]
    for definition in plan.scenario.scheme.stages:
        measured = plan.metrics.get("stages", {}).get(definition.id)
        if measured:
            title, line = definition.title, _assigned(measured, language)
            lines.append(text("show.named", language, place=title, what=line))
    return lines


def show(plan: Plan, language: Language) -> list[RenderableType]:
    """A plan for the terminal, one renderable a section."""
    parts: list[RenderableType] = [Text(_heading(plan, language), style="bold")]
    good = "green" if plan.status.value == "optimal" else "yellow"
    parts.append(Text(text("show.verdict", language, status=plan_status(plan, language)), style=good))
    parts += [Text(text(f"show.{mark}", language), style="yellow") for mark in _warnings(plan)]
    parts += [_solving(plan, language), Text(_ties(plan, language))]
    for definition in plan.scenario.scheme.stages:
        measured = plan.metrics.get("stages", {}).get(definition.id)
        if measured:
            parts.append(_stage(plan, definition, measured, language))
    parts += _unassigned(plan, language)
    return parts


def _heading(plan: Plan, language: Language) -> str:
    scenario = plan.scenario
    return text("show.heading", language, scheme=scenario.scheme.name, name=scenario.name, year=scenario.year)


def _warnings(plan: Plan) -> list[str]:
    known = {
        "demo": is_demo(plan.dataset),
        "not_verified": not plan.verified,
        "not_reproducible": not plan.reproducible,
    }
    return [mark for mark, holds in known.items() if holds]


def _solving(plan: Plan, language: Language) -> RenderableType:
    """Status, value, bound and gap of every level."""
    table = Table(
        title=text("show.solving", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for column in ("stage", "status"):
        table.add_column(text(f"show.{column}", language), overflow="fold")
    for column in ("level", "value", "bound", "gap", "seconds"):
        table.add_column(text(f"show.{column}", language), justify="right", no_wrap=True)
    for record in plan.stages:
        title = plan.scenario.scheme.stage(record.id).title
        first = [title, stage_status(record, language)]
        if not record.levels:
            table.add_row(*first, "", "", "", "", number(record.seconds))
        for position, level in enumerate(record.levels, 1):
            figures = [str(position), number(level.value), *bound_words(level, language)]
            table.add_row(*first, *figures, number(record.seconds) if position == 1 else "")
            first = ["", ""]
    return table


def _ties(plan: Plan, language: Language) -> str:
    """By which published seed ties are broken, and of which stages the plan is the only one."""
    unique = [record.id for record in plan.stages if record.ties == "proven"]
    titles = [plan.scenario.scheme.stage(stage).title for stage in unique]
    named = text("show.list", language).join(titles) or text("show.ties.none", language)
    return text("show.ties", language, seed=plan.scenario.tie_break.seed, stages=named)


def _stage(
    plan: Plan, definition: StageDefinition, measured: Mapping[str, Any], language: Language
) -> RenderableType:
    rows = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True, style="dim")
    rows.add_column(overflow="fold")

    def add(name: str, what: str, about: str = "") -> None:
        label = text(f"show.{name}", language)
        rows.add_row(Text(f"{label} {about}" if about else label), Text(what))

    add("arrangement", _assigned(measured, language))
    for side, other in (("targets", "sources"), ("sources", "targets")):
        add("partners", _partners(measured, side, other, language))
    add("changes", _changes(measured["changes"], language))
    if measured["shortfalls"]:
        add("shortfalls", text("show.shortfalls_line", language, count=measured["shortfalls"]))
    wishes: list[RenderableType] = []
    told = [subject for subjects in measured["rules"].values() for subject in subjects]
    for rule, subjects in measured["rules"].items():
        for name, line in _rule_lines(plan, definition, subjects, language):
            called = rule_words(rule, plan.scenario.scheme)
            add(name, line, called if name in told and told.count(name) > 1 else "")
        if "wishes" in subjects:
            wishes.append(_wishes(subjects["wishes"]["parties"], language))
    title = Text(definition.title, style="bold")
    return Padding(Group(title, Padding(rows, (0, 0, 0, 2)), *wishes), (0, 0, 1, 0))


def _assigned(measured: Mapping[str, Any], language: Language) -> str:
    sources, targets = measured["sources"], measured["targets"]
    return text(
        "show.assigned",
        language,
        sources=noun(sources["table"], language),
        assigned=sources["with_partner"],
        total=sources["total"],
        targets=noun(targets["table"], language),
        covered=targets["with_partner"],
        targets_total=targets["total"],
    )


def _partners(measured: Mapping[str, Any], side: str, other: str, language: Language) -> str:
    counts = measured[side]["partners"]
    return text(
        "show.partners_same" if counts["min"] == counts["max"] else "show.partners_each",
        language,
        side=noun(measured[side]["table"], language),
        other=noun(measured[other]["table"], language),
        min=counts["min"],
        max=counts["max"],
        mean=number(counts["mean"]),
    )


def _changes(changes: Mapping[str, Any], language: Language) -> str:
    if not changes["last_year"]:
        return text("show.no_history", language)
    return text(
        "show.changes_line",
        language,
        kept=changes["kept"],
        share=percent(changes["kept_share"]),
        moved=changes["moved"],
        new=changes["new"],
    )


def _rule_lines(
    plan: Plan, definition: StageDefinition, subjects: Mapping[str, Any], language: Language
) -> list[tuple[str, str]]:
    """(label, line) for everything that one rule measures, wishes apart."""
    lines: list[tuple[str, str]] = []
    if fit := subjects.get("fit"):
        shown = {name: number(fit[name]) for name in ("mean", "median", "min")}
        lines.append(("fit", text("show.fit_line", language, **shown)))
        if fit["mismatched"]:
            count = {
                "count": fit["mismatched"],
                "below": number(fit["mismatched_below"]),
                "zero": fit["zero"],
            }
            worst = _worst(plan, definition, fit, language)
            lines.append(("mismatched", text("show.mismatched_line", language, **count) + "\n" + worst))
    if coverage := subjects.get("coverage"):
        counts = {name: coverage[name] for name in ("needs", "half", "full")}
        line = text("show.coverage_line", language, share=percent(coverage["share"]), **counts)
        lines.append(("coverage", line))
        lines += _least_covered(plan, definition, coverage, language)
    if balance := subjects.get("balance"):
        spread = {
            "largest": percent(balance["largest_deviation"]),
            "tolerance": percent(balance["tolerance"]),
            "range": percent(balance["deviation_range"]),
            "std": percent(balance["deviation_std"]),
        }
        lines.append(("balance", text("show.balance_line", language, **spread)))
    if distance := subjects.get("distance"):
        known = {name: number(distance[f"km_{name}"]) for name in ("mean", "largest")}
        lines.append(("distance", text("show.distance_line", language, **known)))
    if stable := subjects.get("stable"):
        lines.append(("stable", text("show.stable_line", language, count=number(stable["blocking"]))))
    if fair := subjects.get("fair"):
        means = {name: number(fair[name]) for name in ("worst", "worst_mean", "mean")}
        lines.append(("fair", text("show.fair_line", language, **means)))
    if strength := subjects.get("strength"):
        spread = {
            "largest": number(strength["largest_deviation"]),
            "std": number(strength["deviation_std"]),
            "mean": number(strength["mean"]),
        }
        lines.append(("strength", text("show.strength_line", language, **spread)))
    if limits := subjects.get("limits"):
        counts = {name: number(limits[name]) for name in ("met", "limits", "short", "over")}
        share = percent(limits["met"] / limits["limits"])
        lines.append(("limits", text("show.limits_line", language, share=share, **counts)))
    if preferred := subjects.get("preferred"):
        share = percent(preferred["met"] / preferred["pairs"])
        line = text(
            "show.preferred_line", language, met=preferred["met"], pairs=preferred["pairs"], share=share
        )
        lines.append(("preferred", line))
    return lines


def _worst(plan: Plan, definition: StageDefinition, fit: Mapping[str, Any], language: Language) -> str:
    """The mismatched pairs that fit least, by name."""
    worst = [pair for pair in fit["worst"] if pair[2] < fit["mismatched_below"]][:LISTED]
    sources = masked_names(plan.known, definition.from_, [source for source, _, _ in worst])
    targets = masked_names(plan.known, definition.to, [target for _, target, _ in worst])
    listed = [
        text("show.pair", language, source=source, target=target, points=number(points))
        for source, target, (_, _, points) in zip(sources, targets, worst, strict=True)
    ]
    return _listed(listed, fit["mismatched"], language)


def _least_covered(
    plan: Plan, definition: StageDefinition, coverage: Mapping[str, Any], language: Language
) -> list[tuple[str, str]]:
    names = code_names(plan.known, "category", language)
    uncovered = coverage["uncovered"]
    places = masked_names(plan.known, definition.to, [place for place, _ in uncovered[:LISTED]])
    lines = []
    if uncovered:
        listed = [
            text("show.named", language, place=place, what=names.get(category, category))
            for place, (_, category) in zip(places, uncovered, strict=False)
        ]
        lines.append(("uncovered", _listed(listed, coverage["nobody"], language)))
    weakest = sorted(coverage["categories"].items(), key=lambda item: (item[1]["share"], item[0]))[:LISTED]
    told = [f"{names.get(category, category)} {percent(counts['share'])}" for category, counts in weakest]
    lines.append(("weakest", text("show.list", language).join(told)))
    return lines


def _listed(examples: list[str], count: int, language: Language) -> str:
    """Examples joined, and how many more there are."""
    shown = text("show.list", language).join(examples)
    more = count - len(examples)
    return shown + (" " + text("show.more", language, count=more) if more > 0 else "")


def _wishes(parties: Mapping[str, Any], language: Language) -> RenderableType:
    """Wishes met of those stated, by party and rank."""
    ranks = max((len(counts["stated"]) for counts in parties.values()), default=0)
    table = Table(
        title=text("show.wishes", language), title_justify="left", title_style="dim", box=box.SIMPLE_HEAD
    )
    table.add_column(text("show.party", language), no_wrap=True)
    for rank in range(1, ranks + 1):
        table.add_column(rank_words(rank, language), justify="right")
    for column in ("all_ranks", "wishers", "refusals"):
        table.add_column(text(f"show.{column}", language), justify="right")
    for counts in parties.values():
        by_rank = [
            _part(met, stated, language) for met, stated in zip(counts["met"], counts["stated"], strict=True)
        ]
        wishers = _part(counts["wishers_met"], counts["wishers"], language)
        refusals = f"{counts['refusals_ignored']}/{counts['refused']}"
        name = noun(counts["table"], language)
        in_all = _part(sum(counts["met"]), sum(counts["stated"]), language)
        table.add_row(name, *by_rank, *[""] * (ranks - len(by_rank)), in_all, wishers, refusals)
        for level, told in sorted(counts.get("by_strength", {}).items(), key=strongest_first):
            part = _part(told["met"], told["stated"], language)
            table.add_row("  " + strength_words(level, language), *[""] * ranks, part)
    return Padding(table, (0, 0, 0, 2))


def strongest_first(item: tuple[str, Any]) -> tuple[int, str]:
    level, known = item[0], STRENGTH_LEVELS
    return (known.index(level) if level in known else len(known), level)


def strength_words(level: str, language: Language) -> str:
    return text(f"strength.{level}", language) if f"strength.{level}" in TEXTS else level


def _part(met: int, stated: int, language: Language) -> str:
    if not stated:
        return "–"
    return text("show.of", language, met=met, stated=stated, share=percent(met / stated, 0))


def _unassigned(plan: Plan, language: Language) -> list[RenderableType]:
    """How many have nothing, by stage and reason, with examples where something is amiss."""
    frame = plan.unassigned
    if not len(frame):
        return []
    scheme = plan.scenario.scheme
    rows = Table(
        title=text("show.unassigned", language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    rows.add_column(text("show.stage", language), overflow="fold")
    rows.add_column("", overflow="fold")
    for (stage, side, reason), group in frame.groupby(["stage", "side", "reason"], sort=False):
        definition = scheme.stage(str(stage))
        table = definition.from_ if side == "source" else definition.to
        line = text(
            "show.unassigned_line",
            language,
            noun=noun(table, language),
            count=len(group),
            reason=reason_words(str(reason), language),
        )
        if reason not in ("not_taking_part", "not_needed"):
            line += "\n" + _examples(plan, table, group["id"], language)
        rows.add_row(definition.title, Text(line))
    return [rows]


def _examples(plan: Plan, table: str, ids: pd.Series, language: Language) -> str:
    return _listed(masked_names(plan.known, table, ids.head(LISTED)), len(ids), language)


def reason_words(reason: str, language: Language) -> str:
    """Why someone has nothing."""
    return text(f"reason.{reason}", language) if f"reason.{reason}" in TEXTS else reason
