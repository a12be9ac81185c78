"""A scheme's parts held against one another: ids, stages, `within`, and what the objective names.

Works on whatever parts can be read, so that one bad rule does not hide the next fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import BaseModel

from matchmaker.errors import Detail, Fault, Place
from matchmaker.lists import ListDefinition
from matchmaker.model import Stage
from matchmaker.rules import KINDS, implicit_rules
from matchmaker.rules.base import Rule
from matchmaker.scheme.definitions import IDENTIFIER, Scheme, StageDefinition, rule_stages
from matchmaker.scheme.evaluation_checks import evaluation_faults
from matchmaker.scheme.typed_faults import nearest, validated
from matchmaker.scheme.yaml_reader import Node
from matchmaker.selectors import Selector
from matchmaker.tables import TABLES

__all__ = ["WEIGHT_DECIMALS", "checked_scheme"]

WEIGHT_DECIMALS = 3
"""How many decimals a weight may have, so that levels stay integers."""

LARGEST_WEIGHT = 10_000
"""Weights compare terms of one level; with larger ones its integers might overflow."""

_Part = TypeVar("_Part", bound=BaseModel)


def checked_scheme(node: Node) -> tuple[Scheme | None, list[Fault]]:
    """The scheme that a node describes, or every fault in it.

    Parameters
    ----------
    node
        The mapping of a scheme, each part with its own place.

    Returns
    -------
    scheme, faults
        The scheme, None if there is any fault; the faults: what does not fit the types,
        unknown or repeated ids, `within` a later stage or in a circle, and terms of the
        objective that name nothing, name a hard rule, stand twice or out of order.
    """
    scheme, faults = validated(Scheme, node)
    parts = _Parts.of(node)
    faults += [*_repeated(parts.stages, "stage"), *_repeated(parts.rules, "rule")]
    faults += [*_within_faults(parts), *_table_faults(parts)]
    faults += [*_rule_stage_faults(parts), *_grouping_faults(parts), *_once_faults(parts)]
    faults += _pair_stage_faults(parts)
    faults += [*_objective_faults(parts, node), *_list_faults(parts, node), *_label_faults(parts, node)]
    faults += evaluation_faults(_listed(node, "evaluations"), parts.stage_order)
    return (None if faults else scheme), faults


@dataclass(frozen=True)
class _Item(Generic[_Part]):
    """A stage or rule as written, with its id and, if it can be read, as typed data."""

    node: Node
    id: str
    value: _Part | None


@dataclass(frozen=True)
class _Term:
    """A term of the objective: who offers it and between which stages it stands."""

    rule: Rule
    first: int
    last: int


@dataclass(frozen=True)
class _Parts:
    stages: list[_Item[StageDefinition]]
    rules: list[_Item[Rule]]

    @staticmethod
    def of(node: Node) -> _Parts:
        stages = [
            _Item(each, _id(each), validated(StageDefinition, each)[0]) for each in _listed(node, "stages")
        ]
        return _Parts(stages, [_Item(each, _id(each), _rule(each)) for each in _listed(node, "rules")])

    @property
    def stage_order(self) -> dict[str, int]:
        return {stage.id: position for position, stage in reversed(list(enumerate(self.stages)))}

    def terms(self) -> dict[str, _Term]:
        """Every term that an objective may name."""
        order = self.stage_order
        terms: dict[str, _Term] = {}
        for stage_id, position in order.items():
            if not re.fullmatch(IDENTIFIER, stage_id):
                continue  # told by its type
            for implicit in implicit_rules(Stage(stage_id, "", "")):
                terms.update(dict.fromkeys(implicit.terms(), _Term(implicit, position, position)))
        for rule in reversed(self.rules):  # of two with one id the first counts
            if rule.value is not None:
                at = [order[stage] for stage in rule_stages(rule.value) if stage in order] or [0]
                terms.update(dict.fromkeys(rule.value.terms(), _Term(rule.value, min(at), max(at))))
        return terms

    def is_unreadable(self, term: str) -> bool:
        """Whether a term may belong to a rule that has faults of its own."""
        return any(rule.value is None and term.split(".")[0] == rule.id for rule in self.rules)


def _listed(node: Node, key: str) -> list[Node]:
    below = node.get(key)
    return below.value if below is not None and isinstance(below.value, list) else []


def _id(node: Node) -> str:
    below = node.get("id")
    return below.value if below is not None and isinstance(below.value, str) else ""


def _rule(node: Node) -> Rule | None:
    kind = node.get("kind")
    model = KINDS.get(str(kind.value)) if kind is not None else None
    return validated(model, node)[0] if model is not None else None


def _fault(code: str, place: Place, found: str, **details: Detail) -> Fault:
    return Fault(code, place, found, details)


def _repeated(items: Iterable[_Item[_Part]], what: str) -> Iterable[Fault]:
    first: dict[str, int] = {}
    for item in items:
        if not item.id:
            continue
        place = item.node.place_of(("id",))
        if item.id in first:
            yield _fault(f"scheme.repeated_{what}", place, item.id, first=first[item.id])
        first.setdefault(item.id, place.line)


def _within_faults(parts: _Parts) -> Iterable[Fault]:
    order = parts.stage_order
    named = {stage.id: dict(_within(stage.node)) for stage in reversed(parts.stages)}
    for position, stage in enumerate(parts.stages):
        for name, place in _within(stage.node):
            if name not in order:
                earlier = [each.id for each in parts.stages[:position]]
                yield _fault("scheme.unknown_stage", place, name, near=nearest(name, earlier or order))
            elif stage.id in _reached(name, named):
                yield _fault("scheme.within_circle", place, name, stage=stage.id)
            elif order[name] >= position:
                yield _fault("scheme.within_later", place, name, stage=stage.id)


def _table_faults(parts: _Parts) -> Iterable[Fault]:
    """Stages that bear the name of a table or a side, and sides that are rows of a stage decided later."""
    order = parts.stage_order
    for position, stage in enumerate(parts.stages):
        if stage.id in (*TABLES, "source", "target"):  # the key of such a stage would be one of its columns
            yield _fault("scheme.stage_is_table", stage.node.place_of(("id",)), stage.id)
        for side in ("from", "to"):
            below = stage.node.get(side)
            if below is not None and isinstance(below.value, str) and order.get(below.value, -1) >= position:
                yield _fault("scheme.reads_later", below.place, below.value, stage=stage.id)


def _grouping_faults(parts: _Parts) -> Iterable[Fault]:
    """Rules that group by a stage that is not decided before theirs."""
    order = parts.stage_order
    for item in parts.rules:
        if item.value is None:
            continue
        own = min((order[stage] for stage in rule_stages(item.value) if stage in order), default=0)
        groups = [by.stage for _, by in item.value.groupings() if not isinstance(by, str)]
        for name in dict.fromkeys(groups):  # a rule may group both its sides by one stage
            place = item.node.place_of(("by",))
            if name not in order:
                yield _fault("scheme.unknown_stage", place, name, near=nearest(name, order))
            elif order[name] >= own:
                yield _fault("scheme.reads_later", place, name, stage=rule_stages(item.value)[0])


def _pair_stage_faults(parts: _Parts) -> Iterable[Fault]:
    """Conditions on pairs that name a stage which is not decided before theirs."""
    order = parts.stage_order
    own = [
        (item, position, item.value.where)
        for position, item in enumerate(parts.stages)
        if item.value is not None
    ]
    asked: list[tuple[_Item[StageDefinition] | _Item[Rule], int, Selector | None]] = [*own]
    for rule in parts.rules:
        if rule.value is not None:
            stages = [order[stage] for stage in rule_stages(rule.value) if stage in order]
            asked.append((rule, min(stages, default=0), rule.value.selector()))
    for item, position, selector in asked:
        for conditions in selector.pair.every() if selector is not None and selector.pair is not None else ():
            name = conditions.within
            place = item.node.place_of(("where", "pair"))
            if name is not None and name not in order:
                yield _fault("scheme.unknown_stage", place, name, near=nearest(name, order))
            elif name is not None and order[name] >= position:
                yield _fault("scheme.reads_later", place, name, stage=item.id)


def _within(node: Node) -> list[tuple[str, Place]]:
    within = node.get("within")
    if within is None:
        return []
    names = within.value if isinstance(within.value, list) else [within]
    return [(each.value, each.place) for each in names if isinstance(each.value, str)]


def _reached(start: str, named: dict[str, dict[str, Place]]) -> set[str]:
    """Every stage that `start` is, or lies within, directly or through others."""
    reached, waiting = set(), [start]
    while waiting:
        stage = waiting.pop()
        if stage not in reached:
            reached.add(stage)
            waiting += named.get(stage, {})
    return reached


def _rule_stage_faults(parts: _Parts) -> Iterable[Fault]:
    order = parts.stage_order
    for rule in parts.rules:
        written = rule.node.plain()
        for name in rule_stages(written) if isinstance(written, dict) else ():
            if name not in order:
                stages = written.get("stages")
                path = (
                    ("stages", stages.index(name))
                    if isinstance(stages, list) and name in stages
                    else ("stage",)
                )
                yield _fault(
                    "scheme.unknown_stage", rule.node.place_of(path), name, near=nearest(name, order)
                )


def _objective_faults(parts: _Parts, node: Node) -> Iterable[Fault]:
    objective = node.get("objective")
    if objective is not None and not isinstance(objective.value, list):
        return
    terms = parts.terms()
    named: dict[str, int] = {}
    latest = ("", 0)  # of the levels so far: the term of the latest stage, and that stage
    for level in _listed(node, "objective"):
        written = level.value if isinstance(level.value, dict) else {}
        for term, weight in written.items():
            yield from _weight_faults(term, weight)
            if term in named:
                yield _fault("scheme.term_twice", weight.place, term, first=named[term])
            named.setdefault(term, weight.place.line)
            if term not in terms:
                if not parts.is_unreadable(term):
                    yield _fault(
                        "scheme.unknown_term", weight.place, term, near=nearest(term, _soft_terms(terms))
                    )
                continue
            rule = terms[term].rule
            if "soft" not in rule.hardness:
                yield _fault("scheme.hard_only", weight.place, term, kind=_kind(rule))
            if terms[term].last < latest[1]:
                yield _fault("scheme.level_order", weight.place, term, later=latest[0])
        known = [(term, terms[term].first) for term in written if term in terms]
        latest = max([latest, *known], key=lambda each: each[1])
    yield from _use_faults(parts, named)


def _list_faults(parts: _Parts, node: Node) -> Iterable[Fault]:
    """Lists with one id, and columns that ask a stage which the scheme does not have."""
    lists = [_Item(each, _id(each), validated(ListDefinition, each)[0]) for each in _listed(node, "lists")]
    yield from _repeated(lists, "list")
    order = parts.stage_order
    for item in lists:
        for stage in item.value.stages() if item.value is not None else ():
            if stage not in order:
                place = item.node.place_of(("columns",))
                yield _fault("scheme.unknown_stage", place, stage, near=nearest(stage, order))


def _label_faults(parts: _Parts, node: Node) -> Iterable[Fault]:
    """Titles for sheets of stages and lists that there are not."""
    labels = node.get("labels")
    known = [*parts.stage_order, *(_id(each) for each in _listed(node, "lists"))]
    for key, label in labels.value.items() if labels is not None and isinstance(labels.value, dict) else ():
        if key not in known:
            yield _fault("scheme.unknown_label", label.place, key, near=nearest(key, known))


def _soft_terms(terms: Mapping[str, _Term]) -> list[str]:
    return [term for term, offered in terms.items() if "soft" in offered.rule.hardness]


def _weight_faults(term: str, weight: Node) -> Iterable[Fault]:
    value = weight.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return  # told by its type
    if value < 0:
        yield _fault("scheme.negative_weight", weight.place, str(value), term=term)
    elif value > LARGEST_WEIGHT:
        yield _fault("scheme.large_weight", weight.place, str(value), term=term, largest=LARGEST_WEIGHT)
    elif round(value, WEIGHT_DECIMALS) != value:
        yield _fault("scheme.weight_decimals", weight.place, str(value), term=term, decimals=WEIGHT_DECIMALS)


def _use_faults(parts: _Parts, named: Mapping[str, int]) -> Iterable[Fault]:
    """Soft rules that no level names, and what a rule itself says of being hard or soft."""
    for item in parts.rules:
        rule = item.value
        if rule is None:
            continue
        soft = any(term in named for term in rule.terms())
        if not soft and "hard" not in rule.hardness:
            yield _fault("scheme.soft_unnamed", item.node.place_of(("id",)), rule.id, kind=_kind(rule))
        elif not soft or "soft" in rule.hardness:
            for fault in rule.misuse(soft):
                path = (str(fault.details["field"]),) if "field" in fault.details else ()
                yield replace(fault, place=item.node.place_of(path))


def _once_faults(parts: _Parts) -> Iterable[Fault]:
    """A second rule of a kind of which a stage may have one."""
    first: dict[tuple[str, str], int] = {}
    for item in parts.rules:
        rule = item.value
        if rule is None or not rule.once_a_stage:
            continue
        place = item.node.place_of(("kind",))
        for stage in rule_stages(rule):
            key = (stage, _kind(rule))
            if key in first:
                details: dict[str, Detail] = {"kind": key[1], "stage": stage, "first": first[key]}
                yield Fault("scheme.kind_twice", place, rule.id, details)
            first.setdefault(key, place.line)


def _kind(rule: Rule) -> str:
    return str(getattr(rule, "kind", rule.id.rpartition(".")[2]))
