from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.conftest import Answer, Cli

PINS_HEADER = "stage,action,source_id,target_id,reason,until,note"


def codes(answer: Answer) -> list[str]:
    return [fault["code"] for fault in answer.data["faults"]]


def edit(path: Path, *changes: tuple[str, str]) -> None:
    words = path.read_text("utf-8")
    for old, new in changes:
        assert old in words, old
        words = words.replace(old, new, 1)
    path.write_text(words, "utf-8")


def write_pins(demo: Path, *rows: str) -> None:
    (demo / "data" / "pins.csv").write_text("\n".join([PINS_HEADER, *rows]) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ["机关单位表(agencies)：37 行", "没有发现问题", "合计至少要 37 个街道"]),
     ("en", ["agencies: 37 rows", "No faults", "at least 37 sub-districts"])],
)  # fmt: skip
def test_tells_sizes_and_totals(cli: Cli, demo: Path, language: str, words: list[str]) -> None:
    answer = cli("check", demo / "scenario.yaml", "--lang", language)
    assert answer.code == 0
    assert answer.err == ""
    for each in words:
        assert each in answer.out


def test_json_tells_the_same_as_data(cli: Cli, demo: Path) -> None:
    data = cli("check", demo / "scenario.yaml", "--json").data
    assert data["rows"]["agencies"] == 37
    first = data["stages"][0]
    assert first["stage"] == "agency_sub_district"
    assert first["sources"] == {"table": "agencies", "rows": 37, "left_out": 0, "least": 37, "most": 37}
    assert data["stages"][2]["sources"]["left_out"] > 0


def test_quiet_says_nothing_of_a_good_scenario(cli: Cli, demo: Path) -> None:
    answer = cli("check", demo / "scenario.yaml", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_what_was_tidied_up_is_counted(cli: Cli, demo: Path) -> None:
    edit(demo / "data" / "agencies.csv", ("A0001", "Ａ０００１"))
    notes = cli("check", demo / "scenario.yaml", "--json").data["notes"]
    assert notes
    assert all(note["what"] for note in notes)
    answer = cli("check", demo / "scenario.yaml", "--lang", "zh")
    assert "读取时已规范" in answer.out
    assert "agencies.csv" in answer.out


def plant_a_dozen(demo: Path) -> None:
    data = demo / "data"
    agencies = (data / "agencies.csv").read_text("utf-8").splitlines()
    header = agencies[0].split(",")
    rows = [line.split(",") for line in agencies[1:]]
    rows[1][0] = rows[0][0]  # the same id twice
    rows[2][header.index("member_count")] = "很多"
    rows[3][header.index("active")] = "也许"
    (data / "agencies.csv").write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", "utf-8")
    edit(data / "branches.csv", ("A0005", "A9999"), ("A0006", "A9998"))  # agencies that do not exist
    edit(data / "communities.csv", ("S01", "S77"))
    edit(data / "wishes.csv", (",S01", ",S98"))
    edit(data / "history.csv", ("2026,", "去年,"))
    edit(data / "adjacency.csv", ("table,", "tisch,"))
    edit(data / "grids.csv", ("G0001", "G0002"))
    edit(data / "needs.csv", ("need_id,", "need_id,need_id,"))
    (data / "services.csv").write_bytes(b"service_id,\xff\xfe\xfa\n\x81\n")
    edit(
        demo / "scheme.yaml",
        ("kind: fit, stage: agency_sub_district", "kind: fitt, stage: agency_sub_district"),
    )
    edit(demo / "scenario.yaml", ("year: 2027", "year: 二〇二七"))


def test_a_dozen_faults_are_one_report(cli: Cli, demo: Path) -> None:
    plant_a_dozen(demo)
    before = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    answer = cli("check", demo / "scenario.yaml", "--json")
    assert answer.code == 2
    faults = answer.data["faults"]
    assert answer.data["count"] == len(faults) >= 12
    files = {Path(fault["file"]).name for fault in faults}
    assert files >= {
        "scenario.yaml", "scheme.yaml", "agencies.csv", "branches.csv", "communities.csv", "wishes.csv",
        "history.csv", "adjacency.csv", "needs.csv",
    }  # fmt: skip
    for fault in faults:
        assert fault["what"], fault
        assert fault["remedy"], fault
        assert fault["cell"] or fault["line"] or fault["key"] or fault["found"] or fault["expected"], fault
    assert {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_by_file_and_numbered(cli: Cli, demo: Path, language: str) -> None:
    plant_a_dozen(demo)
    total = cli("check", demo / "scenario.yaml", "--json").data["count"]
    answer = cli("check", demo / "scenario.yaml", "--lang", language)
    assert answer.code == 2
    assert answer.out == ""
    lines = answer.err.splitlines()
    assert str(total) in lines[0]
    numbers = [int(found[1]) for line in lines if (found := re.match(r"  (\d+)\. ", line))]
    assert numbers == list(range(1, total + 1))
    headings = [line for line in lines[1:] if not line.startswith(" ")]
    assert len(headings) == len(set(headings)) >= 9
    assert "Traceback" not in answer.err


def test_solve_tells_the_same_and_writes_nothing(cli: Cli, demo: Path, tmp_path: Path) -> None:
    write_pins(demo, "agency_grid,pin,A0001,S01,工作需要,,", "agency_sub_district,pin,A9,S01,工作需要,,")
    answers = [
        cli("check", demo / "scenario.yaml", "--json"),
        cli("solve", demo / "scenario.yaml", "--out", tmp_path / "plan", "--json"),
    ]
    for answer in answers:
        assert answer.code == 2
        assert codes(answer) == ["pins.unknown_stage", "pins.unknown_id"]
    assert [path.name for path in tmp_path.iterdir()] == ["longgang"]


def test_pins_that_no_rule_would_notice(cli: Cli, demo: Path) -> None:
    write_pins(
        demo,
        "单位联村,pin,A0001,S01,工作需要,,",  # no such stage
        "单位联街道,forbid,A0001,S99,回避,,",  # no such sub-district
        "branch_grid,pin,A0001,G0001,工作需要,,",  # an agency where a branch belongs
        ",pin,没有这个单位,S01,工作需要,,",  # in no table of any stage
        "单位联村,pin,A7777,S99,工作需要,2020-12-31,",  # no longer in force
    )
    answer = cli("check", demo / "scenario.yaml", "--json", "--lang", "zh")
    assert answer.code == 2
    found = [(fault["code"], fault["found"]) for fault in answer.data["faults"]]
    assert sorted(found) == [
        ("pins.unknown_id", "A0001"),
        ("pins.unknown_id", "S99"),
        ("pins.unknown_id", "没有这个单位"),
        ("pins.unknown_stage", "单位联村"),
    ]


def test_pins_of_another_scheme_do_nothing_and_are_counted(cli: Cli, demo: Path) -> None:
    answer = cli("check", demo / "small.yaml", "--json")
    assert answer.code == 0
    assert set(answer.data["other_pins"]) == {"branch_grid", "member_building"}
    assert "branch_grid" in cli("check", demo / "small.yaml", "--lang", "zh").out


def test_pins_may_name_stages_and_units_as_the_office_does(cli: Cli, demo: Path) -> None:
    names = dict(
        line.split(",")[:2] for line in (demo / "data" / "agencies.csv").read_text("utf-8").splitlines()[1:]
    )
    sub_district = (demo / "data" / "sub_districts.csv").read_text("utf-8").splitlines()[1].split(",")
    write_pins(demo, f"单位联街道,pin,{names['A0003']},{sub_district[1]},工作需要,,")
    assert cli("check", demo / "small.yaml").code == 0
    assert cli("solve", demo / "small.yaml", "--out", demo / "plan", "--quiet").code == 0
    pairs = (demo / "plan" / "assignments" / "agency_sub_district.csv").read_text("utf-8").splitlines()
    assert any(line.startswith(f"A0003,{sub_district[0]},") for line in pairs)
    assert cli("verify", demo / "plan").code == 0


def test_totals_that_cannot_be_met_are_infeasible(cli: Cli, demo: Path) -> None:
    (demo / "tight.yaml").write_text(
        "extends: scenario.yaml\nchanges:\n"
        + "".join(
            f"  - {{set_row: {{table: sub_districts, id: {one}, min_agencies: 0, max_agencies: 3}}}}\n"
            for one in ("S01", "S02")
        ),
        "utf-8",
    )
    answer = cli("check", demo / "tight.yaml", "--json")
    assert answer.code == 3
    assert codes(answer) == ["solve.too_few_places"]
    assert answer.data["faults"][0]["details"] == {"stage": "单位联街道", "needed": 37, "short": 31}


def test_minima_that_may_fall_short_prove_nothing(cli: Cli, demo: Path) -> None:
    edit(
        demo / "scheme.yaml",
        ("each_target: {min: min_agencies, max: max_agencies}", "each_target: {min: 1000, max: 2000}"),
        ("{weak_strong: 10,", "{agency_sub_district.targets: 1, weak_strong: 10,"),
    )
    answer = cli("check", demo / "scenario.yaml", "--json")
    assert answer.code == 0
    assert answer.data["stages"][0]["targets"]["least"] == 0


def test_a_missing_file_is_a_fault_of_the_input(cli: Cli, tmp_path: Path) -> None:
    answer = cli("check", tmp_path / "none.yaml", "--lang", "zh")
    assert answer.code == 2
    assert "没有这个文件" in answer.err


def test_a_place_in_pieces_is_warned_of(cli: Cli, demo: Path) -> None:
    sheet = demo / "data" / "adjacency.csv"
    rows = sheet.read_text("utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("grids,G0001") and "grids,G0002,G0001" not in row]
    assert len(kept) < len(rows)
    sheet.write_text("\n".join(kept) + "\n", "utf-8")
    answer = cli("check", demo / "scenario.yaml", "--lang", "zh")
    assert answer.code == 0
    assert "rules.connected：" in answer.out
    assert "最小的一片：G0001" in answer.out
    (note,) = [
        note for note in cli("check", demo / "scenario.yaml", "--json").data["notes"] if note["warning"]
    ]
    assert note["code"] == "rule.warning.in_pieces"


def test_what_only_the_data_show_of_a_scheme_has_its_line(cli: Cli, demo: Path) -> None:
    rule = "  - {id: near, kind: pin, stage: agency_sub_district, source: A0001, target: S99}\n"
    edit(demo / "scheme.yaml", ("rules:\n", f"rules:\n{rule}"))
    line = (demo / "scheme.yaml").read_text("utf-8").splitlines().index(rule.rstrip()) + 1
    (fault,) = cli("check", demo / "scenario.yaml", "--json").data["faults"]
    assert fault["code"] == "rule.unknown_id"
    assert (Path(fault["file"]).name, fault["line"], fault["key"]) == ("scheme.yaml", line, "rules.near")


def test_a_rule_of_a_change_has_the_line_of_the_change(cli: Cli, demo: Path) -> None:
    words = "{stage: agency_sub_district, source: A0001, target: S99}"
    (demo / "pinned.yaml").write_text(f"extends: scenario.yaml\nchanges:\n  - {{pin: {words}}}\n", "utf-8")
    for command in (["check"], ["solve", "--out", demo / "plan"]):
        (fault,) = cli(command[0], demo / "pinned.yaml", *command[1:], "--json").data["faults"]
        assert (fault["code"], Path(fault["file"]).name, fault["line"]) == (
            "rule.unknown_id", "pinned.yaml", 3,
        )  # fmt: skip
