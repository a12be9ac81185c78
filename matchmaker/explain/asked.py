"""Whom a question is about: words of the user as rows and pairs of a plan's stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.decided import BETWEEN_IDS, BETWEEN_NAMES
from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.plans import Plan
from matchmaker.row_names import near_rows, rows_called
from matchmaker.scheme.definitions import StageDefinition
from matchmaker.what_if.plan_stages import stage_called

__all__ = [
    "Asked",
    "asked_of",
    "pairs_asked",
    "partner_of",
    "stages_asked",
    "unknown_partner",
]


@dataclass(frozen=True)
class Asked:
    """A source, a target or a pair of one stage; the side that is not asked about is empty."""

    stage: str
    source_id: str = ""
    target_id: str = ""

    @property
    def is_pair(self) -> bool:
        """Whether both sides are named."""
        return bool(self.source_id and self.target_id)


def stages_asked(plan: Plan, stage: str | None) -> tuple[StageDefinition, ...]:
    """The plan's stages, or the one that `stage` (an id or a name) means.

    Raises
    ------
    InputError
        When the plan has no such stage.
    """
    scheme = plan.scenario.scheme
    if stage is None:
        return tuple(scheme.stage(record.id) for record in plan.stages)
    return (scheme.stage(stage_called(plan, stage)),)


def asked_of(plan: Plan, words: str, stage: str | None = None) -> tuple[Asked, ...]:
    """What words mean in a plan's stages: an id, a name that only one row bears, or two of them joined by +.

    Parameters
    ----------
    plan
    words
        ``A0012``, a name, or ``A0012+S03``.
    stage
        Look at this stage alone.

    Raises
    ------
    InputError
        When nothing is called so, or several rows are; close ones are named.
    """
    stages = stages_asked(plan, stage)
    found: list[Asked] = []
    for as_written in (True, False):  # first without reading tables in which the words do not stand
        if not found:
            told = (one for each in stages for one in _in_stage(plan, each, words, as_written))
            found = list(dict.fromkeys(told))
    if len(found) > len({(one.stage, bool(one.source_id), bool(one.target_id)) for one in found}):
        raise InputError([_ambiguous(words, found)])
    if not found:
        tables = tuple(dict.fromkeys(table for each in stages for table in (each.from_, each.to)))
        raise InputError([_unknown(plan.known, words, tables, "ID")])
    return tuple(found)


def partner_of(plan: Plan, asked: Asked, words: str) -> Asked | None:
    """The pair of `asked` and the row of the other side that words mean; None where its table knows none."""
    definition = plan.scenario.scheme.stage(asked.stage)
    table = definition.to if asked.source_id else definition.from_
    found = rows_called(plan.known, table, words)
    if len(found) > 1:
        raise InputError([_several(words, found)])
    if not found:
        return None
    if asked.source_id:
        return Asked(asked.stage, asked.source_id, found[0])
    return Asked(asked.stage, found[0], asked.target_id)


def unknown_partner(plan: Plan, asked: Sequence[Asked], words: str) -> InputError:
    """That none of the other sides' tables has a row called so."""
    scheme = plan.scenario.scheme
    stages = [(scheme.stage(one.stage), bool(one.source_id)) for one in asked]
    tables = tuple(dict.fromkeys(each.to if of_source else each.from_ for each, of_source in stages))
    return InputError([_unknown(plan.known, words, tables, "TARGET")])


def _in_stage(plan: Plan, stage: StageDefinition, words: str, as_written: bool) -> list[Asked]:
    def called(table: str, one: str) -> tuple[str, ...]:
        if as_written and not _may_be_called(dataset, table, one):
            return ()
        return rows_called(dataset, table, one)

    dataset = plan.known
    found = [Asked(stage.id, source_id=one) for one in called(stage.from_, words)]
    found += [Asked(stage.id, target_id=one) for one in called(stage.to, words)]
    for cut in [at for at, letter in enumerate(words) if letter == BETWEEN_IDS]:
        left, right = words[:cut], words[cut + 1 :]
        found += [
            Asked(stage.id, source, target)
            for source in called(stage.from_, left)
            for target in called(stage.to, right)
        ]
    return found


def _may_be_called(dataset: Dataset, table: str, words: str) -> bool:
    if table in dataset.joins:  # a decided pair is called by both its sides
        return BETWEEN_IDS in words or BETWEEN_NAMES in words
    return dataset.may_hold(table, words)


def _ambiguous(words: str, found: Sequence[Asked]) -> Fault:
    ids = dict.fromkeys("+".join(filter(None, (one.source_id, one.target_id))) for one in found)
    return _several(words, tuple(ids))


def _several(words: str, ids: Sequence[str]) -> Fault:
    return Fault("explain.ambiguous", Place(key="ID"), words, {"count": len(ids), "ids": "、".join(ids[:5])})


def _unknown(dataset: Dataset, words: str, tables: Sequence[str], key: str) -> Fault:
    near = near_rows(dataset, words, tables)
    return Fault("explain.unknown_id", Place(key=key), words, {"near": "、".join(near) or "—"})


def pairs_asked(
    plan: Plan, words: Sequence[tuple[str, str]], stage: str | None = None
) -> dict[str, list[Asked]]:
    """Pairs by the stages whose sides know all of them.

    Raises
    ------
    InputError
        When a row is unknown or ambiguous everywhere, or no stage knows all of the pairs.
    """
    stages = stages_asked(plan, stage)
    found: dict[str, list[Asked]] = {}
    for definition in stages:
        rows = [
            (
                rows_called(plan.known, definition.from_, source),
                rows_called(plan.known, definition.to, target),
            )
            for source, target in words
        ]
        if all(len(one) == 1 for both in rows for one in both):
            found[definition.id] = [Asked(definition.id, source[0], target[0]) for source, target in rows]
    if not found:
        sides = (
            (one, tuple(dict.fromkeys(getattr(definition, side) for definition in stages)))
            for pair in words
            for one, side in zip(pair, ("from_", "to"), strict=True)
        )
        faults = []
        for one, tables in sides:
            known = [rows_called(plan.known, table, one) for table in tables]
            if not any(known):
                faults.append(_unknown(plan.known, one, tables, "ID"))
            elif not any(len(rows) == 1 for rows in known):
                faults.append(_several(one, max(known, key=len)))
        if not faults:
            pairs = "、".join(f"{source}–{target}" for source, target in words)
            faults.append(Fault("move.no_stage", Place(key="SOURCE TARGET"), pairs))
        raise InputError(faults)
    return found
