from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.row_changes import RemoveRow, SetRow
from matchmaker.scheme.scenario import Limits, Scenario, TieBreak, dump_scenario, load_scenario
from matchmaker.scheme.yaml_reader import read_yaml
from tests.scheme.scenario_files import SCENARIO, changed, scenario_folder, told, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scenario_folder(tmp_path)


def test_plain_scenario(folder: Path) -> None:
    scenario = load_scenario(folder / "scenario.yaml")
    assert scenario.name == "2027 年度轮换"
    assert scenario.data == folder / "data"
    assert scenario.year == 2027
    assert scenario.history == ()
    assert scenario.limits == Limits(gap=0.0001, seconds=600)
    assert 1 <= scenario.limits.workers <= 2
    assert scenario.tie_break == TieBreak(seed=0)
    assert scenario.data_changes == ()
    assert [stage.title for stage in scenario.scheme.stages][:3] == ["单位联街道", "支部联网格", "党员联楼栋"]
    assert load_scenario(folder) == scenario


def test_packaged_scenario() -> None:
    folder = SCENARIOS / "longgang"
    scenario = load_scenario(folder / "scenario.yaml")
    assert scenario.limits == Limits(gap=0.0001, seconds=600, workers=2)
    assert scenario.tie_break.seed == 20270101
    assert scenario.year == 2027
    assert scenario.data == folder / "data"
    assert [list(level) for level in scenario.scheme.objective][:3] == [
        [
            "weak_strong",
            "weak_fit",
            "weak_first",
            "needs",
            "fit",
            "wishes",
            "steady",
            "mismatch",
            "bad_year",
            "good_year",
            "poor_fit",
        ],
        ["branch_fit", "connected", "sisters"],
        ["home"],
    ]
    hard = {rule.id for rule in scenario.scheme.rules if not scenario.scheme.is_soft(rule)}
    assert hard == {"share_branches", "share_members", "rotate", "one_community", "claim_able"}


def test_inline_scheme(folder: Path) -> None:
    scheme = yaml.safe_load((folder / "scheme.yaml").read_text(encoding="utf-8"))
    inline = {**yaml.safe_load(SCENARIO), "scheme": scheme}
    path = write(folder / "inline.yaml", yaml.safe_dump(inline, allow_unicode=True))
    assert load_scenario(path) == load_scenario(folder / "scenario.yaml")


def test_example_of_the_design(folder: Path) -> None:
    path = changed(
        folder,
        "{set: objective.0.wishes, to: 6}",
        "{drop_rule: rotate}",
        "{pin: {stage: agency_sub_district, source: A0012, target: S03, reason: 工作需要}}",
        "{set_row: {table: sub_districts, id: S03, min_agencies: 60}}",
        "{remove_row: {table: agencies, id: A0099}}",
    )
    scenario = load_scenario(path)
    assert scenario.name == "意向优先"
    assert scenario.data == folder / "data"
    before = load_scenario(folder / "scenario.yaml").scheme.objective[0]
    assert before["wishes"] == 2
    assert scenario.scheme.objective[0] == {**before, "wishes": 6}
    assert "rotate" not in {rule.id for rule in scenario.scheme.rules}
    pin = scenario.scheme.rules[-1]
    assert pin.model_dump(exclude_none=True) == {
        "id": "pin_1",
        "stage": "agency_sub_district",
        "kind": "pin",
        "source": "A0012",
        "target": "S03",
        "reason": "工作需要",
    }
    assert scenario.data_changes == (
        SetRow("sub_districts", "S03", {"min_agencies": 60}),
        RemoveRow("agencies", "A0099"),
    )
    assert scenario.data_changes[0].place.line == 7


def test_extends_in_a_chain(folder: Path) -> None:
    (folder / "deep").mkdir()
    between = """\
extends: ../scenario.yaml
name: a
history: [../plans/2025, plans/2026]
limits: {gap: 0.01}
changes:
  - {set: year, to: 2030}
  - {pin: {stage: branch_grid, source: B1, target: G1}}
  - {remove_row: {table: agencies, id: A1}}
"""
    outer = """\
extends: ../what-if/history.yaml
year: 2031
limits: {seconds: 5}
changes:
  - {pin: {stage: branch_grid, source: B2, target: G2}}
  - {remove_row: {table: agencies, id: A2}}
"""
    middle = load_scenario(write(folder / "what-if" / "history.yaml", between))
    last = load_scenario(write(folder / "deep" / "c.yaml", outer))
    assert (middle.year, last.year) == (2030, 2031)
    assert last.name == "a"
    assert last.history == (folder / "plans" / "2025", folder / "what-if" / "plans" / "2026")
    assert (last.limits.gap, last.limits.seconds) == (0.01, 5)
    assert [rule.id for rule in last.scheme.rules][-2:] == ["pin_1", "pin_2"]
    assert last.data_changes == (RemoveRow("agencies", "A1"), RemoveRow("agencies", "A2"))


def test_extends_in_a_circle(folder: Path) -> None:
    itself = write(folder / "itself.yaml", "name: a\nextends: ./itself.yaml\n")
    assert told(itself) == [("scenario.extends_circle", "itself.yaml", 2, "extends")]
    write(folder / "what-if" / "b.yaml", "name: b\n\nextends: ../c.yaml\n")
    path = write(folder / "c.yaml", "extends: what-if/b.yaml\n")
    assert told(path) == [("scenario.extends_circle", "b.yaml", 3, "extends")]


def test_files_that_are_not_there(folder: Path) -> None:
    path = write(folder / "b.yaml", "name: b\nextends: none.yaml\n")
    assert told(path) == [("scenario.no_file", "b.yaml", 2, "extends")]
    path = write(
        folder / "b.yaml", SCENARIO.replace("scheme.yaml", "none.yaml").replace("2027\n", "'2027'\n")
    )
    assert sorted(told(path)) == [
        ("scenario.no_file", "b.yaml", 2, "scheme"),
        ("scheme.not_whole", "b.yaml", 4, "year"),
    ]
    assert told(folder / "none.yaml") == [("yaml.no_file", "none.yaml", 0, "")]
    assert told(write(folder / "b.yaml", "extends: 3\n")) == [("scheme.not_text", "b.yaml", 1, "extends")]
    assert told(write(folder / "b.yaml", "- 1\n")) == [("scheme.not_mapping", "b.yaml", 1, "")]


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ("nmae: x", "scheme.unknown_key", "nmae"),
        ("limits: {gapp: 1}", "scheme.unknown_key", "limits.gapp"),
        ("limits: {gap: -1}", "scheme.out_of_bounds", "limits.gap"),
        ("limits: {seconds: '5'}", "scheme.not_number", "limits.seconds"),
        ("limits: {workers: 0}", "scheme.out_of_bounds", "limits.workers"),
        ("limits: 5", "scheme.not_mapping", "limits"),
        ("history: plans/2026", "scheme.not_list", "history"),
        ("tie_break: {seed: 0012}", "scheme.not_whole", "tie_break.seed"),
        ("changes: {set: a}", "scheme.not_list", "changes"),
    ],
)
def test_faults_of_the_head(folder: Path, line: str, code: str, key: str) -> None:
    path = write(folder / "b.yaml", SCENARIO + line + "\n")
    assert told(path) == [(code, "b.yaml", 5, key)]


def test_missing_keys(folder: Path) -> None:
    assert told(write(folder / "b.yaml", "name: b\n")) == [
        ("scheme.missing_key", "b.yaml", 1, "scheme"),
        ("scheme.missing_key", "b.yaml", 1, "data"),
        ("scheme.missing_key", "b.yaml", 1, "year"),
    ]
    assert told(write(folder / "b.yaml", SCENARIO.replace("scheme.yaml", "3"))) == [
        ("scheme.not_mapping", "b.yaml", 2, "scheme")
    ]


def test_faults_keep_the_file_that_wrote_them(folder: Path) -> None:
    scheme = (folder / "scheme.yaml").read_text(encoding="utf-8").replace("max_years: 3", "max_years: three")
    write(folder / "scheme.yaml", scheme)
    write(folder / "scenario.yaml", SCENARIO + "limits: {seconds: -1}\n")
    line = 1 + scheme.split("max_years: three")[0].count("\n")
    assert sorted(told(changed(folder, "{drop_rule: nothing}", "{set: rules.fit.stage, to: second}"))) == [
        ("scenario.unknown_rule", "a.yaml", 4, "changes.0.drop_rule"),
        ("scheme.not_whole", "scheme.yaml", line, "rules.8.max_years"),
        ("scheme.out_of_bounds", "scenario.yaml", 5, "limits.seconds"),
        ("scheme.unknown_stage", "a.yaml", 5, "changes.1.to"),
    ]


def test_a_dropped_rule_shifts_no_place(folder: Path) -> None:
    scheme = (folder / "scheme.yaml").read_text(encoding="utf-8").replace("points: 40", "points: many")
    write(folder / "scheme.yaml", scheme)
    assert [key for _, _, _, key in told(changed(folder, "{drop_rule: rotate}"))] == ["rules.18.points"]


def test_yaml_faults_of_the_scheme_are_told_with_those_of_the_scenario(folder: Path) -> None:
    write(folder / "scheme.yaml", "name: a\nname: b\nstages：[]\n")
    path = write(folder / "b.yaml", SCENARIO.replace("data: data/\n", ""))
    assert sorted(told(path)) == [
        ("scheme.missing_key", "b.yaml", 1, "data"),
        ("yaml.duplicate_key", "scheme.yaml", 2, "name"),
        ("yaml.wide_colon", "scheme.yaml", 3, "stages"),
    ]


def without_paths(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"data": Path(), "history": (), "data_changes": ()})


def test_dumped_scenario_is_loaded_again(folder: Path) -> None:
    path = changed(
        folder,
        "{set: objective.0.wishes, to: 0.125}",
        "{set: limits.seconds, to: null}",
        "{set: history, to: [plans/2026]}",
        "{add_rule: {id: some, kind: forbid, stage: branch_grid, reason: '说明：no', where: {source: "
        "{size: {gte: 10}, any: [{name: 'no'}, {name: '0012'}]}, pair: {km: {lte: 5}, same: [a, b]}}}}",
        "{pin: {stage: agency_sub_district, source: '1e5', target: '0012'}}",
        "{remove_row: {table: agencies, id: A0099}}",
        "{set: name, to: 'yes'}",
    )
    scenario = load_scenario(path)
    text = dump_scenario(scenario)
    plan = folder / "plan"
    plan.mkdir()
    again = load_scenario(write(plan / "scenario.yaml", text))
    assert again.name == "yes"
    assert without_paths(again) == without_paths(scenario)
    assert again.data == plan / "inputs"
    assert again.history == ()
    assert again.data_changes == ()
    assert dump_scenario(again) == text
    assert "changes" not in read_yaml(plan / "scenario.yaml").value
