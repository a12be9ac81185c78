"""What ``plan.json`` says of a plan: its stages, where it comes from, checksums of all other files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Status
from matchmaker.plan_files import DAMAGED
from matchmaker.plan_formats import PLAN, migrated
from matchmaker.plans import LevelRecord, Plan, StageRecord

__all__ = ["MANIFEST_TYPES", "manifest_of", "read_manifest"]

MANIFEST_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "reproducible": bool, "verified": bool, "seconds": (int, float), "peak_mb": (int, float),
    "inputs": dict, "versions": dict, "files": dict, "warm": dict, "given": dict, "baseline": dict,
    "imported": dict, "replan": dict,
}  # fmt: skip
"""Fields of a plan that stand in it as they are, and what each is."""


def read_manifest(folder: Path) -> tuple[dict[str, Any], tuple[StageRecord, ...]]:
    """Content of ``plan.json`` as this program's format has it, and its stages.

    Raises
    ------
    InputError
        When there is none, it cannot be read, or it is of a newer program.
    """
    path = folder / "plan.json"
    if not path.is_file():
        raise InputError([Fault("plan.not_a_plan", Place(file=str(folder)))])
    try:
        manifest = migrated(json.loads(path.read_text("utf-8")), PLAN, Place(file=str(path)))
        stages = tuple(
            StageRecord(
                **{
                    **{key: value for key, value in stage.items() if key != "levels"},
                    "status": Status(stage["status"]),
                    "levels": tuple(_level_record(level) for level in stage["levels"]),
                }
            )
            for stage in manifest["stages"]
        )
    except DAMAGED as error:
        raise InputError([Fault("plan.damaged", Place(file=str(path)), str(error))]) from error
    wrong = [name for name, kind in MANIFEST_TYPES.items() if not isinstance(manifest.get(name), kind)]
    checksums = {**manifest["inputs"], **manifest["files"]} if not wrong else {}
    wrong += [name for name, recorded in checksums.items() if not isinstance(recorded, str)]
    if wrong:
        raise InputError([Fault("plan.damaged", Place(file=str(path)), ", ".join(wrong))])
    return manifest, stages


def _level_record(stored: Mapping[str, Any]) -> LevelRecord:
    missing = {"certified_bound"} if stored["certified_bound"] is None else set()
    figures: dict[str, Any] = {
        name: None if name in missing else bool(one) if name == "searched" else float(one)
        for name, one in stored.items()
    }
    return LevelRecord(**figures)


def manifest_of(plan: Plan, inputs: Mapping[str, str], files: Mapping[str, str]) -> dict[str, Any]:
    """Content of ``plan.json``.

    Parameters
    ----------
    plan
    inputs, files
        Checksums of the input tables and of all other files, by their names in the folder.
    """
    return {
        "format": PLAN.current,
        "name": plan.scenario.name,
        "year": plan.scenario.year,
        "status": plan.status.value,
        "seconds": round(plan.seconds, 3),
        "peak_mb": round(plan.peak_mb, 1),
        "reproducible": plan.reproducible,
        "verified": plan.verified,
        "tie_break": {
            "seed": plan.scenario.tie_break.seed,
            "stages": {stage.id: stage.ties for stage in plan.stages},
        },
        "inputs": dict(inputs),
        "files": dict(files),
        "versions": dict(plan.versions),
        "warm": dict(plan.warm),
        "given": dict(plan.given),
        **({"baseline": dict(plan.baseline)} if plan.baseline else {}),
        **({"imported": dict(plan.imported)} if plan.imported else {}),
        **({"replan": dict(plan.replan)} if plan.replan else {}),
        "stages": [
            {**asdict(stage), "levels": [_stored_level(level) for level in stage.levels]}
            for stage in plan.stages
        ],
    }


def _stored_level(level: LevelRecord) -> dict[str, Any]:
    """What is stored of a level; that it was searched goes without saying."""
    return {name: value for name, value in asdict(level).items() if name != "searched" or not value}
