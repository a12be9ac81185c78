"""rotate: next year's folder from the plans of the years before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matchmaker.plan_folder import read_plan
from matchmaker.tables import read_dataset
from tests.commands.conftest import Cli


@pytest.mark.parametrize(("language", "words"), [("zh", "必须调整"), ("en", "must change")])
def test_next_year_can_be_checked_at_once(
    cli: Cli, plan_once: Path, tmp_path: Path, language: str, words: str
) -> None:
    folder = tmp_path / "2028"
    answer = cli("rotate", plan_once, "-o", folder, "--lang", language)
    assert answer.code == 0
    assert words in answer.out
    assert cli("check", folder / "scenario.yaml").code == 0
    data = read_dataset(folder / "data").dataset
    assert not data.has("wishes")
    before = read_plan(plan_once)
    assert data.frame("agencies").equals(before.dataset.frame("agencies"))
    book = load_workbook(folder / "rotation.xlsx", read_only=True)
    assert len(book.sheetnames) >= 3


def test_every_pair_of_last_year_has_a_verdict(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    data = cli("rotate", plan_once, "-o", tmp_path / "next", "--json").data
    plan = read_plan(plan_once)
    assert data["year"] == plan.scenario.year + 1
    for stage, counts in data["stages"].items():
        assert sum(counts.values()) == len(plan.assignment(stage)), stage


def test_what_must_change_does_and_years_go_on(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "next", tmp_path / "plan"
    assert cli("rotate", plan_once, "-o", folder, "--quiet").code == 0
    assert cli("solve", folder / "scenario.yaml", "--out", out, "--quiet").code == 0
    stage = "agency_sub_district"
    before, after = (read_plan(one).assignment(stage) for one in (plan_once, out))
    same = set(zip(before.source_ids, before.target_ids, strict=True)) & set(
        zip(after.source_ids, after.target_ids, strict=True)
    )
    history = read_plan(out).dataset.frame("history")
    rows = history[history["relation"] == stage].groupby(["source_id", "target_id"])["year"].nunique()
    assert all(rows.get(pair, 0) < 3 for pair in same)


def test_wrong_years_and_folders_are_told_together(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    copy, used = tmp_path / "copy", tmp_path / "used"
    shutil.copytree(plan_once, copy)
    used.mkdir()
    (used / "mine.txt").write_text("x", "utf-8")
    year = json.loads((plan_once / "plan.json").read_text("utf-8"))["year"]
    answer = cli("rotate", plan_once, copy, "-o", used, "--year", str(year), "--json")
    assert answer.code == 2
    codes = {fault["code"] for fault in answer.data["faults"]}
    assert codes == {"rotate.same_year", "rotate.not_later", "rotate.folder_in_use"}
    assert [path.name for path in used.iterdir()] == ["mine.txt"]


def test_a_plan_edited_by_hand_is_no_history(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(plan_once, copy)
    path = copy / "assignments" / "agency_sub_district.csv"
    path.chmod(0o600)
    path.write_text(path.read_text("utf-8").replace("S01", "S02", 1), "utf-8")
    answer = cli("rotate", copy, "-o", tmp_path / "next", "--json")
    assert answer.code == 2
    (fault,) = answer.data["faults"]
    assert (fault["code"], Path(fault["file"]).name) == ("verify.checksum", path.name)
    assert not (tmp_path / "next").exists()


def test_what_is_no_plan_is_refused(cli: Cli, tmp_path: Path) -> None:
    answer = cli("rotate", tmp_path, "-o", tmp_path / "next")
    assert answer.code == 2
    assert not (tmp_path / "next").exists()


def test_records_of_the_year_stay_behind(cli: Cli, demo: Path, tmp_path: Path) -> None:
    """They are about that year's roster; the scores tell of them."""
    member = (demo / "data/members.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    community = (demo / "data/communities.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    points = f"date,member_id,community_id,points\n2027-03-01,{member},{community},2\n"
    (demo / "data/points.csv").write_text(points, "utf-8")
    plan, folder = tmp_path / "plan", tmp_path / "next"
    assert cli("solve", demo / "small.yaml", "--out", plan, "--quiet").code == 0
    assert read_plan(plan).dataset.has("points")
    assert cli("rotate", plan, "-o", folder, "--quiet").code == 0
    assert not read_dataset(folder / "data").dataset.has("points")
