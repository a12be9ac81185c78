from __future__ import annotations

import pytest

from matchmaker.columns import Aggregate
from matchmaker.errors import Fault, InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Stage
from matchmaker.rules import KINDS
from matchmaker.scheme.checks import checked_scheme
from matchmaker.scheme.definitions import DegreeBounds, Scheme, rule_stages
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import json_schema, load_scheme
from matchmaker.scheme.yaml_reader import parse_yaml

STAGES = """\
name: 试验
stages:
  - id: first
    from: agencies
    to: sub_districts
    each_source: 1
  - {id: second, from: branches, to: grids, within: first}
"""  # 7 lines


def faults_of(text: str) -> list[Fault]:
    scheme, faults = checked_scheme(parse_yaml(text, "scheme.yaml").root)
    assert (scheme is None) == bool(faults)
    for fault in faults:
        assert fault.place.file == "scheme.yaml"
        for language in LANGUAGES:
            assert render_fault(fault, language).startswith("scheme.yaml")
    return faults


def told(text: str) -> list[tuple[str, int, str, str]]:
    return [(f.code, f.place.line, f.place.key, f.found) for f in faults_of(text)]


def scheme_of(text: str) -> Scheme:
    scheme, faults = checked_scheme(parse_yaml(text, "scheme.yaml").root)
    assert faults == []
    assert scheme is not None
    return scheme


RULES = """\
rules:
  - {id: fit, kind: fit, stage: first}
  - {id: wishes, kind: wish, stage: first, ranks: [100, 60]}
  - {id: rotate, kind: tenure, stage: first, max_years: 3}
  - {id: near, kind: fit, stage: second}
objective:
  - {fit: 2, wishes: 0.5, first.targets: 0}
  - {near: 1}
"""


def test_methods() -> None:
    scheme = scheme_of(STAGES + RULES)
    assert [rule.id for rule in scheme.rules_of("first")] == ["fit", "wishes", "rotate"]
    assert [rule.id for rule in scheme.rules_of("second")] == ["near"]
    assert {rule.id: scheme.is_soft(rule) for rule in scheme.rules} == {
        "fit": True,
        "wishes": True,
        "rotate": False,
        "near": True,
    }
    assert scheme.levels("first") == [{"fit": 2.0, "wishes": 0.5, "first.targets": 0.0}]
    assert scheme.levels("second") == [{"near": 1.0}]
    assert scheme.stage("second").to_model() == Stage("second", "branches", "grids", ("first",))
    with pytest.raises(KeyError):
        scheme.stage("third")


def test_parts_of_a_rule_make_it_soft() -> None:
    scheme = scheme_of(STAGES + RULES.replace("wishes: 0.5", "wishes.1: 3, wishes.2: 1"))
    wishes = scheme.rules_of("first")[1]
    assert "wishes.1" in wishes.terms()
    assert scheme.is_soft(wishes)
    assert scheme.levels("first")[0]["wishes.1"] == 3


@pytest.mark.parametrize(
    ("written", "bounds"),
    [
        ("each_target: 2", DegreeBounds(min=2, max=2)),
        ("each_target: {max: 3}", DegreeBounds(min=0, max=3)),
        ("each_target: {min: 1}", DegreeBounds(min=1)),
        ("each_target: capacity", DegreeBounds(min="capacity", max="capacity")),
        (
            "each_target: {min: min_agencies, max: {count: grids}}",
            DegreeBounds(min="min_agencies", max=Aggregate(count="grids")),
        ),
        ("name: 单位联街道", DegreeBounds()),
    ],
)
def test_degree_bounds(written: str, bounds: DegreeBounds) -> None:
    stage = scheme_of(STAGES.replace("each_source: 1", written)).stage("first")
    assert stage.each_target == bounds
    assert stage.each_source == DegreeBounds(min=0, max=None)


@pytest.mark.parametrize(
    ("written", "code", "key", "found"),
    [
        ("{min: 3, max: 2}", "scheme.degree_order", "", '{"min": 3, "max": 2}'),
        ("-1", "scheme.degree", "", "-1"),
        ("1.5", "scheme.degree", "", "1.5"),
        ("true", "scheme.not_mapping", "", "true"),
        ("[1, 2]", "scheme.not_mapping", "", "[1, 2]"),
        ("{maximum: 2}", "scheme.unknown_key", ".maximum", "maximum"),
        ("{max: {count: grids, were: 1}}", "scheme.unknown_key", ".max.were", "were"),
        ("{max: {}}", "form.aggregate", ".max", "{}"),
        ("{max: [1]}", "scheme.not_expression", ".max", "[1]"),
        ("{max: true}", "scheme.not_expression", ".max", "true"),
    ],
)
def test_faults_of_degree_bounds(written: str, code: str, key: str, found: str) -> None:
    assert told(STAGES.replace("each_source: 1", f"each_source: {written}")) == [
        (code, 6, f"stages.0.each_source{key}", found)
    ]


def near(text: str) -> str:
    (fault,) = faults_of(text)
    return str(fault.details["near"])


def test_unknown_keys_with_suggestions() -> None:
    assert told(STAGES + "objectiv: []\n") == [("scheme.unknown_key", 8, "objectiv", "objectiv")]
    assert near(STAGES + "objectiv: []\n") == "objective"
    text = STAGES.replace("each_source: 1", "each_sourse: 1")
    assert told(text) == [("scheme.unknown_key", 6, "stages.0.each_sourse", "each_sourse")]
    assert near(text).split("、")[0] == "each_source"
    text = STAGES + "rules:\n  - {id: a, kind: tenure, stage: first, max_yers: 3}\n"
    assert ("scheme.unknown_key", 9, "rules.0.max_yers", "max_yers") in told(text)
    assert (
        next(f for f in faults_of(text) if f.found == "max_yers").details["near"].split("、")[0]
        == "max_years"
    )
    text = STAGES.replace("each_source: 1", "where: {source: {size: {gt: 1, lesser: 2}}}")
    assert told(text) == [("scheme.unknown_key", 6, "stages.0.where.source.size.lesser", "lesser")]
    assert "gte" in near(text)


@pytest.mark.parametrize(
    ("rule", "code", "key", "found"),
    [
        ("{id: a, kind: tenure, stage: first, max_years: '3'}", "scheme.not_whole", "max_years", "3"),
        ("{id: a, kind: tenure, stage: first, max_years: 010}", "scheme.not_whole", "max_years", "010"),
        ("{id: a, kind: tenure, stage: first, max_years: 12:30}", "scheme.not_whole", "max_years", "12:30"),
        ("{id: a, kind: tenure, stage: first, max_years: 1.5}", "scheme.not_whole", "max_years", "1.5"),
        ("{id: a, kind: tenure, stage: 1}", "scheme.not_text", "stage", "1"),
        ("{id: 甲, kind: tenure, stage: first, max_years: 3}", "scheme.not_identifier", "id", "甲"),
        ("{id: a, kind: tenures, stage: first}", "scheme.unknown_kind", "", "tenures"),
        ("{id: a, stage: first}", "scheme.missing_key", "kind", ""),
        ("{kind: tenure, stage: first, max_years: 3}", "scheme.missing_key", "id", ""),
        ("{id: a, kind: balance, stage: first, load: x, share: y}", "scheme.missing_key", "tolerance", ""),
        (
            "{id: a, kind: balance, stage: first, load: x, share: y, tolerance: -1}",
            "scheme.out_of_bounds",
            "tolerance",
            "-1",
        ),
        (
            "{id: a, kind: balance, stage: first, load: [x], share: y, tolerance: 1}",
            "scheme.not_expression",
            "load",
            '["x"]',
        ),
        (
            "{id: a, kind: stable, stage: first, source: [{more: x, less: x}]}",
            "form.liking",
            "source.0",
            '{"more": "x", "less": "x"}',
        ),
        ("[1]", "scheme.not_mapping", "", "[1]"),
        ("{id: a, kind: pin, stage: first, source: 12, target: S1}", "scheme.not_text", "source", "12"),
    ],
)
def test_faults_of_rules(rule: str, code: str, key: str, found: str) -> None:
    assert (code, 9, ".".join(filter(None, ("rules.0", key))), found) in told(
        STAGES + f"rules:\n  - {rule}\n"
    )


def test_unknown_kind_has_a_suggestion() -> None:
    (fault,) = faults_of(STAGES + "rules:\n  - {id: a, kind: tenures, stage: first}\n")
    assert fault.details["near"] == "tenure"
    (fault,) = faults_of(STAGES + "rules:\n  - {id: a, kind: zzzzzz, stage: first}\n")
    assert str(fault.details["near"]).split("、") == list(KINDS)


def test_wrong_types_at_the_top() -> None:
    assert told("name: 1\nstages: []\n") == [
        ("scheme.not_text", 1, "name", "1"),
        ("scheme.too_short", 2, "stages", "[]"),
    ]
    assert told("name: a\nstages:\n") == [("scheme.not_list", 2, "stages", "null")]
    assert told("stages: x\nrules: y\nobjective: z\n") == [
        ("scheme.missing_key", 1, "name", ""),
        ("scheme.not_list", 1, "stages", "x"),
        ("scheme.not_list", 2, "rules", "y"),
        ("scheme.not_list", 3, "objective", "z"),
    ]
    assert told("- a\n") == [("scheme.not_mapping", 1, "", '["a"]')]


def test_repeated_ids() -> None:
    text = (
        STAGES
        + "  - {id: first, from: members, to: buildings}\nrules:\n"
        + "  - {id: a, kind: tenure, stage: first, max_years: 3}\n" * 2
    )
    faults = faults_of(text)
    assert [(f.code, f.place.line, f.place.key, f.details["first"]) for f in faults] == [
        ("scheme.repeated_stage", 8, "stages.2.id", 3),
        ("scheme.repeated_rule", 11, "rules.1.id", 10),
    ]


def test_a_stage_has_connected_areas_of_one_kind() -> None:
    """Two rules that ask for connected sets would need two graphs at once."""
    text = (
        STAGES
        + "rules:\n  - {id: a, kind: contiguous, stage: first}\n"
        + "  - {id: b, kind: contiguous, stage: first, place: town}\n"
    )
    assert told(text) == [("scheme.kind_twice", 10, "rules.1.kind", "b")]


def test_stages_of_rules() -> None:
    text = STAGES + "rules:\n  - {id: a, kind: tenure, stage: frist, max_years: 3}\n"
    assert told(text) == [("scheme.unknown_stage", 9, "rules.0.stage", "frist")]
    assert near(text) == "first"
    assert rule_stages({"stages": ["a", "b"], "stage": "b"}) == ("a", "b")
    assert rule_stages({"stage": "b"}) == ("b",)


def test_within() -> None:
    def stages(*lines: str) -> str:
        return "name: a\nstages:\n" + "".join(f"  - {{id: {line}, from: x, to: y}}\n" for line in lines)

    assert scheme_of(stages("a", "b, within: a", "c, within: [a, b]")).stage("c").within == ("a", "b")
    assert told(stages("a", "b, within: aa")) == [("scheme.unknown_stage", 4, "stages.1.within", "aa")]
    assert told(stages("a, within: b", "b")) == [("scheme.within_later", 3, "stages.0.within", "b")]
    assert told(stages("a, within: a")) == [("scheme.within_circle", 3, "stages.0.within", "a")]
    assert told(stages("a, within: [c]", "b, within: a", "c, within: b"))[0] == (
        "scheme.within_circle",
        3,
        "stages.0.within.0",
        "c",
    )
    assert told(stages("a", "b, within: 3")) == [("scheme.not_list", 4, "stages.1.within", "3")]


def test_sides_and_groups_are_of_earlier_stages() -> None:
    def stages(*lines: str, rest: str = "") -> str:
        return "name: a\nstages:\n" + "".join(f"  - {{id: {line}}}\n" for line in lines) + rest

    one, two = "a, from: x, to: y", "b, from: x, to: a"
    assert scheme_of(stages(one, two)).rests_on("b") == {"a"}
    assert told(stages(two, one)) == [("scheme.reads_later", 3, "stages.0.to", "a")]
    assert told(stages("agencies, from: x, to: y")) == [
        ("scheme.stage_is_table", 3, "stages.0.id", "agencies")
    ]
    assert told(
        stages(one, "b, from: x, to: y", rest="lists: [{id: l, name: l, rows: a, columns: {c: {stage: d}}}]")
    ) == [("scheme.unknown_stage", 5, "lists.0.columns", "d")]


def test_conditions_on_pairs_name_earlier_stages() -> None:
    def scheme(first: str, second: str = "", rule: str = "") -> str:
        return (
            "name: a\nstages:\n"
            f"  - {{id: one, from: x, to: y{first}}}\n"
            f"  - {{id: two, from: x, to: y{second}}}\n" + rule
        )

    within = ", where: {pair: {any: [{within: %s}, {same: [home, y]}]}}"
    read = scheme_of(scheme("", within % "one"))
    assert read.reads("two") == {"one"}
    assert read.reads("one") == set()
    assert told(scheme(within % "two")) == [("scheme.reads_later", 3, "stages.0.where.pair", "two")]
    assert told(scheme("", within % "three")) == [("scheme.unknown_stage", 4, "stages.1.where.pair", "three")]
    rule = "rules: [{id: r, kind: forbid, stage: %s, where: {pair: {not: {within: one}}}}]\n"
    assert scheme_of(scheme("", rule=rule % "two")).reads("two") == {"one"}
    assert told(scheme("", rule=rule % "one")) == [("scheme.reads_later", 5, "rules.0.where.pair", "one")]


def test_what_a_stage_reads() -> None:
    scheme = scheme_of(
        "name: a\n"
        "stages:\n"
        "  - {id: a, from: x, to: y}\n"
        "  - {id: b, from: x, to: y}\n"
        "  - {id: c, from: x, to: y, within: a, where: {target: {b.count: 0}}}\n"
        "  - {id: d, from: x, to: y, each_source: {max: {count: c}}}\n"
        "rules:\n"
        "  - {id: p, kind: prefer, stage: d, where: {source: {a.count: {gte: 1}}}, points: 1}\n"
        "objective: [{p: 1}]\n"
    )
    assert [sorted(scheme.reads(stage)) for stage in "abcd"] == [[], [], ["a", "b"], ["a", "c"]]
    assert [sorted(scheme.rests_on(stage)) for stage in "abcd"] == [[], [], ["b"], ["c"]]


def objective(*levels: str, rules: str = RULES) -> str:
    return (
        STAGES + rules.split("objective:")[0] + "objective:\n" + "".join(f"  - {level}\n" for level in levels)
    )


def test_objective_names_unknown_terms() -> None:
    text = objective("{fit: 2, wishs: 1, wishes: 1}", "{near: 1}")
    assert told(text) == [("scheme.unknown_term", 14, "objective.0.wishs", "wishs")]
    assert near(text).split("、")[0] == "wishes"
    assert told(objective("{fit: 2, wishes.9: 1, wishes: 1}", "{near: 1}"))[0][0] == "scheme.unknown_term"
    assert told(objective("{fit: 2, wishes: 1, third.sources: 1}", "{near: 1}"))[0][3] == "third.sources"


def test_objective_names_a_hard_rule() -> None:
    text = objective("{fit: 2, wishes: 1, rotate: 1}", "{near: 1}").replace(
        "kind: tenure, stage: first, max_years: 3", "kind: pin, stage: first, source: A, target: B"
    )
    assert told(text) == [("scheme.hard_only", 14, "objective.0.rotate", "rotate")]
    assert told(objective("{fit: 2, wishes: 1, first.pins: 1}", "{near: 1}"))[0][0] == "scheme.hard_only"


def test_soft_rule_that_no_level_names() -> None:
    text = (
        STAGES
        + "rules:\n  - {id: likes, kind: prefer, stage: first, where: {source: {active: true}}, points: 10}\n"
    )
    assert told(text) == [("scheme.soft_unnamed", 9, "rules.0.id", "likes")]
    assert told(text + "objective:\n  - {likes: 0}\n") == []


def test_level_order() -> None:
    text = objective("{near: 1}", "{fit: 2, wishes: 1}")
    assert [(f.code, f.place.line, f.place.key, f.details["later"]) for f in faults_of(text)] == [
        ("scheme.level_order", 15, "objective.1.fit", "near"),
        ("scheme.level_order", 15, "objective.1.wishes", "near"),
    ]
    assert told(objective("{near: 1, fit: 2, wishes: 1}")) == []
    assert told(
        objective("{fit: 2, wishes: 1}", "{second.targets: 1}", "{first.sources: 1}", "{near: 1}")
    ) == [("scheme.level_order", 16, "objective.2.first.sources", "first.sources")]


@pytest.mark.parametrize(
    ("weight", "code"),
    [
        ("-1", "scheme.negative_weight"),
        ("0.0001", "scheme.weight_decimals"),
        ("1.2345", "scheme.weight_decimals"),
        ("true", "scheme.not_number"),
        ("'2'", "scheme.not_number"),
        ("[1]", "scheme.not_number"),
    ],
)
def test_weights(weight: str, code: str) -> None:
    faults = told(objective("{fit: 2, wishes: 1}", f"{{near: {weight}}}"))
    assert [each[:3] for each in faults] == [(code, 15, "objective.1.near")]


def test_weights_of_three_decimals_are_fine() -> None:
    assert scheme_of(objective("{fit: 0.125, wishes: 2.675}", "{near: 1000}")).levels("first") == [
        {"fit": 0.125, "wishes": 2.675}
    ]


def test_a_term_in_two_levels() -> None:
    (fault,) = faults_of(objective("{fit: 2, wishes: 1}", "{fit: 1, near: 1}"))
    assert (fault.code, fault.place.line, fault.place.key) == ("scheme.term_twice", 15, "objective.1.fit")
    assert fault.details["first"] == 14


def test_fields_that_a_hard_rule_needs() -> None:
    faults = told(STAGES + "rules:\n  - {id: cover, kind: coverage, stage: first}\n")
    assert faults == [("rule.hard_needs", 9, "rules.0.min", "cover")]


def test_all_faults_are_gathered_and_none_is_told_twice() -> None:
    text = (
        STAGES
        + """\
rules:
  - {id: fit, kind: fit, stage: frist}
  - {id: bad, kind: tenure, stage: first, max_years: x}
  - {id: odd, kind: fitt, stage: first}
objective:
  - {fit: -1, bad: 2, odd.part: 1, wrong: 1}
"""
    )
    assert sorted(told(text)) == [
        ("scheme.negative_weight", 13, "objective.0.fit", "-1"),
        ("scheme.not_whole", 10, "rules.1.max_years", "x"),
        ("scheme.unknown_kind", 11, "rules.2", "fitt"),
        ("scheme.unknown_stage", 9, "rules.0.stage", "frist"),
        ("scheme.unknown_term", 13, "objective.0.wrong", "wrong"),
    ]


def test_load_scheme(tmp_path) -> None:
    assert load_scheme(SCENARIOS / "longgang" / "scheme.yaml").name == "三定三联"
    path = tmp_path / "scheme.yaml"
    path.write_text("name: a\nstages: 1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scheme(path)
    assert caught.value.faults[0].place.file == str(path)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_reads_its_own_example(kind: str) -> None:
    from matchmaker.scheme.typed_faults import validated

    rule, faults = validated(KINDS[kind], parse_yaml(KINDS[kind].example).root)
    assert faults == []
    assert rule is not None
    assert rule.kind == kind


def test_json_schema() -> None:
    schemas = json_schema()
    stage = schemas["scheme"]["$defs"]["StageDefinition"]
    assert {"id", "from", "to"} <= set(stage["required"])
    assert all("description" in field for field in stage["properties"].values())
    bounds = schemas["scheme"]["$defs"]["DegreeBounds"]
    assert [each.get("type") for each in bounds["anyOf"]] == ["integer", "string", "object"]
    scenario = schemas["scenario"]["properties"]
    assert {"extends", "changes", "data", "scheme"} <= set(scenario)
    assert all("description" in field for field in scenario.values())
    assert schemas["scenario"]["additionalProperties"] is False
