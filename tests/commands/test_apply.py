"""apply: objections after public notice become a correction, and nothing else changes."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from matchmaker.plan_folder import read_plan
from matchmaker.scheme.scenario import load_scenario
from tests.commands.conftest import Cli

STAGE, LAST = "agency_sub_district", "member_building"
COLUMNS = (
    "objection_id", "stage", "party_kind", "party_id", "source_id", "target_id", "wanted_id", "reason",
    "decision",
)  # fmt: skip

Row = Sequence[str]


def sheet(folder: Path, *rows: Row) -> Path:
    path = folder / "objections.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def pairs(folder: Path, stage: str = STAGE) -> dict[str, str]:
    assignment = read_plan(folder).assignment(stage)
    return dict(zip(assignment.source_ids, assignment.target_ids, strict=True))


def row(
    number: str, plan: Mapping[str, str], source: str, decision: str = "accepted", wanted: str = ""
) -> Row:
    return (number, STAGE, "agency", source, source, plan[source], wanted, "模拟数据", decision)


@pytest.fixture
def small_plan(cli: Cli, demo: Path, tmp_path: Path) -> Path:
    """One stage, published."""
    folder = tmp_path / "small"
    assert cli("solve", demo / "small.yaml", "--out", folder, "--quiet").code == 0
    assert cli("publish", folder, "--signed-off", "区委组织部", "--quiet").code == 0
    return folder


def test_from_notice_to_correction_and_back(cli: Cli, small_plan: Path, tmp_path: Path) -> None:
    before = pairs(small_plan)
    first, second, third = list(before)[:3]
    other = next(target for target in before.values() if target != before[first])
    written = sheet(
        tmp_path,
        row("Y1", before, first, wanted=other),
        row("Y2", before, second, "rejected"),
        row("Y3", before, third, ""),
    )
    folder, out = tmp_path / "correction", tmp_path / "corrected"
    answer = cli("apply", small_plan, written, "-o", folder, "--lang", "zh")
    assert answer.code == 0, answer.err
    assert "Y1 采纳" in answer.out
    assert "Y2 不采纳" in answer.out
    assert "Y3 待定" in answer.out
    assert cli("solve", folder / "scenario.yaml", "--out", out, "--quiet").code == 0
    after = pairs(out)
    assert after[first] == other
    changed = [source for source in before if before[source] != after[source]]
    assert len(changed) <= 2  # the one objected to, and one that gives its place at most
    plan_before = json.loads((small_plan / "plan.json").read_text("utf-8"))
    shutil.move(small_plan, tmp_path / "elsewhere")
    assert cli("verify", out).code == 0
    data = cli("publish", out, "--signed-off", "区委组织部", "--json").data
    assert data["parent"]["name"] == plan_before["name"]
    assert data["objections"] == ["Y1", "Y2"]


def test_a_correction_is_corrected_and_next_year_knows_nothing_of_it(
    cli: Cli, small_plan: Path, tmp_path: Path
) -> None:
    plan = small_plan
    for number in (1, 2):
        before = pairs(plan)
        folder, out = tmp_path / f"correction{number}", tmp_path / f"corrected{number}"
        assert (
            cli(
                "apply", plan, sheet(tmp_path, row(f"Y{number}", before, list(before)[number])), "-o", folder
            ).code
            == 0
        )
        assert cli("solve", folder / "scenario.yaml", "--out", out, "--quiet").code == 0
        assert pairs(out)[list(before)[number]] != before[list(before)[number]]
        plan = out
    rules = [rule.id for rule in read_plan(plan).scenario.scheme.rules]
    assert rules == ["fit", "forbid_1", f"baseline_{STAGE}", "forbid_2"]
    assert cli("rotate", plan, "-o", tmp_path / "next", "--quiet").code == 0
    scenario = load_scenario(tmp_path / "next" / "scenario.yaml")
    assert not [rule.id for rule in scenario.scheme.rules if rule.id.startswith("baseline")]
    assert not (tmp_path / "next" / "data" / "objections.csv").exists()
    assert not (tmp_path / "next" / "data" / "baseline.csv").exists()


def test_only_what_must_changes_in_later_stages(cli: Cli, plan: Path, tmp_path: Path) -> None:
    member, building = next(iter(pairs(plan, LAST).items()))
    written = sheet(
        tmp_path, ("Y1", "党员联楼栋", "member", member, member, building, "", "模拟数据", "采纳")
    )
    folder, out = tmp_path / "correction", tmp_path / "corrected"
    assert cli("apply", plan, written, "-o", folder, "--quiet").code == 0
    assert cli("solve", folder / "scenario.yaml", "--out", out, "--quiet").code == 0
    stages = cli("compare", plan, out, "--json").data["differences"][0]["stages"]
    moved = {stage["stage"]: len(stage["moves"]) for stage in stages}
    assert moved[STAGE] == moved["branch_grid"] == 0
    assert 1 <= moved[LAST] <= 2
    assert pairs(out, LAST)[member] != building
    # without a published plan to correct there is no parent
    assert cli("publish", out, "--signed-off", "区委组织部", "--json").data["parent"] is None


def test_all_that_is_wrong_is_told_together(cli: Cli, small_plan: Path, tmp_path: Path) -> None:
    before = pairs(small_plan)
    first, second, third = list(before)[:3]
    there, away = before[first], next(target for target in before.values() if target != before[first])
    written = sheet(
        tmp_path,
        row("Y1", before, first, wanted=there),
        row("Y2", before, second, wanted="S99"),
        ("Y3", "没有的关系", "agency", third, third, before[third], "", "模拟数据", "accepted"),
        ("Y4", STAGE, "agency", first, first, away, "", "模拟数据", "rejected"),
        ("Y5", STAGE, "agency", "A9999", first, there, "", "模拟数据", "accepted"),
    )
    answer = cli("apply", small_plan, written, "-o", tmp_path / "new", "--json")
    assert answer.code == 2
    codes = [fault["code"] for fault in answer.data["faults"]]
    assert sorted(codes) == [
        "apply.contradiction",
        "apply.not_in_plan",
        "apply.unknown_id",
        "apply.unknown_id",
        "apply.unknown_stage",
    ]
    assert not (tmp_path / "new").exists()


def test_two_wants_of_one_source_contradict(cli: Cli, small_plan: Path, tmp_path: Path) -> None:
    before = pairs(small_plan)
    first = next(iter(before))
    others = sorted({target for target in before.values() if target != before[first]})
    rows = [row(f"Y{number}", before, first, wanted=target) for number, target in enumerate(others[:2])]
    if len(rows) < 2:
        rows = [rows[0], row("Y9", before, first, wanted=before[first])]
    answer = cli("apply", small_plan, sheet(tmp_path, *rows), "-o", tmp_path / "new", "--json")
    assert answer.code == 2
    assert {fault["code"] for fault in answer.data["faults"]} & {"apply.too_many", "apply.contradiction"}


def test_what_hard_rules_say_for_certain(cli: Cli, demo: Path, tmp_path: Path) -> None:
    free = tmp_path / "free"
    assert cli("solve", demo / "small.yaml", "--out", free, "--quiet").code == 0
    before = pairs(free)
    held, barred = list(before)[:2]
    away = next(target for target in before.values() if target != before[barred])
    changes = [
        {"pin": {"stage": STAGE, "source": held, "target": before[held]}},
        {"forbid": {"stage": STAGE, "source": barred, "target": away}},
    ]
    (demo / "bound.yaml").write_text(json.dumps({"extends": "small.yaml", "changes": changes}), "utf-8")
    bound = tmp_path / "bound"
    assert cli("solve", demo / "bound.yaml", "--out", bound, "--quiet").code == 0
    before = pairs(bound)
    written = sheet(tmp_path, row("Y1", before, held), row("Y2", before, barred, wanted=away))
    answer = cli("apply", bound, written, "-o", tmp_path / "new", "--json")
    assert answer.code == 2
    assert sorted(fault["code"] for fault in answer.data["faults"]) == ["apply.excluded", "apply.held"]


@pytest.mark.parametrize(
    ("decision", "code"), [("rejected", "apply.none_accepted"), ("", "apply.none_accepted")]
)
def test_nothing_to_correct(cli: Cli, small_plan: Path, tmp_path: Path, decision: str, code: str) -> None:
    before = pairs(small_plan)
    written = sheet(tmp_path, row("Y1", before, next(iter(before)), decision))
    answer = cli("apply", small_plan, written, "-o", tmp_path / "new", "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == [code]
    used = tmp_path / "used"
    used.mkdir()
    (used / "mine.txt").write_text("x", "utf-8")
    assert cli("apply", small_plan, written, "-o", used).code == 2
    assert [path.name for path in used.iterdir()] == ["mine.txt"]
