"""What a stage is told to heed (pins, rules, wishes), and the scheme and data without any one of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from matchmaker.judgement import stage_rules
from matchmaker.model import Dataset, Floats, SideName
from matchmaker.needs_and_supply import table_of
from matchmaker.rules import Rule
from matchmaker.rules.keep import Keep
from matchmaker.rules.pins_sheet import PinsSheet
from matchmaker.rules.wish import Wish
from matchmaker.rules.wishes_met import WishesMet, wishes_met
from matchmaker.scheme.definitions import Scheme
from matchmaker.what_if.reopened import Reopened
from matchmaker.what_if.statement_kinds import Kind

__all__ = ["Statement", "statements"]

WISHES = r"wish_\d+"
"""Columns of the wishes sheet that hold wishes; what is refused stands elsewhere, and stays."""

ROUNDING = 0.02
"""Points by which hundredths may have been rounded."""


@dataclass(frozen=True)
class Statement:
    """One statement about a stage.

    Parameters
    ----------
    kind : Kind
    rule : str
        The rule itself, or the one by which a pin or a wish counts.
    table : str
        Whose wish it is; empty for all other kinds.
    source_id, target_id : str
        The pair of a pin; whoever wishes is the source. Empty where there is none.
    without : callable
        The scheme and the data without it.
    worth : float or None
        Points of the first level that the plan owes to it, at most; None where that is not known
        before the stage is built without it.
    estimate : float or None
        What it costs the rest by the plan's row duals: what the relaxation says, proven is nothing.
    """

    kind: Kind
    rule: str
    table: str
    source_id: str
    target_id: str
    without: Callable[[], tuple[Scheme, Dataset]]
    worth: float | None = None
    estimate: float | None = None


def statements(reopened: Reopened) -> Iterator[Statement]:
    """Every pin, rule and heeded wish of a stage of a plan, in the order of sheets and scheme.

    Rules that are measured only, and wishes that the plan does not meet, cost nothing and are left out.
    """
    yield from _pins(reopened)
    yield from _rules(reopened)
    yield from _wishes(reopened)


def _pins(reopened: Reopened) -> Iterator[Statement]:
    problem, dataset = reopened.problem, reopened.problem.dataset
    sheet = next(rule for rule, _ in stage_rules(reopened.scheme, problem) if isinstance(rule, PinsSheet))
    for kind, actions in ((Kind.PIN, ("pin", "keep")), (Kind.FORBID, ("forbid",))):
        rows = sheet.rows(problem, *actions)
        pairs = zip(rows["source_id"], rows["target_id"], strict=True)
        for row, pair in zip(rows.index.tolist(), pairs, strict=True):
            source, target = (one if isinstance(one, str) else "" for one in pair)
            yield Statement(
                kind, sheet.id, "", source, target, partial(_without_pin, reopened.scheme, dataset, row)
            )


def _without_pin(scheme: Scheme, dataset: Dataset, row: int) -> tuple[Scheme, Dataset]:
    pins = dataset.frame("pins").drop(index=row).reset_index(drop=True)
    return scheme, dataset.with_table("pins", pins)


def _rules(reopened: Reopened) -> Iterator[Statement]:
    scheme, dataset = reopened.scheme, reopened.problem.dataset
    for rule in scheme.rules_of(reopened.problem.stage.id):
        weights = _weights(scheme, rule)
        if weights and not any(weights.values()):
            continue
        is_budget = isinstance(rule, Keep) and not scheme.is_soft(rule)
        kind = Kind.BUDGET if is_budget else Kind.RULE
        source, target = (one or "" for one in rule.named_rows())
        yield Statement(kind, rule.id, "", source, target, partial(_without_rule, scheme, dataset, rule))


def _weights(scheme: Scheme, rule: Rule) -> dict[str, float]:
    """Weights of a rule's terms, all levels added up; empty for a hard rule."""
    weights: dict[str, float] = {}
    for level in scheme.objective:
        for term in rule.terms():
            if term in level:
                weights[term] = weights.get(term, 0.0) + abs(level[term])
    return weights


def _without_rule(scheme: Scheme, dataset: Dataset, rule: Rule) -> tuple[Scheme, Dataset]:
    terms = set(rule.terms())
    objective = tuple(
        {term: weight for term, weight in level.items() if term not in terms} for level in scheme.objective
    )
    rules = tuple(one for one in scheme.rules if one.id != rule.id)
    return scheme.model_copy(update={"rules": rules, "objective": objective}), dataset


def _wishes(reopened: Reopened) -> Iterator[Statement]:
    """Whoever has a wish met: all its wishes are one statement, what it refuses stays."""
    scheme, problem = reopened.scheme, reopened.problem
    told: set[tuple[str, str]] = set()
    for rule in scheme.rules_of(problem.stage.id):
        if not isinstance(rule, Wish) or not any(_weights(scheme, rule).values()):
            continue
        for party in rule.parties:
            met = wishes_met(problem, problem.assignment(reopened.pairs), rule.id, party, len(rule.ranks))
            heeded = met.chosen & (met.rank < len(rule.ranks))
            known = _worth(reopened, rule, party, met)
            for wisher in np.unique(met.wisher[heeded]).tolist():
                one = str(problem.dataset.ids(met.table)[wisher])
                if (met.table, one) in told:
                    continue
                told.add((met.table, one))
                without = partial(_without_wishes, scheme, problem.dataset, met.table, one)
                yield Statement(
                    Kind.WISH, rule.id, met.table, one, "", without, *known.get(wisher, (None, None))
                )


def _without_wishes(scheme: Scheme, dataset: Dataset, table: str, one: str) -> tuple[Scheme, Dataset]:
    sheet = dataset.frame("wishes").copy()
    own = np.array([table_of(dataset, str(side)) == table for side in sheet["side"]], bool) & (
        sheet["source_id"] == one
    ).to_numpy(bool)
    for column in sheet.columns[sheet.columns.str.fullmatch(WISHES)]:
        cells = sheet[column].to_numpy(object, copy=True)
        for at in np.flatnonzero(own):
            cells[at] = () if isinstance(cells[at], tuple) else None
        sheet[column] = pd.Series(cells, dtype=object)
    return scheme, dataset.with_table("wishes", sheet)


def _worth(reopened: Reopened, rule: Wish, party: str, met: WishesMet) -> dict[int, tuple[float, float]]:
    """For each wisher that is a row of a side: what its wishes bring at most, and what they cost by duals.

    Without them its pairs are worth less by at most their points w. The plan's pair has reduced
    cost r: the relaxation loses min(w, r⁺), the plan w; the difference is what the rest gains.
    Where sources take sets, pairs have no price of their own.
    """
    problem, levels = reopened.problem, reopened.scheme.levels(reopened.problem.stage.id)
    sides: tuple[SideName, ...] = ("source", "target")
    side = next((name for name in sides if problem.side(name).table == met.table), None)
    if side is None or reopened.reduced is None or _spans_levels(levels, rule):
        return {}
    best = _points_of_ranks(levels[0], rule, party).max(initial=0.0) + ROUNDING
    wisher = problem.side(side).rows[problem.pair_rows(side)[reopened.pairs]]
    cost = np.maximum(best - np.maximum(reopened.reduced[reopened.pairs], 0.0), 0.0)
    table = pd.DataFrame({"wisher": wisher, "worth": best, "cost": cost})
    sums = table[table["wisher"].isin(met.wisher[met.chosen])].groupby("wisher").sum()
    return {int(at): (float(worth), float(cost)) for at, worth, cost in sums.itertuples()}


def _spans_levels(levels: Sequence[Mapping[str, float]], rule: Wish) -> bool:
    """Whether the rule counts anywhere but at the first level."""
    first, *others = levels
    return first.keys().isdisjoint(rule.terms()) or any(
        not level.keys().isdisjoint(rule.terms()) for level in others
    )


def _points_of_ranks(level: Mapping[str, float], rule: Wish, party: str) -> Floats:
    """What one party's wish of each rank is worth at a level, in points."""
    share = rule.parties[party] / sum(rule.parties.values())
    whole, *parts = (level.get(term, 0.0) for term in rule.terms())
    return share * (whole * np.array(rule.ranks) + 100.0 * np.array(parts))
