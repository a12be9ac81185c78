"""Typed reading of YAML nodes: what does not fit a model becomes faults with file, line and key.

Values are validated strictly: no text passes for a number or a truth value.
"""

from __future__ import annotations

import difflib
import json
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from matchmaker.errors import Detail, Fault
from matchmaker.rules import KINDS
from matchmaker.scheme.yaml_reader import KeyPath, Node
from matchmaker.selectors import Comparison, Conditions

__all__ = ["nearest", "shown", "validated"]

_Model = TypeVar("_Model", bound=BaseModel)

_TYPE_CODES = {
    "string_type": "scheme.not_text",
    "int_type": "scheme.not_whole",
    "int_from_float": "scheme.not_whole",
    "float_type": "scheme.not_number",
    "bool_type": "scheme.not_flag",
    "list_type": "scheme.not_list",
    "tuple_type": "scheme.not_list",
    "set_type": "scheme.not_list",
    "frozen_set_type": "scheme.not_list",
    "model_type": "scheme.not_mapping",
    "model_attributes_type": "scheme.not_mapping",
    "dict_type": "scheme.not_mapping",
    "mapping_type": "scheme.not_mapping",
}
_BOUNDS = {
    "greater_than": ("gt", ">"),
    "greater_than_equal": ("ge", "≥"),
    "less_than": ("lt", "<"),
    "less_than_equal": ("le", "≤"),
}
_LENGTHS = {
    "too_short": ("scheme.too_short", "min_length"),
    "string_too_short": ("scheme.too_short", "min_length"),
    "too_long": ("scheme.too_long", "max_length"),
    "string_too_long": ("scheme.too_long", "max_length"),
}


def validated(model: type[_Model], node: Node) -> tuple[_Model | None, list[Fault]]:
    """The node as `model`, or None and every fault in it.

    Parameters
    ----------
    model
        A pydantic model. A validator may raise ``PydanticCustomError`` whose type is a
        code of the message catalogue and whose context gives its details.
    node
        A mapping, as read from YAML.
    """
    try:
        # the JSON mode is strict about text and numbers but takes lists for tuples
        return model.model_validate_json(json.dumps(node.plain()), strict=True), []
    except ValidationError as error:
        return None, _faults(error, node, model)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known words most like `word`, or all of them: the suggestion of a fault."""
    known = list(dict.fromkeys(known))
    return "、".join(difflib.get_close_matches(word, known, 3, 0.6) or known)


def shown(value: Any) -> str:
    """A value as a fault shows it: one short line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(frozen=True)
class _Located:
    """A validation error located in the document.

    ``union`` is the path where its location first leaves the document for the name of
    one member of a union; None where it never does.
    """

    error: Mapping[str, Any]
    path: KeyPath
    union: KeyPath | None


def _faults(error: ValidationError, node: Node, model: type[BaseModel]) -> list[Fault]:
    errors = typing.cast("Sequence[Mapping[str, Any]]", error.errors())
    located = [each for each in (_locate(one, node) for one in errors) if not _counts_bad_items(each, node)]
    unions = _groups(located, lambda each: each.path if each.union is None else each.union)
    paths = [same for union in unions for same in _groups(_telling(union), lambda each: each.path)]
    return [_fault(same, node, model) for same in paths]


def _counts_bad_items(located: _Located, node: Node) -> bool:
    """Whether a list is called too short only because items in it have faults of their own."""
    if located.error["type"] != "too_short":
        return False
    value = _value(node, located.path)
    return isinstance(value, list) and len(value) >= int(located.error["ctx"]["min_length"])


def _groups(located: Iterable[_Located], key: Any) -> list[list[_Located]]:
    groups: dict[KeyPath, list[_Located]] = {}
    for each in located:
        groups.setdefault(key(each), []).append(each)
    return list(groups.values())


def _telling(group: list[_Located]) -> list[_Located]:
    """Of a union's errors those that say most: inside the member that was meant, else all."""
    deeper = [each for each in group if each.union is not None and len(each.path) > len(each.union)]
    own_words = [each for each in group if each.error["type"] == "value_error" or "." in each.error["type"]]
    return deeper or own_words or group


def _locate(error: Mapping[str, Any], node: Node) -> _Located:
    location = list(error["loc"])
    missing = location.pop() if error["type"] == "missing" and location else None
    path: list[str | int] = []
    union: KeyPath | None = None
    passed: KeyPath = ()  # where the kind of a rule stood in the location
    for element in location:
        # after a position in a list comes the kind by which its model was chosen: no key, though a rule
        # may have a key of that name (the capacity of a capacity)
        is_item = bool(path) and isinstance(path[-1], int) and tuple(path) != passed
        is_kind = is_item and _is_kind(node, element)
        passed = tuple(path) if is_kind else passed
        below = None if is_kind else node.get(element)
        if below is not None:
            node = below
            path.append(element)
        elif union is None and not is_kind:
            union = tuple(path)
    if missing is not None:
        path.append(missing)
    elif error["type"] == "union_tag_not_found":
        path.append("kind")
    return _Located(error, tuple(path), union)


def _is_kind(node: Node, element: str | int) -> bool:
    kind = node.get("kind")
    return kind is not None and kind.value == element


def _fault(same: list[_Located], node: Node, model: type[BaseModel]) -> Fault:
    """One fault for the errors of one path."""
    path = same[0].path
    place = node.place_of(path)
    value = _value(node, path)
    codes = {_TYPE_CODES.get(each.error["type"], "") for each in same}
    if len(codes) > 1 and "" not in codes:
        names_aggregate = any("Aggregate" in str(each.error["loc"]) for each in same)
        return Fault("scheme.not_expression" if names_aggregate else "scheme.not_value", place, shown(value))
    code, found, details = _sentence(same[0], value, model)
    return Fault(code, place, found, details)


def _value(node: Node, path: KeyPath) -> Any:
    for key in path:
        below = node.get(key)
        if below is None:
            return None
        node = below
    return node.plain()


def _sentence(located: _Located, value: Any, model: type[BaseModel]) -> tuple[str, str, dict[str, Detail]]:
    error, kind, context = located.error, str(located.error["type"]), located.error.get("ctx", {})
    if kind in _TYPE_CODES:
        return _TYPE_CODES[kind], shown(value), {}
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        return "scheme.unknown_key", key, {"near": nearest(key, _keys(model, error["loc"][:-1]))}
    if kind == "missing" or kind == "union_tag_not_found":
        return "scheme.missing_key", "", {"key": str(located.path[-1])}
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return "scheme.unknown_kind", tag, {"near": nearest(tag, KINDS)}
    if kind in ("literal_error", "enum"):
        return "scheme.not_among", shown(value), {"choices": str(context["expected"])}
    if kind in _BOUNDS:
        name, sign = _BOUNDS[kind]
        return "scheme.out_of_bounds", shown(value), {"bound": f"{sign} {context[name]}"}
    if kind in _LENGTHS:
        code, name = _LENGTHS[kind]
        return code, shown(value), {"length": int(context[name])}
    if kind == "string_pattern_mismatch":
        return "scheme.not_identifier", shown(value), {"pattern": str(context["pattern"])}
    if "." in kind:  # a code of the catalogue, raised by a model of ours
        return kind, shown(value), dict(context)
    reason = str(context["error"]) if "error" in context else str(error["msg"])
    return "scheme.value", shown(value), {"reason": reason}


def _keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that the models at a location know."""
    candidates: list[Any] = [model]
    for element in location:
        stepped = [inner for each in _flat(candidates) for inner in _step(each, element)]
        # an element that leads nowhere is the name of a union's member
        candidates = stepped or candidates
    return [
        field.alias or name
        for each in _flat(candidates)
        if _is_model(each)
        for name, field in each.model_fields.items()
    ]


def _flat(candidates: Iterable[Any]) -> list[Any]:
    flat: list[Any] = []
    for each in candidates:
        origin = typing.get_origin(each)
        if origin is typing.Annotated:
            flat += _flat(typing.get_args(each)[:1])
        elif origin in (typing.Union, types.UnionType):
            flat += _flat(typing.get_args(each))
        else:
            flat.append(each)
    return flat


def _step(candidate: Any, element: str | int) -> list[Any]:
    if _is_model(candidate):
        if element == candidate.__name__ or KINDS.get(str(element)) is candidate:
            return [candidate]
        for name, field in candidate.model_fields.items():
            if element in (field.alias, name):
                return [field.annotation]
        return [Comparison] if issubclass(candidate, Conditions) else []
    arguments = typing.get_args(candidate)
    if isinstance(element, int) and typing.get_origin(candidate) in (list, tuple):
        return [arguments[0]]
    if typing.get_origin(candidate) is dict:
        return [arguments[1]]
    return []


def _is_model(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, BaseModel)
