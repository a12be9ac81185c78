from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from matchmaker.backends.base import Settings
from matchmaker.errors import InputError
from matchmaker.model import POINT, Problem, Stage
from matchmaker.rules import implicit_rules
from matchmaker.rules.wish import Wish
from matchmaker.solver import optimise
from tests.rules.instances import dataset_from, problem_of, program_of, side_of

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [{"agency_id": a, "name": f"示例单位{a}"} for a in ("A1", "A2")],
    "branches": [
        {"branch_id": "B1", "name": "示例支部01", "agency_id": "A1"},
        {"branch_id": "B2", "name": "示例支部02", "agency_id": "A2"},
    ],
    "communities": [{"community_id": c, "name": f"示例社区{c}"} for c in ("C1", "C2")],
    "grids": [
        {"grid_id": "G1", "name": "网格01", "community_id": "C1"},
        {"grid_id": "G2", "name": "网格02", "community_id": "C2"},
    ],
}
STAGE = Stage("branch_grid", "branches", "grids")


def problem_with(*wishes: dict[str, Any]) -> Problem:
    dataset = dataset_from({**TABLES, "wishes": list(wishes)})
    return problem_of(
        dataset, STAGE, side_of(dataset, "branches", (0, None)), side_of(dataset, "grids", (0, None))
    )


def points(problem: Problem, **fields: Any) -> dict[str, list[float]]:
    rule = Wish(id="w", stage=STAGE.id, **fields)
    return {term: [p / 100 for p in column] for term, column in rule.pair_points(problem).items()}


def wish(side: str, who: str, kind: str, *ranked: Any, refused: Any = ()) -> dict[str, Any]:
    cells = {f"wish_{rank}": ids for rank, ids in enumerate(ranked, 1)}
    return {"side": side, "source_id": who, "target_kind": kind, **cells, "refused": refused}


def test_a_community_wishes_for_an_agency_and_means_its_branches_on_its_grids() -> None:
    problem = problem_with(wish("community", "C1", "agency", ("A2",), refused=("A1",)))
    # pairs: B1-G1, B1-G2, B2-G1, B2-G2
    assert points(problem, parties={"community": 1})["w"] == [-100, 0, 100, 0]
    rule = Wish(id="w", stage=STAGE.id, parties={"community": 1})
    check = rule.check(problem, problem.assignment(np.array([0, 3])), soft=False)
    assert [(f.source_id, f.target_id) for f in check.findings] == [("B1", "G1")]


def test_a_branch_may_wish_for_a_whole_community() -> None:
    problem = problem_with(
        wish("branch", "B1", "community", ("C2",)), wish("branch", "B1", "grid", ("G1",), ("G2",))
    )
    found = points(problem, parties={"source": 1})
    assert found["w"] == [100, 100, 0, 0]
    assert found["w.2"] == [0, 0, 0, 0]


def test_wishes_about_another_stage_do_not_count() -> None:
    problem = problem_with(
        wish("agency", "A1", "community", ("C1",)), wish("branch", "B1", "agency", ("A1",))
    )
    assert points(problem)["w"] == [0, 0, 0, 0]


def test_all_parties_count_in_the_mean_also_the_silent() -> None:
    problem = problem_with(wish("branch", "B1", "grid", ("G1",)))
    assert points(problem, parties={"source": 1, "target": 2})["w"] == [33.33, 0, 0, 0]


def test_a_refusal_outweighs_a_wish() -> None:
    problem = problem_with(wish("branch", "B1", "grid", ("G1",), refused=("G1",)))
    assert points(problem, parties={"source": 1}) == {
        "w": [-100, 0, 0, 0],
        "w.1": [0, 0, 0, 0],
        "w.2": [0, 0, 0, 0],
        "w.3": [0, 0, 0, 0],
    }


def test_ranks_beyond_those_that_count_give_nothing() -> None:
    problem = problem_with(wish("branch", "B1", "grid", (), ("G1",), ("G2",)))
    assert points(problem, parties={"source": 1}, ranks=(50, 40))["w"] == [40, 0, 0, 0]


def test_terms_are_the_whole_and_the_ranks() -> None:
    assert Wish(id="w", stage="s", ranks=(10, 5)).terms() == ("w", "w.1", "w.2")


def test_a_party_without_relation_is_a_fault() -> None:
    problem = problem_with(wish("branch", "B1", "grid", ("G1",)))
    with pytest.raises(InputError) as raised:
        points(problem, parties={"partner": 1})
    assert [fault.code for fault in raised.value.faults] == ["rule.no_party"]
    rule = Wish(id="w", stage=problem.stage.id, parties={"partner": 1, "source": 1, "grid": 0})
    (fault,) = rule.data_faults(problem, True)
    assert (fault.code, fault.details["party"]) == ("rule.no_party", "partner")


@pytest.mark.parametrize(
    "fields", [{"ranks": (10, 20)}, {"ranks": ()}, {"parties": {}}, {"parties": {"source": 0}}]
)
def test_ranks_and_parties_are_validated(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Wish(id="w", stage="s", **fields)


@pytest.mark.parametrize("seed", range(10))
def test_levels_of_ranks_give_as_many_first_wishes_as_possible_then_second_ones(seed: int) -> None:
    """Rank-maximal: the counts by rank of every plan, compared one by one."""
    rng = np.random.default_rng(seed)
    ids = [f"B{i}" for i in range(4)], [f"G{i}" for i in range(4)]
    wishes = [wish("branch", b, "grid", *((str(g),) for g in rng.permutation(ids[1])[:3])) for b in ids[0]]
    dataset = dataset_from(
        {
            "branches": [{"branch_id": b, "name": b} for b in ids[0]],
            "grids": [{"grid_id": g, "name": g} for g in ids[1]],
            "wishes": wishes,
        }
    )
    problem = problem_of(
        dataset, STAGE, side_of(dataset, "branches", (1, 1)), side_of(dataset, "grids", (0, 1))
    )
    rule = Wish(id="w", stage=STAGE.id, parties={"source": 1})
    rules = [(rule, True), *((each, False) for each in implicit_rules(STAGE)[:2])]
    found = optimise(program_of(problem, rules, ("w.1", "w.2", "w.3")), Settings(gap=0))
    named = {row["source_id"]: [row[f"wish_{k}"][0] for k in (1, 2, 3)] for row in wishes}
    best = max(
        tuple(sum(named[b][k] == g for b, g in zip(ids[0], plan, strict=True)) for k in range(3))
        for plan in permutations(ids[1])
    )
    assert found.x is not None
    pairs = found.x[: problem.pair_count]
    points = rule.pair_points(problem)
    assert tuple(int(points[f"w.{k}"] @ pairs) // (100 * POINT) for k in (1, 2, 3)) == best
