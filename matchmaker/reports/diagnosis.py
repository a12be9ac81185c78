"""A diagnosis in words: instances as people name them, one line each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

import numpy as np

from matchmaker.called import called
from matchmaker.diagnosis import Diagnosis, StageDiagnosis
from matchmaker.diagnosis.conflicts import Conflict
from matchmaker.diagnosis.parts import Part
from matchmaker.diagnosis.repairs import Repair
from matchmaker.diagnosis.ways import pin_row
from matchmaker.messages import Language, render_fault, text
from matchmaker.model import Problem
from matchmaker.obstacles import LOOK_AHEAD
from matchmaker.reports.names import noun
from matchmaker.rule_instances import About, Instance
from matchmaker.rules import Rule
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables import TABLES

__all__ = ["conflict_lines", "diagnosis_as_data", "diagnosis_lines", "instance_words"]

NAMED = 8
"""How many rows a line names; the number is always given."""


def diagnosis_lines(
    diagnosis: Diagnosis, language: Language, *, beside_faults: bool = False
) -> Iterator[str]:
    """The whole answer: the verdict, what does not add up, what conflicts, what would do.

    `beside_faults`: after the report of a run that has said the first two already.
    """
    scenario = diagnosis.scenario
    details = {"name": scenario.name, "seconds": f"{diagnosis.seconds:.1f}"}
    if not beside_faults:
        yield text(f"diagnose.{diagnosis.status.value}", language, **details)
    if diagnosis.plain and not beside_faults:
        yield text("diagnose.plain", language, count=len(diagnosis.plain))
        for number, fault in enumerate(diagnosis.plain, 1):
            yield f"  {number}. {render_fault(fault, language)}"
    for stage in diagnosis.stages:
        yield from _stage_lines(diagnosis, stage, language)
    if diagnosis.repairs:
        yield text("diagnose.repairs", language)
        for number, repair in enumerate(diagnosis.repairs, 1):
            told = text("diagnose.and", language).join(repair_words(repair, language))
            price = f"{repair.price:g}"
            if not repair.whole:
                told += text("diagnose.not_whole", language)
            yield "  " + text("diagnose.repair", language, number=number, price=price, what=told)
            yield from (f"      - {_as_yaml(change)}" for change in repair.changes)
    elif diagnosis.stages:
        yield text("diagnose.no_repair", language)
    if not diagnosis.finished:
        yield text("diagnose.stopped", language)


def _as_yaml(change: Mapping[str, Any]) -> str:
    """One entry of `changes`, as it can be copied into a scenario."""
    return json.dumps(change, ensure_ascii=False)


def repair_words(repair: Repair, language: Language) -> Iterator[str]:
    """What a repair changes, what is alike together."""

    def sort_of(part: Part) -> tuple[str, ...]:
        if part.kind == "exempt":
            return part.kind, part.rule
        if part.kind in ("number", "degree"):
            return part.kind, part.side, part.bound, str(part.old), str(part.amount)
        return part.kind, part.rule, "–".join(part.ids)

    for _, group in groupby(sorted(repair.parts, key=sort_of), key=sort_of):
        yield _part_words(list(group), language)


def _part_words(parts: Sequence[Part], language: Language) -> str:
    """Parts of one sort in one sentence."""
    part, problem, scheme = parts[0], parts[0].problem, parts[0].scheme
    title = _rule(scheme, problem, part.rule, language)[0] if part.rule else ""
    sides = {"source": problem.sources, "target": problem.targets}
    if part.kind in ("number", "degree"):
        side = sides[part.side]
        other = problem.targets.table if part.side == "source" else problem.sources.table
        who = _listed(
            called(problem.dataset, side.table, [each.ids[0] for each in parts if each.ids]), language
        )
        return text(
            f"diagnose.{'all' if part.kind == 'degree' else 'number'}.{part.bound}",
            language,
            who=who or noun(side.table, language),
            amount=part.amount,
            other=noun(other, language),
            column=_column(part, language),
            old=part.old,
            new=part.becomes,
        )
    if part.kind == "drop_pin":
        who = _who(problem, Instance("", About.PAIR, part.ids[:1], part.ids[1:]), language)
        return text("diagnose.drop_pin", language, row=part.row, who=who)
    if part.kind == "exempt":
        names = [_called_either(problem, each.ids[0]) for each in parts]
        return text("diagnose.exempt", language, rule=title, who=_listed(names, language), count=len(parts))
    if part.kind == "row":
        who = _called_either(problem, part.ids[0])
        details = {"who": who, "old": f"{part.old:g}", "new": part.becomes}
        details["column"] = _column(part, language)
        return text("diagnose.row", language, rule=title, **details)
    if part.kind == "soften":
        return text("diagnose.soften", language, rule=_softened(scheme, part.rule, language))
    if part.ids:
        who = _who(problem, Instance("", About.PAIR, part.ids[:1], part.ids[1:]), language)
        return text("diagnose.drop_pair_rule", language, rule=title, who=who)
    return text("diagnose.drop_rule", language, rule=title)


def _column(part: Part, language: Language) -> str:
    """What a column is called on the sheet."""
    column = TABLES[part.table].column(part.column) if part.table in TABLES else None
    return column.zh if column is not None and language == "zh" else part.column


def _called_either(problem: Problem, one: str) -> str:
    side = problem.sources if one in problem.sources.ids else problem.targets
    return called(problem.dataset, side.table, [one])[0]


def _softened(scheme: Scheme, rule: str, language: Language) -> str:
    """A rule by its title; minima of a stage by the stage's."""
    stage, _, part = rule.partition(".")
    if part in ("sources", "targets"):
        definition = scheme.stage(stage)
        table = definition.from_ if part == "sources" else definition.to
        return text("diagnose.minima_of", language, stage=definition.title, side=noun(table, language))
    return next((each.title for each in scheme.rules if each.id == rule), rule)


def _stage_lines(diagnosis: Diagnosis, stage: StageDiagnosis, language: Language) -> Iterator[str]:
    scheme = diagnosis.scenario.scheme
    title = scheme.stage(stage.problem.stage.id).title
    within = text("show.list", language).join(
        scheme.stage(name).title for name in scheme.stage(stage.problem.stage.id).within
    )
    yield text(f"diagnose.scope.{stage.scope.value}", language, stage=title, within=within)
    for number, conflict in enumerate(stage.conflicts, 1):
        key = "diagnose.conflict" if conflict.minimal else "diagnose.conflict_not_minimal"
        key = "diagnose.conflict_alone" if len(conflict.instances) == 1 else key
        yield "  " + text(key, language, number=number, count=len(conflict.instances))
        yield from (f"    · {line}" for line in conflict_lines(scheme, stage.problem, conflict, language))


def conflict_lines(scheme: Scheme, problem: Problem, conflict: Conflict, language: Language) -> Iterator[str]:
    """One line for each rule and side: the instances of one rule of the same sort are told together."""

    def sort_of(instance: Instance) -> tuple[str, str, str, bool]:
        return instance.rule, instance.about.value, instance.bound, instance.demands

    for _, group in groupby(sorted(conflict.instances, key=sort_of), key=sort_of):
        yield from _together(scheme, problem, list(group), language)


def _together(
    scheme: Scheme, problem: Problem, instances: Sequence[Instance], language: Language
) -> Iterator[str]:
    """Instances of one sort: degrees with one number together, bans of one rule together."""
    first = instances[0]
    if first.about in (About.PAIR, About.GROUP, About.RULE):
        for instance in instances:
            yield instance_words(scheme, problem, instance, language)
        return
    if first.bound:
        for _, group in groupby(instances, key=lambda each: _degree(problem, each)):
            yield instance_words(scheme, problem, _joined(list(group)), language)
        return
    yield instance_words(scheme, problem, _joined(instances), language)


def _joined(instances: Sequence[Instance]) -> Instance:
    sources = tuple(one for each in instances for one in each.sources)
    targets = tuple(one for each in instances for one in each.targets)
    return replace(instances[0], sources=sources, targets=targets)


def instance_words(scheme: Scheme, problem: Problem, instance: Instance, language: Language) -> str:
    """What one instance says, of whom, and where it is written."""
    stage = problem.stage.id
    who = _who(problem, instance, language)
    if instance.bound:
        other = problem.targets.table if instance.about is About.SOURCE else problem.sources.table
        key = f"diagnose.degree.{instance.bound}"
        number = _degree(problem, instance)
        return text(key, language, who=who, number=number, other=noun(other, language))
    if instance.rule.startswith(LOOK_AHEAD):
        later = scheme.stage(instance.rule.removeprefix(LOOK_AHEAD)).title
        key = "diagnose.later_pin" if instance.demands else "diagnose.later" if who else "diagnose.later_wide"
        return text(key, language, who=who, later=later)
    if instance.rule.startswith("cut."):
        return text("diagnose.cut", language, who=who)
    if instance.rule == f"{stage}.pins":
        row = pin_row(problem, instance)
        key = "diagnose.pin_row" if instance.demands else "diagnose.ban_row"
        return text(key, language, who=who, row=row or "—")
    title, said = _rule(scheme, problem, instance.rule, language)
    key = "diagnose.pin" if instance.demands else "diagnose.rule" if who else "diagnose.rule_wide"
    return text(key, language, rule=title, who=who, says=said)


def _who(problem: Problem, instance: Instance, language: Language) -> str:
    sides = ((problem.sources, instance.sources), (problem.targets, instance.targets))
    parts = [_listed(called(problem.dataset, side.table, ids), language) for side, ids in sides if ids]
    return "–".join(parts)


def _listed(names: Sequence[str], language: Language) -> str:
    shown = text("show.list", language).join(names[:NAMED])
    return shown if len(names) <= NAMED else text("diagnose.and_more", language, who=shown, count=len(names))


def _degree(problem: Problem, instance: Instance) -> int:
    """The bound that a degree instance holds to."""
    side = problem.sources if instance.about is About.SOURCE else problem.targets
    (one,) = (instance.sources or instance.targets)[:1]
    at = int(np.flatnonzero(side.ids == one)[0])
    return int((side.minimum if instance.bound == "min" else side.maximum)[at])


def _rule(scheme: Scheme, problem: Problem, rule_id: str, language: Language) -> tuple[str, str]:
    """Title and sentence of a rule; of several that are one family, joined."""
    wanted = rule_id.split("+")
    rules: list[Rule] = [rule for rule in scheme.rules_of(problem.stage.id) if rule.id in wanted]
    title = text("show.list", language).join(rule.title for rule in rules) or rule_id
    return title, text("diagnose.and", language).join(rule.describe(language, False) for rule in rules)


def diagnosis_as_data(diagnosis: Diagnosis, language: Language) -> dict[str, Any]:
    """The whole answer as plain data."""
    return {
        "scenario": diagnosis.scenario.name,
        "status": diagnosis.status.value,
        "finished": diagnosis.finished,
        "seconds": round(diagnosis.seconds, 3),
        "plain": [_fault_data(diagnosis, number, language) for number in range(len(diagnosis.plain))],
        "stages": [_stage_data(diagnosis, stage, language) for stage in diagnosis.stages],
        "repairs": [
            {
                "price": repair.price,
                "whole": repair.whole,
                "changes": [dict(change) for change in repair.changes],
                "says": list(repair_words(repair, language)),
            }
            for repair in diagnosis.repairs
        ],
    }


def _fault_data(diagnosis: Diagnosis, number: int, language: Language) -> dict[str, Any]:
    fault = diagnosis.plain[number]
    said = render_fault(fault, language)
    return {"code": fault.code, "found": fault.found, "details": dict(fault.details), "says": said}


def _stage_data(diagnosis: Diagnosis, stage: StageDiagnosis, language: Language) -> dict[str, Any]:
    return {
        "stage": stage.problem.stage.id,
        "scope": stage.scope.value,
        "conflicts": [
            {
                "minimal": conflict.minimal,
                "instances": list(_instances(diagnosis, stage.problem, conflict.instances, language)),
            }
            for conflict in stage.conflicts
        ],
    }


def _instances(
    diagnosis: Diagnosis, problem: Problem, instances: Iterable[Instance], language: Language
) -> Iterator[dict[str, Any]]:
    for instance in instances:
        says = instance_words(diagnosis.scenario.scheme, problem, instance, language)
        yield {**asdict(instance), "about": instance.about.value, "says": says}
