"""The command: what it answers, its exit codes, and that what it proposes can be copied into a scenario."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Cli

PINS = (
    "stage,action,source_id,target_id,reason\n"
    "agency_sub_district,pin,A0001,S01,工作需要\nagency_sub_district,forbid,A0001,S01,回避\n"
)


@pytest.fixture
def conflicting(demo: Path) -> Path:
    """The quick scenario of a single stage, with two rows of the pins sheet that contradict."""
    (demo / "data" / "pins.csv").write_text(PINS, "utf-8")
    return demo / "small.yaml"


def test_a_scenario_with_a_plan(cli: Cli, demo: Path) -> None:
    answer = cli("diagnose", demo / "small.yaml", "--lang", "zh")
    assert answer.code == 0
    assert "有可行方案" in answer.out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_of_the_sheet_are_named_by_their_number(cli: Cli, conflicting: Path, language: str) -> None:
    answer = cli("diagnose", conflicting, "--lang", language)
    assert (answer.code, answer.err) == (3, "")
    for row in (2, 3):
        assert (f"第 {row} 行" if language == "zh" else f"row {row}") in answer.out


def test_each_repair_can_be_copied_into_a_scenario(cli: Cli, conflicting: Path) -> None:
    data = cli("diagnose", conflicting, "--json").data
    assert (data["status"], data["finished"]) == ("infeasible", True)
    (stage,) = data["stages"]
    (conflict,) = stage["conflicts"]
    assert [each["demands"] for each in conflict["instances"]] == [False, True]
    assert len(data["repairs"]) >= 2
    for number, repair in enumerate(data["repairs"]):
        mended = conflicting.with_name(f"mended{number}.yaml")
        lines = "".join(f"  - {json.dumps(change, ensure_ascii=False)}\n" for change in repair["changes"])
        mended.write_text(f"extends: {conflicting.name}\nchanges:\n{lines}", "utf-8")
        plan = conflicting.with_name(f"plan{number}")
        assert cli("solve", mended, "--out", plan, "--quiet").code == 0


def test_solve_says_why_by_itself(cli: Cli, conflicting: Path) -> None:
    answer = cli("solve", conflicting, "--out", conflicting.with_name("plan"), "--lang", "zh")
    assert answer.code == 3
    assert "冲突 1" in answer.err
    assert '- {"drop_pin":' in answer.err
    data = cli("solve", conflicting, "--out", conflicting.with_name("plan"), "--json").data
    assert data["faults"][0]["code"] == "solve.contradiction"
    assert data["diagnosis"]["stages"][0]["conflicts"][0]["minimal"] is True


def test_faults_of_the_data_come_first(cli: Cli, conflicting: Path) -> None:
    pins = conflicting.parent / "data" / "pins.csv"
    pins.write_text(PINS.replace("S01", "S77"), "utf-8")
    assert cli("diagnose", conflicting, "--json").code == 2
