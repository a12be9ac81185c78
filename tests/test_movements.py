from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.judgement import formulated, judge
from matchmaker.model import Assignment, Dataset
from matchmaker.movements import COLUMNS, Verdict, movements
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from tests.rules.instances import dataset_from

FIRST = {"id": "agency_sub_district", "from": "agencies", "to": "sub_districts", "each_source": 1}
SECOND = {
    "id": "branch_grid",
    "from": "branches",
    "to": "grids",
    "within": "agency_sub_district",
    "each_source": 1,
}


def scheme(*rules: dict[str, Any], objective: tuple[dict[str, float], ...] = (), **first: Any) -> Scheme:
    return Scheme.model_validate(
        {
            "name": "示例",
            "stages": [{**FIRST, **first}, SECOND],
            "rules": [{"stage": FIRST["id"], **rule} for rule in rules],
            "objective": list(objective),
        }
    )


def past(year: int, source: str, target: str, relation: str = "agency_sub_district") -> dict[str, Any]:
    return {"year": float(year), "relation": relation, "source_id": source, "target_id": target}


def data(**tables: Any) -> Dataset:
    return dataset_from(
        {
            "agencies": [
                {"agency_id": a, "name": a, "located": "S1", "level": "区"} for a in ("A1", "A2", "A3")
            ],
            "branches": [{"branch_id": f"B{i}", "name": f"B{i}", "agency_id": f"A{i}"} for i in (1, 2, 3)],
            "sub_districts": [{"sub_district_id": s, "name": s} for s in ("S1", "S2")],
            "communities": [
                {"community_id": f"C{i}", "name": f"C{i}", "sub_district_id": f"S{i}"} for i in (1, 2)
            ],
            "grids": [{"grid_id": f"G{i}", "name": f"G{i}", "community_id": f"C{i}"} for i in (1, 2)],
            "history": [
                *(past(year, "A1", "S1") for year in (2024, 2025, 2026)),
                past(2026, "A2", "S1"), past(2026, "A3", "S2"), past(2026, "A9", "S1"),
                past(2026, "B1", "G1", "branch_grid"), past(2026, "B2", "G1", "branch_grid"),
            ],
            **tables,
        }
    )  # fmt: skip


def verdicts(scheme: Scheme, dataset: Dataset) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    found = movements(scheme, dataset, 2027)
    assert tuple(found.columns) == COLUMNS
    return {
        (row.source_id, row.target_id): (row.verdict, row.reasons) for row in found.itertuples(index=False)
    }


ROTATE = {"id": "rotate", "kind": "tenure", "max_years": 3}


def test_what_is_over_must_change_and_what_lies_below_with_it() -> None:
    assert verdicts(scheme(ROTATE), data()) == {
        ("A1", "S1"): (Verdict.MUST_CHANGE, ("rotate",)),
        ("A2", "S1"): (Verdict.MAY_CHANGE, ()),
        ("A3", "S2"): (Verdict.MAY_CHANGE, ()),
        ("A9", "S1"): (Verdict.GONE, ()),
        ("B1", "G1"): (Verdict.MUST_CHANGE, ("agency_sub_district",)),
        ("B2", "G1"): (Verdict.MAY_CHANGE, ()),
    }


def test_years_and_ratings_are_told() -> None:
    rating = {
        "year": 2026.0,
        "rater_kind": "community_agency",
        "rater_id": "C1",
        "ratee_id": "A1",
        "score": 70.0,
    }
    found = movements(scheme(), data(evaluations=[rating]), 2027).set_index("source_id")
    assert (found.loc["A1", "years"], found.loc["A1", "total_years"], found.loc["A1", "evaluation"]) == (
        3,
        3,
        70,
    )
    assert (found.loc["A2", "years"], np.isnan(found.loc["A2", "evaluation"])) == (1, True)


def test_pins_decide_and_may_contradict() -> None:
    pins = [
        {"stage": "agency_sub_district", "action": "keep", "source_id": "A1", "target_id": None},
        {"stage": "agency_sub_district", "action": "keep", "source_id": "A2", "target_id": None},
        {"stage": None, "action": "adjust", "source_id": "A3", "target_id": None},
    ]
    found = verdicts(scheme(ROTATE), data(pins=pins))
    pin = "agency_sub_district.pins"
    assert found["A1", "S1"] == (Verdict.MUST_STAY, (pin,))  # who pins it has decided, whatever its years
    assert found["A2", "S1"] == (Verdict.MUST_STAY, (pin,))
    assert found["A3", "S2"] == (Verdict.SHOULD_CHANGE, (pin,))


def test_pinned_pairs_never_rotate() -> None:
    pin = {"id": "station", "kind": "pin", "source": "A1", "target": "S1", "until": 2027}
    asked = scheme(pin, {**ROTATE, "cooling_off": 2})
    assert verdicts(asked, data())["A1", "S1"] == (Verdict.MUST_STAY, ("station",))
    stays = Assignment(FIRST["id"], np.array(["A1"], object), np.array(["S1"], object))
    of_2027 = judge(asked, stage_problem(asked, data(), 2027, FIRST["id"], {}), stays)
    assert "rotate" not in {finding.rule for finding in of_2027.violations}
    expired = {**pin, "until": 2026}
    assert verdicts(scheme(expired, ROTATE), data())["A1", "S1"] == (Verdict.MUST_CHANGE, ("rotate",))
    no = {"id": "no", "kind": "forbid", "where": {"source": {"agency_id": "A1"}}}
    assert verdicts(scheme(pin, no), data())["A1", "S1"][0] == Verdict.CONFLICT


@pytest.mark.parametrize(
    ("rule", "objective", "expected"),
    [
        (
            {"id": "bad", "kind": "prefer", "pair": {"last_year": True}, "points": -50},
            ({"bad": 1},),
            Verdict.SHOULD_CHANGE,
        ),
        ({"id": "stay", "kind": "keep"}, ({"stay": 1},), Verdict.MAY_CHANGE),
        ({"id": "young", "kind": "tenure", "min_years": 2}, (), Verdict.MUST_STAY),
        ({"id": "no", "kind": "forbid", "where": {"source": {"level": "区"}}}, (), Verdict.MUST_CHANGE),
    ],
)  # fmt: skip
def test_rules_speak_for_themselves(
    rule: dict[str, Any], objective: tuple[dict[str, float], ...], expected: Verdict
) -> None:
    assert verdicts(scheme(rule, objective=objective), data())["A2", "S1"][0] == expected


def test_who_is_paired_by_address_does_not_rotate() -> None:
    located = {"id": "at_home", "kind": "located", "source": "located"}
    found = verdicts(scheme(located), data())
    assert found["A2", "S1"] == (Verdict.MUST_STAY, ("at_home",))
    assert found["A3", "S2"][0] == Verdict.CONFLICT  # it has moved away: the address no longer allows it


@pytest.mark.parametrize("where", [None, {"source": {"level": "区"}}])
def test_years_never_move_who_is_paired_by_address(where: dict[str, Any] | None) -> None:
    located = {"id": "at_home", "kind": "located", "source": "located", **({"where": where} if where else {})}
    asked = scheme(located, {**ROTATE, "cooling_off": 2})
    assert verdicts(asked, data())["A1", "S1"] == (Verdict.MUST_STAY, ("at_home",))
    problem = stage_problem(asked, data(), 2027, FIRST["id"], {})
    formulation = formulated(asked, problem)
    closed = {rule: columns for rule, columns, value in formulation.fixings() if value == 0}
    assert len(closed["rotate"]) == 0
    at_home = Assignment(FIRST["id"], np.array(["A1", "A2", "A3"], object), np.array(["S1"] * 3, object))
    assert judge(asked, problem, at_home).violations == ()


def test_years_move_who_is_not_paired_by_address() -> None:
    located = {"id": "at_home", "kind": "located", "source": "located"}
    others = {**located, "where": {"source": {"level": "市"}}}
    assert verdicts(scheme(others, ROTATE), data())["A1", "S1"] == (Verdict.MUST_CHANGE, ("rotate",))
    wished = scheme(located, ROTATE, objective=({"at_home": 1},))  # a wish settles nothing
    assert verdicts(wished, data())["A1", "S1"][0] == Verdict.MUST_CHANGE


def test_conditions_of_the_stage_end_a_pair() -> None:
    found = verdicts(scheme(where={"pair": {"same": ["located", "sub_district_id"]}}), data())
    assert found["A3", "S2"] == (Verdict.MUST_CHANGE, ("agency_sub_district.candidates",))


def test_without_a_past_there_is_nothing_to_tell() -> None:
    assert not len(movements(scheme(ROTATE), data(history=[]), 2027))
