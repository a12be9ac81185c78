"""verify, show, compare, export: what is asked of plans that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Cli


def edit(path: Path, old: str, new: str) -> None:
    words = path.read_text("utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(("language", "words"), [("zh", "核验通过"), ("en", "Verified")])
def test_verify_agrees_with_a_good_plan(cli: Cli, plan_once: Path, language: str, words: str) -> None:
    answer = cli("verify", plan_once, "--lang", language)
    assert answer.code == 0
    assert words in answer.out
    assert "branch_grid" in answer.out


def test_verify_as_json(cli: Cli, plan_once: Path) -> None:
    data = cli("verify", plan_once, "--json").data
    assert data["pairs"] > 1000
    assert {"agency_sub_district", "branch_grid", "member_building"} <= {
        bound["stage"] for bound in data["bounds"]
    }


def test_verify_quietly(cli: Cli, plan_once: Path) -> None:
    answer = cli("verify", plan_once, "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_moved_pair_is_found(cli: Cli, plan: Path, language: str) -> None:
    edit(plan / "assignments" / "agency_sub_district.csv", "A0001,S0", "A0001,S9")
    answer = cli("verify", plan, "--lang", language)
    assert answer.code == 5
    assert "assignments/agency_sub_district.csv" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("assignments/branch_grid.csv", b"source_id\n1,2\n"),
        ("inputs/agencies.csv", b"agency_id\n"),
        ("certificate/branch_grid.npz", b"PK"),
        ("scenario.yaml", b"name: [\n"),
        ("metrics.json", b"{"),
        ("unassigned.csv", b""),
        ("findings.csv", b"rule\nx\n"),
        ("inputs/grids.csv", None),
    ],
)
def test_a_file_that_can_no_longer_be_read_is_a_difference(
    cli: Cli, plan: Path, file: str, content: bytes | None
) -> None:
    if content is None:
        (plan / file).unlink()
    else:
        (plan / file).write_bytes(content)
    answer = cli("verify", plan, "--json")
    assert answer.code == 5
    assert ("verify.checksum", file) in [(fault["code"], fault["file"]) for fault in answer.data["faults"]]


def test_a_value_changed_in_the_manifest_is_found(cli: Cli, plan: Path) -> None:
    manifest = json.loads((plan / "plan.json").read_text("utf-8"))
    manifest["stages"][0]["levels"][0]["value"] += 1
    (plan / "plan.json").write_text(json.dumps(manifest), "utf-8")
    answer = cli("verify", plan, "--json")
    assert answer.code == 5
    assert "verify.level_value" in [fault["code"] for fault in answer.data["faults"]]


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 7}', '{"format": 1, "stages": []}'])
def test_a_damaged_manifest_is_no_plan(cli: Cli, plan: Path, content: str) -> None:
    (plan / "plan.json").write_text(content, "utf-8")
    for arguments in (("verify", plan), ("show", plan), ("export", plan, "--to", plan.parent / "x.xlsx")):
        answer = cli(*arguments, "--json")
        assert answer.code == 2
        assert answer.data["faults"][0]["code"] in ("plan.damaged", "plan.format")


@pytest.mark.parametrize("command", ["verify", "show"])
def test_a_folder_without_a_plan(cli: Cli, tmp_path: Path, command: str) -> None:
    answer = cli(command, tmp_path, "--lang", "en")
    assert answer.code == 2
    assert "not a plan folder" in answer.err


@pytest.mark.parametrize(("language", "words"), [("zh", "结论"), ("en", "Verdict")])
def test_show(cli: Cli, plan_once: Path, language: str, words: str) -> None:
    answer = cli("show", plan_once, "--lang", language)
    assert answer.code == 0
    assert words in answer.out
    assert "单位联街道" in answer.out


def test_show_as_json(cli: Cli, plan_once: Path) -> None:
    data = cli("show", plan_once, "--json").data
    assert data["verified"] is True
    links = list(data["metrics"]["stages"])[:3]
    assert links == ["agency_sub_district", "branch_grid", "member_building"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_compare(cli: Cli, plan_once: Path, plan: Path, language: str) -> None:
    answer = cli("compare", plan_once, plan, "--lang", language)
    assert answer.code == 0
    assert "单位联街道" in answer.out


def test_compare_as_json(cli: Cli, plan_once: Path, plan: Path) -> None:
    data = cli("compare", plan_once, plan, "--json").data
    assert len(data["plans"]) == 2
    assert all(stage["pairs"] == stage["same"] for stage in data["differences"][0]["stages"])


def test_one_plan_cannot_be_compared(cli: Cli, plan_once: Path) -> None:
    answer = cli("compare", plan_once, "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == ["compare.too_few"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_export(cli: Cli, plan_once: Path, tmp_path: Path, language: str) -> None:
    target = tmp_path / "安排表.xlsx"
    answer = cli("export", plan_once, "--to", target, "--lang", language)
    assert answer.code == 0
    assert str(target) in answer.out
    assert len(load_workbook(target, read_only=True).sheetnames) >= 4


def test_export_as_json(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    answer = cli("export", plan_once, "--to", tmp_path / "x.xlsx", "--json")
    assert answer.data == {"plan": str(plan_once), "file": str(tmp_path / "x.xlsx")}


def test_a_changed_plan_is_not_exported(cli: Cli, plan: Path, tmp_path: Path) -> None:
    edit(plan / "assignments" / "agency_sub_district.csv", "A0001,S0", "A0001,S9")
    assert cli("export", plan, "--to", tmp_path / "x.xlsx").code == 5
    assert not (tmp_path / "x.xlsx").exists()


def test_only_workbooks_are_exported(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    answer = cli("export", plan_once, "--to", tmp_path / "x.csv", "--lang", "zh")
    assert answer.code == 2
    assert ".xlsx" in answer.err


# compare in full, and sheets made by hand


def test_compare_writes_a_workbook_and_a_page(cli: Cli, plan_once: Path, plan: Path, tmp_path: Path) -> None:
    book, page = tmp_path / "对比.xlsx", tmp_path / "对比.html"
    answer = cli("compare", plan_once, plan, "--to", book, "--page", page, "--lang", "zh")
    assert answer.code == 0
    assert str(book) in answer.out
    assert str(page) in answer.out
    assert load_workbook(book, read_only=True).sheetnames == ["指标对比"]
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_compare_tells_every_fault_of_its_options(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    answer = cli("compare", plan_once, "--to", tmp_path / "x.csv", "--page", tmp_path / "x.pdf", "--json")
    assert answer.code == 2
    codes = [fault["code"] for fault in answer.data["faults"]]
    assert codes == ["compare.too_few", "command.ending", "command.ending"]


def test_a_changed_plan_is_not_compared(cli: Cli, plan_once: Path, plan: Path) -> None:
    edit(plan / "assignments" / "agency_sub_district.csv", "A0001,S0", "A0001,S9")
    answer = cli("compare", plan_once, plan, "--json")
    assert answer.code == 5
    assert [fault["code"] for fault in answer.data["faults"]] == ["verify.checksum"]


def test_a_workbook_that_was_exported_is_read_back_as_it_was(
    cli: Cli, plan_once: Path, tmp_path: Path
) -> None:
    book, folder = tmp_path / "安排表.xlsx", tmp_path / "imported"
    assert cli("export", plan_once, "--to", book).code == 0
    answer = cli("import", book, "--as", plan_once, "--out", folder, "--json")
    assert (answer.code, answer.data["verified"], answer.data["broken"]) == (0, True, [])
    assert (folder / "metrics.json").read_bytes() == (plan_once / "metrics.json").read_bytes()
    for file in sorted((plan_once / "assignments").iterdir()):
        assert (folder / "assignments" / file.name).read_bytes() == file.read_bytes()
    verified = cli("verify", folder, "--lang", "zh")
    assert verified.code == 0
    assert "手工排定" in verified.out
    assert "求解器" not in verified.out
    assert cli("show", folder).code == 0
    data = cli("compare", plan_once, folder, "--json").data
    assert data["statuses"][1] == "imported"
    assert all(stage["pairs"] == stage["same"] for stage in data["differences"][0]["stages"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_edited_sheet_is_compared_and_told_what_it_breaks(
    cli: Cli, plan_once: Path, tmp_path: Path, language: str
) -> None:
    rows = (plan_once / "assignments" / "agency_sub_district.csv").read_text("utf-8").splitlines()[1:]
    pairs = [row.split(",")[:2] for row in rows]
    # one agency twice
    pairs.append([pairs[0][0], next(target for _, target in pairs if target != pairs[0][1])])
    sheet = tmp_path / "单位联街道.csv"
    sheet.write_text("单位,街道\n" + "\n".join(map(",".join, pairs)) + "\n", "utf-8")
    answer = cli("compare", plan_once, sheet, "--lang", language)
    assert answer.code == 0
    assert ("违反硬性规则" if language == "zh" else "hard rules are broken") in answer.out
    data = cli("compare", plan_once, sheet, "--json").data
    finding = {
        "stage": "agency_sub_district", "rule": "agency_sub_district.sources", "source_id": pairs[0][0],
        "target_id": "", "found": 2.0, "required": 1.0, "unit": "partners",
    }  # fmt: skip
    assert finding in data["sheets"][0]["broken"]
    told = cli("import", sheet, "--as", plan_once, "--lang", language)
    assert told.code == 0
    assert pairs[0][0] not in told.out  # by name
    assert cli("compare", sheet, plan_once).code == 2
    page, book = tmp_path / "x.html", tmp_path / "x.xlsx"
    assert cli("compare", plan_once, sheet, "--page", page, "--to", book, "--lang", language).code == 0
    words = "违反硬性规则" if language == "zh" else "hard rules are broken"
    assert words in page.read_text("utf-8")
    cells = [cell for row in load_workbook(book).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert any(words in str(cell) for cell in cells)
