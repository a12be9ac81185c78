from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

import matchmaker.commands.session as session_module
from tests.commands.conftest import SCALE, Cli


def assignments(plan: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((plan / "assignments").iterdir())}


def beside(demo: Path) -> set[str]:
    """Names in the demonstration's folder that a run has put there."""
    own = {"data", "data.xlsx", ".matchmaker-demo.json", "README.md"}
    return {path.name for path in demo.iterdir() if path.name not in own and path.suffix != ".yaml"}


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "方案已核验并写入"), ("en", "Plan verified and written")]
)
def test_writes_a_plan_and_sums_it_up(cli: Cli, demo: Path, language: str, words: str) -> None:
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--lang", language)
    assert answer.code == 0, answer.err
    assert words in answer.out
    assert str(demo / "plan") in answer.out
    assert "37" in answer.out
    assert answer.err == ""  # progress is for terminals
    manifest = json.loads((demo / "plan" / "plan.json").read_text("utf-8"))
    assert manifest["verified"] is True
    assert set(assignments(demo / "plan")) == {"agency_sub_district.csv"}
    assert beside(demo) == {"plan"}  # neither lock nor checkpoints stay


def test_json_is_all_there_is_on_stdout(cli: Cli, demo: Path) -> None:
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--json")
    assert answer.data["plan"] == str(demo / "plan")
    assert answer.data["status"] == "optimal"
    level = answer.data["stages"][0]["levels"][0]
    assert level["bound"] == level["value"] > 0


def test_quiet_is_silent_and_the_same_again(cli: Cli, demo: Path) -> None:
    for name in ("one", "two"):
        answer = cli("solve", demo / "small.yaml", "--out", demo / name, "--quiet")
        assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert assignments(demo / "one") == assignments(demo / "two")


def test_an_earlier_plan_is_replaced(cli: Cli, demo: Path) -> None:
    for _ in range(2):
        assert cli("solve", demo / "small.yaml", "--out", demo / "plan", "--quiet").code == 0
    assert cli("verify", demo / "plan", "--quiet").code == 0


def test_workbook_and_csv_give_the_same_plan(cli: Cli, demo: Path, plan_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workbook"
    assert cli("demo", "longgang", folder, "--scale", SCALE, "--format", "xlsx", "--quiet").code == 0
    answer = cli("solve", folder / "scenario.yaml", "--out", folder / "plan", "--quiet")
    assert answer.code == 0, answer.err
    assert assignments(folder / "plan") == assignments(plan_once)
    assert {path.name for path in (folder / "plan" / "assignments").iterdir()} == {
        f"{stage}.csv"
        for stage in (
            *("agency_sub_district", "branch_grid", "member_building", "grid_head", "building_head"),
            *("field_community", "fill_field", "fill_resident", "need_claim", "backstop"),
        )
    }


def test_real_names_can_be_solved(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    assert cli("demo", "longgang", folder, "--scale", SCALE, "--real-names", "--quiet").code == 0
    answer = cli("solve", folder / "scenario.yaml", "--out", folder / "plan", "--quiet")
    assert answer.code == 0, answer.err
    assert cli("verify", folder / "plan", "--quiet").code == 0


def test_contradictory_pins_are_infeasible_and_write_nothing(cli: Cli, demo: Path) -> None:
    (demo / "data" / "pins.csv").write_text(
        "stage,action,source_id,target_id,reason\n"
        "agency_sub_district,pin,A0001,S01,工作需要\nagency_sub_district,forbid,A0001,S01,回避\n",
        "utf-8",
    )
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--lang", "zh")
    assert answer.code == 3
    assert "已证明没有可行方案" in answer.err
    assert "A0001" in answer.err
    assert beside(demo) == set()


def test_no_time_for_a_plan_is_no_proof(cli: Cli, demo: Path) -> None:
    (demo / "hurried.yaml").write_text("extends: scenario.yaml\nlimits: {seconds: 0.001}\n", "utf-8")
    answer = cli("solve", demo / "hurried.yaml", "--out", demo / "plan", "--json")
    assert answer.code == 4
    assert [fault["code"] for fault in answer.data["faults"]] == ["solve.no_plan"]
    assert not (demo / "plan").exists()


def test_a_folder_with_other_things_is_refused_before_solving(cli: Cli, demo: Path) -> None:
    (demo / "mine").mkdir()
    (demo / "mine" / "letter.txt").write_text("x", "utf-8")
    answer = cli("solve", demo / "small.yaml", "--out", demo / "mine", "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == ["plan.folder_in_use"]
    assert [path.name for path in (demo / "mine").iterdir()] == ["letter.txt"]


def test_a_second_run_on_the_same_folder_is_refused(cli: Cli, demo: Path) -> None:
    lock = demo / ".plan.lock"
    lock.write_text(f"{os.getppid()} {socket.gethostname()}\n", "utf-8")
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--lang", "zh")
    assert answer.code == 2
    assert str(lock) in answer.err
    assert lock.exists()
    assert not (demo / "plan").exists()


def test_the_program_s_own_fault_is_one_line_and_a_report_without_values(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matchmaker.outcome

    def broken(*_: object) -> None:
        raise KeyError("张三 13800000000")

    monkeypatch.setattr("matchmaker.pipeline.unassigned_table", broken)
    assert matchmaker.outcome.unassigned_table is not broken
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--lang", "zh")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "程序出错（KeyError）" in answer.err
    assert "Traceback" not in answer.err
    (report,) = demo.glob("matchmaker-fault-*.txt")
    assert str(report) in answer.err
    words = report.read_text("utf-8")
    assert "KeyError" in words
    assert "matchmaker/pipeline.py:" in words
    assert "张三" not in words
    assert "13800000000" not in words
    assert not (demo / "plan").exists()
    assert not (demo / ".plan.lock").exists()


def test_a_plan_that_its_check_does_not_confirm_is_never_written(
    cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from matchmaker.errors import Fault, Place

    module = sys.modules["matchmaker.verify"]
    monkeypatch.setattr(
        module,
        "verify_plan",
        lambda plan, each: module.Verification(
            (Fault("verify.metrics", Place(file="metrics.json")),), (), 0, 0
        ),
    )
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--json")
    assert answer.code == 1
    assert answer.data["program_fault"] == "PlanNotConfirmedError"
    (report,) = demo.glob("matchmaker-fault-*.txt")
    assert "verify.metrics metrics.json" in report.read_text("utf-8")
    assert not (demo / "plan").exists()


def test_a_full_disk_is_the_user_s_to_mend(cli: Cli, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "plan.json")

    monkeypatch.setattr("matchmaker.plan_folder._write_files", full)
    assert cli("solve", demo / "small.yaml", "--out", demo / "plan", "--quiet").code == 2
    assert beside(demo) == {".plan.checkpoints"}  # what is done is kept
    monkeypatch.undo()
    assert cli("solve", demo / "small.yaml", "--out", demo / "plan", "--quiet").code == 0
    assert beside(demo) == {"plan"}


def test_exit_codes_are_the_agreed_ones() -> None:
    assert (session_module.EXIT_PROGRAM_FAULT, session_module.EXIT_INTERRUPTED) == (1, 130)


def test_a_plan_to_begin_with(cli: Cli, demo: Path) -> None:
    assert cli("solve", demo / "small.yaml", "--out", demo / "one", "--quiet").code == 0
    answer = cli("solve", demo / "small.yaml", "--out", demo / "two", "--warm", demo / "one", "--json")
    assert answer.code == 0, answer.err
    assert assignments(demo / "two") == assignments(demo / "one")
    warm = json.loads((demo / "two" / "plan.json").read_text("utf-8"))["warm"]
    assert (warm["name"], warm["year"]) == ("小例", 2027)
    assert cli("verify", demo / "two", "--quiet").code == 0
    assert json.loads((demo / "one" / "plan.json").read_text("utf-8"))["warm"] == {}


def test_a_plan_may_begin_with_the_one_it_replaces(cli: Cli, demo: Path) -> None:
    for more in ((), ("--warm", demo / "plan")):
        assert cli("solve", demo / "small.yaml", "--out", demo / "plan", "--quiet", *more).code == 0
    assert json.loads((demo / "plan" / "plan.json").read_text("utf-8"))["warm"]["name"] == "小例"
    assert beside(demo) == {"plan"}


@pytest.mark.parametrize("folder", ["data", "nowhere"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_folder_that_is_no_plan_is_no_beginning(cli: Cli, demo: Path, folder: str, language: str) -> None:
    given = ("solve", demo / "small.yaml", "--out", demo / "plan", "--warm", demo / folder)
    answer = cli(*given, "--lang", language)
    assert answer.code == 2
    assert str(demo / folder) in answer.err
    assert [fault["code"] for fault in cli(*given, "--json").data["faults"]] == ["plan.not_a_plan"]
    assert not (demo / "plan").exists()


def test_a_damaged_plan_is_no_beginning(cli: Cli, demo: Path) -> None:
    assert cli("solve", demo / "small.yaml", "--out", demo / "one", "--quiet").code == 0
    (demo / "one" / "assignments" / "agency_sub_district.csv").unlink()
    answer = cli("solve", demo / "small.yaml", "--out", demo / "plan", "--warm", demo / "one", "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == ["plan.damaged"]


def test_conditions_that_fit_no_row_are_warned_of(cli: Cli, demo: Path, tmp_path: Path) -> None:
    rule = "{id: away, kind: forbid, stage: agency_sub_district, where: {source: {agency_type: 政法}}}"
    (demo / "slip.yaml").write_text(f"extends: small.yaml\nchanges:\n  - add_rule: {rule}\n", "utf-8")
    for command in (["check"], ["solve", "--out", tmp_path / "plan"]):
        answer = cli(command[0], demo / "slip.yaml", *command[1:], "--lang", "zh")
        assert answer.code == 0
        assert "第 3 行 rules.away.where.source.agency_type：条件所写的“政法”" in answer.out
        assert "相近的有：justice" in answer.out
    data = cli("solve", demo / "slip.yaml", "--out", tmp_path / "plan", "--json").data
    assert [note["code"] for note in data["warnings"]] == ["rule.warning.no_such_value"]
