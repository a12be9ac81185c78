"""The scenario: a scheme, a dataset, a year, and the changes that make a what-if of them.

Reading resolves `extends`, the scheme's file and `changes`; what is left is typed data
in which nothing refers to another file but the dataset, the history and the baseline.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.errors import Fault, InputError, Place
from matchmaker.scheme.changes import (
    AddRowChange,
    AddRuleChange,
    DropPinChange,
    DropRuleChange,
    ForbidChange,
    PinChange,
    RemoveRowChange,
    SetChange,
    SetRowChange,
    apply_changes,
)
from matchmaker.scheme.checks import checked_scheme
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.files import beside, resolved_files
from matchmaker.scheme.places import SchemePlaces, places_of
from matchmaker.scheme.row_changes import AddRow, DropPin, RemoveRow, SetRow
from matchmaker.scheme.typed_faults import shown, validated
from matchmaker.scheme.yaml_reader import Node, read_yaml
from matchmaker.scheme.yaml_writer import write_yaml

__all__ = [
    "Limits",
    "Scenario",
    "TieBreak",
    "as_written",
    "changed",
    "dump_scenario",
    "json_schema",
    "load_scenario",
    "load_scheme",
]

SCENARIO_FILE = "scenario.yaml"


def _default_workers() -> int:
    return min(2, os.cpu_count() or 1)


class Limits(BaseModel):
    """When solving may stop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gap: float = Field(0.0001, ge=0, lt=1, description="Relative gap at which a level counts as closed")
    seconds: float | None = Field(
        600, gt=0, description="Stop after so many seconds (the run is then not reproducible); null: never"
    )
    workers: int = Field(default_factory=_default_workers, ge=1, description="Processes side by side")


class TieBreak(BaseModel):
    """How ties are broken: by a seed published beforehand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(0, ge=0, description="Seed of the last step, which decides between equal plans")


class _ScenarioHead(BaseModel):
    """A scenario's own values, its scheme apart, as YAML has them once all is resolved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="Name of the scenario")
    scheme: Any = Field(description="The scheme: a file, or the scheme itself")
    data: str = Field(min_length=1, description="The dataset: a folder of CSV files or one workbook")
    year: int = Field(ge=1949, le=2200, description="Year that the plan is for")
    history: tuple[str, ...] = Field((), description="Plans of earlier years, oldest first")
    baseline: str | None = Field(None, min_length=1, description="Plan that this one corrects")
    limits: Limits = Field(default_factory=Limits, description="When solving may stop")
    tie_break: TieBreak = Field(default_factory=TieBreak, description="How ties are broken")


class Scenario(BaseModel):
    """A scheme, a dataset, a year and the history, ready to be solved.

    ``data``, ``history`` and ``baseline`` are paths that need no further resolving; ``data_changes``
    are still to be made to the dataset (`matchmaker.scheme.row_changes.apply_data_changes`);
    ``places`` tells where the scheme's parts are written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    scheme: Scheme
    data: Path
    year: int
    history: tuple[Path, ...] = ()
    baseline: Path | None = None
    limits: Limits = Field(default_factory=Limits)
    tie_break: TieBreak = Field(default_factory=TieBreak)
    data_changes: tuple[SetRow | AddRow | RemoveRow | DropPin, ...] = ()
    places: SchemePlaces = Field(default_factory=SchemePlaces, exclude=True, repr=False)


class _ScenarioDocument(BaseModel):
    """A scenario file as it is written; what it leaves out comes from the file it extends."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Scenario")

    extends: str | None = Field(None, description="Scenario file that this one starts from")
    name: str | None = Field(None, description="Name of the scenario")
    scheme: str | Scheme | None = Field(None, description="The scheme: a file, or the scheme itself")
    data: str | None = Field(None, description="The dataset: a folder of CSV files or one workbook")
    year: int | None = Field(None, ge=1949, le=2200, description="Year that the plan is for")
    history: list[str] | None = Field(None, description="Plans of earlier years, oldest first")
    baseline: str | None = Field(None, description="Plan that this one corrects")
    limits: Limits | None = Field(None, description="When solving may stop")
    tie_break: TieBreak | None = Field(None, description="How ties are broken")
    changes: (
        list[
            SetChange
            | DropRuleChange
            | AddRuleChange
            | PinChange
            | ForbidChange
            | SetRowChange
            | RemoveRowChange
            | AddRowChange
            | DropPinChange
        ]
        | None
    ) = Field(None, description="What-if edits, made in order")


def load_scenario(path: Path | str) -> Scenario:
    """Read a scenario with everything it extends.

    Parameters
    ----------
    path
        A scenario file, or a folder (such as a plan) that holds ``scenario.yaml``.

    Returns
    -------
    Scenario
        Relative paths resolved against the file that names them.

    Raises
    ------
    InputError
        With every fault found: file, line and key of where it is written, and a
        suggestion where a word is unknown.
    """
    path = Path(path)
    if path.is_dir():
        path = path / SCENARIO_FILE
    files = resolved_files(path)
    root, faults = files.root, list(files.faults)
    head, head_faults = validated(_ScenarioHead, root)
    scheme, scheme_node = None, root.get("scheme")
    if scheme_node is not None and isinstance(scheme_node.value, dict):
        scheme, scheme_faults = checked_scheme(scheme_node)
        faults += scheme_faults
    elif scheme_node is not None:
        faults.append(Fault("scheme.not_mapping", scheme_node.place, shown(scheme_node.plain())))
    if files.has_scheme_fault:  # told already: the key is there, its file is not
        head_faults = [fault for fault in head_faults if fault.details.get("key") != "scheme"]
    if head is None or scheme is None or scheme_node is None or faults:
        raise InputError(_by_place([*head_faults, *faults]))
    data, history, baseline = root.get("data"), root.get("history"), root.get("baseline")
    parts = history.value if history is not None and isinstance(history.value, list) else []
    return Scenario(
        name=head.name,
        scheme=scheme,
        data=beside(data) if data is not None else Path(head.data),
        year=head.year,
        history=tuple(beside(part) for part in parts),
        baseline=beside(baseline) if baseline is not None and head.baseline is not None else None,
        limits=head.limits,
        tie_break=head.tie_break,
        data_changes=files.data_changes,
        places=places_of(scheme_node),
    )


def changed(scenario: Scenario, changes: Sequence[Mapping[str, Any]]) -> Scenario:
    """The scenario with further changes, written as in a scenario file. Raises as `load_scenario` does."""
    settings = as_written(scenario)
    whole = {key: settings[key] for key in ("name", "scheme", "year", "limits", "tie_break")}
    root, data_changes, faults = apply_changes(_node(whole), _node(list(changes)))
    scheme_node = root.get("scheme")
    assert scheme_node is not None
    scheme, scheme_faults = checked_scheme(scheme_node)
    if scheme is None or faults or scheme_faults:
        raise InputError([*faults, *scheme_faults])
    head, head_faults = validated(_ScenarioHead, _node({**root.plain(), "data": str(scenario.data)}))
    if head is None or head_faults:
        raise InputError(head_faults)
    given = {"name": head.name, "year": head.year, "limits": head.limits, "tie_break": head.tie_break}
    made = (*scenario.data_changes, *data_changes)
    return scenario.model_copy(update={**given, "scheme": scheme, "data_changes": made})


def _node(value: Any) -> Node:
    """Plain data as a tree that no file has written."""
    if isinstance(value, Mapping):
        return Node({str(key): _node(part) for key, part in value.items()}, Place())
    if isinstance(value, list | tuple):
        return Node([_node(part) for part in value], Place())
    return Node(value, Place())


def load_scheme(path: Path | str) -> Scheme:
    """Read a scheme file. Raises as `load_scenario` does."""
    scheme, faults = checked_scheme(read_yaml(path).root)
    if scheme is None or faults:
        raise InputError(_by_place(faults))
    return scheme


def dump_scenario(scenario: Scenario) -> str:
    """The scenario as YAML of a plan folder: scheme inline, changes made, data in ``inputs/``.

    `load_scenario` reads it back as the same scenario, but for its paths and data changes.
    """
    settings = as_written(scenario)
    return write_yaml(
        {
            "name": settings["name"],
            "scheme": settings["scheme"],
            "data": "inputs/",
            "year": settings["year"],
            "history": [],
            "limits": settings["limits"],
            "tie_break": settings["tie_break"],
        }
    )


def json_schema() -> dict[str, Any]:
    """JSON Schemas of a scheme file and of a scenario file, under ``scheme`` and ``scenario``."""
    return {
        "scheme": Scheme.model_json_schema(by_alias=True),
        "scenario": _ScenarioDocument.model_json_schema(by_alias=True),
    }


def _by_place(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.place.file, fault.place.line))


def as_written(value: Any) -> Any:
    """Typed data as YAML has it; what is None by default is left out, every other default written."""
    if isinstance(value, BaseModel):
        written = {}
        for name, field in type(value).model_fields.items():
            part = getattr(value, name)
            if part is not None or field.default is not None:
                written[field.alias or name] = as_written(part)
        return {**written, **{key: as_written(part) for key, part in (value.model_extra or {}).items()}}
    if isinstance(value, dict):
        return {key: as_written(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_written(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # a weight reads as 3, however it was written
    return str(value) if isinstance(value, Path) else value
