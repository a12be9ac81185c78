"""Objections to a published plan: the sheet read, resolved against the plan, and held against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.fixed_pairs import fixings_of, sides_of, with_pairs
from matchmaker.judgement import stage_rules
from matchmaker.model import Integers, Problem
from matchmaker.pairs import pair_mask
from matchmaker.plans import Plan
from matchmaker.row_names import id_of, ids_by_name, near_ids, stages_by_name
from matchmaker.selectors import Selector
from matchmaker.tables import TABLES, match_key, read_dataset

__all__ = ["ACCEPTED", "PENDING", "REJECTED", "Objection", "Objections", "read_objections"]

ACCEPTED, REJECTED, PENDING = "accepted", "rejected", "pending"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Objection:
    """One row of the sheet, stage and rows by id; ``wanted`` is empty where nothing is wanted."""

    id: str
    stage: str
    source: str
    target: str
    wanted: str
    reason: str
    decision: str

    @property
    def pair(self) -> Pair:
        """The pair objected to."""
        return self.source, self.target


@dataclass(frozen=True)
class Objections:
    """The sheet as the ``objections`` table has it, and its rows in the order of their ids."""

    table: pd.DataFrame
    rows: tuple[Objection, ...]

    def of(self, decision: str) -> tuple[Objection, ...]:
        """The rows with one decision."""
        return tuple(row for row in self.rows if row.decision == decision)


def read_objections(sheet: Path, plan: Plan) -> Objections:
    """Read the sheet of objections to a plan.

    Raises
    ------
    InputError
        With every fault: stages and rows that the plan does not have, pairs that are not in it,
        accepted objections that contradict each other or that a hard rule excludes, none accepted.
    """
    frame = read_dataset(sheet).dataset.frame("objections")
    place = Place(file=str(sheet))
    if not len(frame):
        raise InputError([Fault("apply.no_sheet", place)])
    reading = _Reading(plan, place)
    rows, parties, faults = [], [], []
    for row in frame.to_dict("records"):
        objection, party, found = reading.row({str(name): _text(value) for name, value in row.items()})
        rows.append(objection)
        parties.append(party)
        faults += found
    sound = (row for row, good in zip(rows, reading.sound, strict=True) if good)
    accepted = [row for row in sound if row.decision == ACCEPTED]
    if not any(row.decision == ACCEPTED for row in rows):
        faults.append(Fault("apply.none_accepted", place, str(len(rows))))
    faults += _contradictions(accepted, place)
    for stage in dict.fromkeys(row.stage for row in accepted):
        faults += _excluded(plan, stage, [row for row in accepted if row.stage == stage], place)
    if faults:
        raise InputError(faults)
    resolved = frame.assign(
        stage=[row.stage for row in rows],
        party_id=parties,
        source_id=[row.source for row in rows],
        target_id=[row.target for row in rows],
        wanted_id=pd.Series([row.wanted or None for row in rows], dtype=object),
        decision=[row.decision for row in rows],
    )
    return Objections(resolved, tuple(rows))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class _Reading:
    """Rows of the sheet, one after the other."""

    def __init__(self, plan: Plan, place: Place) -> None:
        self.sound: list[bool] = []
        self._plan, self._place = plan, place
        self._names: dict[str, Mapping[str, str]] = {}
        self._pairs = {
            stage: set(zip(frame["source_id"], frame["target_id"], strict=True))
            for stage, frame in plan.assignments.items()
        }

    @cached_property
    def _stages(self) -> Mapping[str, str]:
        return stages_by_name(self._plan.scenario.scheme)

    def row(self, row: Mapping[str, str]) -> tuple[Objection, str, list[Fault]]:
        """The objection, who raises it, and the faults of the row."""
        faults: list[Fault] = []
        number = row["objection_id"]
        stage = self._stages.get(match_key(row["stage"]), "")
        if stage not in self._pairs:
            titles = "、".join(self._plan.scenario.scheme.stage(one).title for one in self._pairs)
            faults.append(self._fault("apply.unknown_stage", row["stage"], number, stages=titles))
        party = self._id(number, row["party_id"], _tables_of(row["party_kind"]), faults)
        source, target, wanted = row["source_id"], row["target_id"], row.get("wanted_id", "")
        if stage in self._pairs:
            definition = self._plan.scenario.scheme.stage(stage)
            source = self._id(number, source, (definition.from_,), faults)
            target = self._id(number, target, (definition.to,), faults)
            wanted = self._id(number, wanted, (definition.to,), faults) if wanted else ""
        if not faults and (source, target) not in self._pairs[stage]:
            title = self._plan.scenario.scheme.stage(stage).title
            faults.append(self._fault("apply.not_in_plan", f"{source}–{target}", number, stage=title))
        self.sound.append(not faults)
        decision = row.get("decision") or PENDING
        return Objection(number, stage, source, target, wanted, row["reason"], decision), party, faults

    def _id(self, number: str, words: str, tables: Sequence[str], faults: list[Fault]) -> str:
        """The id that words mean; a fault where they mean none."""
        dataset = self._plan.known
        tables = [table for table in tables if dataset.has(table)]
        if not tables:
            return words  # a party of a kind that the plan's tables do not list
        for table in tables:
            if table not in self._names:
                self._names[table] = ids_by_name(dataset, table)
        found = id_of(words, tables, dataset, self._names) or words
        if not any(dataset.positions(table, [found])[0] >= 0 for table in tables):
            titles = "、".join(
                f"{TABLES[table].zh}({table})" if table in TABLES else table for table in tables
            )
            near = near_ids(words, tables, dataset) or "—"
            faults.append(self._fault("apply.unknown_id", words, number, tables=titles, near=near))
        return found

    def _fault(self, code: str, found: str, number: str, **details: Detail) -> Fault:
        return Fault(code, self._place, found, {"objection": number, **details})


def _tables_of(party_kind: str) -> tuple[str, ...]:
    column = TABLES["objections"].column("party_id")
    chooser = None if column is None else column.chooser
    return () if chooser is None else chooser.tables.get(party_kind, ())


def _contradictions(accepted: Sequence[Objection], place: Place) -> Iterator[Fault]:
    """Pairs that one accepted objection ends and another (or the same) wants."""
    ended: dict[tuple[str, Pair], str] = {}
    for row in accepted:
        ended.setdefault((row.stage, row.pair), row.id)
    for row in accepted:
        wanted = (row.stage, (row.source, row.wanted))
        if row.wanted and wanted in ended:
            details: dict[str, Detail] = {"objection": row.id, "other": ended[wanted]}
            yield Fault("apply.contradiction", place, f"{row.source}–{row.wanted}", details)


def _excluded(plan: Plan, stage: str, accepted: Sequence[Objection], place: Place) -> Iterator[Fault]:
    """What the stage's conditions, degrees and hard rules say for certain against accepted objections."""
    scheme = plan.scenario.scheme
    definition = scheme.stage(stage)
    wanting = [row for row in accepted if row.wanted]
    if scheme.rests_on(stage):
        return  # who takes part there may be decided otherwise in the correction
    bare = sides_of(plan.dataset, plan.scenario.year, definition)
    asked = [(row, row.target, 0) for row in accepted] + [(row, row.wanted, 1) for row in wanting]
    at = bare.located(
        np.array([row.source for row, _, _ in asked], object), np.array([one for _, one, _ in asked], object)
    )
    both = (at.source >= 0) & (at.target >= 0)
    for number in np.flatnonzero(~both).tolist():
        row, target, _ = asked[number]
        yield _ruled_out(row, target, (f"{stage}.where",), place)
    problem = with_pairs(bare, at.source[both], at.target[both])
    pair = problem.pair_index(at.source, at.target)
    against = _rules_against(plan, stage, problem, pair, np.array([value for _, _, value in asked]))
    for number, rules in sorted(against.items()):
        row, target, _ = asked[number]
        yield _ruled_out(row, target, rules, place)
    yield from _too_many(bare, wanting, definition.title, place)


def _rules_against(
    plan: Plan, stage: str, problem: Problem, pair: Integers, value: Integers
) -> dict[int, tuple[str, ...]]:
    """The hard rules that fix pairs otherwise than they are asked for, by number of what is asked."""
    scheme, definition = plan.scenario.scheme, plan.scenario.scheme.stage(stage)
    against: dict[int, tuple[str, ...]] = {}

    def add(pairs: Integers, fixed: int, rule: str) -> None:
        for number in np.flatnonzero(np.isin(pair, pairs) & (pair >= 0) & (value != fixed)).tolist():
            against[number] = (*against.get(number, ()), rule)

    if definition.where is not None and definition.where.pair is not None:
        outside = ~pair_mask(problem, Selector(pair=definition.where.pair))
        add(np.flatnonzero(outside), 0, f"{stage}.where")
    for rule, soft in stage_rules(scheme, problem):
        if not soft and not scheme.reads_results(rule, stage):
            for columns, fixed in fixings_of(rule, problem):
                add(columns, fixed, rule.id)
    return against


def _ruled_out(row: Objection, target: str, rules: Sequence[str], place: Place) -> Fault:
    code = "apply.excluded" if target == row.wanted else "apply.held"
    details: dict[str, Detail] = {"objection": row.id, "rules": "、".join(dict.fromkeys(rules))}
    return Fault(code, place, f"{row.source}–{target}", details)


def _too_many(bare: Problem, wanting: Sequence[Objection], title: str, place: Place) -> Iterator[Fault]:
    """Rows of either side for which more is wanted than they may have."""
    wanted = {(row.source, row.wanted): row for row in wanting}
    for side, which in ((bare.sources, 0), (bare.targets, 1)):
        asked: dict[str, list[Objection]] = {}
        for pair, row in wanted.items():
            asked.setdefault(pair[which], []).append(row)
        most = dict(zip(side.ids.tolist(), side.maximum.tolist(), strict=True))
        for one, rows in asked.items():
            if one in most and len(rows) > most[one]:
                details: dict[str, Detail] = {
                    "objections": "、".join(row.id for row in rows),
                    "count": len(rows),
                    "most": int(most[one]),
                    "stage": title,
                }
                yield Fault("apply.too_many", place, one, details)
