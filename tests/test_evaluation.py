"""A year's scores: each part by hand, missing data, corrections, grades, ranks, and scores made of scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.evaluation import Evaluation, evaluate, rounded_score, without_records
from matchmaker.evaluation_forms import EvaluationDefinition
from matchmaker.model import Assignment, Dataset, Stage
from tests.rules.instances import dataset_from

YEAR = 2027
TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [{"agency_id": "A1", "name": "甲局", "merit": 70}, {"agency_id": "A2", "name": "乙局"}],
    "branches": [
        {"branch_id": "B1", "name": "甲局一支部", "agency_id": "A1"},
        {"branch_id": "B2", "name": "甲局二支部", "agency_id": "A1"},
        {"branch_id": "B3", "name": "乙局支部", "agency_id": "A2"},
    ],
    "members": [
        {"member_id": "M1", "name": "示例甲", "branch_id": "B1", "eligible": True},
        {"member_id": "M2", "name": "示例乙", "branch_id": "B1", "eligible": True},
        {"member_id": "M3", "name": "示例丙", "branch_id": "B2", "eligible": False},
        {"member_id": "M4", "name": "示例丁", "branch_id": "B3", "eligible": True},
    ],
    "sub_districts": [{"sub_district_id": "S1", "name": "示例街道"}],
    "communities": [
        {"community_id": "C1", "name": "示例社区01", "sub_district_id": "S1"},
        {"community_id": "C2", "name": "示例社区02", "sub_district_id": "S1"},
    ],
    "grids": [
        {"grid_id": "G1", "name": "网格01", "community_id": "C1"},
        {"grid_id": "G2", "name": "网格02", "community_id": "C1"},
        {"grid_id": "G3", "name": "网格03", "community_id": "C2"},
    ],
    "buildings": [
        {"building_id": "H1", "name": "1栋", "grid_id": "G1"},
        {"building_id": "H3", "name": "3栋", "grid_id": "G3"},
    ],
}
PAIRS = [("B1", "G1"), ("B2", "G2"), ("B3", "G3")]


def rating(kind: str, ratee: str, rater: str, score: float, year: int = YEAR) -> dict[str, Any]:
    return {"year": year, "rater_kind": kind, "ratee_id": ratee, "rater_id": rater, "score": score}


def points(member: str, amount: float, day: str = "2027-03-01") -> dict[str, Any]:
    return {"date": day, "member_id": member, "community_id": "C1", "points": amount, "hours": 2}


def visit(kind: str, who: str, place_kind: str, place: str, day: str) -> dict[str, Any]:
    return {"date": day, "visitor_kind": kind, "visitor_id": who, "place_kind": place_kind, "place_id": place}


def order(order_id: str, grid: str, stars: float | None, day: str | None = "2027-05-01") -> dict[str, Any]:
    return {"order_id": order_id, "grid_id": grid, "content": "理发", "rating": stars, "raised_on": day}


def data(**records: list[dict[str, Any]]) -> Dataset:
    dataset = dataset_from({**TABLES, **records})
    sources, targets = (np.array(side, object) for side in zip(*PAIRS, strict=True))
    stage = Stage("branch_grid", "branches", "grids")
    return with_stages(dataset, [stage], {"branch_grid": Assignment.of("branch_grid", sources, targets)})


def entry(rows: str, *parts: dict[str, Any], **further: Any) -> dict[str, Any]:
    numbered = [{"id": f"p{at}", **part} for at, part in enumerate(parts, 1)]
    return {"id": f"{rows}_score", "name": rows, "rows": rows, "parts": numbered, **further}


def scored(dataset: Dataset, *entries: dict[str, Any]) -> Evaluation:
    return evaluate(tuple(EvaluationDefinition.model_validate(one) for one in entries), dataset, YEAR)


def values(found: Evaluation, at: int = -1) -> dict[str, float | None]:
    """Score by id, None for none."""
    one = found.entries[at]
    ids = found.dataset.ids(one.definition.rows)[one.rows]
    return {
        str(key): None if np.isnan(score) else float(score) for key, score in zip(ids, one.score, strict=True)
    }


# parts


def test_each_rater_counts_once() -> None:
    rows = [rating("community_agency", "A1", "C1", 60), rating("community_agency", "A1", "C1", 80),
            rating("community_agency", "A1", "C2", 90), rating("agency_community", "C1", "A1", 10),
            rating("community_agency", "A2", "C2", 50, YEAR - 1)]  # fmt: skip
    found = scored(data(evaluations=rows), entry("agencies", {"rating": "community_agency", "weight": 1}))
    assert values(found) == {"A1": 80, "A2": None}  # the mean of 70 and 90; last year's does not count
    assert found.entries[0].parts[0].count.tolist() == [2, 0]
    assert [(note.code, note.count) for note in found.notes] == [("tables.warning.other_year", 1)]


def test_halves_of_a_hundredth_are_rounded_up() -> None:
    """Eight raters give eighths: 60.125 is 60.13 on every pocket calculator."""
    rows = [rating("community_agency", "A1", f"C{at}", 60 + (at == 1)) for at in range(1, 9)]
    found = scored(data(evaluations=rows), entry("agencies", {"rating": "community_agency", "weight": 1}))
    assert values(found)["A1"] == 60.13
    assert rounded_score(np.array([1.005, -0.125, np.nan])).tolist()[:2] == [1.01, -0.13]


def test_orders_are_those_below_or_those_served() -> None:
    rows = [order("O1", "G1", 5), order("O2", "G1", 3), order("O3", "G3", 1, None), order("O4", "G2", None),
            order("O5", "G2", 5, "2026-01-01")]  # fmt: skip
    dataset = data(orders=rows)
    places = scored(dataset, entry("communities", {"orders": True, "weight": 1}))
    assert values(places) == {"C1": 75, "C2": 0}
    branches = scored(dataset, entry("branches", {"orders": True, "stage": "branch_grid", "weight": 1}))
    assert values(branches) == {"B1": 75, "B2": None, "B3": 0}
    agencies = scored(dataset, entry("agencies", {"orders": True, "stage": "branch_grid", "weight": 1}))
    assert values(agencies) == {"A1": 75, "A2": 0}


def test_points_of_members_and_of_those_above() -> None:
    rows = [
        points("M1", 20),
        points("M1", 10),
        points("M2", 12),
        points("M4", -3),
        points("M2", 50, "2026-12-31"),
    ]
    part = {"points": 24, "weight": 1}
    own = {"rating": "branch_member", "weight": 2}
    ratings = [rating("branch_member", f"M{at}", "B1", 100) for at in (1, 2, 3, 4)]
    dataset = data(points=rows, evaluations=ratings)
    members = scored(dataset, entry("members", own, part))
    assert [each.round(2).tolist() for each in (members.entries[0].parts[1].value,)] == [[100, 50, 0, 0]]
    assert members.entries[0].parts[1].mean == 37.5  # who has no entry has 0 points, and counts
    shares = {"where": {"eligible": True}, **part}
    above = scored(
        dataset,
        entry(
            "agencies", {"column": "merit", "weight": 2}, {"rating": "community_agency", "weight": 3}, shares
        ),
    )
    assert above.entries[0].parts[2].value.tolist() == [50, 0]
    assert above.entries[0].parts[2].count.tolist() == [2, 1]  # M3 cannot take part
    places = entry(
        "communities", {"rating": "agency_community", "weight": 3}, {**part, "stage": "branch_grid"}
    )
    assert scored(dataset, places).entries[0].parts[1].count.tolist() == [3, 1]


def test_visits_by_pair_and_period() -> None:
    rows = [
        visit("branch", "B1", "grid", "G1", "2027-01-05"),
        visit("member", "M2", "building", "H1", "2027-06-30"),
        visit("member", "M1", "grid", "G1", "2027-05-01"),
        visit("branch", "B1", "grid", "G3", "2027-08-01"),  # not its grid
        visit("member", "M4", "building", "H3", "2027-12-31"),
        visit("member", "M4", "community", "C2", "2027-01-01"),  # no visit of the grid
        visit("branch", "B2", "grid", "G2", "2026-01-01"),
    ]
    quality = {"rating": "community_agency", "weight": 2}
    part = {"visits": {"stage": "branch_grid", "per": "quarter"}, "weight": 1}
    found = scored(data(visits=rows), entry("agencies", quality, part))
    assert found.entries[0].parts[1].value.tolist() == [25, 25]  # two of eight, one of four
    assert found.entries[0].parts[1].count.tolist() == [2, 1]
    twice = {"visits": {"stage": "branch_grid", "per": "half_year", "at_least": 2}, "weight": 1}
    again = scored(data(visits=rows), entry("branches", {"rating": "resident", "weight": 2}, twice))
    assert again.entries[0].parts[1].value.tolist() == [50, 0, 0]


def test_joint_liability() -> None:
    rows = [rating("agency_community", "C1", "A1", 90), rating("agency_community", "C2", "A2", 40)]
    places = entry("communities", {"rating": "agency_community", "weight": 1})
    joint = {"score_of": "communities_score", "stage": "branch_grid", "weight": 1}
    assert values(scored(data(evaluations=rows), places, entry("agencies", joint))) == {"A1": 90, "A2": 40}
    assert values(scored(data(evaluations=rows), places, entry("members", joint)))["M4"] == 40
    ratings = [rating("branch_member", "M1", "B1", 60), rating("branch_member", "M2", "B1", 80)]
    people = entry("members", {"rating": "branch_member", "weight": 1})
    below = entry("branches", {"score_of": "members_score", "weight": 1})
    assert values(scored(data(evaluations=ratings), people, below)) == {"B1": 70, "B2": None, "B3": None}


def test_residents_rate_whom_the_first_table_has() -> None:
    rows = [
        rating("resident", "A1", "居民", 30),
        rating("resident", "M1", "居民一", 100),
        rating("resident", "M1", "居民二", 50),
    ]
    part = {"rating": "resident", "weight": 1}
    assert values(scored(data(evaluations=rows), entry("agencies", part))) == {"A1": 30, "A2": None}
    assert values(scored(data(evaluations=rows), entry("members", part)))["M1"] == 75


# the sum


def test_missing_parts_leave_their_weight_to_the_others() -> None:
    rows = [rating("community_agency", "A1", "C1", 90), rating("community_agency", "A2", "C1", 80)]
    parts = ({"rating": "community_agency", "weight": 60}, {"column": "merit", "weight": 20},
             {"orders": True, "stage": "branch_grid", "weight": 20})  # fmt: skip
    found = scored(data(evaluations=rows), entry("agencies", *parts))
    assert values(found) == {"A1": 85, "A2": 80}


def test_assessment_sheets_and_corrections() -> None:
    given = {"routine_score": 80, "annual_score": 90, "bonus": 4, "deduction": 1, "basis": "示例"}
    sheet = [
        {"year": YEAR, "kind": "agency", "id": "A1", **given},
        {"year": YEAR - 1, "kind": "agency", "id": "A2", "routine_score": 10, "annual_score": 10},
    ]
    parts = ({"column": "routine_score", "weight": 50}, {"column": "annual_score", "weight": 50},
             {"adjust": "bonus"}, {"deduct": "deduction"})  # fmt: skip
    found = scored(data(assessments=sheet), entry("agencies", *parts))
    assert values(found) == {"A1": 88, "A2": None}
    assert found.entries[0].correction[0] == 3
    scored(without_records(data(assessments=sheet)), entry("agencies", *parts))  # before there is any sheet


def test_grades_ranks_and_the_limit_on_the_first_one() -> None:
    rows = [
        rating("branch_member", f"M{at}", "B1", score)
        for at, score in ((1, 95), (2, 95), (3, 92), (4, 59.996))
    ]
    one = entry(
        "members", {"rating": "branch_member", "weight": 1}, grades={"合格": 60, "优秀": 90, "不合格": 0}
    )
    found = scored(data(evaluations=rows), one).entries[0]
    assert found.grade.tolist() == ["优秀", "优秀", "优秀", "合格"]  # 59.996 reads 60.00
    assert found.rank.tolist() == [1, 1, 3, 4]
    limited = scored(data(evaluations=rows), {**one, "excellent_at_most": 0.5}).entries[0]
    assert limited.grade.tolist() == ["优秀", "优秀", "合格", "合格"]
    assert limited.lowered.tolist() == [False, False, True, False]
    tied = scored(data(evaluations=rows), {**one, "excellent_at_most": 0.25}).entries[0]
    assert tied.grade.tolist() == ["合格"] * 4  # equal ones stay or go together
    assert tied.grade_counts() == {"优秀": 0, "合格": 4, "不合格": 0}


def test_equal_scores_rank_by_quality() -> None:
    rows = [rating("branch_member", "M1", "B1", 80), rating("branch_member", "M2", "B1", 60)]
    parts = ({"rating": "branch_member", "weight": 2}, {"points": 24, "weight": 1})
    log = [points("M1", 9.6), points("M2", 19.2)]  # 80, 80, 40 and 60, 60, 80
    found = scored(
        data(evaluations=rows, points=log), entry("members", *parts, where={"branch_id": "B1"})
    ).entries[0]
    assert found.score.tolist() == [66.67, 66.67]
    assert found.rank.tolist() == [1, 2]


def test_rows_of_scores() -> None:
    rows = [rating("community_agency", "A1", "C1", 90)]
    one = entry("agencies", {"rating": "community_agency", "weight": 1}, grades={"优秀": 90, "其他": 0})
    table = scored(data(evaluations=rows), one).scores()
    assert table.to_dict("records") == [
        {"year": YEAR, "kind": "agency", "id": "A1", "score": 90, "grade": "优秀"}
    ]


# faults


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (entry("agencies", {"column": "merits", "weight": 1}), "column.unknown"),
        (entry("leaders", {"column": "rank", "weight": 1}), "evaluation.no_table"),
        (entry("agencies", {"orders": True, "weight": 1}), "evaluation.no_path"),
        (entry("agencies", {"orders": True, "stage": "nothing", "weight": 1}), "evaluation.not_decided"),
        (entry("agencies", {"column": 101, "weight": 1}), "evaluation.beyond"),
    ],
)
def test_faults_of_the_formula(one: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        scored(data(), one)
    assert {fault.code for fault in caught.value.faults} == {code}
    assert caught.value.faults[0].place.key == f"evaluations.{one['id']}"


def test_no_row_has_two_scores() -> None:
    part = {"column": 50, "weight": 1}
    first, second = entry("members", part), {**entry("members", part), "id": "again"}
    scored(data(), {**first, "where": {"eligible": True}}, {**second, "where": {"eligible": False}})
    with pytest.raises(InputError, match=r"evaluation\.twice"):
        scored(data(), first, {**second, "where": {"eligible": True}})


def test_a_column_of_ones_own_beside_the_sheet() -> None:
    sheet = [{"year": YEAR, "kind": "agency", "id": "A1", "merit": 80}]
    with pytest.raises(InputError, match=r"evaluation\.own_column"):
        scored(data(assessments=sheet), entry("agencies", {"column": "merit", "weight": 1}))


@pytest.mark.parametrize(
    ("parts", "further", "code"),
    [
        ([{"rating": "resident", "orders": True, "weight": 1}], {}, "form.evaluation_part"),
        ([{"weight": 1}], {}, "form.evaluation_part"),
        ([{"rating": "resident"}], {}, "form.evaluation_weight"),
        ([{"rating": "resident", "weight": 1}, {"adjust": 1, "weight": 1}], {}, "form.evaluation_weight"),
        ([{"rating": "resident", "weight": 1, "stage": "s"}], {}, "form.evaluation_stage"),
        ([{"rating": "resident", "weight": 1, "where": {"a": 1}}], {}, "form.evaluation_where"),
        ([{"adjust": 1}], {}, "form.evaluation_no_weight"),
        ([{"rating": "resident", "weight": 1}, {"points": 24, "weight": 1}], {}, "form.evaluation_quality"),
        ([{"points": 24, "weight": 1}, {"column": 5, "weight": 9}], {}, "form.evaluation_quality"),
        ([{"rating": "resident", "weight": 1}], {"grades": {"a": 1, "b": 1}}, "form.evaluation_grades"),
        (
            [{"rating": "resident", "weight": 1}],
            {"grades": {"a": 1}, "excellent_at_most": 1},
            "form.evaluation_excellent",
        ),
    ],
)
def test_forms(parts: list[dict[str, Any]], further: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        EvaluationDefinition.model_validate(entry("members", *parts, **further))
    assert code in {one["type"] for one in caught.value.errors()}


# against brute force


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_formula_by_brute_force(drawn: st.DataObject) -> None:
    number = st.integers(0, 100)
    members, kinds = ["M1", "M2", "M3", "M4"], ["branch_member", "community_member", "resident"]
    one = st.tuples(st.sampled_from(kinds), st.sampled_from(members), st.sampled_from(["X", "Y"]), number)
    ratings = drawn.draw(st.lists(one, max_size=12))
    log = drawn.draw(st.lists(st.tuples(st.sampled_from(members), st.integers(0, 30)), max_size=6))
    weights = drawn.draw(st.tuples(*[st.integers(1, 9)] * 3))
    parts: list[dict[str, Any]] = [
        {"rating": kind, "weight": w} for kind, w in zip(kinds, weights, strict=True)
    ]
    parts.append({"points": 24, "weight": sum(weights) - 1 or 1})
    if sum(weights) <= 1:
        return
    dataset = data(
        evaluations=[rating(kind, who, by, score) for kind, who, by, score in ratings],
        points=[points(who, amount) for who, amount in log],
    )
    found = values(scored(dataset, entry("members", *parts)))
    for member in members:
        known: list[tuple[float, float]] = []
        for kind, weight in zip(kinds, weights, strict=True):
            raters: dict[str, list[int]] = {}
            for each, who, by, score in ratings:
                if each == kind and who == member:
                    raters.setdefault(by, []).append(score)
            means = [sum(scores) / len(scores) for scores in raters.values()]
            if means:
                known.append((weight, sum(means) / len(means)))
        if log:
            total = sum(amount for who, amount in log if who == member)
            known.append((parts[3]["weight"], min(1.0, total / 24) * 100))
        if not known:
            assert found[member] is None
        else:
            expected = sum(w * v for w, v in known) / sum(w for w, _ in known)
            assert found[member] == pytest.approx(expected, abs=0.0051)
