"""Which wishes are met, where those who wish or are wished for stand above the stage's own rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.model import Assignment, Problem, Stage
from matchmaker.rules.wishes_met import WishesMet, wishes_met
from tests.rules.instances import dataset_from, problem_of, side_of

RANKS = 3
TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [{"agency_id": "A1"}, {"agency_id": "A2"}],
    "branches": [
        {"branch_id": "B1", "agency_id": "A1"},
        {"branch_id": "B2", "agency_id": "A1"},
        {"branch_id": "B3", "agency_id": "A2"},
    ],
    "communities": [
        {"community_id": "C1", "strength_level": "weak"},
        {"community_id": "C2", "strength_level": "strong"},
    ],
    "grids": [
        {"grid_id": "G1", "community_id": "C1"},
        {"grid_id": "G2", "community_id": "C1"},
        {"grid_id": "G3", "community_id": "C2"},
    ],
}


def problem(*wishes: tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]) -> Problem:
    rows = [
        dict(zip(("side", "source_id", "target_kind", "wish_1", "wish_2", "refused"), wish, strict=True))
        for wish in wishes
    ]
    dataset = dataset_from({**TABLES, "wishes": rows})
    stage = Stage("branch_grid", "branches", "grids")
    sides = [side_of(dataset, table, (0, None)) for table in ("branches", "grids")]
    return problem_of(dataset, stage, *sides)


def told(wish: Any, party: str, *pairs: str) -> WishesMet:
    made = problem(*wish)
    sources, targets = zip(*(pair.split() for pair in pairs), strict=True)
    chosen = Assignment.of("branch_grid", np.array(sources, object), np.array(targets, object))
    return wishes_met(made, chosen, "wishes", party, RANKS)


@pytest.mark.parametrize(("pair", "met"), [("B2 G2", True), ("B3 G1", False), ("B1 G3", False)])
def test_a_community_wishes_for_an_agency(pair: str, met: bool) -> None:
    found = told([("community", "C1", "agency", ("A1",), (), ())], "community", pair)
    assert found.chosen.tolist() == [met]
    assert found.table == "communities"
    assert found.strength.tolist() == ["weak"]


@pytest.mark.parametrize(("pair", "met"), [("B1 G3", True), ("B2 G3", False), ("B1 G2", False)])
def test_a_branch_wishes_for_a_community(pair: str, met: bool) -> None:
    found = told([("branch", "B1", "community", ("C2",), (), ())], "source", pair)
    assert found.chosen.tolist() == [met]
    assert found.strength.tolist() == ["strong"]  # of the place that is wished for


def test_one_statement_over_several_rows_counts_once() -> None:
    found = told([("branch", "B1", "community", ("C1",), (), ())], "source", "B1 G1", "B1 G2")
    assert (len(found), found.chosen.tolist()) == (1, [True])


def test_the_best_rank_counts_and_a_refusal_outweighs_it() -> None:
    wishes = [
        ("branch", "B1", "grid", ("G2",), ("G1",), ()),
        ("branch", "B1", "grid", ("G1",), (), ("G2",)),
    ]
    counts = told(wishes, "source", "B1 G1", "B1 G2").measures(RANKS)
    assert (counts["stated"], counts["met"]) == ([1, 0, 0], [1, 0, 0])
    assert (counts["refused"], counts["refusals_ignored"]) == (1, 1)
    assert (counts["wishers"], counts["wishers_first"]) == (1, 1)


def test_nobody_wishes() -> None:
    found = told([], "source", "B1 G1")
    assert len(found) == 0
    assert found.measures(RANKS)["wishers"] == 0
