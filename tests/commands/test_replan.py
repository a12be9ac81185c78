"""replan: the command, its words in both languages, its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.plan_folder import read_plan
from tests.commands.conftest import Cli
from tests.conftest import SolvedYear
from tests.replan.sheets import row, sheet


def somebody(year: SolvedYear) -> str:
    return str(year.plan.assignments["member_building"]["source_id"].iloc[0])


@pytest.mark.parametrize(("language", "words"), [("zh", "变动 1 项"), ("en", "1 changes")])
def test_a_plan_after_a_change(cli: Cli, year: SolvedYear, tmp_path: Path, language: str, words: str) -> None:
    written, out = sheet(tmp_path, row("退休", somebody(year))), tmp_path / "after"
    answer = cli("replan", year.plan_folder, "--changes", written, "-o", out, "--lang", language)
    assert answer.code == 0, answer.err
    assert words in answer.out
    assert cli("verify", out, "--quiet").code == 0
    assert somebody(year) not in set(read_plan(out).assignments["member_building"]["source_id"])


def test_as_data(cli: Cli, year: SolvedYear, tmp_path: Path) -> None:
    written, out = sheet(tmp_path, row("退休", somebody(year))), tmp_path / "after"
    answer = cli("replan", year.plan_folder, "--changes", written, "-o", out, "--curve", "--json")
    assert (answer.data["changes"], answer.data["used"], answer.data["uncovered"]) == (1, 0, 0)
    assert {one["before"] for one in answer.data["takeovers"]} == {somebody(year)}
    assert answer.data["curve"]
    assert all(point["budget"] in (0, 1, 2, 5, 10) for point in answer.data["curve"])


def test_every_fault_is_told_and_nothing_written(cli: Cli, year: SolvedYear, tmp_path: Path) -> None:
    branch = str(year.plan.dataset.frame("branches")["branch_id"].iloc[0])
    written = sheet(
        tmp_path,
        row("退休"),
        row("新进", 去向=branch),
        row("新进", 新名称="示例新人", 去向="B9999"),
        row("合并", branch, "支部"),
        row("拆分", branch, "支部"),
    )
    out = tmp_path / "after"
    answer = cli("replan", year.plan_folder, "--changes", written, "-o", out, "--json")
    assert answer.code == 2
    codes = {fault["code"] for fault in answer.data["faults"]}
    assert codes == {
        *("replan.no_party", "replan.no_name", "replan.unknown_into", "replan.no_successor"),
        *("replan.split_into", "replan.twice"),
    }
    assert not out.exists()


def test_somebody_unknown_is_a_fault_with_its_cell(cli: Cli, year: SolvedYear, tmp_path: Path) -> None:
    written = sheet(tmp_path, row("退休", "M99999"))
    answer = cli("replan", year.plan_folder, "--changes", written, "-o", tmp_path / "after", "--lang", "zh")
    assert answer.code == 2
    assert "M99999" in answer.err
    assert "D2" in answer.err


def test_the_plan_itself_is_no_place_for_the_new_one(cli: Cli, year: SolvedYear, tmp_path: Path) -> None:
    written = sheet(tmp_path, row("退休", somebody(year)))
    answer = cli("replan", year.plan_folder, "--changes", written, "-o", year.plan_folder)
    assert answer.code == 2
