"""In which ways the rule instances of a stage may give way, and which part of a repair each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matchmaker.diagnosis.parts import PRICES, Part
from matchmaker.formulation import UNBOUNDED
from matchmaker.instance_program import InstanceProgram
from matchmaker.model import Dataset, Problem, Side
from matchmaker.obstacles import LOOK_AHEAD
from matchmaker.past import stage_names
from matchmaker.rule_instances import About, Instance
from matchmaker.rules import Rule
from matchmaker.rules.capacity import Capacity
from matchmaker.rules.floor import Floor
from matchmaker.rules.forbid import Forbid
from matchmaker.rules.pin import Pin
from matchmaker.scheme.definitions import Scheme

__all__ = ["Way", "pin_row", "ways_of"]

_PER_STEP = 0.1
"""What a step of another number costs while the least is looked for; ranked by the row."""


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


def _with(part: Part, **given: Any) -> Part:
    return replace(part, **given)
