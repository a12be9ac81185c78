"""The `changes` of a scenario: what-if edits of its YAML, each part keeping the place that wrote it.

Changes of rules, objective and settings are made on the tree of nodes before it is read
as typed data; changes of rows are kept for the dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.errors import Detail, Fault, Place
from matchmaker.scheme.row_changes import AddRow, DataChange, DropPin, RemoveRow, SetRow
from matchmaker.scheme.typed_faults import nearest, shown, validated
from matchmaker.scheme.yaml_reader import KeyPath, Node
from matchmaker.tables import TABLES

__all__ = [
    "CHANGE_MODELS",
    "AddRowChange",
    "AddRuleChange",
    "DropPinChange",
    "DropRuleChange",
    "ForbidChange",
    "PinChange",
    "RemoveRowChange",
    "SetChange",
    "SetRowChange",
    "apply_changes",
]

_SCHEME_KEYS = ("stages", "rules", "objective", "lists", "evaluations", "organizer", "labels")
_SCENARIO_KEYS = ("name", "data", "year", "history", "baseline", "limits", "tie_break")
_OPTIONAL_MAPPINGS = frozenset({("limits",), ("tie_break",), ("scheme", "labels")})


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetChange(_Change):
    """Give one value of the scenario or its scheme anew."""

    set: str = Field(
        min_length=1,
        description="What to set: objective.0.wishes, rules.rotate.max_years, limits.seconds, year, …",
    )
    to: Any = Field(description="The new value")


class DropRuleChange(_Change):
    """Take a rule out, and out of the objective."""

    drop_rule: str = Field(description="Id of the rule")


class AddRuleChange(_Change):
    """Add a rule."""

    add_rule: dict[str, Any] = Field(description="The rule, as in a scheme")


class _Pair(_Change):
    stage: str = Field(description="Stage of the pair")
    source: str = Field(description="Id of the source")
    target: str = Field(description="Id of the target")
    reason: str = Field("", description="Why, for the lists")
    until: str | int | None = Field(None, description="Last day (or year) on which it holds; empty: always")


class PinChange(_Change):
    """The pair must be chosen."""

    pin: _Pair


class ForbidChange(_Change):
    """The pair must not be chosen."""

    forbid: _Pair


class _Row(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    table: str = Field(description="Table of the row")


class _RowWithId(_Row):
    id: str = Field(description="Key of the row, or a name that only it has")


class _RowOnly(_RowWithId):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetRowChange(_Change):
    """Give columns of one row new values."""

    set_row: _RowWithId


class RemoveRowChange(_Change):
    """Take one row out, with all that lies below it."""

    remove_row: _RowOnly


class AddRowChange(_Change):
    """Add one row."""

    add_row: _Row


class _PinRow(_Change):
    source: str = Field(description="The source as the pins sheet has it: id or name")
    target: str | None = Field(None, description="The target as the sheet has it; missing: any")
    stage: str | None = Field(None, description="The stage as the sheet has it; missing: any")
    action: str | None = Field(None, description="pin, keep, forbid or advise; missing: any")


class DropPinChange(_Change):
    """Take rows out of the pins sheet."""

    drop_pin: _PinRow = Field(description="Which rows: all that have these words")


CHANGE_MODELS: dict[str, type[_Change]] = {
    "set": SetChange,
    "drop_rule": DropRuleChange,
    "add_rule": AddRuleChange,
    "pin": PinChange,
    "forbid": ForbidChange,
    "set_row": SetRowChange,
    "remove_row": RemoveRowChange,
    "add_row": AddRowChange,
    "drop_pin": DropPinChange,
}
"""Every kind of change, by the key that names it."""


def apply_changes(root: Node, changes: Node) -> tuple[Node, list[DataChange], list[Fault]]:
    """Make changes in order.

    Parameters
    ----------
    root
        The scenario's mapping, the scheme inline.
    changes
        The list under ``changes``.

    Returns
    -------
    root, data_changes, faults
        The changed mapping, what is to be done to the dataset, and the faults of changes
        that could not be made.
    """
    if changes.value is None:
        return root, [], []
    if not isinstance(changes.value, list):
        return root, [], [Fault("scheme.not_list", changes.place, shown(changes.plain()))]
    data_changes: list[DataChange] = []
    faults: list[Fault] = []
    for change in changes.value:
        kind, found = _kind(change)
        if not found:
            found = validated(CHANGE_MODELS[kind], change)[1]
        if found:
            faults += found
        elif kind in _DATA_CHANGES:
            data_change, found = _data_change(kind, change)
            faults += found
            data_changes += [data_change] if data_change is not None else []
        else:
            root, found = _SCHEME_CHANGES[kind](root, change)
            faults += found
    return root, data_changes, faults


def _kind(change: Node) -> tuple[str, list[Fault]]:
    if not isinstance(change.value, dict):
        return "", [Fault("scheme.not_mapping", change.place, shown(change.plain()))]
    kinds = [key for key in change.value if key in CHANGE_MODELS]
    if len(kinds) == 1:
        return kinds[0], []
    if kinds:
        return "", [Fault("scenario.several_changes", change.place, "、".join(kinds))]
    word = next(iter(change.value), "")
    place = change.place_of((word,)) if word else change.place
    return "", [Fault("scenario.unknown_change", place, word, {"near": nearest(word, CHANGE_MODELS)})]


def _set(root: Node, change: Node) -> tuple[Node, list[Fault]]:
    dotted, value = _text(change, "set"), change.get("to")
    path, fault = _path(root, dotted, change.place_of(("set",)))
    if fault is not None or value is None:
        return root, [fault] if fault is not None else []
    return _replaced(root, path, value), []


def _path(root: Node, dotted: str, place: Place) -> tuple[KeyPath, Fault | None]:
    """Where a dotted path leads in the scenario; rules, stages and lists may be named by id."""
    words = dotted.split(".")
    if words[0] in _SCHEME_KEYS:
        words.insert(0, "scheme")
    if words == ["scheme"] or (words[0] != "scheme" and words[0] not in _SCENARIO_KEYS):
        return (), _lost(place, dotted, words[0], (*_SCHEME_KEYS, *_SCENARIO_KEYS))
    path: KeyPath = ()
    node: Node | None = root
    while words:
        step, taken, known = _step(node, words, path)
        if step is None:
            return (), _lost(place, dotted, words[0], known)
        path = (*path, step)
        words = words[taken:]
        node = node.get(step) if node is not None else None
    return path, None


def _step(node: Node | None, words: list[str], path: KeyPath) -> tuple[str | int | None, int, list[str]]:
    """The next key, how many words it takes, and what is there in case it leads nowhere."""
    if node is None:  # below a mapping that is yet to be made
        return (words[0], 1, []) if len(words) == 1 else (None, 0, [])
    if isinstance(node.value, list):
        ids = [str(each.get("id").value) if each.get("id") else "" for each in node.value]  # type: ignore[union-attr]
        if words[0] in ids:
            return ids.index(words[0]), 1, []
        known = [each or str(position) for position, each in enumerate(ids)]
        inside = words[0].isdecimal() and int(words[0]) < len(node.value)
        return (int(words[0]) if inside else None), 1, known
    if not isinstance(node.value, dict):
        return None, 0, []
    for count in range(len(words), 0, -1):  # keys may hold dots: wishes.1
        if ".".join(words[:count]) in node.value:
            return ".".join(words[:count]), count, []
    if len(path) == 3 and path[:2] == ("scheme", "objective"):
        return ".".join(words), len(words), []
    if len(words) == 1 or (*path, words[0]) in _OPTIONAL_MAPPINGS:
        return words[0], 1, []
    return None, 0, list(node.value)


def _lost(place: Place, dotted: str, word: str, known: Any) -> Fault:
    return Fault("scenario.unknown_path", place, dotted, {"word": word, "near": nearest(word, known) or "—"})


def _replaced(node: Node | None, path: KeyPath, value: Node) -> Node:
    """The tree with `value` at `path`; a mapping on the way that is missing is made."""
    if not path:
        return value
    if node is None:
        node = Node({}, value.place)
    step, below = path[0], node.get(path[0])
    if isinstance(node.value, list) and isinstance(step, int):
        parts = list(node.value)
        parts[step] = _replaced(below, path[1:], value)
        return Node(parts, node.place)
    parts_by_key = dict(node.value) if isinstance(node.value, dict) else {}
    parts_by_key[str(step)] = _replaced(below, path[1:], value)
    return Node(parts_by_key, node.place)


def _drop_rule(root: Node, change: Node) -> tuple[Node, list[Fault]]:
    dropped = _text(change, "drop_rule")
    rules = _rules(root)
    ids = [_text(rule, "id") for rule in rules]
    if dropped not in ids:
        near = nearest(dropped, ids) or "—"
        return root, [
            Fault("scenario.unknown_rule", change.place_of(("drop_rule",)), dropped, {"near": near})
        ]
    root = _with_rules(root, [rule for rule, id_ in zip(rules, ids, strict=True) if id_ != dropped])
    objective = root.get("scheme").get("objective")  # type: ignore[union-attr]
    if objective is None or not isinstance(objective.value, list):
        return root, []
    levels = []
    for level in objective.value:
        # an emptied level stays, so that later changes count the levels as the file does
        terms = level.value if isinstance(level.value, dict) else None
        kept = (
            {t: w for t, w in terms.items() if t.split(".")[0] != dropped}
            if terms is not None
            else level.value
        )
        levels.append(Node(kept, level.place))
    return _replaced(root, ("scheme", "objective"), Node(levels, objective.place)), []


def _add_rule(root: Node, change: Node) -> tuple[Node, list[Fault]]:
    rule = change.get("add_rule")
    return _with_rules(root, [*_rules(root), *([rule] if rule is not None else [])]), []


def _add_pair(kind: str) -> Callable[[Node, Node], tuple[Node, list[Fault]]]:
    def add(root: Node, change: Node) -> tuple[Node, list[Fault]]:
        pair, rules = change.get(kind), _rules(root)
        taken = {_text(rule, "id") for rule in rules}
        number = next(n for n in range(1, len(rules) + 2) if f"{kind}_{n}" not in taken)
        place = change.place_of((kind,))
        head = {"id": Node(f"{kind}_{number}", place), "kind": Node(kind, place)}
        given = pair.value if pair is not None and isinstance(pair.value, dict) else {}
        return _with_rules(root, [*rules, Node({**head, **given}, place)]), []

    return add


def _rules(root: Node) -> list[Node]:
    scheme = root.get("scheme")
    rules = scheme.get("rules") if scheme is not None else None
    return rules.value if rules is not None and isinstance(rules.value, list) else []


def _with_rules(root: Node, rules: list[Node]) -> Node:
    place = root.place_of(("scheme", "rules"))
    return _replaced(root, ("scheme", "rules"), Node(list(rules), place))


def _text(node: Node, key: str) -> str:
    below = node.get(key)
    return below.value if below is not None and isinstance(below.value, str) else ""


_SCHEME_CHANGES: dict[str, Callable[[Node, Node], tuple[Node, list[Fault]]]] = {
    "set": _set,
    "drop_rule": _drop_rule,
    "add_rule": _add_rule,
    "pin": _add_pair("pin"),
    "forbid": _add_pair("forbid"),
}
_DATA_CHANGES = frozenset({"set_row", "remove_row", "add_row", "drop_pin"})


def _data_change(kind: str, change: Node) -> tuple[DataChange | None, list[Fault]]:
    row = change.get(kind)
    given: dict[str, Any] = row.plain() if row is not None else {}
    place = change.place_of((kind,))
    if kind == "drop_pin":
        return DropPin(**given, place=place), []
    written = str(given.pop("table"))
    table = next((each.id for each in TABLES.values() if written in (each.id, each.zh, *each.aliases)), None)
    if table is None:
        details: dict[str, Detail] = {"near": nearest(written, TABLES)}
        return None, [Fault("scenario.unknown_table", change.place_of((kind, "table")), written, details)]
    if kind == "add_row":
        return AddRow(table, given, place), []
    id_ = str(given.pop("id"))
    return (SetRow(table, id_, given, place) if kind == "set_row" else RemoveRow(table, id_, place)), []
