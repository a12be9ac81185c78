"""sweep: a table, a workbook with the curve, every plan."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Cli


@pytest.mark.parametrize(("language", "words"), [("zh", "权衡曲线"), ("en", "trade-off")])
def test_the_curve_is_written(cli: Cli, demo: Path, tmp_path: Path, language: str, words: str) -> None:
    out = tmp_path / "sweep"
    answer = cli(
        "sweep", demo / "scenario.yaml", "-o", out, "--vary", "objective.0.wishes=0,4",
        "--through", "agency_sub_district", "--lang", language,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert words in answer.out
    with (out / "sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["objective.0.wishes"] for row in rows] == ["0", "4"]
    assert all((out / "plans" / row["plan"] / "plan.json").is_file() for row in rows)
    book = load_workbook(out / "sweep.xlsx")
    chart = book.worksheets[1]
    assert len(chart._charts) == 1
    drawn = [(row[0], row[1]) for row in chart.iter_rows(min_row=2, max_col=2, values_only=True) if row[0]]
    assert set(drawn) <= {(float(row["x"]), float(row["y"])) for row in rows}
    assert cli("verify", out / "plans" / "1").code == 0


def test_a_wrong_grid_writes_nothing(cli: Cli, demo: Path, tmp_path: Path) -> None:
    answer = cli(
        "sweep", demo / "scenario.yaml", "-o", tmp_path / "o", "--vary", "objective.0.wishes", "--lang", "zh"
    )
    assert answer.code == 2
    assert "objective.0.wishes=0..10:2" in answer.err
    assert not (tmp_path / "o").exists()
