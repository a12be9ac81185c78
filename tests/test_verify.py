"""Verification: a plan as it was written agrees; whatever is changed in it is found, checksums or not."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchmaker import plan_folder
from matchmaker.errors import InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.pipeline import solve
from matchmaker.plan_folder import checksum, read_plan, write_plan
from matchmaker.publication import checksum_differences
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables import Reading, write_dataset
from matchmaker.verify import PlanNotConfirmedError, confirm_plan, verify, verify_plan
from tests.conftest import SolvedYear
from tests.rules.instances import dataset_from
from tests.small_plans import SMALL_SCHEME, SMALL_TABLES, scenario_of

FIRST, SECOND, THIRD = "agency_sub_district", "branch_grid", "member_building"

Row = list[str]


@pytest.fixture
def plan(year: SolvedYear, tmp_path: Path) -> Path:
    """A copy of the plan, to be tampered with."""
    return shutil.copytree(year.plan_folder, tmp_path / "plan")


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "plan.json").read_text("utf-8"))
    change(manifest)
    (folder / "plan.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def seal(folder: Path) -> None:
    """Make the checksums in ``plan.json`` those of the files as they are."""

    def renew(manifest: dict[str, Any]) -> None:
        for part in ("inputs", "files"):
            manifest[part] = {name: checksum(folder / name) for name in manifest[part]}

    edit_manifest(folder, renew)


def edit_csv(path: Path, change: Callable[[list[Row]], object]) -> None:
    """Change the rows of a CSV file, the header being the first."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def put(rows: list[Row], row: int, column: str, value: str) -> None:
    rows[row][rows[0].index(column)] = value


def edit_text(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")


def found_in(folder: Path) -> set[str]:
    """Codes of all differences; every one can be told in both languages."""
    differences = verify(folder).differences
    for fault in differences:
        assert all(render_fault(fault, language) for language in LANGUAGES)
    return {fault.code for fault in differences}


# as it was written


def test_an_untouched_plan_agrees(year: SolvedYear) -> None:
    found = verify(year.plan_folder)
    assert found.differences == ()
    assert found.pairs == sum(len(frame) for frame in year.plan.assignments.values())
    assert found.rules == len(year.scenario.scheme.rules) + 3 * len(year.plan.stages)


def test_bounds_are_certified_by_the_stored_duals(year: SolvedYear) -> None:
    bounds = {check.stage: check for check in verify(year.plan_folder).bounds}
    assert set(bounds) == {stage.id for stage in year.plan.stages}
    for stage, check in bounds.items():
        assert "level0" in year.plan.certificates[stage]
        assert check.standing == "certified"
        (level,) = year.plan.stage(stage).levels
        assert check.certified_bound == pytest.approx(level.certified_bound)
        assert level.value <= level.bound <= level.certified_bound + level.unit


def test_bounds_without_duals_are_claimed(plan: Path) -> None:
    stored = read_plan(plan)
    bare = replace(
        stored,
        certificates={stage: {} for stage in stored.certificates},
        stages=tuple(
            replace(record, levels=tuple(replace(level, certified_bound=None) for level in record.levels))
            for record in stored.stages
        ),
    )
    found = verify_plan(bare)
    assert found.differences == ()
    assert {check.standing for check in found.bounds} == {"claimed"}
    assert all(check.certified_bound is None for check in found.bounds)


def test_a_plan_in_memory_is_checked_alike(year: SolvedYear) -> None:
    confirm_plan(year.plan)
    (level,) = year.plan.stages[0].levels
    record = replace(year.plan.stages[0], levels=(replace(level, value=level.value + 1),))
    with pytest.raises(PlanNotConfirmedError) as error:
        confirm_plan(replace(year.plan, stages=(record, *year.plan.stages[1:])))
    assert any(code.startswith("verify.level_value") for code in error.value.codes)
    assert str(level.value) not in str(error.value)  # the report of a fault tells no values


def test_no_solver_is_needed(year: SolvedYear) -> None:
    code = (
        "import sys\n"
        "from matchmaker.verify import verify\n"
        f"found = verify({str(year.plan_folder)!r})\n"
        "assert found.differences == (), found.differences\n"
        "assert len(found.bounds) == 10\n"
        "print([name for name in ('ortools', 'scipy.optimize') if name in sys.modules])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


# changed files


def move_member(folder: Path) -> None:
    """The first member goes to a building of another branch's grid."""
    stored = read_plan(folder)
    others = stored.assignments[SECOND]
    grid = others["target_id"][others["source_id"] != others["source_id"][0]].iloc[0]
    buildings = stored.dataset.frame("buildings")
    other = buildings["building_id"][buildings["grid_id"] == grid].iloc[0]
    edit_csv(folder / f"assignments/{THIRD}.csv", lambda rows: put(rows, 1, "target_id", str(other)))


def move_agency(folder: Path) -> None:
    def change(rows: list[Row]) -> None:
        put(rows, 2, "target_id", "S02" if rows[2][1] == "S01" else "S01")

    edit_csv(folder / f"assignments/{FIRST}.csv", change)


def repeat_pair(folder: Path) -> None:
    edit_csv(folder / f"assignments/{THIRD}.csv", lambda rows: rows.append(rows[-1]))


def drop_pair(folder: Path) -> None:
    edit_csv(folder / f"assignments/{SECOND}.csv", lambda rows: rows.pop())


def stranger(folder: Path) -> None:
    edit_csv(folder / f"assignments/{THIRD}.csv", lambda rows: put(rows, 1, "source_id", "M99999"))


def change_points(folder: Path) -> None:
    edit_csv(folder / f"assignments/{FIRST}.csv", lambda rows: put(rows, 1, "fit", "99.99"))


def change_wish_rank(folder: Path) -> None:
    edit_csv(folder / f"assignments/{FIRST}.csv", lambda rows: put(rows, 1, "wish_rank", "3"))


def change_kind_of_change(folder: Path) -> None:
    edit_csv(folder / f"assignments/{FIRST}.csv", lambda rows: put(rows, 1, "change", "新增"))


def drop_column(folder: Path) -> None:
    edit_csv(folder / f"assignments/{SECOND}.csv", lambda rows: [row.pop(2) for row in rows])


def add_finding(folder: Path) -> None:
    edit_csv(folder / "findings.csv", lambda rows: rows.append(["needs", "", "S01", "1", "2", "units"]))


def drop_unassigned(folder: Path) -> None:
    edit_csv(folder / "unassigned.csv", lambda rows: rows.pop())


def change_reason(folder: Path) -> None:
    edit_csv(folder / "unassigned.csv", lambda rows: put(rows, 1, "detail", "病假半年以上"))


def change_metric(folder: Path) -> None:
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    metrics["stages"][FIRST]["changes"]["kept"] += 1
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


def spoil_certificate(folder: Path) -> None:
    path = folder / "certificate" / f"{SECOND}.npz"
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["level0"] = arrays["level0"] * 1.5
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def change_input(folder: Path) -> None:
    def change(rows: list[Row]) -> None:
        urgency = rows[0].index("urgency")
        rows[1][urgency] = "1" if rows[1][urgency] != "1" else "5"

    edit_csv(folder / "inputs/needs.csv", change)


def change_history(folder: Path) -> None:
    def change(rows: list[Row]) -> None:
        rows[:] = [row for row in rows if "A0002" not in row]

    edit_csv(folder / "inputs/history.csv", change)


def forbid_a_pair(folder: Path) -> None:
    pair = read_plan(folder).assignments[FIRST].iloc[2]

    def change(rows: list[Row]) -> None:
        row = {"stage": FIRST, "action": "forbid", "reason": "回避", **pair[["source_id", "target_id"]]}
        rows.append([row.get(name, "") for name in rows[0]])

    edit_csv(folder / "inputs/pins.csv", change)


def change_weight(folder: Path) -> None:
    edit_text(folder / "scenario.yaml", "needs: 3", "needs: 4")


def stricter_rule(folder: Path) -> None:
    edit_text(folder / "scenario.yaml", "max_years: 3", "max_years: 1")


@pytest.mark.parametrize(
    ("tamper", "name", "codes"),
    [
        (move_member, f"assignments/{THIRD}.csv", {"verify.rule"}),
        (move_agency, f"assignments/{FIRST}.csv", {"verify.level_value", "verify.rule", "verify.metrics"}),
        (repeat_pair, f"assignments/{THIRD}.csv", {"verify.rule"}),
        (drop_pair, f"assignments/{SECOND}.csv", {"verify.rule", "verify.level_value", "verify.metrics"}),
        (stranger, f"assignments/{THIRD}.csv", {"verify.rule", "verify.unassigned"}),
        (change_points, f"assignments/{FIRST}.csv", {"verify.assignment_table"}),
        (change_wish_rank, f"assignments/{FIRST}.csv", {"verify.assignment_table"}),
        (change_kind_of_change, f"assignments/{FIRST}.csv", {"verify.assignment_table"}),
        (drop_column, f"assignments/{SECOND}.csv", {"verify.assignment_table"}),
        (add_finding, "findings.csv", {"verify.findings"}),
        (drop_unassigned, "unassigned.csv", {"verify.unassigned"}),
        (change_reason, "unassigned.csv", {"verify.unassigned"}),
        (change_metric, "metrics.json", {"verify.metrics"}),
        (spoil_certificate, f"certificate/{SECOND}.npz", {"verify.bound"}),
        (change_input, "inputs/needs.csv", {"verify.level_value", "verify.metrics"}),
        (change_history, "inputs/history.csv", {"verify.assignment_table", "verify.metrics"}),
        (forbid_a_pair, "inputs/pins.csv", {"verify.rule"}),
        (change_weight, "scenario.yaml", {"verify.level_value"}),
        (stricter_rule, "scenario.yaml", {"verify.rule"}),
    ],
)
def test_what_is_changed_is_found_even_with_fitting_checksums(
    plan: Path, tamper: Callable[[Path], None], name: str, codes: set[str]
) -> None:
    tamper(plan)
    (changed,) = checksum_differences(plan)
    assert (changed.code, changed.place.file) == ("verify.checksum", name)
    seal(plan)
    assert checksum_differences(plan) == ()
    assert codes <= found_in(plan)


def test_a_dropped_finding_is_found(tmp_path: Path) -> None:
    # the year's soft rules have no findings: here shares that cannot be equal have some
    rules = [{**rule, "tolerance": 0.0} if rule["id"] == "share" else rule for rule in SMALL_SCHEME["rules"]]
    objective = [{**SMALL_SCHEME["objective"][0], "share": 1}]
    scheme = Scheme.model_validate({**SMALL_SCHEME, "rules": rules[:4], "objective": objective})
    agencies = [{**row, "member_count": 10**number} for number, row in enumerate(SMALL_TABLES["agencies"])]
    write_dataset(dataset_from({**SMALL_TABLES, "agencies": agencies}).tables, tmp_path / "data")
    scenario = scenario_of(scheme).model_copy(update={"data": tmp_path / "data"})
    folder = tmp_path / "plan"
    assert write_plan(solve(scenario, in_processes=False), folder).findings
    assert found_in(folder) == set()
    edit_csv(folder / "findings.csv", lambda rows: rows.pop())
    seal(folder)
    assert found_in(folder) == {"verify.findings"}


def test_checksums_and_rules_are_told_together(plan: Path) -> None:
    drop_pair(plan)
    assert {"verify.checksum", "verify.rule"} <= found_in(plan)


def test_a_file_that_can_no_longer_be_read_is_told_by_its_checksum(plan: Path) -> None:
    (plan / "unassigned.csv").write_bytes(b"")
    (plan / "metrics.json").unlink()
    found = verify(plan)
    assert [(fault.code, fault.place.file) for fault in found.differences] == [
        ("verify.checksum", "metrics.json"),
        ("verify.checksum", "unassigned.csv"),
    ]
    assert (found.bounds, found.rules, found.pairs) == ((), 0, 0)


def test_a_file_that_was_never_readable_is_an_error(plan: Path) -> None:
    (plan / "unassigned.csv").write_bytes(b"")
    seal(plan)
    with pytest.raises(InputError) as error:
        verify(plan)
    assert [fault.code for fault in error.value.faults] == ["plan.damaged"]


# a changed manifest, which no checksum covers


def level(manifest: dict[str, Any], stage: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = manifest["stages"][stage]["levels"][0]
    return found


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda m: level(m).update(value=level(m)["value"] + 0.01), {"verify.level_value"}),
        (lambda m: level(m).update(value=float("nan")), {"verify.record"}),
        (lambda m: level(m).update(bound=level(m)["value"] - 1), {"verify.bound"}),
        (lambda m: level(m).update(bound=level(m)["certified_bound"] + 1), {"verify.bound"}),
        (lambda m: level(m).update(bound=float("nan")), {"verify.record"}),
        (lambda m: level(m).update(certified_bound=level(m)["certified_bound"] - 1), {"verify.bound"}),
        (lambda m: level(m).update(certified_bound=level(m)["certified_bound"] + 1), {"verify.bound"}),
        (lambda m: level(m).update(certified_bound=float("nan")), {"verify.bound"}),
        (lambda m: level(m).update(gap=0.0), {"verify.record"}),
        (lambda m: m["stages"][1].update(status="optimal"), {"verify.record"}),
        (lambda m: m["stages"][1]["levels"].append(level(m)), {"verify.levels"}),
        (lambda m: m["stages"][0].update(pairs=1), {"verify.record"}),
        (lambda m: m["stages"][0].update(sources=1), {"verify.record"}),
        (lambda m: m["stages"][0].update(targets=1), {"verify.record"}),
        (lambda m: m["stages"].pop(), {"verify.metrics"}),
        (lambda m: m.update(status="optimal"), {"verify.record"}),
        (lambda m: m.update(name="另一个"), {"verify.record"}),
        (lambda m: m.update(year=2030), {"verify.record"}),
    ],
)
def test_a_changed_manifest_is_found(
    year: SolvedYear,
    plan: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[dict[str, Any]], object],
    codes: set[str],
) -> None:
    # the tables are as they were: reading them again would only take its time
    monkeypatch.setattr(plan_folder, "read_dataset", lambda folder: Reading(year.plan.dataset, (), ()))
    edit_manifest(plan, change)
    assert checksum_differences(plan) == ()
    assert codes <= found_in(plan)


def test_a_removed_certificate_cannot_pass_for_one(plan: Path) -> None:
    (plan / "certificate" / f"{SECOND}.npz").unlink()
    edit_manifest(plan, lambda manifest: manifest["files"].pop(f"certificate/{SECOND}.npz"))
    standing = {check.stage: check.standing for check in verify(plan).bounds}
    assert standing.pop(SECOND) == "claimed"
    assert set(standing.values()) == {"certified"}
