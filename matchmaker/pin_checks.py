"""The pins sheet held against the scheme: which stage a row is about, and whom it names.

Offices write the stage's name and the names of units; rules read ids. Rows that are no
longer in force are left alone: whom they name may have gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from matchmaker.columns import end_of, values
from matchmaker.decided import may_be_pair, with_stages
from matchmaker.errors import Detail, Fault, Place
from matchmaker.model import Dataset, Problem
from matchmaker.past import RELATIONS, stage_names
from matchmaker.row_names import id_of, ids_by_name, near_ids, stages_by_name
from matchmaker.rules import Rule
from matchmaker.rules.pin import in_force
from matchmaker.scheme.definitions import Scheme, StageDefinition
from matchmaker.selectors import Conditions, Selector, compared
from matchmaker.tables import TABLES, dataset_of, match_key

__all__ = ["is_row", "left_out_faults", "pin_faults", "pins_of_other_schemes", "with_located_pins"]

_ELSEWHERE = frozenset(match_key(name) for stage in RELATIONS for name in stage_names(stage))
"""Names of the stages of all published programmes."""

Rows = dict[str, list[str | None]]
_PLACE = Place(sheet="pins")


def with_located_pins(scheme: Scheme, dataset: Dataset) -> Dataset:
    """The dataset whose pins name stages and rows by id wherever a name says which one is meant."""
    pins = dataset.frame("pins")
    if not len(pins):
        return dataset
    rows = _rows(pins)
    stages = stages_by_name(scheme)
    located: Rows = {
        "stage": [stages.get(match_key(stage or ""), stage) for stage in rows["stage"]],
        "source_id": [],
        "target_id": [],
    }
    names = {table: ids_by_name(dataset, table) for table in _tables(scheme)}
    for stage, source, target in zip(located["stage"], rows["source_id"], rows["target_id"], strict=True):
        sources, targets = _possible_tables(scheme, stage)
        located["source_id"].append(id_of(source, sources, dataset, names))
        located["target_id"].append(id_of(target, targets, dataset, names))
    changed = {name: found for name, found in located.items() if found != rows[name]}
    if not changed:
        return dataset
    columns = {name: pd.Series(found, dtype=object, index=pins.index) for name, found in changed.items()}
    return dataset.with_table("pins", dataset_of({"pins": pins.assign(**columns)}).frame("pins"))


def pin_faults(scheme: Scheme, dataset: Dataset, year: int) -> tuple[Fault, ...]:
    """Rows in force whose stage no programme has, or whose ids no table of the stage has.

    Rows of another programme's stages (a dataset may serve several schemes) are none of
    this scheme's business: `pins_of_other_schemes` counts them.
    """
    pins = dataset.frame("pins")
    if not len(pins):
        return ()
    rows = _rows(pins)
    known = stages_by_name(scheme)
    dataset = with_stages(dataset, [definition.to_model() for definition in scheme.stages], {})
    faults: list[Fault] = []
    for stage, until, source, target in zip(
        rows["stage"], rows["until"], rows["source_id"], rows["target_id"], strict=True
    ):
        if not in_force(until, year):
            continue
        about = {"pair": "–".join(filter(None, (source, target)))}
        if stage is not None and match_key(stage) not in known:
            if match_key(stage) in _ELSEWHERE:
                continue
            listed = "、".join(definition.title for definition in scheme.stages)
            faults.append(Fault("pins.unknown_stage", _PLACE, stage, {**about, "stages": listed}))
            continue
        here = known.get(match_key(stage)) if stage is not None else None
        for one, tables in zip((source, target), _possible_tables(scheme, here), strict=True):
            if one is not None and not any(is_row(dataset, table, one) for table in tables):
                near = near_ids(one, tables, dataset)
                listed = "、".join(TABLES[table].zh if table in TABLES else table for table in tables)
                faults.append(
                    Fault("pins.unknown_id", _PLACE, one, {**about, "tables": listed, "near": near})
                )
    return tuple(faults)


def pins_of_other_schemes(scheme: Scheme, dataset: Dataset, year: int) -> Mapping[str, int]:
    """How many rows in force name a stage that other schemes have and this one has not, by stage."""
    pins = dataset.frame("pins")
    if not len(pins):
        return {}
    rows, known = _rows(pins), stages_by_name(scheme)
    others = Counter(
        stage
        for stage, until in zip(rows["stage"], rows["until"], strict=True)
        if stage is not None and in_force(until, year) and match_key(stage) in _ELSEWHERE - known.keys()
    )
    return dict(sorted(others.items()))


def is_row(dataset: Dataset, table: str, one: str) -> bool:
    """Whether a table has a row of that id, or could have, where it is a stage that is yet to be decided."""
    if table in dataset.joins:
        return may_be_pair(dataset, table, one)
    return int(dataset.positions(table, [one])[0]) >= 0


def left_out_faults(stage: StageDefinition, problem: Problem, rule: Rule) -> Iterator[Fault]:
    """Rows that a rule demands in pairs though they take no part, with the conditions they do not fit."""
    where = stage.where or Selector()
    ids = rule.demanded(problem)
    sides = ((problem.sources, where.source), (problem.targets, where.target))
    sheet = rule.id == f"{stage.id}.pins"
    place = _PLACE if sheet else Place(key=f"rules.{rule.id}")
    for (side, conditions), named in zip(sides, ids, strict=True):
        for at in np.flatnonzero(~np.isin(named, side.ids)):
            row = -1 if named[at] is None else int(problem.dataset.positions(side.table, [named[at]])[0])
            if row >= 0:
                details: dict[str, Detail] = {
                    "pair": "–".join(str(each[at]) for each in ids if each[at] is not None),
                    "stage": stage.title,
                    "conditions": "、".join(_unfit(problem.dataset, side.table, row, conditions)) or "where",
                }
                yield Fault("pins.left_out", place, str(named[at]), details)


def _unfit(dataset: Dataset, table: str, row: int, conditions: Conditions | None) -> Iterator[str]:
    """The conditions that a row does not fit, each with what the row has."""
    for key, path, comparison in conditions.comparisons() if conditions is not None else ():
        value = values(dataset, table, path)[row : row + 1]
        if len(key) == 1 and not bool(compared(value, comparison)[0]):
            above, column = end_of(dataset, table, path)
            definition = TABLES[above].column(column) if above in TABLES else None
            hidden = definition is not None and definition.sensitive
            yield path if hidden else f"{path}（{_said(value[0])}）"


def _said(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def _rows(pins: pd.DataFrame) -> Rows:
    columns = ("stage", "source_id", "target_id", "until")
    none: list[str | None] = [None] * len(pins)
    return {name: [each or None for each in pins[name]] if name in pins else none for name in columns}


def _tables(scheme: Scheme) -> set[str]:
    return {table for stage in scheme.stages for table in (stage.from_, stage.to)}


def _possible_tables(scheme: Scheme, stage: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tables whose rows a pin may name as source and as target; those of all stages if it names none."""
    known = {definition.id: definition for definition in scheme.stages}
    asked = [known[stage]] if stage in known else list(known.values())
    return (
        tuple(dict.fromkeys(definition.from_ for definition in asked)),
        tuple(dict.fromkeys(definition.to for definition in asked)),
    )
