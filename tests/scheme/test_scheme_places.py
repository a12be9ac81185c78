"""Ids, weights and places of faults that a scheme's parts could hide from one another."""

from __future__ import annotations

import pytest

from tests.scheme.test_scheme import STAGES, scheme_of, told


@pytest.mark.parametrize("stage", ["grids", "source", "target"])
def test_a_stage_has_an_id_that_no_table_and_no_side_has(stage: str) -> None:
    text = f"name: 试验\nstages:\n  - {{id: {stage}, from: agencies, to: sub_districts}}\n"
    assert told(text) == [("scheme.stage_is_table", 3, "stages.0.id", stage)]


@pytest.mark.parametrize("stage", ["a.b", "单位联街道", "1st"])
def test_a_stage_whose_id_is_no_identifier_is_one_fault(stage: str) -> None:
    text = f"name: 试验\nstages:\n  - {{id: {stage}, from: agencies, to: sub_districts}}\n"
    assert told(text) == [("scheme.not_identifier", 3, "stages.0.id", stage)]


@pytest.mark.parametrize(
    ("fields", "code", "key"),
    [
        ("load: 1, capacity: 1, points: 20000", "scheme.out_of_bounds", "rules.0.points"),
        ("load: 1, capacity: [1]", "scheme.not_expression", "rules.0.capacity"),
        ("load: 1, capacity: 1, loads: 1", "scheme.unknown_key", "rules.0.loads"),
        ("dimensions: {a: {load: 1}}", "scheme.missing_key", "rules.0.dimensions.a.capacity"),
    ],
)
def test_faults_of_a_kind_that_is_called_like_one_of_its_keys(fields: str, code: str, key: str) -> None:
    rule = f"{{id: room, kind: capacity, stage: first, {fields}}}"
    assert [each[:3] for each in told(f"{STAGES}rules:\n  - {rule}\n")] == [(code, 9, key)]


def test_weights_that_integers_cannot_hold() -> None:
    text = f"{STAGES}rules:\n  - {{id: fit, kind: fit, stage: first}}\nobjective:\n  - {{fit: 20000}}\n"
    assert told(text) == [("scheme.large_weight", 11, "objective.0.fit", "20000")]


@pytest.mark.parametrize(
    "rule",
    [
        "kind: duties, stages: [second], max: first.count",
        "kind: duties, stages: [second], max: {count: first}",
        "kind: require, stage: second, where: {pair: {same: [first.count, households]}}",
        "kind: require, stage: second, where: {pair: {any: [{same: [name, first.count]}]}}",
    ],
)
def test_counts_of_a_stage_are_read_wherever_a_rule_names_them(rule: str) -> None:
    stages = ("{id: first, from: agencies, to: groups}", "{id: second, from: agencies, to: communities}")
    listed = "".join(f"  - {stage}\n" for stage in stages)
    scheme = scheme_of(f"name: 试验\nstages:\n{listed}rules:\n  - {{id: one, {rule}}}\n")
    assert scheme.reads("second") == {"first"}


def test_titles_are_for_stages_and_lists() -> None:
    lists = "lists:\n  - {id: some, name: 名单, rows: agencies, columns: {名称: name}}\n"
    labels = "labels: {some: 名单, first: 安排, firs: 表}\n"
    assert told(STAGES + lists + labels) == [("scheme.unknown_label", 10, "labels.firs", "firs")]
