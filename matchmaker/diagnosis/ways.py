"""In which ways the rule instances of a stage may give way, and what that is as `changes` of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from matchmaker.formulation import UNBOUNDED
from matchmaker.instance_program import InstanceProgram
from matchmaker.model import Dataset, Integers, Problem, Side
from matchmaker.obstacles import LOOK_AHEAD
from matchmaker.past import stage_names
from matchmaker.rule_instances import About, Instance
from matchmaker.rules import Rule
from matchmaker.rules.capacity import Capacity
from matchmaker.rules.floor import Floor
from matchmaker.rules.forbid import Forbid
from matchmaker.rules.pin import Pin
from matchmaker.scheme.definitions import DegreeBounds, Scheme, rule_stages
from matchmaker.scheme.scenario import as_written

__all__ = ["PRICES", "Part", "PartKind", "Way", "changes_of", "pin_row", "ways_of"]

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

_PER_STEP = 0.1
"""What a step of another number costs while the least is looked for; ranked by the row."""

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


@dataclass(frozen=True)
class Way:
    """Instances that may give way together, at a price, and the part that this is.

    ``kind`` groups what is tried together: room, minima, pins, exempt, numbers, shortfall, rules.
    """

    kind: str
    instances: tuple[int, ...]
    price: float
    part: Part
    by_units: bool = False


def ways_of(scheme: Scheme, problem: Problem, program: InstanceProgram, raw: Dataset) -> list[Way]:
    """All ways in which a stage may be given a plan.

    Parameters
    ----------
    scheme, problem, program
        The stage that has none.
    raw
        The dataset as it is written: what a change of the pins sheet has to name.
    """
    return [
        *_of_degrees(scheme, problem, program),
        *_of_pins(scheme, problem, program, raw),
        *_of_rules(scheme, problem, program),
    ]


def _of_degrees(scheme: Scheme, problem: Problem, program: InstanceProgram) -> Iterator[Way]:
    definition = scheme.stage(problem.stage.id)
    for name, degrees, side in (
        ("source", definition.each_source, problem.sources),
        ("target", definition.each_target, problem.targets),
    ):
        for bound, kind in (("max", "room"), ("min", "minima")):
            expression = degrees.max if bound == "max" else degrees.min
            own = [
                (at, each)
                for at, each in enumerate(program.instances)
                if each.bound == bound and each.about.value == name
            ]
            if not own:
                continue
            basis = Part("number", problem, scheme, side=name, bound=bound, table=side.table)
            if isinstance(expression, str) and expression in problem.dataset.frame(side.table):
                for at, each in own:
                    one = (*each.sources, *each.targets)
                    part = _with(basis, ids=one, column=expression, old=_bound(side, one[0], bound))
                    yield Way(kind, (at,), PRICES["number"], part, by_units=True)
            elif isinstance(expression, int | float):
                part = _with(basis, kind="degree", old=int(expression))
                yield Way(kind, tuple(at for at, _ in own), PRICES["degree"], part, by_units=True)


def _bound(side: Side, one: str, bound: str) -> int:
    at = int(np.flatnonzero(side.ids == one)[0])
    return int((side.maximum if bound == "max" else side.minimum)[at])


def _of_pins(scheme: Scheme, problem: Problem, program: InstanceProgram, raw: Dataset) -> Iterator[Way]:
    """Rows of the pins sheet, and rules that pin or forbid one pair."""
    rules = {rule.id: rule for rule in scheme.rules_of(problem.stage.id)}
    for at, each in enumerate(program.instances):
        if each.about is not About.PAIR:
            continue
        basis = Part("drop_pin", problem, scheme, rule=each.rule, ids=(*each.sources, *each.targets))
        if each.rule == f"{problem.stage.id}.pins":
            row = pin_row(problem, each)
            if row:
                written = _as_written(raw, row)
                yield Way("pins", (at,), PRICES["drop_pin"], _with(basis, row=row, written=written))
        elif each.rule.startswith(LOOK_AHEAD) and each.demands:
            yield from _of_later_pins(scheme, problem, at, each, raw)
        elif _is_pair_rule(rules.get(each.rule)):
            yield Way("pins", (at,), PRICES["drop_pin"], _with(basis, kind="drop_rule"))


def _of_later_pins(
    scheme: Scheme, problem: Problem, at: int, instance: Instance, raw: Dataset
) -> Iterator[Way]:
    """The one row of the pins sheet of a later stage that needs a pair here."""
    later = scheme.stage(instance.rule.removeprefix(LOOK_AHEAD))
    pins, dataset = problem.dataset.frame("pins"), problem.dataset
    if not len(pins) or "stage" not in pins:
        return
    wanted = pins["stage"].isin(stage_names(later.id)) & pins["action"].isin(["pin", "keep"])
    for table, above, column, ids in (
        (later.from_, problem.sources.table, "source_id", instance.sources),
        (later.to, problem.targets.table, "target_id", instance.targets),
    ):
        climbed = dataset.ancestors(table, above)
        rows = dataset.positions(table, pins[column])
        if climbed is None or not ids:
            return
        over = np.where(rows >= 0, climbed[rows], -1)
        wanted &= (over >= 0) & (dataset.ids(above)[over] == ids[0])
    found = np.flatnonzero(wanted.to_numpy(bool))
    if len(found) == 1:
        row = int(found[0]) + 2
        ids = (str(pins["source_id"].iloc[found[0]]), str(pins["target_id"].iloc[found[0]]))
        part = Part("drop_pin", problem, scheme, rule=f"{later.id}.pins", ids=ids, row=row)
        yield Way("pins", (at,), PRICES["drop_pin"], _with(part, written=_as_written(raw, row)))


def _is_pair_rule(rule: Rule | None) -> bool:
    return isinstance(rule, Pin) or (isinstance(rule, Forbid) and rule.where is None)


def pin_row(problem: Problem, instance: Instance) -> int:
    """Row of the pins sheet that says it, counted with the heading; 0 where none says it itself."""
    pins = problem.dataset.frame("pins")
    if not len(pins) or not instance.sources:
        return 0
    same = (pins["source_id"] == instance.sources[0]).to_numpy(bool, copy=True)
    if instance.targets and instance.targets[0]:
        same &= (pins["target_id"].isna() | (pins["target_id"] == instance.targets[0])).to_numpy(bool)
    if "stage" in pins:
        same &= (pins["stage"].isna() | pins["stage"].isin(stage_names(problem.stage.id))).to_numpy(bool)
    same &= pins["action"].isin(("pin", "keep") if instance.demands else ("forbid",)).to_numpy(bool)
    found = np.flatnonzero(same)
    return int(found[0]) + 2 if len(found) else 0


def _as_written(raw: Dataset, row: int) -> dict[str, str]:
    pins = raw.frame("pins")
    if row - 2 >= len(pins):
        return {}
    cells = pins.iloc[row - 2]
    names = {"source": "source_id", "target": "target_id", "stage": "stage", "action": "action"}
    return {
        name: str(cells[column])
        for name, column in names.items()
        if column in pins and isinstance(cells[column], str)
    }


def _of_rules(scheme: Scheme, problem: Problem, program: InstanceProgram) -> Iterator[Way]:
    rules = {rule.id: rule for rule in scheme.rules_of(problem.stage.id) if not scheme.is_soft(rule)}
    own: dict[str, list[int]] = {}
    for at, each in enumerate(program.instances):
        for name in each.rule.split("+"):
            own.setdefault(name, []).append(at)
        rule = rules.get(each.rule)
        one = (*each.sources, *each.targets)[:1]
        if rule is not None and hasattr(rule, "exempt") and one and not _is_pair_rule(rule):
            part = Part("exempt", problem, scheme, rule=rule.id, ids=one)
            yield Way("exempt", (at,), PRICES["exempt"], part)
        column = _column_read(rule, problem, each)
        if rule is not None and column is not None:
            table, name, old = column
            part = Part("row", problem, scheme, rule=rule.id, table=table, column=name, ids=one, old=old)
            yield Way("numbers", (at,), _PER_STEP, part, by_units=True)
    for rule in rules.values():
        if rule.id not in own or _is_pair_rule(rule):
            continue
        instances = tuple(own[rule.id])
        if "soft" in rule.hardness and not rule.misuse(True):
            yield Way("shortfall", instances, PRICES["soften"], Part("soften", problem, scheme, rule=rule.id))
        part = Part("drop_rule", problem, scheme, rule=rule.id)
        yield Way("rules", instances, PRICES["drop_rule"], part)
    yield from _of_minima(scheme, problem, program)


def _of_minima(scheme: Scheme, problem: Problem, program: InstanceProgram) -> Iterator[Way]:
    """Minima of this stage and of later ones, which may fall short once the objective names them."""
    wanted: dict[str, list[int]] = {}
    for at, each in enumerate(program.instances):
        if each.bound == "min":
            wanted.setdefault(each.rule, []).append(at)
        elif each.rule.startswith(LOOK_AHEAD) and not each.demands:
            later = each.rule.removeprefix(LOOK_AHEAD)
            wanted.setdefault(f"{later}.{_side_of_need(program, at)}s", []).append(at)
    softened = {term for level in scheme.objective for term in level}
    for rule, instances in wanted.items():
        if rule not in softened:
            part = Part("soften", problem, scheme, rule=rule)
            yield Way("shortfall", tuple(instances), PRICES["soften"], part)


def _side_of_need(program: InstanceProgram, instance: int) -> str:
    """Whose minima in a later stage a need of it rests on: what must come in, or what must find room.

    At least so much is what the later rows below the same side need; at most so much is room for
    what the other side must place.
    """
    own = program.of_row == instance
    about = program.instances[instance].about
    at_least = bool((program.program.row_lower[own] > -UNBOUNDED).any())
    if about is About.TARGET or (about is About.RULE and at_least):
        return "target" if at_least else "source"
    return "source" if at_least else "target"


def _column_read(rule: Rule | None, problem: Problem, instance: Instance) -> tuple[str, str, Any] | None:
    """Table, column and value of the number that a rule reads of the row that an instance is about."""
    if isinstance(rule, Capacity) and not rule.dimensions:
        which, column = rule.side, rule.capacity
    elif isinstance(rule, Floor) and rule.per is None and rule.by is None:
        which, column = "target", rule.min
    else:
        return None
    if instance.about.value != which or not isinstance(column, str):
        return None
    side = problem.sources if which == "source" else problem.targets
    frame = problem.dataset.frame(side.table)
    if column not in frame:
        return None
    one = (*instance.sources, *instance.targets)[0]
    row = int(problem.dataset.positions(side.table, [one])[0])
    return side.table, column, frame[column].iloc[row]


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


def _with(part: Part, **given: Any) -> Part:
    return replace(part, **given)


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
