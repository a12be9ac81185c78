"""What a repair changes, part by part, and the same as `changes` of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from matchmaker.model import Integers, Problem
from matchmaker.scheme.definitions import DegreeBounds, Scheme, rule_stages
from matchmaker.scheme.scenario import as_written

__all__ = ["PRICES", "Part", "PartKind", "changes_of"]

PartKind = Literal["number", "degree", "drop_pin", "drop_rule", "exempt", "row", "soften"]

PRICES: Mapping[str, float] = {
    "number": 1,
    "degree": 3,
    "drop_pin": 2,
    "exempt": 2,
    "row": 2,
    "soften": 6,
    "drop_rule": 10,
}
"""What repairs are ranked by: for a unit of a bound, a row, a rule. Documented in docs/diagnose.md."""

_NO_PAIRS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Part:
    """One thing that changes.

    Parameters
    ----------
    kind : str
        ``number``: a degree bound in a row of a table; ``degree``: one that a stage has for all;
        ``drop_pin``, ``drop_rule``; ``exempt``: a rule leaves a row alone; ``row``: another number that
        a rule reads of a row; ``soften``: shortfalls cost points instead.
    problem : Problem
        The stage.
    rule, side, bound, table, column : str
        As far as they have a part in it; of a pin, the rule is ``<stage>.pins``.
    ids : tuple of str
        Whose row; of a pin, source and target.
    old : object
        What is written.
    amount : int
        Units by which a bound gives way.
    row : int
        Row of the pins sheet, counted with its heading.
    written : mapping
        The row of the pins sheet, as it is written.
    pairs : (n,) int64
        A plan of the stage that there is then.
    """

    kind: PartKind
    problem: Problem
    scheme: Scheme
    rule: str = ""
    side: str = ""
    bound: str = ""
    table: str = ""
    column: str = ""
    ids: tuple[str, ...] = ()
    old: Any = None
    amount: int = 1
    row: int = 0
    written: Mapping[str, str] = field(default_factory=dict)
    pairs: Integers = field(default_factory=lambda: _NO_PAIRS)

    @property
    def price(self) -> float:
        """What it counts where repairs are ranked."""
        kind = "drop_pin" if self.kind == "drop_rule" and self.ids else self.kind
        return PRICES[kind] * (self.amount if self.kind in ("number", "degree") else 1)

    @property
    def becomes(self) -> Any:
        """What is to be written."""
        if self.kind in ("number", "degree"):
            return int(self.old) + (self.amount if self.bound == "max" else -self.amount)
        return _reached(self)


def changes_of(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as `changes` of a scenario; what changes one thing is one entry."""
    changes: list[dict[str, Any]] = []
    for part in parts:
        if part.kind in ("number", "row"):
            row = {"table": part.table, "id": part.ids[0], part.column: part.becomes}
            changes.append({"set_row": row})
        elif part.kind == "drop_pin":
            changes.append({"drop_pin": dict(part.written)})
        elif part.kind == "drop_rule":
            changes.append({"drop_rule": part.rule})
    return [*changes, *_exempting(parts), *_degrees(parts), *_softening(parts)]


def _exempting(parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    by_rule: dict[str, list[str]] = {}
    for part in parts:
        if part.kind == "exempt":
            by_rule.setdefault(part.rule, []).append(part.ids[0])
    for name, ids in by_rule.items():
        rule = next(each for each in parts[0].scheme.rules if each.id == name)
        before = [str(one) for one in getattr(rule, "exempt", ())]
        yield {"set": f"rules.{name}.exempt", "to": list(dict.fromkeys([*before, *sorted(ids)]))}


def _degrees(parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    by_side: dict[tuple[str, str], dict[str, Any]] = {}
    for part in parts:
        if part.kind == "degree":
            definition = part.scheme.stage(part.problem.stage.id)
            degrees: DegreeBounds = (
                definition.each_source if part.side == "source" else definition.each_target
            )
            bounds = by_side.setdefault((part.problem.stage.id, part.side), dict(as_written(degrees)))
            bounds[part.bound] = part.becomes
    for (stage, side), bounds in by_side.items():
        yield {"set": f"stages.{stage}.each_{side}", "to": bounds}


def _softening(parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    """One entry with all levels: those named now are measured where their stage's levels are."""
    terms = list(dict.fromkeys(part.rule for part in parts if part.kind == "soften"))
    if not terms:
        return
    scheme = parts[0].scheme
    levels = [dict(level) for level in scheme.objective]
    order = {stage.id: at for at, stage in enumerate(scheme.stages)}
    for term in terms:
        own = _stage_number(scheme, term, order)
        at = next(
            (
                n
                for n, level in enumerate(levels)
                if all(_stage_number(scheme, t, order) > own for t in level)
            ),
            len(levels),
        )
        levels.insert(at, {term: 1.0})
    yield {"set": "objective", "to": [as_written(level) for level in levels]}


def _stage_number(scheme: Scheme, term: str, order: Mapping[str, int]) -> int:
    """Number of the first stage that a term of the objective is about."""
    for rule in scheme.rules:
        if term in rule.terms():
            return min(order[stage] for stage in rule_stages(rule))
    return order.get(term.split(".")[0], 0)


def _reached(part: Part) -> Any:
    """What the rule would find of the row in the plan that there is then: the number to be written."""
    rule = next(each for each in part.scheme.rules if each.id == part.rule)
    chosen = part.problem.assignment(part.pairs)
    about = [
        each.found
        for each in rule.check(part.problem, chosen, False).findings
        if part.ids[0] in (each.source_id, each.target_id)
    ]
    found = about[0] if about else part.old
    return int(found) if float(found).is_integer() else float(found)
