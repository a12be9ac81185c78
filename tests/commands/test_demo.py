from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from tests.commands.conftest import SCALE, Cli


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(("language", "words"), [("zh", "模拟数据"), ("en", "generated data")])
def test_says_what_it_wrote_and_what_comes_next(cli: Cli, tmp_path: Path, language: str, words: str) -> None:
    folder = tmp_path / "示例"
    answer = cli("demo", "longgang", folder, "--scale", SCALE, "--lang", language)
    assert answer.code == 0
    assert words in answer.out
    assert f"matchmaker solve {folder / 'scenario.yaml'}" in answer.out
    assert {"scenario.yaml", "scheme.yaml", "README.md", "data"} <= {path.name for path in folder.iterdir()}
    readme = (folder / "README.md").read_text("utf-8")
    assert "模拟数据" in readme
    assert "generated" in readme
    header = (folder / "data" / "agencies.csv").read_text("utf-8").splitlines()[0]
    assert header.startswith("agency_id,")


def test_json_counts_rows_and_files(cli: Cli, tmp_path: Path) -> None:
    answer = cli("demo", "longgang", tmp_path / "d", "--scale", SCALE, "--json")
    assert answer.data["rows"]["sub_districts"] == 2
    assert "data/agencies.csv" in answer.data["files"]


def test_seed_decides_the_data(cli: Cli, demo_once: Path, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        folder = tmp_path / str(seed)
        assert cli("demo", "longgang", folder, "--scale", SCALE, "--seed", seed).code == 0
        ours, theirs = ((each / "data" / "agencies.csv").read_bytes() for each in (folder, demo_once))
        assert (ours == theirs) is same


def test_workbook_has_chinese_headers_and_the_notice(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert cli("demo", "longgang", folder, "--scale", SCALE, "--format", "xlsx").code == 0
    assert yaml.safe_load((folder / "scenario.yaml").read_text("utf-8"))["data"] == "data.xlsx"
    assert not (folder / "data").exists()
    book = load_workbook(folder / "data.xlsx", read_only=True)
    for name in book.sheetnames:
        assert next(book[name].iter_rows(max_row=1, max_col=1, values_only=True)) == ("模拟数据",)
    assert "机关单位表" in book.sheetnames


def test_real_names_put_real_places_in(cli: Cli, demo_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    assert cli("demo", "longgang", folder, "--scale", SCALE, "--real-names").code == 0
    assert "示例街道" in (demo_once / "data" / "sub_districts.csv").read_text("utf-8")
    assert "示例街道" not in (folder / "data" / "sub_districts.csv").read_text("utf-8")
    assert cli("check", folder / "scenario.yaml").code == 0


def test_an_earlier_demo_is_replaced_and_other_files_stay(cli: Cli, demo: Path) -> None:
    (demo / "data" / "notes.txt").write_text("我的", "utf-8")
    assert cli("demo", "longgang", demo, "--scale", SCALE, "--seed", 5, "--format", "xlsx").code == 0
    assert (demo / "data" / "notes.txt").read_text("utf-8") == "我的"
    assert (demo / "small.yaml").exists()
    assert not (demo / "data" / "agencies.csv").exists()
    assert cli("demo", "longgang", demo, "--scale", SCALE).code == 0
    assert not (demo / "data.xlsx").exists()
    assert yaml.safe_load((demo / "scenario.yaml").read_text("utf-8"))["data"] == "data/"


def test_a_changed_file_is_never_overwritten(cli: Cli, demo: Path) -> None:
    for name in ("scheme.yaml", "data/pins.csv"):
        (demo / name).write_text((demo / name).read_text("utf-8") + "\n", "utf-8")
    before = contents(demo)
    answer = cli("demo", "longgang", demo, "--scale", SCALE, "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == ["demo.file_changed"] * 2
    assert contents(demo) == before


@pytest.mark.parametrize("record", [None, "{", json.dumps({"files": []})])
def test_a_folder_of_the_user_is_left_alone(cli: Cli, tmp_path: Path, record: str | None) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "agencies.csv").write_text("x", "utf-8")
    if record is not None:
        (folder / ".matchmaker-demo.json").write_text(record, "utf-8")
    before = contents(folder)
    answer = cli("demo", "longgang", folder, "--scale", SCALE, "--lang", "zh")
    assert answer.code == 2
    assert "文件夹里有别的内容" in answer.err
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_all_faults_of_the_options_are_told_together(cli: Cli, tmp_path: Path) -> None:
    answer = cli("demo", "longgan", tmp_path / "d", "--scale", 0, "--seed", -1, "--json")
    assert answer.code == 2
    assert [fault["code"] for fault in answer.data["faults"]] == ["demo.unknown", "demo.scale", "demo.seed"]
    assert answer.data["faults"][0]["expected"] == "longgang"
    assert not (tmp_path / "d").exists()
