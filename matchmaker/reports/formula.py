"""How a year was evaluated, in words: each part with its weight, and the rules of the sum."""

from __future__ import annotations

from matchmaker.columns import Aggregate
from matchmaker.evaluation import Evaluation
from matchmaker.evaluation_forms import COUNTS, QUALITY, EvaluationDefinition, EvaluationPart
from matchmaker.messages import Language, text
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.words import number, percent, sheet_title
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables import TABLES

__all__ = ["formula_sheet", "part_words"]


def formula_sheet(scheme: Scheme, found: Evaluation, language: Language) -> Sheet:
    """One line for each part of each score, and below how they are put together."""
    lines = [(entry.definition, part) for entry in found.entries for part in entry.definition.parts]
    sorts: list[Cell] = [text(f"evaluation.sort.{_sort(part)}", language) for _, part in lines]
    basis: list[Cell] = [part_words(scheme, part, language) for _, part in lines]
    weights: list[Cell] = [part.weight for _, part in lines]
    columns = (
        Column(text("evaluation.head.entry", language), [entry.name for entry, _ in lines], "text", 24),
        Column(text("evaluation.head.part", language), [part.title for _, part in lines], "text", 24),
        Column(text("evaluation.head.sort", language), sorts, "centre", 12),
        Column(text("evaluation.head.weight", language), weights, "points"),
        Column(text("evaluation.head.basis", language), basis, "text", 70),
    )  # fmt: skip
    name = text("evaluation.sheet.formula", language)
    title = sheet_title(scheme, "formula", name, found.year, language)
    notes = [text("evaluation.note.sum", language), text("evaluation.note.quality", language)]
    notes += [_grades(entry.definition, language) for entry in found.entries if entry.definition.grades]
    return Sheet(name, title, columns, notes=tuple(notes), fixed=2)


def part_words(scheme: Scheme, part: EvaluationPart, language: Language) -> str:
    """What a part is made of."""
    titles = {stage.id: stage.title for stage in scheme.stages}
    if part.rating is not None:
        return text(
            "evaluation.words.rating", language, kind=text(f"evaluation.rating.{part.rating}", language)
        )
    if part.visits is not None:
        due = text(f"evaluation.due.{part.visits.per}", language, at_least=part.visits.at_least)
        return text("evaluation.words.visits", language, stage=titles[part.visits.stage], due=due)
    if part.points is not None:
        return text("evaluation.words.points", language, points=f"{part.points:g}")
    way = "" if part.stage is None else text("evaluation.words.by", language, stage=titles[part.stage])
    if part.orders is not None:
        return text("evaluation.words.orders", language, way=way)
    if part.score_of is not None:
        names = {entry.id: entry.name for entry in scheme.evaluations}
        return text("evaluation.words.score_of", language, name=names[part.score_of], way=way)
    expression = part.expression
    if isinstance(expression, Aggregate):
        shown = expression.model_dump_json(exclude_none=True)
    else:
        shown = (
            number(expression) if isinstance(expression, int | float) else _column(str(expression), language)
        )
    return text(f"evaluation.words.{part.kind}", language, column=shown)


def _column(name: str, language: Language) -> str:
    """A column of the assessment sheet by its head, others as the scheme writes them."""
    known = TABLES["assessments"].column(name)
    return known.zh if known is not None and language == "zh" else name


def _sort(part: EvaluationPart) -> str:
    if part.kind in QUALITY:
        return "quality"
    return "count" if part.kind in COUNTS else "correction" if part.weight is None else "other"


def _grades(definition: EvaluationDefinition, language: Language) -> str:
    words = "、" if language == "zh" else ", "
    order = sorted(definition.grades, key=lambda name: -definition.grades[name])
    grades = words.join(
        text("evaluation.words.grade", language, grade=name, least=number(definition.grades[name]))
        for name in order
    )
    told = text("evaluation.words.grades", language, name=definition.name, grades=grades)
    if definition.excellent_at_most is not None:
        told += text(
            "evaluation.words.at_most", language, grade=order[0], share=percent(definition.excellent_at_most)
        )
    return told
