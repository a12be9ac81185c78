"""Facts that several kinds tell of pairs: the needs behind a fit, the features that conditions ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matchmaker.facts import Coded, Fact, Named, Value
from matchmaker.model import Integers, Problem, SideName
from matchmaker.need_records import Need, Supply, need_records, supply_records
from matchmaker.needs_and_supply import Scoring, table_of
from matchmaker.pair_features import PAIR_FEATURES
from matchmaker.pairs import pair_mask, side_values
from matchmaker.selectors import PairConditions, Selector

__all__ = ["condition_facts", "fit_facts", "named", "shown"]

CATEGORY = "category"

DECIMALS = 6
"""Of amounts that are no points; so that a fact is the same number on every machine."""


def named(problem: Problem, which: SideName, row: int) -> Named:
    """A row of a side, to be shown by its name."""
    side = problem.side(which)
    return Named(side.table, str(side.ids[row]))


def fit_facts(problem: Problem, scoring: Scoring, pairs: Integers) -> tuple[tuple[Fact, ...], ...]:
    """What each pair's target needs, category by category, and what its source has for it.

    The categories that bring most points come first, then those that nothing answers by their
    part of the need.
    """
    dataset, sources, targets = problem.dataset, problem.sources, problem.targets
    needs: dict[int, dict[str, Need]] = {}
    supplies: dict[int, dict[str, Supply]] = {}
    told = []
    for pair in pairs.tolist():
        source, target = int(problem.pair_source[pair]), int(problem.pair_target[pair])
        if target not in needs:
            needs[target] = dict(need_records(dataset, targets.table, int(targets.rows[target]), scoring))
        if source not in supplies:
            row = int(sources.rows[source])
            supplies[source] = dict(supply_records(dataset, sources.table, row, scoring, problem.year))
        told.append(tuple(_by_category(needs[target], supplies[source])))
    return tuple(told)


def _by_category(needs: dict[str, Need], supplies: dict[str, Supply]) -> Iterator[Fact]:
    total = sum(need.points for need in needs.values())
    if not total:
        yield Fact("fit.no_need")
        return
    nothing = Supply(0.0, {}, 1.0)
    lines = []
    for category, need in needs.items():
        supply = supplies.get(category, nothing)
        part = need.points / total
        lines.append((-part * min(1.0, supply.amount), -part, category, need, supply))
    for points, part, category, need, supply in sorted(lines, key=lambda line: line[:3]):
        details: dict[str, Value] = {
            "category": Coded(CATEGORY, category),
            "points": round(-100 * points, DECIMALS),
            "part": round(-part, DECIMALS),
            "need": round(need.points, DECIMALS),
            "supply": round(supply.amount, DECIMALS),
            "factor": round(supply.factor, DECIMALS),
        }
        details |= {f"needs_{kind}": count for kind, count in need.counts.items()}
        details |= {f"has_{kind}": count for kind, count in supply.counts.items()}
        yield Fact("fit.category", details)


def condition_facts(
    problem: Problem, selector: Selector | None, pairs: Integers
) -> tuple[tuple[Fact, ...], ...]:
    """What the features and columns that a selector's conditions on pairs ask for are for each pair."""
    pair = None if selector is None else selector.pair
    if pair is None:
        return ((),) * len(pairs)
    told: list[list[Fact]] = [[] for _ in pairs]
    for name in dict.fromkeys(pair.paths()):
        if name not in PAIR_FEATURES:
            continue
        values = PAIR_FEATURES[name](problem)[pairs]
        for at, value in enumerate(values.tolist()):
            if isinstance(value, bool):
                told[at].append(Fact(f"pair.{name}" if value else f"pair.not_{name}"))
            elif not np.isnan(value):
                told[at].append(Fact(f"pair.{name}", {"value": round(float(value), DECIMALS)}))
            else:
                told[at].append(Fact(f"pair.no_{name}"))
    for left, right in dict.fromkeys(each.same for each in pair.every() if each.same is not None):
        for at, fact in enumerate(_same(problem, left, right, pairs)):
            told[at].append(fact)
    for stage in dict.fromkeys(each.within for each in pair.every() if each.within is not None):
        inside = pair_mask(problem, Selector(pair=PairConditions(within=stage)))[pairs]
        for at, yes in enumerate(inside.tolist()):
            told[at].append(Fact("pair.within" if yes else "pair.not_within", {"stage": stage}))
    return tuple(map(tuple, told))


def _same(problem: Problem, left: str, right: str, pairs: Integers) -> Sequence[Fact]:
    """The two values that must be equal."""
    found = []
    mine = side_values(problem, problem.sources, left)[problem.pair_source[pairs]]
    theirs = side_values(problem, problem.targets, right)[problem.pair_target[pairs]]
    for one, other in zip(mine, theirs, strict=True):
        same = one == other and not _missing(one)
        details: dict[str, Value] = {
            "column": left,
            "source": shown(problem, left, one),
            "target": shown(problem, right, other),
        }
        found.append(Fact("pair.same" if same else "pair.not_same", details))
    return found


def _missing(value: object) -> bool:
    return value is None or value != value


def shown(problem: Problem, path: str, value: object) -> Value:
    """A value as a row of the table that its column names, where it does name one; else as text."""
    if _missing(value):
        return ""
    last = path.rpartition(".")[2].removesuffix("_id")
    for kind in (last, last.partition("_")[2]):  # home_community names a community
        table = table_of(problem.dataset, kind) if kind else None
        if table is not None and problem.dataset.positions(table, [value])[0] >= 0:
            return Named(table, str(value))
    return str(value)
