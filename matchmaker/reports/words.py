"""Figures and verdicts in words: shares, gaps, what is known of a result, labels of figures."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.messages import Language, text
from matchmaker.metrics import WISHES_OF_RANK, Figure
from matchmaker.model import Status
from matchmaker.plans import LevelRecord, Plan, StageRecord
from matchmaker.reports.names import noun
from matchmaker.scheme.definitions import Scheme

__all__ = [
    "bound_words",
    "figure_label",
    "figure_value",
    "gap_words",
    "number",
    "percent",
    "plan_status",
    "rank_words",
    "rule_words",
    "signed",
    "sheet_title",
    "stage_status",
]


_KINDS_OF_SHEETS = ("表", "名单", "清单", "名册", "台账")

_CHINESE_NUMERALS = "零一二三四五六七八九十"


def rank_words(rank: int, language: Language) -> str:
    """The name of a wish by its rank, from 1: 第一意向."""
    shown = _CHINESE_NUMERALS[rank] if language == "zh" and rank <= 10 else str(rank)
    return text("show.rank", language, rank=shown)


def number(value: float) -> str:
    """A number with at most two decimals, thousands apart."""
    shown = f"{value:,.2f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def signed(value: float) -> str:
    """A change: `number` with its sign, 0 without one."""
    return f"+{number(value)}" if value > 0 else number(value)


def percent(share: float, decimals: int = 1) -> str:
    """A share of 0 to 1 as a percentage."""
    shown = f"{100 * share:.{decimals}f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"


def gap_words(gap: float) -> str:
    """A relative gap; a small one that is not zero never reads as zero."""
    if gap <= 0:
        return "0"
    return percent(gap, 2) if gap >= 0.00005 else "<0.01%"


def bound_words(level: LevelRecord, language: Language) -> tuple[str, str]:
    """Bound and gap of a level; of one taken from another plan and not searched neither is known."""
    if not level.searched:
        return "—", text("status.not_searched", language)
    return number(level.bound), gap_words(level.gap)


def sheet_title(scheme: Scheme, part: str, name: str, year: int, language: Language) -> str:
    """The title above the sheet of a stage or list: its label, or programme, name and year.

    A name that says what kind of sheet it is (安排表, 一览表, 名单) is not called one again.
    """
    if part in scheme.labels:
        return scheme.labels[part]
    key = "book.list_title" if name.endswith(_KINDS_OF_SHEETS) else "book.stage_title"
    return text(key, language, scheme=scheme.name, stage=name, year=year)


def stage_status(record: StageRecord, language: Language) -> str:
    """How close one stage is to the best possible."""
    return _status(record.status, record.levels, language)


def plan_status(plan: Plan, language: Language) -> str:
    """How close a plan is to the best possible: its worst stage's words."""
    return _status(plan.status, [level for stage in plan.stages for level in stage.levels], language)


def rule_words(term: str, *schemes: Scheme) -> str:
    """What a rule, or a part of one (`wishes.1`), is called in the first scheme that has it; else its id."""
    for scheme in schemes:
        for rule in scheme.rules:
            if term in (rule.id, *rule.terms()):
                return rule.title + term.removeprefix(rule.id)
    return term


def figure_label(figure: Figure, language: Language, *schemes: Scheme) -> str:
    """What a figure is called; rules by their names in `schemes`."""
    detail = rule_words(figure.detail, *schemes) if figure.key == "points" else noun(figure.detail, language)
    if figure.key.startswith(WISHES_OF_RANK):
        rank = rank_words(int(figure.key.removeprefix(WISHES_OF_RANK)), language)
        return text("figure.wishes.rank", language, detail=detail, rank=rank)
    return text(f"figure.{figure.key}", language, detail=detail)


def figure_value(figure: Figure, value: float | None = None) -> str:
    """A figure's value in its unit; `value` stands for the figure's own where it is given."""
    shown = figure.value if value is None else value
    return percent(shown) if figure.unit == "share" else number(shown)


def _status(status: Status, levels: Sequence[LevelRecord], language: Language) -> str:
    widest = max((level.gap for level in levels if level.searched), default=0.0)
    if status is Status.FEASIBLE and not all(level.searched for level in levels):
        return text("status.feasible_given", language)
    if status is Status.IMPORTED and levels and all(level.searched for level in levels):
        key = "status.imported_within" if widest > 0 else "status.imported_best"
        return text(key, language, gap=gap_words(widest))
    if status is Status.FEASIBLE and widest <= 0:
        return text("status.feasible_unproven", language)
    return text(f"status.{status.value}", language, gap=gap_words(widest))
