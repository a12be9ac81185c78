"""price: a table for the office alone."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Cli


@pytest.mark.parametrize(("language", "mark"), [("zh", "内部测算"), ("en", "internal calculation")])
def test_prices_are_marked_as_internal(
    cli: Cli, plan_once: Path, tmp_path: Path, language: str, mark: str
) -> None:
    sheet = tmp_path / "prices.xlsx"
    answer = cli("price", plan_once, "--most", 2, "--to", sheet, "--lang", language)
    assert answer.code == 0, answer.err
    assert mark in answer.out
    book = load_workbook(sheet)
    title = str(book.worksheets[0]["A1"].value) + str(book.worksheets[0]["A2"].value)
    assert mark in title
    assert mark in book.sheetnames[0]
    assert sheet.stat().st_mode & 0o077 == 0


def test_prices_as_data(cli: Cli, plan_once: Path) -> None:
    data = cli("price", plan_once, "--kind", "rule", "--most", 1, "--json").data
    assert data["stage"] == "agency_sub_district"
    assert {one["kind"] for one in data["prices"]} == {"rule"}


def test_exports_know_no_prices(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    assert cli("export", plan_once, "--to", tmp_path / "plan.xlsx").code == 0
    for sheet in load_workbook(tmp_path / "plan.xlsx", read_only=True).worksheets:
        assert not any("测算" in str(cell) for row in sheet.values for cell in row if cell)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stage", "nowhere"], "nowhere"),
        (["--to", "prices.csv"], "prices.csv"),
        (["--kind", "colour"], "colour"),
    ],
)
def test_wrong_questions(cli: Cli, plan_once: Path, arguments: list[str], words: str) -> None:
    answer = cli("price", plan_once, *arguments)
    assert answer.code == 2
    assert words in answer.err


@pytest.mark.parametrize("command", ["price", "alternatives"])
def test_a_changed_plan_is_refused_as_elsewhere(
    cli: Cli, plan_once: Path, tmp_path: Path, command: str
) -> None:
    changed = tmp_path / "plan"
    copytree(plan_once, changed)
    (changed / "metrics.json").write_text("{}", "utf-8")
    answer = cli(command, changed)
    assert answer.code == 5
    assert "metrics.json" in answer.err
