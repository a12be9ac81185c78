"""From a stage and its data to sources, targets and candidate pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.errors import InputError
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Assignment, Dataset, Problem, Stage
from matchmaker.problem import Bounds, EarlierStage, build_problem
from matchmaker.selectors import Selector
from tests.rules.instances import dataset_from

FIRST = Stage("first", "agencies", "sub_districts")
SECOND = Stage("second", "branches", "grids", ("first",))
ANY = Bounds()


@pytest.fixture
def dataset() -> Dataset:
    return dataset_from(
        {
            "agencies": [{"agency_id": "A1", "active": True}, {"agency_id": "A2", "active": None}],
            "branches": [
                {"branch_id": "B1", "agency_id": "A1", "most": 2.7},
                {"branch_id": "B2", "agency_id": "A2", "most": None},
                {"branch_id": "B3", "agency_id": None, "most": 1.0},
            ],
            "sub_districts": [
                {"sub_district_id": "S1", "least": 1.2},
                {"sub_district_id": "S2", "least": None},
            ],
            "communities": [
                {"community_id": "C1", "sub_district_id": "S1"},
                {"community_id": "C2", "sub_district_id": "S2"},
            ],
            "grids": [
                {"grid_id": "G1", "community_id": "C1"},
                {"grid_id": "G2", "community_id": "C1"},
                {"grid_id": "G3", "community_id": "C2"},
            ],
        }
    )


def pairs(problem: Problem) -> list[str]:
    sources, targets = problem.sources.ids[problem.pair_source], problem.targets.ids[problem.pair_target]
    return [f"{source}{target}" for source, target in zip(sources, targets, strict=True)]


def decided(stage: Stage, *chosen: tuple[str, str]) -> EarlierStage:
    ids = np.array(chosen, dtype=object).reshape(-1, 2)
    return EarlierStage(stage, Assignment.of(stage.id, ids[:, 0], ids[:, 1]))


def build(
    dataset: Dataset, stage: Stage, *earlier: EarlierStage, where: dict[str, Any] | None = None
) -> Problem:
    selector = None if where is None else Selector.model_validate(where)
    return build_problem(stage, dataset, 2027, selector, ANY, ANY, earlier)


def test_everything_with_everything(dataset: Dataset) -> None:
    problem = build(dataset, FIRST)
    assert pairs(problem) == ["A1S1", "A1S2", "A2S1", "A2S2"]
    assert problem.sources.maximum.tolist() == [UNBOUNDED] * 2
    assert problem.excluded == ()


def test_bounds_of_columns_round_inward(dataset: Dataset) -> None:
    problem = build_problem(
        Stage("x", "branches", "sub_districts"), dataset, 2027, None, Bounds(0, "most"), Bounds("least", 3)
    )
    assert problem.sources.maximum.tolist() == [2, UNBOUNDED, 1]
    assert problem.targets.minimum.tolist() == [2, 0]
    assert problem.targets.maximum.tolist() == [3, 3]


def test_conditions_leave_rows_out_and_say_so(dataset: Dataset) -> None:
    problem = build(dataset, FIRST, where={"source": {"active": True}, "target": {"sub_district_id": ["S2"]}})
    assert pairs(problem) == ["A1S2"]
    assert problem.excluded == (("source", "A2", "where"), ("target", "S1", "where"))


def test_conditions_on_pairs_leave_pairs_out(dataset: Dataset) -> None:
    problem = build(
        dataset,
        Stage("x", "grids", "sub_districts"),
        where={"pair": {"same": ["sub_district", "sub_district"]}},
    )
    assert pairs(problem) == ["G1S1", "G2S1", "G3S2"]


def test_within_follows_the_trees_downwards(dataset: Dataset) -> None:
    problem = build(dataset, SECOND, decided(FIRST, ("A1", "S1"), ("A2", "S2")))
    assert pairs(problem) == ["B1G1", "B1G2", "B2G3"]  # the branch without an agency has nothing


def test_within_follows_the_trees_upwards(dataset: Dataset) -> None:
    up = Stage("up", "agencies", "communities", ("second",))
    assert pairs(build(dataset, up, decided(SECOND, ("B1", "G2"), ("B2", "G3")))) == ["A1C1", "A2C2"]


def test_pairs_of_equal_places_are_joined_not_multiplied(dataset: Dataset) -> None:
    places = {
        "branches": [
            {"branch_id": f"B{at}", "agency_id": "A1", "place": place}
            for at, place in enumerate(["C2", "C1", None, "C9", "C1"])
        ]
    }
    frames = {name: dataset.frame(name).to_dict("records") for name in ("agencies", "communities", "grids")}
    known = dataset_from({**frames, **places})
    problem = build(
        known,
        Stage("x", "branches", "grids"),
        where={"pair": {"same": ["place", "community_id"]}, "target": {"grid_id": {"ne": "G2"}}},
    )
    assert pairs(problem) == ["B0G3", "B1G1", "B4G1"]


def test_within_the_same_tables(dataset: Dataset) -> None:
    again = Stage("again", "agencies", "sub_districts", ("first",))
    assert pairs(build(dataset, again, decided(FIRST, ("A2", "S1")))) == ["A2S1"]


def test_within_several_means_all(dataset: Dataset) -> None:
    other = Stage("other", "branches", "communities")
    both = Stage("both", "branches", "grids", ("first", "other"))
    problem = build(
        dataset, both, decided(FIRST, ("A1", "S1"), ("A2", "S2")), decided(other, ("B1", "C1"), ("B2", "C1"))
    )
    assert pairs(problem) == ["B1G1", "B1G2"]


def test_within_nothing_decided(dataset: Dataset) -> None:
    assert pairs(build(dataset, SECOND, decided(FIRST))) == []


def test_tables_off_the_tree(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        build(dataset, Stage("x", "grids", "branches", ("first",)), decided(FIRST, ("A1", "S1")))
    assert {fault.code for fault in caught.value.faults} == {"problem.no_path"}


def test_missing_tables_are_named_together(dataset: Dataset) -> None:
    with pytest.raises(InputError) as caught:
        build(dataset, Stage("x", "members", "buildings"))
    assert [(fault.code, fault.found) for fault in caught.value.faults] == [
        ("problem.no_table", "members"),
        ("problem.no_table", "buildings"),
    ]
