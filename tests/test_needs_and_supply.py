from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.decided import with_stages
from matchmaker.model import Assignment, Dataset, Stage
from matchmaker.needs_and_supply import Scoring, household_share, measured, needs_of, supplies_of
from matchmaker.rules.fit import Fit
from tests.rules.instances import dataset_from, problem_of, random_problem, side_of

PLACES: dict[str, list[dict[str, Any]]] = {
    "sub_districts": [
        {"sub_district_id": "S1", "name": "示例街道01", "weaknesses": ("env",)},
        {"sub_district_id": "S2", "name": "示例街道02", "weaknesses": ()},
    ],
    "communities": [
        {"community_id": "C1", "name": "示例社区01", "sub_district_id": "S1", "weaknesses": ("law", "law")},
        {"community_id": "C2", "name": "示例社区02", "sub_district_id": "S1", "weaknesses": ()},
        {"community_id": "C3", "name": "示例社区03", "sub_district_id": "S2", "weaknesses": ()},
    ],
    "grids": [
        {"grid_id": "G1", "name": "网格01", "community_id": "C1", "households": 30.0},
        {"grid_id": "G2", "name": "网格02", "community_id": "C1", "households": 10.0},
        {"grid_id": "G3", "name": "网格03", "community_id": "C2", "households": 0.0},
        {"grid_id": "G4", "name": "网格04", "community_id": "C2", "households": None},
        {"grid_id": "G5", "name": "网格05", "community_id": None, "households": 50.0},
    ],
}
UNITS: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": "A1", "name": "示例单位01", "function_codes": ("law", "env")},
        {"agency_id": "A2", "name": "示例单位02", "function_codes": ()},
    ],
    "branches": [
        {"branch_id": "B1", "name": "示例支部01", "agency_id": "A1", "function_codes": ("law",)},
        {"branch_id": "B2", "name": "示例支部02", "agency_id": "A2", "function_codes": ("health",)},
    ],
    "members": [
        {"member_id": "M1", "name": "示例党员01", "branch_id": "B1", "skills": ("health",)},
        {"member_id": "M2", "name": "示例党员02", "branch_id": None, "skills": ()},
    ],
}


def need(place_kind: str, place_id: str, category: str, **fields: Any) -> dict[str, Any]:
    return {"need_id": f"N-{place_id}-{category}", "place_kind": place_kind, "place_id": place_id,
            "category": category, "urgency": None, "weight": None, "status": None, **fields}  # fmt: skip


def needs(dataset: Dataset, table: str, **scoring: Any) -> dict[str, dict[str, float]]:
    found = needs_of(dataset, table, Scoring(**scoring))
    return {
        str(entity): {c: float(v) for c, v in row.items() if v}
        for entity, (_, row) in zip(dataset.ids(table), found.iterrows(), strict=True)
    }


def supplies(dataset: Dataset, table: str, **scoring: Any) -> dict[str, dict[str, float]]:
    found = supplies_of(dataset, table, Scoring(**scoring), 2027)
    return {
        str(entity): {c: round(float(v), 9) for c, v in row.items() if v}
        for entity, (_, row) in zip(dataset.ids(table), found.iterrows(), strict=True)
    }


def test_a_group_needs_the_categories_of_its_theme() -> None:
    themes = {
        "groups": [
            {"group_id": "T1", "name": "示例第一共同体", "theme_codes": ("biz", "policy")},
            {"group_id": "T2", "name": "示例第二共同体", "theme_codes": ()},
        ]
    }
    assert needs(dataset_from(themes), "groups") == {"T1": {"biz": 3, "policy": 3}, "T2": {}}
    assert needs(dataset_from(themes), "groups", theme=1.0)["T1"] == {"biz": 1, "policy": 1}


def test_items_at_and_below_a_place_count_in_full() -> None:
    dataset = dataset_from(
        {
            **PLACES,
            "needs": [
                need("sub_district", "S1", "health", urgency=5.0, weight=2.0),
                need("community", "C2", "health", urgency=1.0),
                need("grid", "G5", "health"),  # its community is unknown
                need("grid", "G1", "edu", status="已办结"),
            ],
        }
    )
    assert needs(dataset, "sub_districts") == {"S1": {"env": 3, "health": 11, "law": 3}, "S2": {}}
    assert needs(dataset, "sub_districts", weakness=1, closed=()) == {
        "S1": {"edu": 3, "env": 1, "health": 11, "law": 1},
        "S2": {},
    }


def test_items_above_a_place_count_by_its_households() -> None:
    dataset = dataset_from({**PLACES, "needs": [need("sub_district", "S1", "health", urgency=4.0)]})
    found = needs(dataset, "grids", weakness=0)
    assert found == {"G1": {"health": 3}, "G2": {"health": 1}, "G3": {}, "G4": {}, "G5": {}}
    # communities know no households here: equal parts
    assert needs(dataset, "communities", weakness=0) == {"C1": {"health": 2}, "C2": {"health": 2}, "C3": {}}
    assert needs(dataset, "grids")["G2"] == pytest.approx({"env": 0.75, "health": 1, "law": 0.75})


def test_household_shares_are_equal_where_none_are_known() -> None:
    dataset = dataset_from(PLACES)
    assert household_share(dataset, "grids", "communities").tolist() == [0.75, 0.25, 0.5, 0.5, 0]


def test_residents_hand_in_through_any_place() -> None:
    dataset = dataset_from({**PLACES, "needs": [need("resident", "G2", "law"), need("resident", "X", "law")]})
    assert needs(dataset, "grids", weakness=0)["G2"] == {"law": 3}
    assert needs(dataset, "sub_districts", weakness=0) == {"S1": {"law": 3}, "S2": {}}


def test_a_table_of_items_needs_what_it_says_itself() -> None:
    posts = [
        {"post_id": "P1", "community_id": "C1", "name": "调解岗", "category": "law", "capacity": 2.0},
        {"post_id": "P2", "community_id": "C2", "name": "义诊岗", "category": "health", "capacity": 1.0},
    ]
    dataset = dataset_from({**PLACES, "posts": posts, "needs": [need("community", "C1", "edu", urgency=5.0)]})
    assert needs(dataset, "posts", weakness=0) == {"P1": {"law": 3}, "P2": {"health": 3}}
    dataset = dataset_from({**PLACES, "needs": [need("community", "C1", "edu", urgency=5.0, weight=2.0)]})
    assert needs(dataset, "needs", weakness=0) == {"N-C1-edu": {"edu": 10}}


def test_committees_hand_in_for_their_street() -> None:
    committees = [
        {
            "committee_id": "K1",
            "name": "示例大工委01",
            "committee_kind": "sub_district",
            "sub_district_id": "S1",
        },
        {
            "committee_id": "K2",
            "name": "示例大工委02",
            "committee_kind": "sub_district",
            "sub_district_id": "S2",
        },
    ]
    handed_in = [
        need("committee", "K2", "employ", urgency=4.0),
        need("sub_district", "S1", "law", urgency=2.0),
    ]
    dataset = dataset_from({**PLACES, "committees": committees, "needs": handed_in})
    assert needs(dataset, "committees", weakness=0) == {"K1": {"law": 2}, "K2": {"employ": 4}}
    assert needs(dataset, "sub_districts", weakness=0) == {"S1": {"law": 2}, "S2": {"employ": 4}}


def test_functions_are_inherited_at_a_half_and_not_twice() -> None:
    dataset = dataset_from({**PLACES, **UNITS})
    assert supplies(dataset, "agencies") == {"A1": {"env": 1, "law": 1}, "A2": {}}
    assert supplies(dataset, "branches") == {"B1": {"env": 0.5, "law": 1}, "B2": {"health": 1}}
    assert supplies(dataset, "members") == {"M1": {"env": 0.25, "health": 1, "law": 0.5}, "M2": {}}
    assert supplies(dataset, "branches", inherited=0)["B1"] == {"law": 1}


def test_a_decided_pair_supplies_what_its_source_does_and_needs_what_its_target_does() -> None:
    dataset = dataset_from({**PLACES, **UNITS, "needs": [need("community", "C2", "health", urgency=2.0)]})
    stage = Stage("visits", "members", "communities")
    pairs = Assignment.of("visits", np.array(["M2", "M1"], object), np.array(["C1", "C2"], object))
    decided = with_stages(dataset, [stage], {"visits": pairs})
    assert supplies(decided, "visits") == {"M1+C2": supplies(dataset, "members")["M1"], "M2+C1": {}}
    assert needs(decided, "visits") == {
        "M1+C2": needs(dataset, "communities")["C2"],
        "M2+C1": needs(dataset, "communities")["C1"],
    }
    empty = with_stages(dataset, [stage], {})
    assert supplies(empty, "visits") == needs(empty, "visits") == {}


def test_resources_and_services_add_and_count_half_from_below() -> None:
    dataset = dataset_from(
        {
            **UNITS,
            "resources": [
                {"resource_id": "R1", "agency_id": "A1", "branch_id": None, "category": "law"},
                {"resource_id": "R2", "agency_id": "A1", "branch_id": "B1", "category": "health"},
            ],
            "services": [
                {"service_id": "V1", "branch_id": "B1", "category": "edu"},
                {"service_id": "V2", "branch_id": "B1", "category": "edu"},
            ],
        }
    )
    assert supplies(dataset, "agencies")["A1"] == {"edu": 0.5, "env": 1, "health": 0.5, "law": 1.5}
    assert supplies(dataset, "branches")["B1"] == {"edu": 1, "env": 0.5, "health": 0.5, "law": 1}


def test_past_ratings_change_all_supply() -> None:
    ratings = [
        {"year": 2026.0, "rater_kind": "community_agency", "ratee_id": "A1", "rater_id": "C1", "score": 80.0},
        {
            "year": 2025.0,
            "rater_kind": "community_agency",
            "ratee_id": "A1",
            "rater_id": "C1",
            "score": 100.0,
        },
        {"year": 2027.0, "rater_kind": "community_agency", "ratee_id": "A1", "rater_id": "C1", "score": 0.0},
        {"year": 2026.0, "rater_kind": "branch_member", "ratee_id": "A1", "rater_id": "B1", "score": 0.0},
    ]
    dataset = dataset_from({**UNITS, "evaluations": ratings})
    assert supplies(dataset, "agencies")["A1"] == {"env": 1.1, "law": 1.1}
    assert supplies(dataset, "agencies", evaluation=0)["A1"] == {"env": 1, "law": 1}


def test_empty_tables_need_and_supply_nothing() -> None:
    dataset = dataset_from(
        {"agencies": [{"agency_id": "A1", "name": "x"}], "grids": [{"grid_id": "G1", "name": "y"}]}
    )
    problem = problem_of(
        dataset,
        Stage("s", "agencies", "grids"),
        side_of(dataset, "agencies", (0, None)),
        side_of(dataset, "grids", (0, None)),
    )
    found = measured(problem, Scoring())
    assert found.categories == ()
    assert found.need.shape == (1, 0)
    assert Fit(id="f", stage="s").fit(problem).tolist() == [0]


@pytest.mark.parametrize("stage", ["agency_sub_district", "branch_grid"])
def test_breakdown_adds_up_to_the_fit(stage: str) -> None:
    rule = Fit(id="fit", stage=stage)
    for seed in range(5):
        problem = random_problem(seed, stage, most_pairs=12)
        pairs = np.arange(problem.pair_count)
        breakdown = rule.breakdown(problem, pairs)
        assert np.abs(breakdown.points.sum(axis=1) * 100 - rule.fit(problem)).max() <= 0.51
        for row, best in zip(breakdown.points, breakdown.largest(2), strict=True):
            assert [value for _, value in best] == sorted(row[row > 0], reverse=True)[:2]


def test_fit_is_the_same_for_few_and_for_all_pairs() -> None:
    """The product of whole rows and the sum per pair are two ways to one number."""
    rule = Fit(id="fit", stage="agency_sub_district")
    for seed in range(8):
        problem = random_problem(seed, "agency_sub_district", most_pairs=12)
        whole = rule.fit(problem)
        for pair in range(problem.pair_count):
            keep = np.arange(problem.pair_count) == pair
            assert rule.fit(problem.restricted(keep)).tolist() == [whole[pair]]


def test_communities_supply_what_they_and_their_partners_offer() -> None:
    partners = [{"partner_id": "P1", "name": "示例企业01", "kind": "enterprise", "community_id": "C1",
                 "function_codes": ("employ",)}]  # fmt: skip

    def resource(number: int, category: str, **owner: str) -> dict[str, Any]:
        return {"resource_id": f"R{number}", "agency_id": None, "partner_id": None, "community_id": None,
                "category": category, "content": "示例", **owner}  # fmt: skip

    resources = [
        resource(1, "culture", community_id="C1"),
        resource(2, "culture", community_id="C1"),
        resource(3, "health", partner_id="P1"),
        resource(4, "edu", agency_id="A1"),
        resource(5, "env", community_id="C1", partner_id="P1"),  # of the community itself: counted once
    ]
    dataset = dataset_from({**PLACES, **UNITS, "partners": partners, "resources": resources})
    assert supplies(dataset, "communities") == {
        "C1": {"culture": 1, "health": 0.25, "env": 0.5}, "C2": {}, "C3": {}
    }  # fmt: skip
    assert supplies(dataset, "sub_districts")["S1"] == {"culture": 0.5, "health": 0.25, "env": 0.25}
    assert supplies(dataset, "partners") == {"P1": {"employ": 1, "health": 0.5, "env": 0.5}}
    assert supplies(dataset, "agencies")["A1"] == {"law": 1, "env": 1, "edu": 0.5}
