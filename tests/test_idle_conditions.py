"""Conditions that fit no row: told with the line, the value, and what may have been meant."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from matchmaker.errors import InputError, Note, Place
from matchmaker.messages import LANGUAGES, text
from matchmaker.model import Dataset
from matchmaker.readiness import require_ready, warnings_of
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.places import SchemePlaces
from tests.rules.instances import dataset_from

FIRST = {"id": "first", "from": "agencies", "to": "sub_districts"}
SECOND = {"id": "second", "from": "cadres", "to": "first"}


@pytest.fixture
def dataset() -> Dataset:
    return dataset_from(
        {
            "agencies": [
                {"agency_id": "A1", "agency_type": "justice", "size": 3.0, "line": "文教线"},
                {"agency_id": "A2", "agency_type": "street_law", "size": 5.0, "line": None},
            ],
            "cadres": [
                {"cadre_id": "K1", "name": "示例甲", "cadre_kind": "doctor", "skills": ("a",)},
                {"cadre_id": "K2", "name": "示例乙", "cadre_kind": "young", "skills": ("c",)},
            ],
            "sub_districts": [{"sub_district_id": "S1", "weak": True}],
            "codes": [{"code_type": "cadre_kind", "code": "doctor", "name": "医生"}],
        }
    )  # fmt: skip


def notes(dataset: Dataset, stages: list[dict[str, Any]], **more: Any) -> list[Note]:
    scheme = Scheme.model_validate({"name": "x", "stages": stages, **more})
    known = {("stages", "first"): Place(file="scheme.yaml", line=4)}
    found = warnings_of(scheme, dataset, 2027, SchemePlaces(known))
    for note in found:
        assert all(text(note.code, language, **note.details) for language in LANGUAGES)
    return list(found)


def told(
    dataset: Dataset, stages: list[dict[str, Any]], **more: Any
) -> list[tuple[str, str, object, object]]:
    return [
        (note.code.removeprefix("rule.warning."), note.place.key, *map(note.details.get, ("value", "near")))
        for note in notes(dataset, stages, **more)
    ]


def where(**conditions: Any) -> list[dict[str, Any]]:
    return [{**FIRST, "where": conditions}]


def test_values_that_occur_are_not_told(dataset: Dataset) -> None:
    source = {"agency_type": ["justice", "vertical"], "size": {"gte": 3}, "line": {"ne": "政法线"}}
    assert told(dataset, where(source=source, target={"weak": True})) == []


def test_a_value_that_occurs_nowhere(dataset: Dataset) -> None:
    (note, nobody) = notes(dataset, where(source={"line": "文教"}))
    assert note.code == "rule.warning.no_such_value"
    assert note.place == Place(file="scheme.yaml", line=4, key="stages.first.where.source.line")
    assert note.details == {"table": "agencies", "column": "line", "value": "文教", "near": "文教线"}
    assert nobody.code == "rule.warning.nobody"
    assert nobody.place.key == "stages.first.where.source"


@pytest.mark.parametrize(
    ("conditions", "value", "near"),
    [
        ({"agency_type": ["justice", "justise"]}, "justise", "justice"),  # one of a list
        ({"any": [{"agency_type": "justise"}, {"size": 3}]}, "justise", "justice"),
        ({"line": {"ne": "文教"}}, "文教", "文教线"),  # excludes nothing
        ({"not": {"line": "文教"}}, "文教", "文教线"),
    ],
)
def test_slips_that_leave_rows(dataset: Dataset, conditions: Any, value: str, near: str) -> None:
    (note,) = told(dataset, where(source=conditions))
    assert note[0] == "no_such_value"
    assert note[2:] == (value, near)


@pytest.mark.parametrize(
    ("conditions", "code", "value", "near"),
    [
        ({"size": 4}, "no_such_value", "4", "3、5"),
        ({"size": {"gt": 7, "lt": 9}}, "no_row_fits", "lt: 9, gt: 7", "3、5"),
        ({"line": True}, "no_such_value", "true", "文教线"),
    ],
)
def test_conditions_that_fit_none(
    dataset: Dataset, conditions: Any, code: str, value: str, near: str
) -> None:
    assert told(dataset, where(source=conditions))[0] == (
        code, f"stages.first.where.source.{next(iter(conditions))}", value, near,
    )  # fmt: skip


def test_a_name_stands_for_its_code(dataset: Dataset) -> None:
    stages = [
        {"id": "visits", "from": "cadres", "to": "agencies", "where": {"source": {"cadre_kind": "医生"}}}
    ]
    assert told(dataset, stages)[0][2:] == ("医生", "doctor")


def test_names_of_people_are_not_told(dataset: Dataset) -> None:
    stages = [{"id": "visits", "from": "cadres", "to": "agencies", "where": {"source": {"name": "示例丙"}}}]
    assert told(dataset, stages)[0][2:] == ("示例丙", "—")


def test_conditions_of_rules_lists_and_counts(dataset: Dataset) -> None:
    rules = [
        {"id": "kinds", "kind": "quota", "stage": "first", "column": "weak",
         "quotas": [{"where": {"line": "政法线"}, "of": {"true": 1}}]},
        {"id": "load", "kind": "capacity", "stage": "first", "capacity": 9,
         "load": {"count": "cadres", "where": {"skills": "d"}}},
        {"id": "away", "kind": "forbid", "stage": "second", "where": {"target": {"agency.line": "政法线"}}},
        {"id": "last", "kind": "prefer", "stage": "first", "pair": {"last_year": True}, "points": 5},
    ]  # fmt: skip
    lists = [
        {
            "id": "some",
            "name": "x",
            "rows": "agencies",
            "where": {"line": "政法线"},
            "columns": {"甲": "line"},
        }
    ]
    found = told(dataset, [FIRST, SECOND], rules=rules, lists=lists)
    assert [(key, value) for code, key, value, _ in found if code == "no_such_value"] == [
        ("rules.kinds.quotas.0.where.line", "政法线"),
        ("rules.load.load.where.skills", "d"),
        ("rules.away.where.target.agency.line", "政法线"),
        ("lists.some.where.line", "政法线"),
    ]


def test_what_is_decided_on_the_way_is_not_known(dataset: Dataset) -> None:
    stages = [
        {**FIRST, "where": None},
        {**SECOND, "where": {"source": {"first.count": 0}, "target": {"name": "x"}}},
    ]
    assert told(dataset, stages) == []


def test_they_go_with_the_faults_that_they_may_explain(dataset: Dataset) -> None:
    stages = [{**FIRST, "where": {"source": {"line": "文教", "none": 1}}}]
    with pytest.raises(InputError) as caught:
        require_ready(Scheme.model_validate({"name": "x", "stages": stages}), dataset, 2027)
    assert [fault.code for fault in caught.value.faults] == ["column.unknown"]
    assert [note.details["value"] for note in caught.value.notes] == ["文教"]


def test_lookups_that_find_nothing(dataset: Dataset) -> None:
    duties = pd.DataFrame({"member_category": ["agency"], "role": ["楼长"], "duty": [None]})
    match = {"member_category": "agency_type", "role": {"const": "楼"}}
    column = {"lookup": "duties", "match": match, "show": "duty"}
    lists = [{"id": "posts", "name": "x", "rows": "agencies", "columns": {"甲": "line", "职责": column}}]
    found = told(dataset.with_table("duties", duties), [FIRST], lists=lists)
    assert found == [
        ("no_match", "lists.posts.columns.职责", None, "agency"),
        ("no_such_value", "lists.posts.columns.职责", "楼", "楼长"),
        ("empty_column", "lists.posts.columns.职责", None, None),
    ]


def test_pairs_are_compared_with_numbers(dataset: Dataset) -> None:
    pair = {"years": {"lt": "三年"}, "any": [{"last_year": "是"}, {"evaluation": {"gte": "60"}}]}
    rules = [{"id": "p", "kind": "prefer", "stage": "first", "where": {"pair": pair}}]
    assert told(dataset, [FIRST], rules=rules, objective=[{"p": 1}]) == [
        ("pair_value", "rules.p.where.pair.years", "三年", "0、1、2.5"),
        ("pair_value", "rules.p.where.pair.any.0.last_year", "是", "true、false"),
    ]
    assert [each[:3] for each in told(dataset, where(pair={"fit": "good"}))] == [
        ("pair_value", "stages.first.where.pair.fit", "good")
    ]
