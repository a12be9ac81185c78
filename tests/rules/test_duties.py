"""Duties over several stages: charges add up, room is kept, owners and places are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from matchmaker.decided import with_stages
from matchmaker.messages import LANGUAGES, render_fault, text
from matchmaker.model import POINT, Assignment, Dataset, Problem, Stage
from matchmaker.rules.duties import Duties
from matchmaker.rules.duty_ledger import other_duties
from tests.rules.instances import dataset_from, problem_of, random_tables, side_of

STAGES = (
    Stage("visit", "agencies", "communities"),
    Stage("pairing", "branches", "grids"),
    Stage("service", "agencies", "grids"),
)


def drawn(dataset: Dataset, seed: int) -> dict[str, Assignment]:
    """Every stage decided at random."""
    rng = np.random.default_rng(seed)
    plans = {}
    for stage in STAGES:
        sources, targets = dataset.ids(stage.source_table), dataset.ids(stage.target_table)
        chosen = np.flatnonzero(rng.random(len(sources) * len(targets)) < 0.3)
        source, target = np.divmod(chosen, len(targets))
        plans[stage.id] = Assignment.of(stage.id, sources[source], targets[target])
    return plans


def at(position: int, dataset: Dataset, plans: Mapping[str, Assignment]) -> Problem:
    """The problem of one stage, those before it decided."""
    stage, before = STAGES[position], STAGES[:position]
    earlier = {one.id: plans[one.id] for one in before}
    dataset = with_stages(dataset, before, earlier)
    sides = [side_of(dataset, table, (0, None)) for table in (stage.source_table, stage.target_table)]
    return replace(problem_of(dataset, stage, *sides), earlier=earlier)


@pytest.mark.parametrize("with_sheet", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_charges_of_all_stages_are_the_excess_of_the_whole(seed: int, with_sheet: bool) -> None:
    """Counted here pair by pair, in plain Python, over all stages at once."""
    dataset = dataset_from(random_tables(np.random.default_rng(seed)))
    plans = drawn(dataset, seed)
    rule = Duties(
        id="burden", stages=tuple(stage.id for stage in STAGES), per="agency", max=3,
        other_duties=with_sheet, places="sub_district", max_places=2, points=10,
    )  # fmt: skip
    charged = sum(
        rule.check(at(position, dataset, plans), plans[stage.id], True).points["burden"]
        for position, stage in enumerate(STAGES)
    )
    agency_of = dict(zip(dataset.ids("branches"), dataset.frame("branches")["agency_id"], strict=True))
    street_of = dict(
        zip(dataset.ids("communities"), dataset.frame("communities")["sub_district_id"], strict=True)
    )
    for grid, community in zip(dataset.ids("grids"), dataset.frame("grids")["community_id"], strict=True):
        street_of[grid] = street_of[community]
    sheet = dataset.frame("other_duties") if with_sheet else dataset.frame("nothing")
    lost = 0.0
    for agency in dataset.ids("agencies"):
        load, places = 0.0, set()
        for _, row in sheet.iterrows():
            if agency in (row["source_id"], agency_of.get(row["source_id"])):
                load += row["load"]
                places |= {row["sub_district_id"] or street_of.get(row["target_id"])} - {None}
        before = max(load - 3, 0) + max(len(places) - 2, 0)
        for plan in plans.values():
            for source, target in zip(plan.source_ids, plan.target_ids, strict=True):
                if agency in (source, agency_of.get(source)):
                    load += 1
                    places.add(street_of[target])
        lost += max(load - 3, 0) + max(len(places) - 2, 0) - before
    assert charged == pytest.approx(-10 * POINT * lost)


TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": "A1", "name": "示例单位01", "duty_cap": 2.0, "line": "甲"},
        {"agency_id": "A2", "name": "示例单位02", "duty_cap": None, "line": "乙"},
    ],
    "branches": [{"branch_id": "B1", "name": "示例支部01", "agency_id": "A1"}],
    "members": [{"member_id": "M1", "name": "模拟人员01", "branch_id": "B1", "agency_id": "A1"}],
    "sub_districts": [{"sub_district_id": f"S{i}", "name": f"示例街道0{i}"} for i in (1, 2)],
    "communities": [{"community_id": "C1", "name": "示例社区01", "sub_district_id": "S1"}],
    "grids": [{"grid_id": "G1", "name": "网格01", "community_id": "C1"}],
    "other_duties": [
        {"source_id": "A1", "scheme": "甲", "target_id": "G1", "sub_district_id": None, "load": 1.0},
        {"source_id": "B1", "scheme": "乙", "target_id": "C1", "sub_district_id": "S2", "load": 2.0},
        {"source_id": "M1", "scheme": "丙", "target_id": "某处", "sub_district_id": None, "load": 0.5},
        {"source_id": "A2", "scheme": "丁", "target_id": None, "sub_district_id": None, "load": 4.0},
    ],
}


def test_rows_of_the_sheet_count_for_whoever_is_above() -> None:
    dataset = dataset_from(TABLES)
    found = other_duties(dataset, "agencies", "sub_district")
    assert found["owner"].tolist() == [0, 1, 0, 0]
    assert found["load"].tolist() == [1, 4, 2, 0.5]
    assert [None if place != place else place for place in found["place"]] == ["S1", None, "S2", None]
    assert other_duties(dataset, "branches", "sub_district")["load"].tolist() == [2, 0.5]
    assert other_duties(dataset, "members", None)["load"].tolist() == [0.5]
    bare = dataset_from({name: rows for name, rows in TABLES.items() if name != "other_duties"})
    assert len(other_duties(bare, "agencies", "sub_district")) == 0


def test_owners_beyond_their_cap_are_named_once() -> None:
    dataset = dataset_from(TABLES)
    rule = Duties(id="burden", stages=("visit", "service"), per="agency", max="duty_cap")
    notes = [rule.warnings(replace(at(0, dataset, {}), stage=stage)) for stage in STAGES]
    assert [len(note) for note in notes] == [1, 0, 0]
    assert (notes[0][0].count, notes[0][0].details["named"]) == (1, "A1")
    for language in LANGUAGES:
        assert "{" not in text(notes[0][0].code, language, count=1, **notes[0][0].details)


@pytest.mark.parametrize(
    ("fields", "position", "codes"),
    [
        ({"per": "agency", "max": "duty_cap"}, 1, []),
        ({"per": "branch", "max": 3}, 0, ["rule.duties.no_owner"]),
        ({"per": "grid", "max": 3}, 0, ["rule.duties.no_owner"]),
        ({"per": "agency", "max": "line"}, 0, ["column.not_numbers"]),
        ({"per": "agency", "max": "nothing"}, 0, ["column.unknown"]),
        ({"max": 3}, 0, []),
        ({"max": 3}, 1, ["rule.duties.other_sources"]),
        ({"max": 3}, 2, ["rule.duties.other_sources"]),
    ],
)
def test_faults_of_the_tables(fields: dict[str, Any], position: int, codes: list[str]) -> None:
    dataset = with_stages(dataset_from(TABLES), STAGES[:position], {})
    stage = STAGES[position]
    rule = Duties(id="burden", stages=tuple(one.id for one in STAGES), **fields)
    faults = rule.structure_faults(dataset, stage.source_table, stage.target_table)
    assert [fault.code for fault in faults] == codes
    assert all("{" not in render_fault(fault, language) for fault in faults for language in LANGUAGES)


@pytest.mark.parametrize(
    "fields",
    [
        {"stages": ["visit"]},
        {"stages": [], "max": 1},
        {"stages": ["visit", "visit"], "max": 1},
        {"stages": ["visit"], "max": 1, "places": "sub_district"},
        {"stages": ["visit"], "max": 1, "max_places": 2},
        {"stage": "visit", "stages": ["visit"], "max": 1},
    ],
)
def test_rules_that_make_no_sense_are_rejected(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Duties.model_validate({"id": "burden", **fields})
