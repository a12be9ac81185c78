"""Does the dataset have what the scheme names? All faults at once, before anything is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from matchmaker.columns import Expression, numbers, values
from matchmaker.decided import with_stages
from matchmaker.degree_bounds import hard_bounds
from matchmaker.errors import Fault, InputError, Note, Place
from matchmaker.evaluation import evaluate, without_records
from matchmaker.evaluation_forms import EvaluationDefinition
from matchmaker.grouping import By, stage_partners
from matchmaker.history_names import lost_pairs, unknown_relations
from matchmaker.idle_conditions import idle_conditions
from matchmaker.lists import ListDefinition, require_columns
from matchmaker.model import Dataset, Problem, SideName
from matchmaker.pair_features import PAIR_FEATURES
from matchmaker.pin_checks import is_row, left_out_faults, pin_faults
from matchmaker.problem import build_sides
from matchmaker.rules import Rule, implicit_rules
from matchmaker.scheme.definitions import Scheme, rule_stages
from matchmaker.scheme.places import SchemePlaces
from matchmaker.selectors import Selector

__all__ = ["readiness_faults", "require_ready", "warnings_of"]


NO_PLACES = SchemePlaces()
"""Of a scheme that comes from no file."""

SIDES: tuple[SideName, SideName] = ("source", "target")


def require_ready(scheme: Scheme, dataset: Dataset, year: int, places: SchemePlaces = NO_PLACES) -> None:
    """Raise one `InputError` with everything that `readiness_faults` and `pin_faults` find.

    Conditions that fit no row, which may be the reason, go with it.
    """
    faults = (*readiness_faults(scheme, dataset, year), *pin_faults(scheme, dataset, year))
    if faults:
        raise InputError(places.located(faults), idle_conditions(scheme, dataset, places))


def readiness_faults(scheme: Scheme, dataset: Dataset, year: int) -> tuple[Fault, ...]:
    """Missing tables, columns that do not exist or hold no numbers, tables that no tree connects, …

    … and, where all that is in order, what single rules need of the data (`Rule.data_faults`).
    Of a stage whose tables are missing nothing else is told: what names it would be a fault too.
    """
    faults: list[Fault] = []
    tables: dict[str, tuple[str, str]] = {}
    seen: dict[str, Dataset] = {}  # what each stage can read: the tables and the stages before it
    lost: set[str] = set()  # stages whose tables are missing
    read = dataset
    for stage in scheme.stages:
        tables[stage.id] = (stage.from_, stage.to)
        missing = [
            table
            for table in (stage.from_, stage.to)
            if not dataset.has(table) and table not in dataset.joins
        ]
        faults += [
            Fault("problem.no_table", Place(key=f"stages.{stage.id}"), table, {"stage": stage.title})
            for table in missing
        ]
        if missing:
            lost.add(stage.id)
            del tables[stage.id]
            continue
        bounds = ((stage.from_, stage.each_source), (stage.to, stage.each_target))
        for table, degrees in bounds:
            for expression in (degrees.min, degrees.max):
                if expression is not None:
                    faults += _tried(f"stages.{stage.id}", _reads_numbers(dataset, table, expression))
        faults += _selector_faults(f"stages.{stage.id}", dataset, stage.where, tables[stage.id])
        for name in stage.within:
            faults += _unconnected(f"stages.{stage.id}", dataset, tables[stage.id], tables.get(name))
        seen[stage.id] = dataset
        dataset = with_stages(dataset, [stage.to_model()], {})  # for those that read it
    for rule in scheme.rules:
        for name in rule_stages(rule):
            if name in tables:
                found = _rule_faults(rule, seen[name], tables[name])
                faults += [fault for fault in found if fault not in faults]  # told at an earlier stage
    for each in scheme.lists:
        faults += _tried(f"lists.{each.id}", _fills(dataset, each))
    faults += _evaluation_faults(scheme.evaluations, dataset, year)
    faults = [fault for fault in faults if lost.isdisjoint(fault.found.split("."))]
    if not faults:  # what rules say of the data themselves rests on columns that can be read
        faults += _data_faults(scheme, read, year)
    return tuple(faults)


def warnings_of(scheme: Scheme, dataset: Dataset, year: int, places: SchemePlaces) -> tuple[Note, ...]:
    """What deserves a look though it is no fault: of conditions, of stages without rows, of single rules."""
    notes = [*idle_conditions(scheme, dataset, places), *unknown_relations(scheme, dataset)]
    notes += lost_pairs(scheme, dataset, year)
    for problem in _problems_on_tables(scheme, dataset, year):
        for which in SIDES:
            side = problem.side(which)
            if not len(side):
                details = {"stage": scheme.stage(problem.stage.id).title, "table": side.table}
                place = places.of("stages", problem.stage.id, ("where", which))
                notes.append(Note("rule.warning.nobody", place, details=details))
    for rule, problem in _rules_on_tables(scheme, dataset, year):
        notes += [replace(note, place=places.of("rules", rule.id)) for note in rule.warnings(problem)]
    return tuple(notes)


def _rules_on_tables(scheme: Scheme, dataset: Dataset, year: int) -> Iterator[tuple[Rule, Problem]]:
    """Every rule with each of its stages that rests on the tables alone, not on what is decided before."""
    for problem in _problems_on_tables(scheme, dataset, year):
        for rule in scheme.rules_of(problem.stage.id):
            if not scheme.reads_results(rule, problem.stage.id):
                yield rule, problem


def _problems_on_tables(scheme: Scheme, dataset: Dataset, year: int) -> Iterator[Problem]:
    """The stages that rest on the tables alone: both sides with their hard degree bounds, no pairs."""
    none = np.empty(0, np.int64)
    for definition in scheme.stages:
        stage, seen = definition.to_model(), dataset
        dataset = with_stages(dataset, [stage], {})  # for those that read it
        if scheme.rests_on(definition.id):
            continue
        sides = build_sides(stage, seen, definition.where, *hard_bounds(scheme, definition))
        yield Problem(stage, seen, year, *sides, none, none)


def _data_faults(scheme: Scheme, dataset: Dataset, year: int) -> Iterator[Fault]:
    for problem in _problems_on_tables(scheme, dataset, year):
        definition = scheme.stage(problem.stage.id)
        for rule in (*implicit_rules(problem.stage), *scheme.rules_of(problem.stage.id)):
            yield from left_out_faults(definition, problem, rule)
    for rule, problem in _rules_on_tables(scheme, dataset, year):
        for fault in rule.data_faults(problem, scheme.is_soft(rule)):
            yield replace(fault, place=replace(fault.place, key=f"rules.{rule.id}"))


def _rule_faults(rule: Rule, dataset: Dataset, tables: tuple[str, str]) -> Iterator[Fault]:
    place = f"rules.{rule.id}"
    for side, expression in rule.columns():
        yield from _tried(place, _reads_numbers(dataset, tables[side == "target"], expression))
    for side, path in rule.paths():
        yield from _tried(place, _reads_values(dataset, tables[side == "target"], path))
    for side, by in rule.groupings():
        yield from _tried(place, _groups(dataset, tables[side == "target"], by))
    yield from _selector_faults(place, dataset, rule.selector(), tables)
    yield from _feature_faults(place, rule.features(), tables)
    for fault in rule.structure_faults(dataset, *tables):
        yield replace(fault, place=replace(fault.place, key=place))
    for one in getattr(rule, "exempt", ()):
        if not any(is_row(dataset, table, one) for table in tables):
            yield Fault("rule.unknown_id", Place(key=place), one, {"table": "、".join(tables)})
    for table, entity in zip(tables, rule.named_rows(), strict=True):
        if entity is not None and not is_row(dataset, table, entity):
            code = "rule.unknown_pair" if table in dataset.joins else "rule.unknown_id"
            yield Fault(code, Place(key=place), entity, {"table": table})


def _selector_faults(
    place: str, dataset: Dataset, selector: Selector | None, tables: tuple[str, str]
) -> Iterator[Fault]:
    if selector is None:
        return
    for conditions, table in ((selector.source, tables[0]), (selector.target, tables[1])):
        for path in conditions.paths() if conditions else ():
            yield from _tried(place, _reads_values(dataset, table, path))
    yield from _feature_faults(place, selector.pair.paths() if selector.pair else (), tables)
    for conditions in selector.pair.every() if selector.pair else ():
        for path, table in zip(conditions.same or (), tables, strict=False):
            yield from _tried(place, _reads_values(dataset, table, path))
        if conditions.within in dataset.joins:
            stage = str(conditions.within)
            yield from _unconnected(
                place, dataset, tables, (dataset.parents[stage][1], dataset.joins[stage][1])
            )
        elif conditions.within is not None:
            yield Fault("grouping.no_stage", Place(key=place), conditions.within)


def _feature_faults(place: str, names: Iterable[str], tables: tuple[str, str]) -> Iterator[Fault]:
    for name in names:
        if name not in PAIR_FEATURES:
            details = {"table": f"{tables[0]}×{tables[1]}", "near": "、".join(PAIR_FEATURES)}
            yield Fault("column.unknown", Place(key=place), name, details)


def _unconnected(
    place: str, dataset: Dataset, tables: tuple[str, str], earlier: tuple[str, str] | None
) -> Iterator[Fault]:
    """Sides of a stage that lie neither above nor below those of the earlier stage it is within."""
    for table, other in zip(tables, earlier or (), strict=False):
        if dataset.ancestors(table, other) is None and dataset.ancestors(other, table) is None:
            yield Fault("problem.no_path", Place(key=place), table, {"other": other})


def _reads_numbers(dataset: Dataset, table: str, expression: Expression) -> Callable[[], object]:
    return lambda: numbers(dataset, table, expression)


def _reads_values(dataset: Dataset, table: str, path: str) -> Callable[[], object]:
    return lambda: values(dataset, table, path)


def _fills(dataset: Dataset, definition: ListDefinition) -> Callable[[], object]:
    return lambda: require_columns(dataset, definition)


def _evaluation_faults(
    definitions: tuple[EvaluationDefinition, ...], dataset: Dataset, year: int
) -> Iterator[Fault]:
    """What the formulas of the year's end name and the data do not have; the records are still to come."""
    try:
        evaluate(definitions, without_records(dataset), year)
    except InputError as error:
        yield from error.faults


def _groups(dataset: Dataset, table: str, by: By) -> Callable[[], object]:
    if isinstance(by, str):
        return _reads_values(dataset, table, by)
    return lambda: stage_partners(dataset, table, by.stage)


def _tried(key: str, read: Callable[[], object]) -> Iterator[Fault]:
    try:
        read()
    except InputError as error:
        for fault in error.faults:
            yield replace(fault, place=replace(fault.place, key=key))
