"""The overview sheet: verdict, stages, headline figures, wishes, loads, rules in words, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaker.messages import Language
from matchmaker.metrics import figures
from matchmaker.plans import Plan
from matchmaker.reports.names import names_of, noun
from matchmaker.reports.sheet import Cell
from matchmaker.reports.sheet_writer import SheetWriter, lines_of, page_setup
from matchmaker.reports.terminal import strength_words, strongest_first
from matchmaker.reports.words import (
    figure_label,
    gap_words,
    number,
    percent,
    plan_status,
    rule_words,
    stage_status,
)
from matchmaker.rules import Rule, implicit_rules
from matchmaker.scheme.definitions import rule_stages

__all__ = ["write_overview"]

WIDTHS = (17, 19, 17, 14, 14, 15, 15)
LAST = len(WIDTHS) - 1
LINE_HEIGHT = 14
PLACES_LISTED = 30
"""Places of a balance rule on the sheet; where there are more, those that deviate most."""

APART = ("sources.", "targets.", "changes.", "wishes.", "points")
"""Figures that other parts of the sheet show."""


@dataclass(frozen=True)
class _Part:
    """One cell of a row: its columns, what it says and how."""

    first: int
    last: int
    value: Cell
    kind: str = "text"


class _Page:
    """The sheet being written, row by row."""

    def __init__(self, writer: SheetWriter, language: Language) -> None:
        self.writer, self.language = writer, language
        self.page: Any = writer.add_worksheet(writer.form.say("book.overview"))
        self.row = 0
        for at, width in enumerate(WIDTHS):
            self.page.set_column(at, at, width)

    def say(self, key: str, **details: object) -> str:
        """A text of the sheet."""
        return self.writer.form.say(key, **details)

    def line(self, value: str, style: Any, height: float = LINE_HEIGHT) -> None:
        """A text over the whole width."""
        self.writer.merge(self.page, self.row, 0, LAST, value, style)
        self.page.set_row(self.row, height)
        self.row += 1

    def section(self, key: str) -> None:
        """The heading of a part, after an empty row."""
        self.row += 1
        self.line(self.say(f"overview.{key}"), self.writer.styles.section, 22)

    def heads(self, *parts: tuple[int, int, str]) -> None:
        """A row of column heads."""
        lines = 1
        for first, last, key in parts:
            title = self.say(key)
            self.writer.merge(self.page, self.row, first, last, title, self.writer.styles.head)
            lines = max(lines, lines_of(title, sum(WIDTHS[first : last + 1])))
        self.page.set_row(self.row, LINE_HEIGHT * lines + 5)
        self.row += 1

    def cells(self, *parts: _Part) -> None:
        """A row of cells, high enough for what wraps."""
        lines = 1
        for part in parts:
            if part.first == part.last:
                self.writer.put(self.page, self.row, part.first, part.value, part.kind)
            else:
                style = self.writer.styles.cell(part.kind)
                if isinstance(part.value, int | float):
                    self.page.merge_range(self.row, part.first, self.row, part.last, "", style)
                    self.page.write_number(self.row, part.first, part.value, style)
                else:
                    self.writer.merge(self.page, self.row, part.first, part.last, part.value or "", style)
            if isinstance(part.value, str):
                lines = max(lines, lines_of(part.value, sum(WIDTHS[part.first : part.last + 1])))
        self.page.set_row(self.row, LINE_HEIGHT * lines + 4)
        self.row += 1


def write_overview(plan: Plan, writer: SheetWriter, language: Language) -> None:
    """Write the overview as the workbook's next sheet."""
    page = _Page(writer, language)
    styles, scenario = writer.styles, plan.scenario
    mark = styles.heading(font_size=11, bold=True, align="right", font_color="#C00000")
    page.line(page.say("book.internal"), mark, 18)
    page.line(page.say("book.overview_title", scheme=scenario.scheme.name), styles.title, 34)
    if writer.form.demo:
        page.line(page.say("book.demo"), styles.of(align="center", font_color="#7F7F7F"), 18)
    known = "overview.reproducible_yes" if plan.reproducible else "overview.reproducible_no"
    facts: dict[str, Cell] = {
        "scenario": scenario.name,
        "year": str(scenario.year),
        "verdict": plan_status(plan, language),
        "verified": page.say("overview.verified_yes"),
        "reproducible": page.say(known),
    }
    if writer.form.demo:
        facts["data"] = page.say("book.demo_short")
    for key, value in facts.items():
        page.cells(_Part(0, 0, page.say(f"overview.{key}"), "label"), _Part(1, LAST, value))
    _stages(plan, page)
    _figures(plan, page)
    _wishes(plan, page)
    _balance(plan, page)
    _rules(plan, page)
    _versions(plan, page)
    page_setup(page.page, writer.form, landscape=False)


def _measured(plan: Plan) -> Mapping[str, Mapping[str, Any]]:
    measured: Mapping[str, Mapping[str, Any]] = plan.metrics.get("stages", {})
    return measured


def _title(plan: Plan, stage: str) -> str:
    return plan.scenario.scheme.stage(stage).title


def _stages(plan: Plan, page: _Page) -> None:
    page.section("stages")
    page.heads(
        (0, 0, "show.stage"), (1, 1, "overview.sources"), (2, 2, "overview.targets"),
        (3, 3, "overview.pairs"), (4, 4, "overview.changes"), (5, LAST, "show.status"),
    )  # fmt: skip
    measured = _measured(plan)
    for record in plan.stages:
        counts = measured.get(record.id)
        told: list[Cell] = [None, None, None, None]
        if counts:
            changes = counts["changes"]
            told = [
                _served(counts["sources"]),
                _served(counts["targets"]),
                counts["pairs"],
                f"{changes['kept']} / {changes['moved']} / {changes['new']}" if changes["last_year"] else "–",
            ]
        page.cells(
            _Part(0, 0, _title(plan, record.id)),
            *(
                _Part(at, at, value, "number" if isinstance(value, int) else "centre")
                for at, value in enumerate(told, 1)
            ),
            _Part(5, LAST, stage_status(record, page.language), "centre"),
        )


def _served(counts: Mapping[str, Any]) -> str:
    return f"{counts['with_partner']} / {counts['total']}"


class _Groups:
    """Names that are written in the first row of their group only."""

    def __init__(self) -> None:
        self._last: tuple[str, ...] = ()

    def shown(self, *names: str) -> tuple[Cell, ...]:
        """The names that differ from the row before, and those after them."""
        same = 0
        while same < len(names) and names[: same + 1] == self._last[: same + 1]:
            same += 1
        self._last = names
        return (*[None] * same, *names[same:])


def _figures(plan: Plan, page: _Page) -> None:
    page.section("figures")
    shown = [figure for figure in figures(plan.metrics) if not figure.key.startswith(APART)]
    if not shown:
        return _nothing(page)
    page.heads(
        (0, 0, "show.stage"), (1, 1, "overview.rule"), (2, 5, "overview.figure"), (6, 6, "overview.value")
    )
    kinds = {"share": "share", "points": "points", "count": "whole", "number": "decimal", "km": "km"}
    groups, scheme = _Groups(), plan.scenario.scheme
    for figure in shown:
        stage, rule = groups.shown(_title(plan, figure.stage), rule_words(figure.rule, scheme))
        page.cells(
            _Part(0, 0, stage),
            _Part(1, 1, rule),
            _Part(2, 5, figure_label(figure, page.language, scheme)),
            _Part(6, 6, figure.value, kinds[figure.unit]),
        )
    return None


def _wishes(plan: Plan, page: _Page) -> None:
    page.section("wishes")
    told = [
        (stage, counts)
        for stage, measured in _measured(plan).items()
        for subjects in measured["rules"].values()
        for counts in subjects.get("wishes", {}).get("parties", {}).values()
    ]
    if not told:
        return _nothing(page)
    heads = ("show.stage", "overview.party", "overview.first", "overview.second", "overview.further",
             "overview.wishers", "overview.refusals")  # fmt: skip
    page.heads(*((at, at, key) for at, key in enumerate(heads)))
    groups = _Groups()
    for stage, counts in told:
        met, stated = counts["met"], counts["stated"]
        parts: list[Cell] = [
            *groups.shown(_title(plan, stage)),
            noun(counts["table"], page.language),
            _of(met[:1], stated[:1]),
            _of(met[1:2], stated[1:2]),
            _of(met[2:], stated[2:]),
            _of([counts["wishers_met"]], [counts["wishers"]]),
            f"{counts['refusals_ignored']} / {counts['refused']}",
        ]
        page.cells(*(_Part(at, at, value, "text" if at < 2 else "centre") for at, value in enumerate(parts)))
        for level, part in sorted(counts.get("by_strength", {}).items(), key=strongest_first):
            page.cells(
                _Part(0, 0, None),
                _Part(1, 1, "　" + strength_words(level, page.language)),
                _Part(2, 4, _of([part["met"]], [part["stated"]]), "centre"),
                _Part(5, 5, None),
                _Part(6, 6, None),
            )
    return None


def _of(met: Sequence[int], stated: Sequence[int]) -> str:
    total = sum(stated)
    return f"{sum(met)} / {total}  {percent(sum(met) / total, 0)}" if total else "–"


def _balance(plan: Plan, page: _Page) -> None:
    page.section("balance")
    told = [
        (stage, rule_words(rule, plan.scenario.scheme), subjects["balance"])
        for stage, measured in _measured(plan).items()
        for rule, subjects in measured["rules"].items()
        if "balance" in subjects
    ]
    if not told:
        return _nothing(page)
    page.heads(
        (0, 0, "show.stage"), (1, 1, "overview.rule"), (2, 3, "overview.place"), (4, 4, "overview.share"),
        (5, 5, "overview.load"), (6, 6, "overview.deviation"),
    )  # fmt: skip
    groups = _Groups()
    for stage, rule, balance in told:
        places = balance["places"]
        if len(places) > PLACES_LISTED:
            most = sorted(places, key=lambda place: -abs(places[place]["deviation"]))[:PLACES_LISTED]
            places = {place: places[place] for place in most}
        names = names_of(plan.known, balance["place_table"], places) if places else []
        for name, carried in zip(names, places.values(), strict=True):
            first, second = groups.shown(_title(plan, stage), rule)
            page.cells(
                _Part(0, 0, first),
                _Part(1, 1, second),
                _Part(2, 3, name),
                _Part(4, 4, carried["share"], "points"),
                _Part(5, 5, carried["load"], "points"),
                _Part(6, 6, carried["deviation"], "share"),
            )
        spread = f"{percent(balance['largest_deviation'])} / {percent(balance['deviation_std'])}"
        first, second = groups.shown(_title(plan, stage), rule)
        page.cells(
            _Part(0, 0, first),
            _Part(1, 1, second),
            _Part(2, 5, page.say("overview.largest"), "label"),
            _Part(6, 6, spread, "centre"),
        )
    return None


def _rules(plan: Plan, page: _Page) -> None:
    page.section("rules")
    page.heads(
        (0, 0, "show.stage"), (1, 1, "overview.rule"), (2, 2, "overview.demand"),
        (3, LAST, "overview.description"),
    )  # fmt: skip
    groups = _Groups()
    scheme = plan.scenario.scheme
    for definition in scheme.stages:
        written = [rule for rule in scheme.rules if rule_stages(rule)[:1] == (definition.id,)]
        for rule in (*implicit_rules(definition.to_model()), *written):
            soft = scheme.is_soft(rule)
            page.cells(
                _Part(0, 0, groups.shown(definition.title)[0]),
                _Part(1, 1, rule.title.removeprefix(f"{definition.id}.")),
                _Part(2, 2, _demand(plan, rule, page) if soft else page.say("overview.hard"), "centre"),
                _Part(3, LAST, rule.describe(page.language, soft)),
            )


def _demand(plan: Plan, rule: Rule, page: _Page) -> str:
    """The levels and weights that name a soft rule."""
    found = [
        (level, weights[term])
        for level, weights in enumerate(plan.scenario.scheme.objective, 1)
        for term in rule.terms()
        if term in weights
    ]
    aimed = [
        page.say("overview.soft", level=level, weight=number(weight)) for level, weight in found if weight
    ]
    return page.say("show.list").join(aimed) or page.say("overview.measured")


def _versions(plan: Plan, page: _Page) -> None:
    page.section("versions")
    scenario = plan.scenario
    limit = scenario.limits.seconds
    facts: list[tuple[str, str]] = [
        (page.say("overview.gap_limit"), gap_words(scenario.limits.gap)),
        (page.say("overview.seconds_limit"), number(limit) if limit else page.say("overview.no_limit")),
        (page.say("overview.seed"), str(scenario.tie_break.seed)),
    ]
    for record in plan.stages:
        if record.ties in ("proven", "partial"):
            label = page.say("overview.ties", stage=_title(plan, record.id))
            facts.append((label, page.say(f"overview.ties.{record.ties}")))
    facts.append((page.say("overview.seconds"), number(plan.seconds)))
    facts += [(page.say("overview.version", name=name), version) for name, version in plan.versions.items()]
    facts += [(page.say("overview.input", name=name), digest) for name, digest in _inputs(plan)]
    for label, value in facts:
        page.cells(_Part(0, 1, label, "label"), _Part(2, LAST, value))


def _inputs(plan: Plan) -> list[tuple[str, str]]:
    return [(name.removeprefix("inputs/"), digest) for name, digest in sorted(plan.inputs.items())]


def _nothing(page: _Page) -> None:
    page.line(page.say("overview.none"), page.writer.styles.of(font_color="#7F7F7F"))
