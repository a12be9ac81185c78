"""alternatives: a table, and sheets of pairs that compare and import take."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Cli


@pytest.mark.parametrize(("language", "words"), [("zh", "方案 1 的变动"), ("en", "Moves of plan 1")])
def test_alternatives_are_written_and_imported(
    cli: Cli, plan_once: Path, tmp_path: Path, language: str, words: str
) -> None:
    out = tmp_path / "others"
    answer = cli("alternatives", plan_once, "--count", 2, "--apart", 3, "-o", out, "--lang", language)
    assert answer.code == 0, answer.err
    assert words in answer.out
    assert sorted(path.name for path in out.iterdir()) == ["1.csv", "2.csv", "alternatives.xlsx"]
    assert len(load_workbook(out / "alternatives.xlsx").sheetnames) == 3
    data = cli("alternatives", plan_once, "--count", 1, "--apart", 3, "--json").data
    compared = cli("compare", plan_once, out / "1.csv", "--json")
    assert compared.code == 0, compared.err
    stage = compared.data["differences"][0]["stages"][0]
    assert len(stage["moves"]) == len(data["alternatives"][0]["moves"])


def test_faults_come_first(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    assert cli("alternatives", plan_once, "-o", tmp_path).code == 2
    assert cli("alternatives", plan_once, "--stage", "nowhere").code == 2
    assert cli("alternatives", plan_once, "--apart", 0).code == 2
