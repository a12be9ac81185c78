"""Conditions that fit no row of the data: mostly slips of the pen, by which nobody takes part."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from matchmaker.columns import Aggregate, end_of, values
from matchmaker.decided import with_stages
from matchmaker.errors import Detail, InputError, Note
from matchmaker.lists import Constant, LookupColumn
from matchmaker.model import Dataset, Objects
from matchmaker.pair_features import PAIR_FEATURES
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.places import SchemePlaces
from matchmaker.scheme.yaml_reader import KeyPath
from matchmaker.selectors import (
    Comparison,
    Conditions,
    PairConditions,
    Scalar,
    Selector,
    compared,
    is_equal,
    read_number,
)
from matchmaker.tables import TABLES, Choices, choices_of

__all__ = ["idle_conditions"]

LISTED = 12
"""Values of a column that a note names where none is like the one looked for."""

_LIKE = {name: "true、false" if name == "last_year" else "0、1、2.5" for name in PAIR_FEATURES}
"""What values of each feature of pairs look like."""

Sides = tuple[str, str]
_Found = tuple[KeyPath, str, Conditions]


def idle_conditions(scheme: Scheme, dataset: Dataset, places: SchemePlaces) -> tuple[Note, ...]:
    """A note for each value in conditions on rows that occurs nowhere, and for each condition that fits none.

    What stages decide on the way is not known yet, and conditions on it are left out; so are
    columns that do not exist, which are faults. A code that the column's list knows may be missing
    from the data where other values fit, and so may a value that is excluded, unless it is like one
    that is there.
    """
    sides = {stage.id: (stage.from_, stage.to) for stage in scheme.stages}
    dataset = with_stages(dataset, [stage.to_model() for stage in scheme.stages], {})
    parts: list[tuple[str, str, BaseModel, str, Sides]] = [
        ("stages", stage.id, stage, "", sides[stage.id]) for stage in scheme.stages
    ]
    for rule in scheme.rules:
        for name in rule.of_stages():
            own = sides[name][rule.conditions_side() == "target"]
            parts.append(("rules", rule.id, rule, own, sides[name]))
    parts += [("lists", each.id, each, each.rows, ("", "")) for each in scheme.lists]
    notes: list[Note] = []
    for section, name, part, own, tables in parts:
        for way, table, conditions in _conditions(part, (), own, tables):
            for key, path, comparison in conditions.comparisons(way):
                for code, details in _idle(dataset, table, path, comparison, "not" in key):
                    note = Note(code, places.of(section, name, key), details=details)
                    notes += [note] if note not in notes else []  # a rule may be about several stages
        for way, pairs in _pair_conditions(part, ()):
            for key, feature, comparison in pairs.comparisons(way):
                for value in _unlike(feature, comparison):
                    about: dict[str, Detail] = {"column": feature, "value": value, "near": _LIKE[feature]}
                    notes.append(
                        Note("rule.warning.pair_value", places.of(section, name, key), details=about)
                    )
    for each in scheme.lists:
        for title, column in each.columns.items():
            if isinstance(column, LookupColumn):
                place = places.of("lists", each.id, ("columns", title))
                notes += [
                    Note(code, place, details=said) for code, said in _unmatched(dataset, each.rows, column)
                ]
    return tuple(notes)


def _unmatched(dataset: Dataset, table: str, column: LookupColumn) -> Iterator[tuple[str, dict[str, Detail]]]:
    """What a lookup asks for that the table looked in never says, so that the list's column stays empty."""
    frame = dataset.frame(column.lookup)
    if column.lookup in dataset.joins or not {*column.match, column.show} <= set(frame.columns):
        return  # it is not decided yet, or told as a fault
    for name, wanted in column.match.items():
        known = _Known(_flat(_distinct(frame[name].to_numpy(object))), None, hidden=False)
        about: dict[str, Detail] = {"table": column.lookup, "column": name}
        if isinstance(wanted, Constant):
            if not known.has(wanted.const):
                near = known.near(wanted.const)
                yield "rule.warning.no_such_value", {**about, "value": wanted.const, "near": near}
            continue
        values = _flat(_distinct(_column(dataset, table, wanted, end_of(dataset, table, wanted))))
        if values and not any(known.has(value) for value in values):
            yield "rule.warning.no_match", {**about, "path": wanted, "near": known.told()}
    if bool(frame[column.show].isna().all()):
        yield "rule.warning.empty_column", {"table": column.lookup, "column": column.show}


def _conditions(value: Any, way: KeyPath, own: str, sides: Sides) -> Iterator[_Found]:
    """Conditions on rows in a part of a scheme: the way to each, and the table whose rows it is about.

    `own` is the table of conditions that name no side.
    """
    if isinstance(value, Selector):
        for side, table in zip(("source", "target"), sides, strict=True):
            conditions = getattr(value, side)
            if conditions is not None:
                yield (*way, side), table, conditions
    elif isinstance(value, Aggregate):
        if value.where is not None:
            yield (*way, "where"), value.table, value.where
    elif isinstance(value, Conditions):
        if not isinstance(value, PairConditions):
            yield way, own, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _conditions(getattr(value, name), (*way, field.alias or name), own, sides)
    elif isinstance(value, dict | tuple | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _conditions(each, (*way, key), own, sides)


def _pair_conditions(value: Any, way: KeyPath) -> Iterator[tuple[KeyPath, PairConditions]]:
    """Conditions on pairs in a part of a scheme, and the way to each."""
    if isinstance(value, PairConditions):
        yield way, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _pair_conditions(getattr(value, name), (*way, field.alias or name))


def _unlike(feature: str, comparison: Comparison) -> Iterator[str]:
    """Values that no pair can have, as the feature is a number or a flag and they are texts."""
    single = (comparison.eq, comparison.ne, comparison.lt, comparison.lte, comparison.gt, comparison.gte)
    texts = [
        wanted
        for wanted in (*single, *(comparison.in_ or ()), *(comparison.not_in or ()))
        if isinstance(wanted, str) and feature in _LIKE
    ]
    yield from (text for text in texts if feature == "last_year" or math.isnan(read_number(text)))


def _idle(
    dataset: Dataset, table: str, path: str, comparison: Comparison, excludes: bool
) -> Iterator[tuple[str, dict[str, Detail]]]:
    """Codes and details of notes on one comparison of a column; `excludes` where its rows are left out."""
    end_table, end_column = end_of(dataset, table, path)
    column = _column(dataset, table, path, (end_table, end_column))
    if not len(column):
        return
    definition = TABLES[end_table].column(end_column) if end_table in TABLES else None
    known = _Known(
        _flat(distinct := _distinct(column)),
        choices_of(dataset, definition),
        hidden=definition is not None and definition.sensitive,
    )
    about: dict[str, Detail] = {"table": table, "column": path}
    fits = bool(compared(distinct, comparison).any())
    wanted = [*([] if comparison.eq is None else [comparison.eq]), *(comparison.in_ or ())]
    unwanted = [*([] if comparison.ne is None else [comparison.ne]), *(comparison.not_in or ())]
    if excludes:
        wanted, unwanted = [], [*wanted, *unwanted]
    lacking = [value for value in wanted if not known.has(value) and not (fits and known.lists(value))]
    lacking += [value for value in unwanted if not known.has(value) and known.like(value)]
    for value in lacking:
        if not (fits and isinstance(value, bool | int | float)):
            details = {**about, "value": _said(value), "near": known.near(value)}
            yield "rule.warning.no_such_value", details
    if not fits and not wanted and not excludes:
        bounds = comparison.model_dump(exclude_none=True, by_alias=True)
        said = ", ".join(f"{word}: {_said(bound)}" for word, bound in bounds.items())
        yield "rule.warning.no_row_fits", {**about, "value": said, "near": known.told()}


@dataclass(frozen=True)
class _Known:
    """The single values of a column, its list of codes, and whether the values are not for the screen."""

    values: list[Scalar]
    choices: Choices | None
    hidden: bool

    def has(self, wanted: Scalar) -> bool:
        """Whether the value occurs."""
        return any(is_equal(value, wanted) for value in self.values)

    def lists(self, wanted: Scalar) -> bool:
        """Whether the value is a code of the list."""
        return self.choices is not None and isinstance(wanted, str) and wanted in self.choices.names

    def like(self, wanted: Scalar) -> list[str]:
        """What may have been meant: the code of a name, else values that are like it."""
        code = self.choices.code(wanted) if self.choices is not None and isinstance(wanted, str) else None
        if code is not None:
            return [code] if code != wanted else []
        return difflib.get_close_matches(_said(wanted), list(map(_said, self.values)), 3, 0.6)

    def near(self, wanted: Scalar) -> str:
        """The same in words; where nothing is like it, values that occur."""
        return "—" if self.hidden else "、".join(self.like(wanted)) or self.told()

    def told(self) -> str:
        """Values that occur."""
        return "—" if self.hidden else "、".join(map(_said, self.values[:LISTED])) or "—"


def _column(dataset: Dataset, table: str, path: str, end: tuple[str, str]) -> Objects:
    """The values that a path may have; none where they are made by what stages decide."""
    if table not in dataset.joins:
        decided = not dataset.joins.keys().isdisjoint(path.split("."))
        try:
            return np.empty(0, object) if decided else values(dataset, table, path)
        except InputError:  # no such column: told as a fault
            return np.empty(0, object)
    above, column = end
    if above in dataset.joins or column not in dataset.frame(above):
        return np.empty(0, object)
    return dataset.frame(above)[column].to_numpy(object)  # pairs to come may lie below any of its rows


def _distinct(column: Objects) -> Objects:
    """Each value once, None for missing ones."""
    _, found = pd.factorize(pd.Series(column, dtype=object), use_na_sentinel=True)
    missing = bool(pd.isna(pd.Series(column, dtype=object)).any())
    result = np.empty(len(found) + missing, object)
    result[: len(found)] = list(found)
    return result


def _flat(distinct: Objects) -> list[Scalar]:
    """Single values, those of cells with several too, in order."""
    flat = (one for value in distinct for one in (value if isinstance(value, tuple) else (value,)))
    return sorted({one for one in flat if one is not None}, key=lambda one: (str(type(one)), one))


def _said(value: Any) -> str:
    """A value as YAML has it."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
