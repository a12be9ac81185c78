from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.commands.conftest import Cli

STAGE = "agency_sub_district"


@pytest.fixture(scope="module")
def pairs(plan_once: Path) -> list[dict[str, str]]:
    with (plan_once / "assignments" / f"{STAGE}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_source_is_explained(cli: Cli, plan_once: Path, pairs: list[dict[str, str]], language: str) -> None:
    source = pairs[0]["source_id"]
    answer = cli("explain", plan_once, source, "--lang", language, "--by-bound")
    assert (answer.code, answer.err) == (0, "")
    assert source in answer.out
    assert pairs[0]["target_id"] in answer.out


def test_why_not_is_answered(cli: Cli, plan_once: Path, pairs: list[dict[str, str]]) -> None:
    source, target = pairs[0]["source_id"], pairs[0]["target_id"]
    other = next(row["target_id"] for row in pairs if row["target_id"] != target)
    answer = cli("explain", plan_once, source, "--why-not", other, "--json")
    assert answer.code == 0
    (told,) = answer.data["why_not"]
    assert (told["source_id"], told["target_id"], told["stage"]) == (source, other, STAGE)
    assert told["verdict"] in ("possible", "impossible", "forbidden")
    words = cli("explain", plan_once, source, "--why-not", other, "--lang", "zh")
    assert "为什么不结" in words.out


def test_what_nobody_is_called_is_a_fault_with_close_names(cli: Cli, plan_once: Path) -> None:
    answer = cli("explain", plan_once, "A00001", "--json")
    assert answer.code == 2
    (fault,) = answer.data["faults"]
    assert fault["code"] == "explain.unknown_id"
    assert "A0001" in fault["details"]["near"]


def test_a_pair_has_no_why_not(cli: Cli, plan_once: Path, pairs: list[dict[str, str]]) -> None:
    pair = f"{pairs[0]['source_id']}+{pairs[0]['target_id']}"
    answer = cli("explain", plan_once, pair, "--stage", STAGE, "--why-not", "S01", "--json")
    assert answer.code == 2
    assert answer.data["faults"][0]["code"] == "explain.not_a_pair"


def test_a_stage_that_there_is_not(cli: Cli, plan_once: Path) -> None:
    answer = cli("explain", plan_once, "A0001", "--stage", "nowhere", "--json")
    assert answer.code == 2
    assert answer.data["faults"][0]["code"] == "question.no_stage"


def test_a_plan_that_was_changed_is_refused(cli: Cli, plan: Path) -> None:
    path = plan / "assignments" / f"{STAGE}.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    answer = cli("explain", plan, "A0001", "--json")
    assert answer.code == 5
