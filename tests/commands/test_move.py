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


def elsewhere(pairs: list[dict[str, str]], row: dict[str, str]) -> str:
    return next(other["target_id"] for other in pairs if other["target_id"] != row["target_id"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_verdict_names_who_moves(
    cli: Cli, plan_once: Path, pairs: list[dict[str, str]], language: str
) -> None:
    source, target = pairs[0]["source_id"], elsewhere(pairs, pairs[0])
    answer = cli("move", plan_once, source, target, "--lang", language)
    assert (answer.code, answer.err) == (0, "")
    assert source in answer.out
    assert target in answer.out


def test_edits_that_are_possible_become_a_scenario(
    cli: Cli, plan_once: Path, pairs: list[dict[str, str]], tmp_path: Path
) -> None:
    for number, row in enumerate(pairs):
        target, folder = elsewhere(pairs, row), tmp_path / str(number)
        answer = cli("move", plan_once, row["source_id"], target, "-o", folder, "--json")
        if answer.code == 3:
            assert not folder.exists()
            continue
        assert answer.code == 0
        assert answer.data["possible"]
        solved = cli("solve", folder / "scenario.yaml", "--out", tmp_path / "plan", "--stage", STAGE,
                     "--given", plan_once, "--quiet")  # fmt: skip
        assert solved.code == 0, solved.err
        with (tmp_path / "plan" / "assignments" / f"{STAGE}.csv").open(encoding="utf-8") as file:
            anew = {(one["source_id"], one["target_id"]) for one in csv.DictReader(file)}
        assert (row["source_id"], target) in anew
        return
    pytest.fail("no edit was possible")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["A0001"], "move.odd"),
        (["A0001", "nowhere"], "explain.unknown_id"),
        (["A0001", "B0001"], "explain.unknown_id"),
    ],
)
def test_what_is_no_pair_of_a_stage_is_a_fault(
    cli: Cli, plan_once: Path, words: list[str], code: str
) -> None:
    answer = cli("move", plan_once, *words, "--stage", STAGE, "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == [code]


def test_pairs_of_no_common_stage(cli: Cli, plan_once: Path) -> None:
    answer = cli("move", plan_once, "A0001", "G0001", "--json")
    assert answer.code == 2
    assert answer.data["faults"][0]["code"] == "move.no_stage"


def test_a_folder_in_use_is_refused(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("x", "utf-8")
    answer = cli("move", plan_once, "A0001", "S01", "-o", tmp_path, "--json")
    assert answer.code == 2
    assert answer.data["faults"][0]["code"] == "apply.folder_in_use"
