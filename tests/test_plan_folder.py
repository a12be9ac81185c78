"""Plan folders: what is written is read again; a write is whole or not there; damage has a name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matchmaker import plan_folder
from matchmaker.errors import InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Assignment, Finding, Status
from matchmaker.plan_folder import changed_files, checksum, open_plan, read_plan, write_plan
from matchmaker.plans import Plan
from tests.conftest import SolvedYear
from tests.small_plans import FIRST, SECOND, small_plan

STAGE = "agency_sub_district"
MANIFEST = [
    "format", "name", "year", "status", "seconds", "peak_mb", "reproducible", "verified", "tie_break",
    "inputs", "files", "versions", "warm", "given", "stages",
]  # fmt: skip
STAGE_FIELDS = [
    "id", "status", "backend", "sources", "targets", "pairs", "components", "rows", "columns", "seconds",
    "ties", "levels",
]  # fmt: skip


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    for fault in error.value.faults:
        assert all(render_fault(fault, language) for language in LANGUAGES)
    return [fault.code for fault in error.value.faults]


def assert_same(left: Plan, right: Plan) -> None:
    """All that a plan says is the same but where it lies."""
    assert left.stages == right.stages
    tables = [(left.dataset.tables, right.dataset.tables), (left.assignments, right.assignments)]
    for frames, others in tables:
        assert list(frames) == list(others)
        for name in frames:
            pd.testing.assert_frame_equal(frames[name], others[name])
    pd.testing.assert_frame_equal(left.unassigned, right.unassigned)
    for stage, arrays in left.certificates.items():
        assert list(arrays) == list(right.certificates[stage])
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, right.certificates[stage][name])
    for name in ("findings", "metrics", "reproducible", "verified", "inputs", "versions", "files"):
        assert getattr(left, name) == getattr(right, name), name
    here = {"data": Path()}
    assert left.scenario.model_copy(update=here) == right.scenario.model_copy(update=here)
    assert right.seconds == pytest.approx(left.seconds, abs=0.001)
    assert right.peak_mb == pytest.approx(left.peak_mb, abs=0.1)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "plan"
    write_plan(small_plan(FIRST), folder)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A small plan's folder, to be spoilt."""
    return shutil.copytree(written, tmp_path / "plan")


# writing and reading


def test_what_is_written_is_read_again(year: SolvedYear) -> None:
    assert_same(year.plan, read_plan(year.plan_folder))


def test_every_kind_of_content_survives(tmp_path: Path) -> None:
    finding = Finding("needs", "", "S1", 0.5, 2.25, "units")
    plan = small_plan(
        FIRST,
        findings=(finding, Finding("fit", "A1", "S1", -3, 0, "points")),
        certificates={STAGE: {"level0": np.array([0.1, -2e-9, 1e17])}},
        reproducible=False,
        verified=False,
    )
    written = write_plan(plan, tmp_path / "plan")
    assert_same(written, read_plan(tmp_path / "plan"))
    assert changed_files(tmp_path / "plan") == ()
    assert plan.dataset.frame("agencies")["name"].tolist()[2].startswith("=")  # kept apart from formulas


def test_a_plan_without_pairs_is_a_plan(tmp_path: Path) -> None:
    write_plan(small_plan({STAGE: []}), tmp_path / "plan")
    plan = read_plan(tmp_path / "plan")
    assert len(plan.assignment(STAGE)) == 0
    assert plan.assignments[STAGE].columns.tolist()[:2] == ["source_id", "target_id"]
    assert set(plan.unassigned["reason"]) == {"not_taking_part", "fell_short"}


def test_writing_again_what_was_read_gives_the_same_bytes(year: SolvedYear, tmp_path: Path) -> None:
    write_plan(read_plan(year.plan_folder), tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(year.plan_folder)


def test_the_plan_s_own_words(year: SolvedYear) -> None:
    plan = read_plan(year.plan_folder)
    assert plan.stage(STAGE).id == STAGE
    assert isinstance(plan.assignment(STAGE), Assignment)
    assert plan.status is Status.FEASIBLE
    with pytest.raises(StopIteration):
        plan.stage("nothing")


def test_the_manifest_has_the_agreed_fields(year: SolvedYear) -> None:
    manifest = json.loads((year.plan_folder / "plan.json").read_text("utf-8"))
    assert list(manifest) == MANIFEST
    assert (manifest["format"], manifest["name"], manifest["year"]) == (1, "2027 年度轮换", 2027)
    assert (manifest["status"], manifest["reproducible"], manifest["verified"]) == ("feasible", True, True)
    assert manifest["tie_break"]["seed"] == 20270101
    assert set(manifest["tie_break"]["stages"].values()) <= {"proven", "partial"}
    assert {"python", "ortools", "numpy", "scipy", "pandas"} <= set(manifest["versions"])
    for stage in manifest["stages"]:
        assert list(stage) == STAGE_FIELDS
        for level in stage["levels"]:
            assert list(level) == ["value", "bound", "certified_bound", "gap", "unit"]


def test_checksums_are_those_of_every_file(year: SolvedYear) -> None:
    manifest = json.loads((year.plan_folder / "plan.json").read_text("utf-8"))
    recorded = {**manifest["inputs"], **manifest["files"]}
    assert recorded == {
        name: checksum(year.plan_folder / name) for name in bytes_of(year.plan_folder) if name != "plan.json"
    }
    assert set(manifest["inputs"]) == {f"inputs/{table}.csv" for table in year.tables}


def test_a_plan_can_be_moved(folder: Path, tmp_path: Path) -> None:
    before = bytes_of(folder)
    folder.rename(tmp_path / "elsewhere")
    plan = read_plan(tmp_path / "elsewhere")
    assert plan.scenario.data == tmp_path / "elsewhere" / "inputs"
    assert bytes_of(tmp_path / "elsewhere") == before


def test_files_are_the_owner_s_alone(folder: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    if os.name == "posix":  # elsewhere there are no such modes
        assert set(modes.values()) == {0o600}, modes
        assert folder.stat().st_mode & 0o077 == 0  # nobody looks in while it is being written


# replacing


def test_a_second_plan_replaces_the_first(folder: Path) -> None:
    write_plan(small_plan(SECOND, "第二个"), folder)
    plan = read_plan(folder)
    assert plan.scenario.name == "第二个"
    assert plan.assignments[STAGE]["target_id"].tolist() == ["S1", "S1", "S2"]
    assert [path.name for path in folder.parent.iterdir()] == ["plan"]


def failing(kind: type[BaseException], call: int, then: Callable[..., Any]) -> Callable[..., Any]:
    """A function that fails at one call, and is `then` before and after."""
    count = 0

    def fail(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == call:
            raise kind("No space left on device")
        return then(*arguments, **options)

    return fail


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize(
    ("owner", "name", "call"),
    [
        (plan_folder, "write_dataset", 1),
        (plan_folder, "write_csv", 2),
        (plan_folder, "write_json", 2),
        (plan_folder.os, "fsync", 3),
        (plan_folder.Path, "rename", 1),
        (plan_folder.Path, "rename", 2),
    ],
)
def test_a_write_that_fails_leaves_the_old_plan(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException], owner: Any, name: str, call: int
) -> None:
    before = bytes_of(folder)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, failing(kind, call, getattr(owner, name)))
        with pytest.raises(kind):
            write_plan(small_plan(SECOND), folder)
    assert bytes_of(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["plan"]
    write_plan(small_plan(SECOND), folder)
    assert read_plan(folder).assignment(STAGE).target_ids.tolist() == ["S1", "S1", "S2"]


def test_a_first_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_folder, "write_json", failing(OSError, 1, plan_folder.write_json))
    with pytest.raises(OSError, match="No space"):
        write_plan(small_plan(FIRST), tmp_path / "plan")
    assert list(tmp_path.iterdir()) == []


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    write_plan(small_plan(FIRST), tmp_path / "plans" / "2027" / "plan")
    assert read_plan(tmp_path / "plans" / "2027" / "plan").scenario.year == 2027


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    write_plan(small_plan(FIRST), tmp_path / "plan")
    assert read_plan(tmp_path / "plan").verified


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as error:
        write_plan(small_plan(FIRST), tmp_path / "mine")
    assert codes(error) == ["plan.folder_in_use"]
    assert bytes_of(tmp_path) == {"mine/letter.txt": b"x"}


def test_a_plan_s_folder_with_other_things_is_refused(folder: Path) -> None:
    (folder / "批注.txt").write_text("x", encoding="utf-8")
    before = bytes_of(folder)
    with pytest.raises(InputError) as error:
        write_plan(small_plan(SECOND), folder)
    assert codes(error) == ["plan.folder_in_use"]
    assert "批注.txt" in error.value.faults[0].found
    assert bytes_of(folder) == before


def test_a_file_in_the_folder_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as error:
        write_plan(small_plan(FIRST), tmp_path / "plan")
    assert codes(error) == ["plan.folder_in_use"]
    assert (tmp_path / "plan").read_text("utf-8") == "x"


# damage


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "plan.json").read_text("utf-8"))
    change(manifest)
    (folder / "plan.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe{}", b"[" * 100_000])
def test_a_damaged_manifest(folder: Path, content: bytes) -> None:
    (folder / "plan.json").write_bytes(content)
    for reading in (read_plan, changed_files):
        with pytest.raises(InputError) as error:
            reading(folder)
        assert codes(error) == ["plan.damaged"]
        assert error.value.faults[0].place.file.endswith("plan.json")


@pytest.mark.parametrize("value", [2, "1", None, [1]])
def test_an_unknown_format(folder: Path, value: object) -> None:
    edit(folder, lambda manifest: manifest.update(format=value))
    with pytest.raises(InputError) as error:
        read_plan(folder)
    assert codes(error) == ["plan.format"]
    assert error.value.faults[0].found == str(value)


@pytest.mark.parametrize(
    "change",
    [
        *(lambda m, key=key: m.pop(key) for key in ("format", "stages", "files", "inputs", "seconds")),
        lambda m: m["stages"][0].update(status="perfect"),
        lambda m: m["stages"][0].update(secret=1),
        lambda m: m["stages"][0].pop("levels"),
        lambda m: m["stages"][0]["levels"][0].pop("unit"),
        lambda m: m["stages"][0]["levels"][0].update(value="many"),
        lambda m: m["stages"][0].update(id="../../plan"),
        lambda m: m["stages"][0].update(id=7),
        lambda m: m["stages"].append(dict(m["stages"][0], id="nowhere")),
        lambda m: m.update(stages={"a": 1}),
        lambda m: m.update(files=["plan.json"]),
        lambda m: m.update(inputs=None),
        lambda m: m["inputs"].update({"inputs/agencies.csv": 7}),
        lambda m: m.update(seconds="long"),
    ],
)
def test_a_manifest_that_is_no_longer_one(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    edit(folder, change)
    with pytest.raises(InputError) as error:
        read_plan(folder)
    assert codes(error) == ["plan.damaged"]


def test_a_stage_that_the_scheme_does_not_have(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["stages"].append(dict(manifest["stages"][0], id="nowhere")))
    shutil.copy(folder / "assignments" / f"{STAGE}.csv", folder / "assignments" / "nowhere.csv")
    with pytest.raises(InputError) as error:
        read_plan(folder)
    assert codes(error) == ["plan.damaged"]
    assert error.value.faults[0].found == "nowhere"


def test_no_plan_at_all(tmp_path: Path) -> None:
    for reading in (read_plan, changed_files):
        for place in (tmp_path, tmp_path / "nowhere"):
            with pytest.raises(InputError) as error:
                reading(place)
            assert codes(error) == ["plan.not_a_plan"]


@pytest.mark.parametrize(
    "name",
    ["unassigned.csv", "findings.csv", "metrics.json", f"assignments/{STAGE}.csv", "inputs/agencies.csv"],
)
def test_a_missing_file(folder: Path, name: str) -> None:
    recorded = checksum(folder / name)
    (folder / name).unlink()
    assert changed_files(folder) == ((name, "", recorded),)
    if not name.startswith("inputs/"):  # a dataset may do without a table
        with pytest.raises(InputError) as error:
            read_plan(folder)
        assert codes(error) == ["plan.damaged"]


def test_a_missing_scenario_and_missing_inputs(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "other")
    (folder / "scenario.yaml").unlink()
    shutil.rmtree(tmp_path / "other" / "inputs")
    for place in (folder, tmp_path / "other"):
        with pytest.raises(InputError) as error:
            read_plan(place)
        assert codes(error)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("unassigned.csv", b""),
        ("unassigned.csv", b"stage,side\nonly_one\n"),
        ("unassigned.csv", b"\xff\xff\n"),
        ("unassigned.csv", b"stage\n" + b"x" * 200_000 + b"\n"),
        ("findings.csv", b"rule\nfit\n"),
        ("findings.csv", b"rule,source_id,target_id,found,required,unit\nfit,A1,S1,many,0,points\n"),
        (f"assignments/{STAGE}.csv", b"source_id,target_id,fit\nA1,S1,much\n"),
        ("metrics.json", b"{"),
        (f"certificate/{STAGE}.npz", b"PK\x03\x04 no archive"),
        (f"certificate/{STAGE}.npz", b""),
    ],
)
def test_a_damaged_file(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_plan(folder)
    assert codes(error) == ["plan.damaged"]
    assert name in [changed for changed, _, _ in changed_files(folder)] or name.startswith("certificate/")


def test_a_cut_off_certificate(year: SolvedYear, tmp_path: Path) -> None:
    shutil.copytree(year.plan_folder, tmp_path / "plan")
    path = tmp_path / "plan" / "certificate" / "branch_grid.npz"
    content = path.read_bytes()
    for cut in (len(content) // 2, len(content) - 10):
        path.write_bytes(content[:cut])
        with pytest.raises(InputError) as error:
            read_plan(tmp_path / "plan")
        assert codes(error) == ["plan.damaged"]


def test_changed_files_are_named_with_both_checksums(folder: Path) -> None:
    recorded = checksum(folder / "unassigned.csv")
    (folder / "unassigned.csv").write_text("stage\n", encoding="utf-8")
    assert changed_files(folder) == (("unassigned.csv", checksum(folder / "unassigned.csv"), recorded),)


def test_a_plan_opened_for_questions_says_the_same(year: SolvedYear) -> None:
    opened = open_plan(year.plan_folder)
    assert_same(read_plan(year.plan_folder), opened)
    assert opened.scenario == read_plan(year.plan_folder).scenario
    assert (opened.findings, opened.metrics) == (year.plan.findings, year.plan.metrics)


def test_an_edited_plan_is_opened_with_all_checks(year: SolvedYear, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(year.plan_folder, folder)
    members = folder / "inputs" / "members.csv"
    lines = members.read_text("utf-8").splitlines(keepends=True)
    members.write_text("".join((*lines, lines[1])), "utf-8")
    with pytest.raises(InputError) as error:
        open_plan(folder)
    assert codes(error) == ["tables.duplicate_key"]
