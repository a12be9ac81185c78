"""What a scheme names and a dataset lacks: all of it at once, each with its place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from matchmaker.errors import InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Dataset
from matchmaker.readiness import readiness_faults, require_ready
from matchmaker.scheme.definitions import Scheme
from tests.rules.instances import dataset_from

FIRST = {"id": "first", "from": "agencies", "to": "sub_districts"}
SECOND = {"id": "second", "from": "branches", "to": "grids", "within": ["first"]}


@pytest.fixture
def dataset() -> Dataset:
    return dataset_from(
        {
            "agencies": [{"agency_id": "A1", "name": "示例单位", "size": 3.0, "hours": 1.0}],
            "branches": [{"branch_id": "B1", "agency_id": "A1", "kind": "law"}],
            "sub_districts": [{"sub_district_id": "S1", "room": 2.0}],
            "communities": [{"community_id": "C1", "sub_district_id": "S1"}],
            "grids": [{"grid_id": "G1", "community_id": "C1", "room": 2.0}],
        }
    )


def told(
    dataset: Dataset, stages: list[dict[str, Any]], *rules: dict[str, Any]
) -> list[tuple[str, str, str]]:
    """(code, place, found) of each fault; soft rules stand in an objective."""
    scheme = Scheme.model_validate({"name": "x", "stages": stages, "rules": list(rules)})
    faults = readiness_faults(scheme, dataset, 2027)
    for fault in faults:
        assert all(render_fault(fault, language) for language in LANGUAGES)
    return [(fault.code, fault.place.key, fault.found) for fault in faults]


def test_nothing_is_missing(dataset: Dataset) -> None:
    stages = [{**FIRST, "each_target": {"max": "room"}}, {**SECOND, "where": {"source": {"kind": "law"}}}]
    assert told(dataset, stages) == []


def test_missing_tables(dataset: Dataset) -> None:
    stage = {"id": "third", "from": "members", "to": "buildings"}
    assert told(dataset, [stage]) == [
        ("problem.no_table", "stages.third", "members"),
        ("problem.no_table", "stages.third", "buildings"),
    ]


def test_columns_of_bounds(dataset: Dataset) -> None:
    stages = [{**FIRST, "each_source": {"max": "sice"}, "each_target": {"min": "room", "max": "rooms"}}]
    assert told(dataset, stages) == [
        ("column.unknown", "stages.first", "sice"),
        ("column.unknown", "stages.first", "rooms"),
    ]


def test_bounds_that_hold_no_numbers(dataset: Dataset) -> None:
    stages = [{**FIRST, "each_source": {"max": "name"}}]
    assert told(dataset, stages) == [("column.not_numbers", "stages.first", "示例单位")]


def test_counts_of_tables_that_do_not_lie_below(dataset: Dataset) -> None:
    stages = [{**FIRST, "each_source": {"max": {"count": "grids"}}}]
    assert told(dataset, stages) == [("column.no_path", "stages.first", "grids")]


def test_conditions_of_stages(dataset: Dataset) -> None:
    where = {
        "source": {"kindd": 1},
        "target": {"any": [{"sub_district.x": 1}]},
        "pair": {"distence_km": {"lt": 3}, "same": ["home", "community.x"]},
    }
    assert told(dataset, [FIRST, {**SECOND, "where": where}]) == [
        ("column.unknown", "stages.second", "kindd"),
        ("column.unknown", "stages.second", "x"),
        ("column.unknown", "stages.second", "distence_km"),
        ("column.unknown", "stages.second", "home"),
        ("column.unknown", "stages.second", "x"),
    ]


def test_stages_that_no_tree_connects(dataset: Dataset) -> None:
    across = {"id": "second", "from": "branches", "to": "agencies", "within": ["first"]}
    assert told(dataset, [FIRST, across]) == [("problem.no_path", "stages.second", "agencies")]


def test_neighbours_and_distances_that_rules_need(dataset: Dataset) -> None:
    rule = {"id": "area", "kind": "contiguous", "stage": "second"}
    assert told(dataset, [FIRST, SECOND], rule) == [("rule.no_neighbours", "rules.area", "G1")]
    adjacent = dataset.with_table("adjacency", pd.DataFrame([{"table": "grids", "id_a": "G1", "id_b": "G1"}]))
    assert told(adjacent, [FIRST, SECOND], rule) == []
    soft = Scheme.model_validate(
        {"name": "x", "stages": [FIRST, SECOND], "rules": [rule], "objective": [{"area": 1}]}
    )
    assert [fault.code for fault in readiness_faults(soft, adjacent, 2027)] == ["rule.no_distances"]
    # nothing is said of the data while columns cannot be read
    other = {"id": "never", "kind": "forbid", "stage": "first", "where": {"source": {"kindd": 1}}}
    assert [code for code, _, _ in told(dataset, [FIRST, SECOND], rule, other)] == ["column.unknown"]


def test_columns_of_rules(dataset: Dataset) -> None:
    rules = (
        {
            "id": "share",
            "kind": "balance",
            "stage": "first",
            "load": "sizes",
            "share": "room",
            "tolerance": 0.1,
        },
        {"id": "together", "kind": "one_place", "stage": "second", "place": "villages"},
        {"id": "never", "kind": "forbid", "stage": "first", "where": {"source": {"kindd": 1}}},
    )
    assert told(dataset, [FIRST, SECOND], *rules) == [
        ("column.unknown", "rules.share", "sizes"),
        ("column.unknown", "rules.together", "villages"),
        ("column.unknown", "rules.never", "kindd"),
    ]


def test_everything_is_told_at_once(dataset: Dataset) -> None:
    scheme = Scheme.model_validate(
        {"name": "x", "stages": [{**FIRST, "each_source": {"max": "a"}, "each_target": {"max": "b"}}]}
    )
    with pytest.raises(InputError) as caught:
        require_ready(scheme, dataset, 2027)
    assert [fault.found for fault in caught.value.faults] == ["a", "b"]


def test_conditions_on_pairs_are_within_stages_that_a_tree_connects(dataset: Dataset) -> None:
    connected = {"id": "second", "from": "branches", "to": "grids", "where": {"pair": {"within": "first"}}}
    elsewhere = {"id": "third", "from": "grids", "to": "branches", "where": {"pair": {"within": "first"}}}
    assert told(dataset, [FIRST, connected]) == []
    assert told(dataset, [FIRST, elsewhere]) == [
        ("problem.no_path", "stages.third", "grids"),
        ("problem.no_path", "stages.third", "branches"),
    ]
    assert told(dataset, [connected]) == [("grouping.no_stage", "stages.second", "first")]


def test_what_rests_on_an_earlier_stage_is_not_judged_before_it_is_decided(dataset: Dataset) -> None:
    quota = {"id": "q", "kind": "quota", "stage": "second", "of": {"law": 2}, "side": "target"}
    stages = [FIRST, SECOND]
    assert told(dataset, stages, {**quota, "column": "kind"}) == [("rule.too_few", "rules.q", "law")]
    assert told(dataset, stages, {**quota, "column": "first.count"}) == [
        ("column.no_path", "rules.q", "first")  # no count of pairs above a row
    ]
    entry = {"where": {"first.count": 1}, "of": {"law": 2}}
    rule = {"id": "q", "kind": "quota", "stage": "third", "column": "kind", "side": "target"}
    third = {"id": "third", "from": "branches", "to": "sub_districts", "within": ["first"]}
    assert told(dataset, [FIRST, third], {**rule, "quotas": [entry]}) == []


def test_features_that_loads_name(dataset: Dataset) -> None:
    rule = {"id": "far", "kind": "capacity", "stage": "first", "capacity": 3}
    assert told(dataset, [FIRST], {**rule, "load": {"pair": "miles"}}) == [
        ("column.unknown", "rules.far", "miles")
    ]
    floor = {"id": "least", "kind": "floor", "stage": "first", "min": 3, "load": {"pair": "miles"}}
    assert told(dataset, [FIRST], floor) == [("column.unknown", "rules.least", "miles")]
    assert told(dataset, [FIRST], {**rule, "load": {"pair": "minutes"}}) == [
        ("rule.no_minutes", "rules.far", "minutes")
    ]
    assert told(dataset, [FIRST], {**rule, "load": {"pair": "distance_km"}}) == [
        ("rule.distance.unknown", "rules.far", "A1"),
        ("rule.distance.unknown", "rules.far", "S1"),
    ]
    assert told(dataset, [FIRST], {**rule, "load": {"source": "size", "target": "rooms"}}) == [
        ("column.unknown", "rules.far", "rooms")
    ]


def test_minima_that_may_fall_short_make_nothing_impossible(dataset: Dataset) -> None:
    rule = {"id": "q", "kind": "quota", "stage": "first", "side": "target", "total": {"max": 0}}
    stages = [{**FIRST, "each_source": 1}]
    assert told(dataset, stages, rule) == [("rule.too_many_in_all", "rules.q", "agencies")]
    scheme = {"name": "x", "stages": stages, "rules": [rule], "objective": [{"first.sources": 1}]}
    assert readiness_faults(Scheme.model_validate(scheme), dataset, 2027) == ()


def test_what_names_a_stage_without_tables_is_not_told_again(dataset: Dataset) -> None:
    third = {"id": "third", "from": "members", "to": "buildings"}
    fourth = {"id": "fourth", "from": "third", "to": "grids"}
    fifth = {"id": "fifth", "from": "branches", "to": "grids", "where": {"target": {"third.count": 0}}}
    rule = {"id": "few", "kind": "quota", "stage": "fifth", "by": {"stage": "fourth"}, "total": 1}
    assert told(dataset, [third, fourth, fifth], rule) == [
        ("problem.no_table", "stages.third", "members"),
        ("problem.no_table", "stages.third", "buildings"),
    ]


def test_pairs_that_are_still_to_be_decided_may_be_named(dataset: Dataset) -> None:
    later = {"id": "later", "from": "first", "to": "grids"}
    pin = {"kind": "pin", "stage": "later", "source": "A1+S1"}
    assert told(dataset, [FIRST, later], {"id": "one", **pin, "target": "G1"}) == []
    assert told(dataset, [FIRST, later], {"id": "one", **pin, "target": "G9"}) == [
        ("rule.unknown_id", "rules.one", "G9")
    ]
    assert told(dataset, [FIRST, later], {"id": "one", **pin, "source": "A1+S9", "target": "G1"}) == [
        ("rule.unknown_pair", "rules.one", "A1+S9")
    ]


def test_pins_of_rows_that_take_no_part(dataset: Dataset) -> None:
    stage = {**FIRST, "where": {"source": {"size": {"gt": 3}, "hours": 1}}}
    pin = {"id": "one", "kind": "pin", "stage": "first", "source": "A1", "target": "S1"}
    assert told(dataset, [stage], pin) == [("pins.left_out", "rules.one", "A1")]
    scheme = Scheme.model_validate({"name": "x", "stages": [stage], "rules": [pin]})
    (fault,) = readiness_faults(scheme, dataset, 2027)
    assert fault.details["conditions"] == "size（3）"
    assert told(dataset, [stage], {**pin, "until": 2026}) == []
    assert told(dataset, [stage], {**pin, "kind": "forbid"}) == []


def test_rows_of_the_pins_sheet_that_take_no_part(dataset: Dataset) -> None:
    stage = {**FIRST, "where": {"source": {"any": [{"hours": 2}, {"size": 4}]}}}
    rows = [{"stage": "first", "action": "pin", "source_id": "A1", "target_id": "S1"}]
    (fault,) = readiness_faults(
        Scheme.model_validate({"name": "x", "stages": [stage]}),
        dataset.with_table("pins", pd.DataFrame(rows)),
        2027,
    )
    assert (fault.code, fault.place.sheet, fault.found) == ("pins.left_out", "pins", "A1")
    assert (fault.details["pair"], fault.details["conditions"]) == ("A1–S1", "where")
