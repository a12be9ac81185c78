"""The plan's folder: it suffices to read, verify and rerun the plan.

Layout of a plan folder (format 1)::

    plan.json  scenario.yaml  inputs/  assignments/<stage>.csv  unassigned.csv
    findings.csv  certificate/<stage>.npz  metrics.json
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.lazily import Lazily
from matchmaker.model import Dataset, Finding, Floats
from matchmaker.plan_files import (
    DAMAGED,
    certificate_files,
    read_assignment,
    read_certificate,
    read_csv,
    read_findings,
    read_unchanged_csv,
    write_csv,
    write_findings,
    write_json,
)
from matchmaker.plan_manifest import MANIFEST_TYPES, manifest_of, read_manifest
from matchmaker.plans import Plan, Results, StageRecord
from matchmaker.scheme.scenario import Scenario, dump_scenario, load_scenario
from matchmaker.tables import read_dataset, read_written, write_dataset

__all__ = [
    "changed_files",
    "checksum",
    "open_plan",
    "origin_of_plan",
    "read_plan",
    "read_results",
    "require_free",
    "write_plan",
]

NAMED = 5
"""How many foreign files a message names."""

NOTHING_WRITTEN: Mapping[str, Path] = {}


def require_free(folder: Path) -> None:
    """Raise `InputError` when `folder` holds anything but an earlier plan's own files."""
    if not folder.exists():
        return
    foreign = [folder.name]
    if folder.is_dir():
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        own = {"plan.json"}
        if "plan.json" in names:
            manifest, _ = read_manifest(folder)
            own |= {*manifest["inputs"], *manifest["files"]}
        foreign = sorted(names - own)
    if foreign:
        raise InputError([Fault("plan.folder_in_use", Place(file=str(folder)), "、".join(foreign[:NAMED]))])


def write_plan(plan: Plan, folder: Path, written: Mapping[str, Path] = NOTHING_WRITTEN) -> Plan:
    """Write the plan folder: aside, then renamed, so that it is whole or not there.

    An existing plan in `folder` is replaced; anything else there is an `InputError`.

    Parameters
    ----------
    plan, folder
    written
        Files that need not be written anew, since another plan has the same, by their names in the folder.

    Returns
    -------
    Plan
        With the checksums of the files written.
    """
    folder = folder.absolute()
    require_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)  # nobody else looks in while rosters are being written
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        inputs, files = _write_files(plan, aside, written)
        write_json(aside / "plan.json", manifest_of(plan, inputs, files))
        _seal(aside)
        if folder.exists():
            folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if old.exists() and not folder.exists():
            old.rename(folder)  # the new plan did not get there: the old one stays
    return replace(plan, inputs=inputs, files=files)


def read_plan(folder: Path | str) -> Plan:
    """Read a plan folder.

    Raises
    ------
    InputError
        When it is not a plan, or its format is unknown.
    """
    folder = Path(folder)
    scenario, manifest, stages = _head(folder)
    try:
        return _plan(
            folder,
            scenario,
            manifest,
            stages,
            dataset=read_dataset(folder / "inputs").dataset,
            assignments={stage.id: read_assignment(folder, stage.id) for stage in stages},
            certificates=_certificates(folder),
            unassigned=read_csv(folder / "unassigned.csv"),
            findings=read_findings(folder / "findings.csv"),
        )
    except DAMAGED as error:
        raise InputError([Fault("plan.damaged", Place(file=str(folder)), str(error))]) from error


def open_plan(folder: Path | str) -> Plan:
    """A plan to ask questions of: where its files are as they were written, each is read when asked for.

    Nothing is validated then, since the checksums say that it has been; a folder with a file that
    was changed, added or lost is read as `read_plan` does. Raises as it does.
    """
    folder = Path(folder)
    scenario, manifest, stages = _head(folder)
    names = {f"inputs/{path.name}" for path in (folder / "inputs").glob("*")}
    if changed_files(folder) or names != set(manifest["inputs"]):
        return read_plan(folder)
    certificates = certificate_files(folder)
    plan = _plan(
        folder,
        scenario,
        manifest,
        stages,
        dataset=read_written(folder / "inputs"),
        assignments=Lazily(
            tuple(stage.id for stage in stages),
            lambda stage: read_assignment(folder, stage, read_unchanged_csv),
        ),
        certificates=Lazily(tuple(certificates), lambda stage: read_certificate(certificates[stage])),
        unassigned=pd.DataFrame(),
        findings=(),
    )
    return _opened(
        plan,
        {
            "unassigned": lambda: read_unchanged_csv(folder / "unassigned.csv"),
            "findings": lambda: read_findings(folder / "findings.csv"),
        },
    )


def _head(folder: Path) -> tuple[Scenario, dict[str, Any], tuple[StageRecord, ...]]:
    """A plan's scenario, its manifest, and the stages that it tells of; all of them the scenario's."""
    manifest, stages = read_manifest(folder)
    scenario = load_scenario(folder / "scenario.yaml")
    strangers = {str(stage.id) for stage in stages} - {stage.id for stage in scenario.scheme.stages}
    if strangers:
        place = Place(file=str(folder / "plan.json"))
        raise InputError([Fault("plan.damaged", place, ", ".join(sorted(strangers)))])
    return scenario, manifest, stages


class _Opened(Plan):
    """A plan whose lists of what is missed, which are long, are read when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        read = self.__dict__.get("_later", {}).get(name)
        if read is None:
            raise AttributeError(name)
        self.__dict__[name] = found = read()
        return found


def _opened(plan: Plan, later: Mapping[str, Callable[[], Any]]) -> Plan:
    """The plan without some fields, which are read when they are asked for."""
    opened = object.__new__(_Opened)
    opened.__dict__.update({name: value for name, value in vars(plan).items() if name not in later})
    opened.__dict__["_later"] = dict(later)
    return opened


def _plan(
    folder: Path,
    scenario: Scenario,
    manifest: Mapping[str, Any],
    stages: tuple[StageRecord, ...],
    *,
    dataset: Dataset,
    assignments: Mapping[str, pd.DataFrame],
    certificates: Mapping[str, Mapping[str, Floats]],
    unassigned: pd.DataFrame,
    findings: tuple[Finding, ...],
) -> Plan:
    return Plan(
        scenario=scenario,
        dataset=dataset,
        stages=stages,
        assignments=assignments,
        unassigned=unassigned,
        findings=findings,
        metrics=json.loads((folder / "metrics.json").read_text("utf-8")),
        certificates=certificates,
        **{name: manifest[name] for name in MANIFEST_TYPES},
    )


def read_results(folder: Path | str) -> Results:
    """Read the results of a plan folder; raises `InputError` as `read_plan` does.

    A stage whose files are no longer as they were written keeps its pairs only: what its
    certificate says is about other ones.
    """
    folder = Path(folder)
    manifest, stages = read_manifest(folder)
    changed = {Path(name).stem for name, _, _ in changed_files(folder)}
    try:
        return Results(
            origin=_origin(folder, manifest),
            stages=stages,
            assignments={stage.id: read_assignment(folder, stage.id) for stage in stages},
            certificates=_certificates(folder, changed),
            baseline=manifest["baseline"],
        )
    except DAMAGED as error:
        raise InputError([Fault("plan.damaged", Place(file=str(folder)), str(error))]) from error


def origin_of_plan(folder: Path) -> dict[str, Any]:
    """Name, year and checksum of a plan, as another one records where it comes from.

    Raises `InputError` as `read_plan` does.
    """
    manifest, _ = read_manifest(folder)
    return _origin(folder, manifest)


def _origin(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": manifest["name"],
        "year": manifest["year"],
        "checksum": checksum(folder / "plan.json"),
    }


def changed_files(folder: Path | str) -> tuple[tuple[str, str, str], ...]:
    """Files of a plan folder that are no longer as they were written: (name, found, recorded) checksums.

    The checksum found of a missing file is empty. Raises `InputError` as `read_plan` does.
    """
    folder = Path(folder)
    manifest, _ = read_manifest(folder)
    changed = []
    for name, recorded in {**manifest["inputs"], **manifest["files"]}.items():
        path = folder / name
        found = checksum(path) if path.is_file() else ""
        if found != recorded:
            changed.append((name, found, recorded))
    return tuple(changed)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_files(
    plan: Plan, folder: Path, written: Mapping[str, Path]
) -> tuple[dict[str, str], dict[str, str]]:
    """Everything but the manifest; checksums of the inputs and of the rest."""
    (folder / "scenario.yaml").write_text(dump_scenario(plan.scenario), "utf-8", newline="\n")
    tables = {name: frame for name, frame in plan.dataset.tables.items() if _input(name) not in written}
    write_dataset(tables, folder / "inputs")
    (folder / "assignments").mkdir()
    for stage, frame in plan.assignments.items():
        if f"assignments/{stage}.csv" not in written:
            write_csv(folder / "assignments" / f"{stage}.csv", frame)
    for name, path in written.items():
        shutil.copyfile(path, folder / name)
    write_csv(folder / "unassigned.csv", plan.unassigned)
    write_findings(folder / "findings.csv", plan.findings)
    write_json(folder / "metrics.json", plan.metrics)
    (folder / "certificate").mkdir()
    for stage, arrays in plan.certificates.items():
        with (folder / "certificate" / f"{stage}.npz").open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    inputs: dict[str, str] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            (inputs if name.startswith("inputs/") else files)[name] = checksum(path)
    return inputs, files


def _input(table: str) -> str:
    return f"inputs/{table}.csv"


def _seal(folder: Path) -> None:
    """Make the files their owner's alone, and have them on the disk before the folder gets its name.

    So a power cut leaves the plan whole or not there.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)  # rosters are personal data
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _certificates(folder: Path, without: Collection[str] = ()) -> dict[str, dict[str, Floats]]:
    return {stage: read_certificate(path) for stage, path in certificate_files(folder, without).items()}
