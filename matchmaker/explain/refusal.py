"""Why a pair cannot be at all: it is no candidate, a rule forbids it, or a rule leaves it no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.clashes import clashes
from matchmaker.facts import Fact, Named, Value
from matchmaker.fixed_pairs import with_pairs
from matchmaker.model import Assignment, Dataset, Integers, Problem, Side, SideName, Stage
from matchmaker.pairs import pair_mask
from matchmaker.reach import reach
from matchmaker.rebuild import stage_formulation
from matchmaker.selectors import Selector
from matchmaker.what_if.reopened import Reopened

__all__ = ["Refusal", "conflicts", "forbidden_by", "no_candidate"]

ASKED = "asked"
"""Stands for the question among the rules that fix pairs."""


@dataclass(frozen=True)
class Refusal:
    """One reason why a pair cannot be.

    Parameters
    ----------
    kind : str
        ``excluded`` (a row does not take part), ``where`` (the stage's conditions on pairs),
        ``within`` (an earlier stage has put them elsewhere), ``forbidden`` (by a rule),
        ``conflict`` (rules leave it no room).
    rules : tuple of str
        Rules, or the earlier stage.
    facts : tuple of Fact
    """

    kind: str
    rules: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "rules": list(self.rules),
            "facts": [fact.to_json() for fact in self.facts],
        }


def no_candidate(reopened: Reopened, source_id: str, target_id: str) -> tuple[Refusal, ...]:
    """Why the stage's structure leaves a pair out; empty where it is a candidate."""
    problem = reopened.problem
    at = problem.located(np.array([source_id], object), np.array([target_id], object))
    if at.pair[0] >= 0:
        return ()
    found = []
    sides: tuple[tuple[SideName, str, int], ...] = (
        ("source", source_id, int(at.source[0])), ("target", target_id, int(at.target[0])),
    )  # fmt: skip
    for which, one, row in sides:
        if row < 0:
            row_left_out: dict[str, Value] = {"row": Named(problem.side(which).table, one)}
            details = row_left_out | _exempt(problem, which, one)
            found.append(Refusal("excluded", facts=(Fact("explain.excluded", details),)))
    if found:
        return tuple(found)
    definition = reopened.scheme.stage(problem.stage.id)
    alone = with_pairs(problem, at.source, at.target)
    where = definition.where
    if where is not None and where.pair is not None and not pair_mask(alone, Selector(pair=where.pair))[0]:
        found.append(Refusal("where"))
    for name in definition.within:
        stage = reopened.scheme.stage(name).to_model()
        assignment = problem.earlier[name]
        if reach(problem.dataset, *_only(alone), stage, assignment).nnz == 0:
            found.append(Refusal("within", (name,), _placed(problem, stage, assignment, sides)))
    return tuple(found)


def forbidden_by(reopened: Reopened, pair: int) -> tuple[Refusal, ...]:
    """The hard rules that forbid a candidate pair, each with its facts."""
    problem = reopened.problem
    rules = dict.fromkeys(
        rule
        for rule, columns, value in reopened.posed.formulation.fixings()
        if value == 0 and bool((columns == pair).any())
    )
    assignment, asked = problem.assignment(reopened.pairs), np.array([pair])
    known = {rule.id: rule for rule in reopened.rules}
    return tuple(
        Refusal(
            "forbidden",
            (rule,),
            known[rule].pair_facts(problem, assignment, asked)[0] if rule in known else (),
        )
        for rule in rules
    )


def conflicts(reopened: Reopened, pinned: Integers) -> tuple[Refusal, ...]:
    """Rules that by themselves, beside the degrees, leave no room for some pairs; not all are found."""
    problem = reopened.problem
    formulation = stage_formulation(reopened.scheme, problem, reopened.cuts)
    formulation.fix(ASKED, pinned, 1)
    parts = np.unique(reopened.part_of[pinned])
    columns = np.flatnonzero(np.isin(reopened.part_of, parts[parts >= 0]))
    degrees = (f"{problem.stage.id}.sources", f"{problem.stage.id}.targets")
    found = []
    for clash in clashes(formulation, degrees, np.union1d(columns, pinned)):
        if any(rule == ASKED for rule, _ in clash.pins):
            others = tuple(
                Fact("explain.pinned", _named(problem, pair) | {"rule": rule})
                for rule, pair in clash.pins
                if rule != ASKED
            )
            named = (*clash.rules, *(rule for rule, _ in clash.pins if rule != ASKED))
            found.append(Refusal("conflict", tuple(dict.fromkeys(named)), others))
    return tuple(found)


def _named(problem: Problem, pair: int) -> dict[str, Value]:
    source, target = problem.pair_source[pair], problem.pair_target[pair]
    return {
        "source": Named(problem.sources.table, str(problem.sources.ids[source])),
        "target": Named(problem.targets.table, str(problem.targets.ids[target])),
    }


def _exempt(problem: Problem, which: SideName, one: str) -> dict[str, Value]:
    """Why a row does not take part, where its table says so."""
    table = problem.side(which).table
    frame = problem.dataset.frame(table)
    if "exempt_reason" not in frame:
        return {}
    reason = frame["exempt_reason"].to_numpy(object)[problem.dataset.positions(table, [one])][0]
    return {"reason": reason} if isinstance(reason, str) and reason else {}


def _only(alone: Problem) -> tuple[Side, Side]:
    """Both sides with the rows of the only pair."""
    sides = []
    for side, row in ((alone.sources, alone.pair_source), (alone.targets, alone.pair_target)):
        sides.append(
            replace(
                side,
                rows=side.rows[row],
                ids=side.ids[row],
                minimum=side.minimum[row],
                maximum=side.maximum[row],
            )
        )
    return sides[0], sides[1]


def _placed(
    problem: Problem, stage: Stage, assignment: Assignment, sides: Sequence[tuple[SideName, str, int]]
) -> tuple[Fact, ...]:
    """Where the earlier stage has put each of the two, or what lies above it."""
    facts = []
    for which, one, _ in sides:
        table = problem.side(which).table
        for own, other, ids, partners in (
            (stage.source_table, stage.target_table, assignment.source_ids, assignment.target_ids),
            (stage.target_table, stage.source_table, assignment.target_ids, assignment.source_ids),
        ):
            above = _above(problem.dataset, table, one, own)
            if above is None:
                continue
            there = tuple(Named(other, str(found)) for found in partners[ids == above])
            details: dict[str, Value] = {"row": Named(own, above), "partners": there[:5], "count": len(there)}
            facts.append(Fact("explain.placed", details))
            break
    return tuple(facts)


def _above(dataset: Dataset, table: str, one: str, above: str) -> str | None:
    """Id of the row of `above` in which a row lies, itself included; None where there is none."""
    up = dataset.ancestors(table, above)
    at = dataset.positions(table, [one])[0]
    if up is None or at < 0 or up[at] < 0:
        return None
    return str(dataset.ids(above)[up[at]])
