"""Plans of older programs are read for years to come; what is written changes only with a new format.

``plan_formats/1/`` holds plans as programs of that format wrote them: the first one, one from
when warm starts came, and one from when single stages came. They are never written anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matchmaker.commands import app
from matchmaker.errors import InputError, Place
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.plan_formats import PLAN, PUBLICATION, Kind, migrated
from matchmaker.plans import LevelRecord, Plan
from matchmaker.publication import publish
from tests.small_plans import FIRST, small_plan

FORMATS = Path(__file__).parent / "plan_formats"
OLD = sorted(path.parent for path in FORMATS.glob("*/*/plan.json"))
NAMES = [path.relative_to(FORMATS).as_posix() for path in OLD]


def run(*arguments: object) -> int:
    return CliRunner().invoke(app, [str(each) for each in arguments]).exit_code


@pytest.mark.parametrize("old", OLD, ids=NAMES)
def test_every_command_reads_it_and_none_writes_it(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(old, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert run("verify", folder) == 0
    assert run("show", folder) == 0
    assert run("compare", folder, OLD[-1]) == 0
    assert run("rotate", folder, "-o", tmp_path / "next") == 0
    assert run("check", tmp_path / "next" / "scenario.yaml") == 0  # reads it as history
    assert run("export", folder, "--to", tmp_path / "sheets.xlsx") == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("old", OLD, ids=NAMES)
def test_it_is_published_and_corrected(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(old, folder)
    assert run("publish", folder, "--signed-off", "示例区委组织部") == 0
    pair = read_plan(folder).assignment("branch_grid")
    source, target = pair.source_ids[0], pair.target_ids[0]
    sheet = tmp_path / "objections.csv"
    head = "objection_id,stage,party_kind,party_id,source_id,target_id,reason,decision"
    sheet.write_text(f"{head}\nY1,branch_grid,branch,{source},{source},{target},模拟数据,accepted\n", "utf-8")
    assert run("apply", folder, sheet, "-o", tmp_path / "correction") == 0
    assert run("solve", tmp_path / "correction" / "scenario.yaml", "--out", tmp_path / "new") == 0


def test_every_format_has_a_plan() -> None:
    assert {name.split("/")[0] for name in NAMES} == {str(one) for one in range(1, PLAN.current + 1)}
    for kind in (PLAN, PUBLICATION):
        assert set(kind.steps) == set(range(1, kind.current))


def test_what_is_written_has_the_shape_of_its_format(tmp_path: Path) -> None:
    """If this fails: a new key that may lack joins `absent`, anything else is a new format with its step."""
    folder = write(full_plan(), tmp_path / "plan")
    found = {
        "plan.json": shape(json.loads((folder / "plan.json").read_text("utf-8"))),
        "publication.json": shape(json.loads((folder / "publication.json").read_text("utf-8"))),
        "tables": {
            name: (folder / name).read_text("utf-8").splitlines()[0]
            for name in ("unassigned.csv", "findings.csv")
        },
        "files": sorted({path.relative_to(folder).parts[0] for path in folder.rglob("*")}),
    }
    assert found == json.loads((FORMATS / f"shape_{PLAN.current}.json").read_text("utf-8"))


def full_plan() -> Plan:
    """A plan that has everything a plan may have."""
    origin = {"name": "方案", "year": 2027, "checksum": "0" * 64}
    sheet = {"file": "手工.xlsx", "checksum": "0" * 64, "stages": ["agency_sub_district"]}
    plan = small_plan(FIRST, warm=origin, given=origin, baseline={**origin, "publication": "0" * 64})
    (stage,) = plan.stages
    level = LevelRecord(value=100.0, bound=101.0, certified_bound=101.0, gap=0.01, unit=0.01, searched=False)
    return small_plan(
        FIRST,
        warm=plan.warm,
        given=plan.given,
        baseline=plan.baseline,
        imported=sheet,
        stages=(type(stage)(**{**vars(stage), "levels": (level,)}),),
    )


def write(plan: Plan, folder: Path) -> Path:
    write_plan(plan, folder)
    publish(folder, ("示例区委组织部",), date(2027, 1, 20))
    return folder


NAMED = ("inputs", "files", "versions")
"""Mappings whose keys are names of files and programs."""


def shape(value: Any, key: str = "") -> Any:
    """Keys and kinds of values."""
    if isinstance(value, Mapping):
        if key in NAMED:
            return {"*": sorted({str(shape(one)) for one in value.values()})}
        return {name: shape(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_the_chain_goes_step_by_step() -> None:
    def second(document: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**{k: v for k, v in document.items() if k != "title"}, "name": document["title"]}

    def third(document: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**document, "name": [document["name"]]}

    kind = Kind("plan.format", 3, {1: second, 2: third}, {"later": {}})
    first = {"format": 1, "title": "方案"}
    assert migrated(first, kind, Place()) == {"format": 3, "name": ["方案"], "later": {}}
    assert first == {"format": 1, "title": "方案"}
    assert migrated({"format": 3, "name": [], "later": {"a": 1}}, kind, Place()) == {
        "format": 3, "name": [], "later": {"a": 1},
    }  # fmt: skip


@pytest.mark.parametrize("written", [PLAN.current + 1, 0, -1, "1", True, None])
def test_formats_that_it_does_not_know(written: object) -> None:
    with pytest.raises(InputError) as error:
        migrated({"format": written}, PLAN, Place())
    assert [fault.code for fault in error.value.faults] == ["plan.format"]


def test_a_newer_plan_is_refused_wherever_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "newer"
    shutil.copytree(OLD[0], folder)
    path = folder / "plan.json"
    path.write_text(path.read_text("utf-8").replace('"format": 1', f'"format": {PLAN.current + 1}'), "utf-8")
    rotated = ("rotate", folder, "-o", tmp_path / "n")
    for arguments in (("show", folder), ("verify", folder), ("compare", folder, OLD[0]), rotated):
        assert run(*arguments) == 2
    assert not (tmp_path / "n").exists()
