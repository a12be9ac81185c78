"""The catalogue: each kind has a name, a valid example, both languages, and a page of documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Stage
from matchmaker.rules import KINDS, AnyRule, Rule, implicit_rules

DOCS = Path(__file__).parents[2] / "docs" / "rules"
_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def example(kind: str) -> Rule:
    return _READ.validate_python(yaml.safe_load(KINDS[kind].example))


@pytest.mark.parametrize("kind", KINDS)
def test_example_is_a_valid_rule_of_the_kind(kind: str) -> None:
    rule = example(kind)
    assert type(rule) is KINDS[kind]
    assert any(not rule.misuse(hardness == "soft") for hardness in rule.hardness)


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_describe_themselves_in_both_languages(kind: str) -> None:
    rule = example(kind)
    zh, en = type(rule).summary
    assert _CHINESE.search(zh)
    assert not _CHINESE.search(en)
    for hardness in rule.hardness:
        for language in LANGUAGES:
            text = rule.describe(language, hardness == "soft")
            assert text
            assert "None" not in text
            assert bool(_CHINESE.search(text)) == (language == "zh" or bool(getattr(rule, "reason", "")))


def test_the_catalogue_has_a_json_schema() -> None:
    schema = _READ.json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(KINDS)


def test_implicit_rules_describe_themselves() -> None:
    rules = implicit_rules(Stage("branch_grid", "branches", "grids"))
    assert [rule.id for rule in rules] == ["branch_grid.sources", "branch_grid.targets", "branch_grid.pins"]
    for rule in rules:
        assert rule.terms() == (rule.id,)
        assert _CHINESE.search(rule.describe("zh", False))
        assert not _CHINESE.search(rule.describe("en", "soft" in rule.hardness))


@pytest.mark.parametrize("kind", [*KINDS, "degrees", "pins_sheet"])
def test_every_kind_has_a_page(kind: str) -> None:
    page = (DOCS / f"{kind}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {kind}\n")
    if kind in KINDS:
        assert KINDS[kind].summary[0] in page
        own = KINDS[kind].model_fields.keys() - {"id", "name", "kind", "stage"}
        assert all(f"`{name}`" in page for name in own)


@pytest.mark.parametrize("kind", [*KINDS, "degrees", "pins_sheet"])
def test_rules_written_in_a_page_are_valid(kind: str) -> None:
    page = (DOCS / f"{kind}.md").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        content = yaml.safe_load(block)
        for rule in content if isinstance(content, list) else []:
            _READ.validate_python(rule)


@pytest.mark.parametrize(
    ("text", "soft", "code"),
    [
        ("{id: a, stage: s, kind: fit}", False, "rule.hard_needs"),
        ("{id: a, stage: s, kind: coverage}", False, "rule.hard_needs"),
        ("{id: a, stage: s, kind: keep}", False, "rule.hard_needs"),
        ("{id: a, stage: s, kind: keep, max_changes: 3}", True, "rule.soft_has"),
        ("{id: a, stage: s, kind: distance}", False, "rule.hard_needs"),
        ("{id: a, stage: s, kind: distance, max_km: 3}", True, "rule.soft_has"),
        ("{id: a, stage: s, kind: quota, total: {min: 1, target: 2}}", False, "rule.hard_has"),
    ],
)
def test_misuse_is_told_in_both_languages(text: str, soft: bool, code: str) -> None:
    rule = _READ.validate_python(yaml.safe_load(text))
    assert [fault.code for fault in rule.misuse(soft)] == [code]
    assert rule.misuse(not soft) == ()
    for language in LANGUAGES:
        assert "{" not in render_fault(rule.misuse(soft)[0], language)


@pytest.mark.parametrize(
    "text",
    [
        "{id: a, stage: s, kind: forbid, source: A1}",
        "{id: a, stage: s, kind: forbid, source: A1, target: S1, where: {source: {x: 1}}}",
        "{id: a, stage: s, kind: forbid}",
        "{id: a, stage: s, kind: prefer}",
        "{id: a, stage: s, kind: require, where: {source: {x: 1}}}",
        "{id: a, stage: s, kind: pin, source: A1, target: S1, until: soon}",
        "{id: a, stage: s, kind: tenure, max_years: 0}",
        "{id: a, stage: s, kind: keep, max_changes: 2.5}",
        "{id: a, stage: s, kind: nothing}",
        "{id: a b, stage: s, kind: fit}",
        "{id: a, stage: s, kind: fit, scoring: {weaknes: 2}}",
        "{id: a, stage: s, kind: capacity, load: {count: x, sum: y.z}, capacity: 1}",
        "{id: a, stage: s, kind: capacity, load: x}",
        "{id: a, stage: s, kind: capacity, load: {source: x}, capacity: 1}",
        "{id: a, stage: s, kind: capacity, load: x, capacity: 1, dimensions: {a: {load: x, capacity: 1}}}",
        "{id: a, stage: s, kind: capacity, dimensions: {a b: {load: x, capacity: 1}}}",
        "{id: a, stage: s, kind: coverage, by: x}",
        "{id: a, stage: s, kind: coverage, serves: 3, mix: {column: x, min: 1}}",
        "{id: a, stage: s, kind: coverage, mix: {column: x}}",
        "{id: a, stage: s, kind: coverage, mix: {column: x, min: 2, max: 1}}",
        "{id: a, stage: s, kind: coverage, mix: {column: x, each: {y: {target: 2}}}}",
        "{id: a, stage: s, kind: strength_mix, strength: x}",
        "{id: a, stage: s, kind: strength_mix, strength: x, bands: {y: {where: {x: 1}}}}",
        "{id: a, stage: s, kind: strength_mix, strength: x, bands: {y: {where: {x: 1}, min: 2, max: 1}}}",
        "{id: a, stage: s, kind: fair, value: fit, worst: 0}",
        "{id: a, stage: s, kind: fair, worst: 1}",
        "{id: a, stage: s, kind: quota}",
        "{id: a, stage: s, kind: quota, of: {a: 1}}",
        "{id: a, stage: s, kind: quota, total: {min: 2, max: 1}}",
        "{id: a, stage: s, kind: quota, total: 1.5}",
        "{id: a, stage: s, kind: quota, total: 1, quotas: [{total: 1}]}",
        "{id: a, stage: s, kind: quota, quotas: [{where: {rank: x}}]}",
    ],
)
def test_rules_that_make_no_sense_are_rejected(text: str) -> None:
    with pytest.raises(ValidationError):
        _READ.validate_python(yaml.safe_load(text))
