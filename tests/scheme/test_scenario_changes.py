from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.scheme.changes import CHANGE_MODELS, apply_changes
from matchmaker.scheme.row_changes import AddRow
from matchmaker.scheme.scenario import load_scenario
from matchmaker.scheme.yaml_reader import parse_yaml
from tests.scheme.scenario_files import changed, faults_of, scenario_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scenario_folder(tmp_path)


def test_further_changes(folder: Path) -> None:
    path = changed(
        folder,
        "{set: rules.rotate.max_years, to: 2}",
        "{set: stages.member_building.each_target.max, to: 4}",
        "{set: stages.0.name, to: 单位}",
        "{set: scheme.name, to: 试行}",
        "{set: organizer, to: 某委组织部}",
        "{set: labels.branch_grid, to: 安排表}",
        "{set: limits.seconds, to: null}",
        "{set: tie_break.seed, to: 5}",
        "{set: year, to: 2028}",
        "{set: history, to: [../plans/2027]}",
        "{drop_rule: wishes}",
        "{drop_rule: home}",
        "{set: objective.1.agency_sub_district.targets, to: 0.5}",
        "{add_rule: {id: one_each, kind: forbid, stage: branch_grid, source: B1, target: G1}}",
        "{forbid: {stage: branch_grid, source: B1, target: G2}}",
        "{forbid: {stage: branch_grid, source: B1, target: G3, until: 2028}}",
        "{add_row: {table: 指定与回避表, action: 指定, source_id: A1, target_id: S1, reason: 工作需要}}",
    )
    scenario = load_scenario(path)
    scheme = scenario.scheme
    assert next(rule for rule in scheme.rules if rule.id == "rotate").max_years == 2
    assert scheme.stage("member_building").each_target.max == 4
    assert (scheme.stages[0].name, scheme.name, scheme.organizer) == ("单位", "试行", "某委组织部")
    assert scheme.labels == {"branch_grid": "安排表"}
    assert (scenario.limits.seconds, scenario.tie_break.seed, scenario.year) == (None, 5, 2028)
    assert scenario.history == (folder / "plans" / "2027",)
    # emptied levels keep their place, so that numbers count as in the file
    assert scheme.objective[:3] == (
        {
            "weak_strong": 10,
            "weak_fit": 10,
            "weak_first": 3,
            "needs": 3,
            "fit": 2,
            "steady": 0.1,
            "mismatch": 2,
            "bad_year": 2,
            "good_year": 2,
            "poor_fit": 0,
        },
        {"branch_fit": 1, "connected": 1, "sisters": 0.05, "agency_sub_district.targets": 0.5},
        {},
    )
    assert scheme.levels("member_building") == []
    assert [rule.id for rule in scheme.rules][-3:] == ["one_each", "forbid_1", "forbid_2"]
    assert isinstance(scenario.data_changes[0], AddRow)
    assert scenario.data_changes[0].table == "pins"


def test_lists_are_changed_by_id(folder: Path) -> None:
    path = folder / "scheme.yaml"
    text = path.read_text("utf-8").split("\nlists:")[0]
    listed = "{id: all, name: 全部, rows: agencies, columns: {单位: name}}"
    path.write_text(f"{text}\nlists:\n  - {listed}\n", encoding="utf-8")
    scheme = load_scenario(changed(folder, "{set: lists.all.columns.单位, to: short_name}")).scheme
    assert scheme.lists[0].columns == {"单位": "short_name"}


def test_dropping_a_rule_drops_its_parts(folder: Path) -> None:
    path = changed(
        folder,
        "{set: objective.0, to: {needs: 1, fit: 1, wishes.1: 3, wishes.2: 1, mismatch: 1, poor_fit: 0, "
        "weak_first: 1, steady: 1, bad_year: 1, good_year: 1}}",
        "{set: objective.0.wishes.1, to: 5}",
        "{drop_rule: wishes}",
    )
    assert load_scenario(path).scheme.objective[0] == {
        "needs": 1, "fit": 1, "mismatch": 1, "poor_fit": 0,
        "weak_first": 1, "steady": 1, "bad_year": 1, "good_year": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "key", "near"),
    [
        ("{set: objective.0.wishs, to: 6}", "scheme.unknown_term", "to", "wishes"),
        ("{set: objective.99.wishes, to: 6}", "scenario.unknown_path", "set", "9"),
        ("{set: rules.rotat.max_years, to: 2}", "scenario.unknown_path", "set", "rotate"),
        ("{set: rules.rotate.max_yers, to: 2}", "scheme.unknown_key", "to", "max_years"),
        ("{set: rules.rotate.max_years, to: x}", "scheme.not_whole", "to", None),
        ("{set: rules.fit.where.source.active, to: true}", "scenario.unknown_path", "set", None),
        ("{set: stages.0.each_source.max, to: 2}", "scenario.unknown_path", "set", "—"),
        ("{set: limit.seconds, to: 2}", "scenario.unknown_path", "set", "limits"),
        ("{set: scheme, to: other.yaml}", "scenario.unknown_path", "set", None),
        ("{set: extends, to: other.yaml}", "scenario.unknown_path", "set", None),
        ("{set: year, to: soon}", "scheme.not_whole", "to", None),
        ("{set: year}", "scheme.missing_key", "to", None),
        ("{set: year, too: 2028}", "scheme.unknown_key", "too", "to"),
        ("{drop_rule: rotat}", "scenario.unknown_rule", "drop_rule", "rotate"),
        ("{drop_rule: 3}", "scheme.not_text", "drop_rule", None),
        ("{drop_rules: rotate}", "scenario.unknown_change", "drop_rules", "drop_rule"),
        ("{drop_rule: rotate, set: year, to: 2028}", "scenario.several_changes", "", None),
        ("rotate", "scheme.not_mapping", "", None),
        ("{}", "scenario.unknown_change", "", None),
        (
            "{add_rule: {id: fit, kind: pin, stage: branch_grid, source: B, target: G}}",
            "scheme.repeated_rule",
            "add_rule.id",
            None,
        ),
        ("{add_rule: {id: a, kind: pinn, stage: branch_grid}}", "scheme.unknown_kind", "add_rule", "pin"),
        (
            "{add_rule: {id: a, kind: prefer, stage: branch_grid, where: {}, points: 1}}",
            "scheme.soft_unnamed",
            "add_rule.id",
            None,
        ),
        (
            "{pin: {stage: branch_grids, source: B1, target: G1}}",
            "scheme.unknown_stage",
            "pin.stage",
            "branch_grid",
        ),
        ("{pin: {stage: branch_grid, source: B1}}", "scheme.missing_key", "pin.target", None),
        (
            "{forbid: {stage: branch_grid, source: 0012, target: 12}}",
            "scheme.not_text",
            "forbid.target",
            None,
        ),
        (
            "{set_row: {table: sub_distrits, id: S03, area: 1}}",
            "scenario.unknown_table",
            "set_row.table",
            "sub_districts",
        ),
        ("{set_row: {table: sub_districts, area: 1}}", "scheme.missing_key", "set_row.id", None),
        ("{remove_row: {table: agencies, id: A1, name: x}}", "scheme.unknown_key", "remove_row.name", None),
        ("{add_row: {name: x}}", "scheme.missing_key", "add_row.table", None),
    ],
)
def test_faults_of_changes(folder: Path, change: str, code: str, key: str, near: str | None) -> None:
    faults = faults_of(changed(folder, "{set: year, to: 2029}", change))
    at = ".".join(filter(None, ("changes.1", key)))
    (fault,) = [each for each in faults if (each.code, each.place.key) == (code, at)]
    assert [each.code for each in faults if each is not fault] in ([], ["scheme.missing_key"])
    assert fault.place.file == str(folder / "what-if" / "a.yaml")
    assert fault.place.line == 5
    if near is not None:
        assert str(fault.details["near"]).split("、")[0] == near


ROOT = {
    "name": "a",
    "year": 2027,
    "limits": {"gap": 0.1},
    "scheme": {
        "name": "b",
        "rules": [{"id": "fit", "kind": "fit"}, {"id": "wishes", "parties": {"source": 1}}],
        "objective": [{"fit": 1, "wishes.1": 2}, {"x": 1}],
    },
}


@given(
    st.sampled_from(
        [
            (("scheme", "rules", 1, "parties", "source"), "rules.wishes.parties.source"),
            (("scheme", "rules", 1, "parties", "target"), "rules.1.parties.target"),
            (("scheme", "rules", 0), "rules.fit"),
            (("scheme", "objective", 0, "wishes.1"), "objective.0.wishes.1"),
            (("scheme", "objective", 1, "a.sources"), "objective.1.a.sources"),
            (("scheme", "name"), "scheme.name"),
            (("name",), "name"),
            (("limits", "seconds"), "limits.seconds"),
            (("tie_break", "seed"), "tie_break.seed"),
        ]
    ),
    st.integers(-(10**9), 10**9)
    | st.lists(st.booleans(), max_size=2)
    | st.dictionaries(st.sampled_from("ab"), st.none()),
)
def test_set_changes_one_value_and_nothing_else(
    where: tuple[tuple[str | int, ...], str], value: object
) -> None:
    path, dotted = where
    root = parse_yaml(yaml.safe_dump(ROOT), "base.yaml").root
    change = parse_yaml(yaml.safe_dump({"changes": [{"set": dotted, "to": value}]}), "change.yaml").root.get(
        "changes"
    )
    assert change is not None
    after, data_changes, faults = apply_changes(root, change)
    assert (data_changes, faults) == ([], [])
    expected = dict(root.walk())
    for at, node in after.walk():
        if at[: len(path)] == path:
            assert node.place.file == "change.yaml"
        elif at in expected:
            assert node.place == expected[at].place
    expected_value = _with(root.plain(), path, value)
    assert after.plain() == expected_value
    assert root.plain() == ROOT


def _with(value: object, path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    if isinstance(value, list):
        return [_with(each, path[1:], new) if at == path[0] else each for at, each in enumerate(value)]
    mapping = value if isinstance(value, dict) else {}
    return {**mapping, path[0]: _with(mapping.get(path[0]), path[1:], new)}


def test_every_change_is_described() -> None:
    for name, model in CHANGE_MODELS.items():
        assert name in model.model_fields
        assert model.__doc__
