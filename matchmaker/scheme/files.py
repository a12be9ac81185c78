"""From the files of a scenario to one tree: `extends`, the scheme's file, `changes`.

Every node of the tree keeps the place that wrote it, whichever file that is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from matchmaker.errors import Fault, InputError, Place
from matchmaker.scheme.changes import apply_changes
from matchmaker.scheme.row_changes import DataChange
from matchmaker.scheme.typed_faults import shown
from matchmaker.scheme.yaml_reader import Node, read_yaml

__all__ = ["SCENARIOS", "ResolvedFiles", "beside", "resolved_files"]

SCENARIOS = Path(__file__).parent.parent / "scenarios"
"""Folder of the schemes that travel inside the package, one folder a programme."""

_MERGED = frozenset({"limits", "tie_break"})
"""Settings of which an extending file may give only some."""


@dataclass(frozen=True)
class ResolvedFiles:
    """One scenario's mapping with the scheme inline and nothing left to resolve.

    ``has_scheme_fault`` tells that the scheme's file could not be read, which is among
    the faults already.
    """

    root: Node
    data_changes: tuple[DataChange, ...] = ()
    faults: tuple[Fault, ...] = ()
    has_scheme_fault: bool = False


def resolved_files(path: Path, chain: tuple[Path, ...] = ()) -> ResolvedFiles:
    """Read a scenario file and all that it names.

    A file that extends another starts from that one, changes made; its own keys come
    next and its own changes last.

    Parameters
    ----------
    path
        The scenario file.
    chain
        Files that extend it, the first one first.

    Raises
    ------
    InputError
        When a file of the chain cannot be read as YAML.
    """
    own = read_yaml(path).root
    if not isinstance(own.value, dict):
        raise InputError([Fault("scheme.not_mapping", own.place, shown(own.plain()))])
    faults: list[Fault] = []
    base = ResolvedFiles(Node({}, own.place))
    extends = own.value.get("extends")
    if extends is not None:
        base, faults = _base(extends, (*chain, path))
    scheme, scheme_faults = _scheme(own.value.get("scheme"))
    faults += scheme_faults
    root = _overlaid(base.root, own, scheme)
    data_changes = base.data_changes
    changes = own.value.get("changes")
    if changes is not None:
        root, further, change_faults = apply_changes(root, changes)
        data_changes = (*data_changes, *further)
        faults += change_faults
    has_scheme_fault = bool(scheme_faults) or (scheme is None and base.has_scheme_fault)
    return ResolvedFiles(root, data_changes, (*base.faults, *faults), has_scheme_fault)


def beside(node: Node) -> Path:
    """The path that a node gives, resolved against the folder of the file that wrote it."""
    return Path(os.path.normpath(Path(node.place.file).parent / str(node.value)))


def _base(extends: Node, chain: tuple[Path, ...]) -> tuple[ResolvedFiles, list[Fault]]:
    if not isinstance(extends.value, str) or not extends.value:
        raise InputError([Fault("scheme.not_text", extends.place, shown(extends.plain()))])
    path = beside(extends)
    if path.resolve() in [each.resolve() for each in chain]:
        circle = " → ".join(str(each) for each in (*chain, path))
        raise InputError([Fault("scenario.extends_circle", extends.place, extends.value, {"circle": circle})])
    _require_file(path, extends.place, extends.value)
    return resolved_files(path, chain), []


def _scheme(node: Node | None) -> tuple[Node | None, list[Fault]]:
    """The scheme as a mapping: inline as it is, or read from the file that is named."""
    if node is None or not isinstance(node.value, str) or not node.value:
        return node, []
    path = beside(node)
    try:
        _require_file(path, node.place, node.value)
        return read_yaml(path).root, []
    except InputError as error:
        return None, list(error.faults)


def _require_file(path: Path, place: Place, written: str) -> None:
    if not path.is_file():
        raise InputError([Fault("scenario.no_file", place, written, {"path": str(path)})])


def _overlaid(base: Node, own: Node, scheme: Node | None) -> Node:
    """The mapping of `base` with the keys of `own` on top."""
    parts = dict(base.value) if isinstance(base.value, dict) else {}
    for key, node in (own.value if isinstance(own.value, dict) else {}).items():
        before = parts.get(key)
        if key in ("extends", "changes"):
            continue
        if key == "scheme":
            if scheme is not None:
                parts[key] = scheme
        elif (
            key in _MERGED
            and before is not None
            and isinstance(before.value, dict)
            and isinstance(node.value, dict)
        ):
            parts[key] = Node({**before.value, **node.value}, node.place)
        else:
            parts[key] = node
    return Node(parts, own.place)
