"""Rules about amounts, strength, fairness and distance, as the terminal and the figures tell them."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaker.compare import compare
from matchmaker.messages import LANGUAGES
from matchmaker.metrics import figures
from matchmaker.plans import Plan
from matchmaker.reports.comparison import show_comparison
from matchmaker.reports.terminal import show
from matchmaker.reports.words import figure_label, figure_value, rule_words
from matchmaker.scheme.definitions import Scheme
from tests.reports.test_terminal import plain
from tests.rules.instances import dataset_from
from tests.small_plans import FIRST, SMALL_SCHEME, SMALL_TABLES, plan_of, scenario_of

STAGE = "agency_sub_district"
RULES: list[dict[str, Any]] = [
    {"id": "kinds", "kind": "coverage", "mix": {"column": "agency_type", "max": 1, "each": {"justice": 1}}},
    {"id": "room", "kind": "capacity", "load": "member_count", "capacity": 37.5},
    {"id": "mixed", "kind": "strength_mix", "strength": "member_count", "tolerance": 5},
    {"id": "worst", "kind": "fair", "value": "member_count", "worst": 1},
    {"id": "floor", "name": "每处三十人", "kind": "floor", "load": "member_count", "min": 30},
    {"id": "near", "kind": "distance"},
]
WAYS = [
    {"source_id": source, "target_id": target, "km": float(km)}
    for km, (source, target) in enumerate(FIRST[STAGE], 1)
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    rules = [{**rule, "stage": STAGE} for rule in RULES]
    scheme = Scheme.model_validate(
        {**SMALL_SCHEME, "rules": rules, "objective": [{rule["id"]: 1 for rule in rules}]}
    )
    dataset = dataset_from({**SMALL_TABLES, "distances": WAYS})
    return plan_of(scenario_of(scheme), dataset, FIRST)  # 40 members at S1, 20 at S2


def test_figures(plan: Plan) -> None:
    told = {(one.rule, one.key): one for one in figures(plan.metrics)}
    assert told["kinds", "limits.met"].value == 0.8333  # no justice at S2, out of three types at both
    assert told["kinds", "limits.short"].value == 1
    assert told["room", "limits.over"].value == 2.5
    assert told["floor", "limits.short"].value == 10
    assert told["mixed", "strength.largest_deviation"].value == 0
    assert told["worst", "fair.worst_mean"].value == 20
    assert (told["worst", "fair.mean"].value, told["worst", "fair.mean"].better) == (30, "higher")
    for figure in told.values():
        assert figure_value(figure)
        for language in LANGUAGES:
            assert "{" not in figure_label(figure, language)


def test_lines_of_the_terminal(plan: Plan) -> None:
    told = plain(show(plan, "zh"))
    assert "5/6 处符合（83.3%），合计不足 1、超出 0" in told
    assert "数量规定 每处三十人" in told
    assert "数量规定 kinds" in told  # without a name it is told by its id
    assert "最差 1 个平均 20，全部平均 30" in told
    assert "与平均水平最大相差 0" in told
    assert "结对双方平均相距 2 公里，最远 3 公里" in told
    told = plain(show(plan, "en"))
    assert "1 of 2 within their limits (50%); 0 short, 2.5 over in all" in told
    assert "{" not in told


def test_rules_are_called_by_their_names(plan: Plan) -> None:
    told = plain(show_comparison(compare([plan, plan]), [plan, plan], "zh", everything=True), 160)
    assert "合计不足数 [每处三十人]" in told
    assert "“每处三十人”得分" in told
    assert "[floor]" not in told
    assert rule_words("nothing", plan.scenario.scheme) == "nothing"


def test_a_part_is_called_by_its_rule_s_name() -> None:
    rule = {"id": "wishes", "name": "三方意向", "kind": "wish", "stage": STAGE, "parties": {"source": 1}}
    scheme = Scheme.model_validate({**SMALL_SCHEME, "rules": [rule], "objective": [{"wishes.1": 1}]})
    assert [rule_words(term, scheme) for term in ("wishes", "wishes.1")] == ["三方意向", "三方意向.1"]
