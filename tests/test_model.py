"""The nouns: trees of a dataset, assignments in canonical order, pairs found by position."""

from __future__ import annotations

import pickle

import numpy as np

from matchmaker.errors import Fault, Infeasible, InputError, NoPlanFound, Place
from matchmaker.model import Assignment, Problem, Stage, Status
from tests.rules.instances import dataset_from, problem_of, random_problem, side_of


def test_the_worst_status_counts() -> None:
    assert Status.worst([]) is Status.OPTIMAL
    assert Status.worst([Status.OPTIMAL, Status.FEASIBLE]) is Status.FEASIBLE
    assert Status.worst([Status.INFEASIBLE, Status.UNKNOWN]) is Status.INFEASIBLE


def test_ancestors_climb_the_tree() -> None:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": "A1"}, {"agency_id": "A2"}],
            "branches": [
                {"branch_id": "B1", "agency_id": "A2"},
                {"branch_id": "B2", "agency_id": None},
                {"branch_id": "B3", "agency_id": "A1"},
            ],
            "members": [{"member_id": "M1", "branch_id": "B3"}, {"member_id": "M2", "branch_id": "B2"}],
        }
    )
    climbed = dataset.ancestors("members", "agencies")
    assert climbed is not None
    assert climbed.tolist() == [0, -1]
    own = dataset.ancestors("branches", "branches")
    assert own is not None
    assert own.tolist() == [0, 1, 2]
    assert dataset.ancestors("agencies", "members") is None
    assert dataset.positions("branches", ["B3", "B9", None]).tolist() == [2, -1, -1]
    assert dataset.ids("nothing").tolist() == []
    assert not dataset.has("nothing")


def test_a_new_table_is_sorted_and_the_old_dataset_stays() -> None:
    dataset = dataset_from({"agencies": [{"agency_id": "A1"}]})
    frame = dataset.frame("agencies")
    longer = frame.iloc[[0, 0]].assign(agency_id=["A9", "A0"])
    changed = dataset.with_table("agencies", longer)
    assert changed.ids("agencies").tolist() == ["A0", "A9"]
    assert dataset.ids("agencies").tolist() == ["A1"]


def test_assignments_have_one_order() -> None:
    one = Assignment.of("stage", np.array(["B", "A", "B"], object), np.array(["1", "2", "0"], object))
    assert list(zip(one.source_ids, one.target_ids, strict=True)) == [("A", "2"), ("B", "0"), ("B", "1")]
    assert len(one) == 3


def small() -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}"} for i in range(3)],
            "sub_districts": [{"sub_district_id": f"S{i}"} for i in range(2)],
        }
    )
    stage = Stage("agency_sub_district", "agencies", "sub_districts")
    sides = (side_of(dataset, "agencies", (1, 1)), side_of(dataset, "sub_districts", (0, None)))
    return problem_of(dataset, stage, *sides, keep=[1, 0, 1, 1, 0, 1])


def test_pairs_are_found_by_position() -> None:
    problem = small()
    source, target = np.array([0, 0, 1, 2, -1, 1]), np.array([0, 1, 1, 1, 0, -1])
    assert problem.pair_index(source, target).tolist() == [0, -1, 2, 3, -1, -1]


def test_an_assignment_is_located_and_made_again() -> None:
    for seed in range(20):
        problem = random_problem(seed, "agency_sub_district")
        pairs = np.arange(problem.pair_count)[seed % 2 :: 2]
        assert problem.locate(problem.assignment(pairs)).pair.tolist() == pairs.tolist()


def test_strangers_are_nowhere() -> None:
    chosen = small().locate(
        Assignment.of("s", np.array(["A0", "A9"], object), np.array(["S1", "S0"], object))
    )
    assert chosen.source.tolist() == [0, -1]
    assert chosen.target.tolist() == [1, 0]
    assert chosen.pair.tolist() == [-1, -1]


def test_a_restricted_problem_forgets_what_was_remembered() -> None:
    problem = small()
    problem.pair_index(np.array([0]), np.array([0]))
    fewer = problem.restricted(np.array([False, True, True, True]))
    assert fewer.pair_index(np.array([0, 1]), np.array([0, 0])).tolist() == [-1, 0]


def test_faults_travel_between_processes() -> None:
    for family in (InputError, Infeasible, NoPlanFound):
        error = family([Fault("solver.large_row", Place(key="a"), "7", {"limit": 3}), Fault("plan.locked")])
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is family
        assert again.faults == error.faults
        assert str(again) == str(error)
