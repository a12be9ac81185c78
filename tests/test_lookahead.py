"""Look-ahead rows and cuts: necessary, so that no plan is lost that a later stage can complete."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.formulation import Formulation
from matchmaker.judgement import formulated
from matchmaker.lookahead import Cut, LaterStage, add_cuts, cut_before, look_ahead
from matchmaker.model import Assignment, Problem, Stage
from matchmaker.problem import Bounds
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.solver import optimise
from tests.cascades import FIRST, SECOND, YEAR, Cascade, cascade_of, first_plans, random_cascade
from tests.judge import allowed
from tests.rules.instances import dataset_from, problem_of, side_of

SEEDS = range(18)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_completable_plan_is_cut_off(seed: int) -> None:
    cascade = random_cascade(seed)
    program = stage_formulation(cascade.scheme, cascade.first_problem(), []).program([])
    for plan in first_plans(seed):
        if plan.completable:
            assert allowed(program, plan.pairs)


def test_rows_do_exclude_most_plans_that_cannot_be_completed() -> None:
    excluded = hopeless = 0
    for seed in SEEDS:
        cascade = random_cascade(seed)
        program = stage_formulation(cascade.scheme, cascade.first_problem(), []).program([])
        lost = [plan for plan in first_plans(seed) if not plan.completable]
        hopeless += len(lost)
        excluded += sum(not allowed(program, plan.pairs) for plan in lost)
    assert hopeless > 50
    assert excluded > 0.8 * hopeless


def failure(cascade: Cascade, first: Assignment) -> Cut | None:
    """The cut that comes back from the second stage, None where it has a plan."""
    problem = stage_problem(cascade.scheme, cascade.dataset, YEAR, SECOND, {FIRST: first})
    formulation = formulated(cascade.scheme, problem)
    optimum = optimise(formulation.program([]), Settings())
    if optimum.x is not None:
        return None
    return cut_before(problem, formulation, optimum.infeasible, cascade.first_problem(), first)


@pytest.mark.parametrize("seed", SEEDS)
def test_cuts_exclude_the_plan_that_failed_and_no_completable_one(seed: int) -> None:
    cascade = random_cascade(seed)
    problem = cascade.first_problem()
    plans = first_plans(seed)
    for plan in [plan for plan in plans if not plan.completable][:6]:
        cut = failure(cascade, plan.assignment)
        assert cut is not None
        assert cut.proven
        formulation = Formulation(problem.pair_source, problem.pair_target)
        add_cuts(problem, formulation, [cut])
        program = formulation.program([])
        assert len(program.violations(plan.pairs))
        assert not any(len(program.violations(other.pairs)) for other in plans if other.completable)


def tiny(**changes: Any) -> Problem:
    """Two agencies, two sub-districts; the first agency has one branch, the second two; so with grids."""
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": "A1"}, {"agency_id": "A2"}],
            "sub_districts": [{"sub_district_id": "S1"}, {"sub_district_id": "S2"}],
            "communities": [
                {"community_id": "C1", "sub_district_id": "S1"},
                {"community_id": "C2", "sub_district_id": "S2"},
            ],
            "branches": [
                {"branch_id": "B1", "agency_id": "A1", "most": 1.0},
                {"branch_id": "B2", "agency_id": "A2", "most": 1.0},
                {"branch_id": "B3", "agency_id": "A2", "most": 1.0},
            ],
            "grids": [
                {"grid_id": "G1", "community_id": "C1"},
                {"grid_id": "G2", "community_id": "C2"},
                {"grid_id": "G3", "community_id": "C2"},
            ],
        }
    )
    stage = Stage(FIRST, "agencies", "sub_districts")
    sources = side_of(dataset, "agencies", changes.get("each_source", (1, 1)))
    targets = side_of(dataset, "sub_districts", changes.get("each_target", (0, None)))
    return problem_of(dataset, stage, sources, targets)


def later(**changes: Any) -> LaterStage:
    values: dict[str, Any] = {
        "stage": Stage(SECOND, "branches", "grids", (FIRST,)),
        "where": None,
        "source_bounds": Bounds(0, "most"),
        "target_bounds": Bounds(1, 1),
    }
    return LaterStage(**{**values, **changes})


def rows(problem: Problem, *coming: LaterStage) -> list[tuple[dict[str, int], int, int]]:
    """Rows written, as (coefficient of each pair, lower, upper)."""
    formulation = Formulation(problem.pair_source, problem.pair_target)
    look_ahead(problem, formulation, coming)
    program = formulation.program([])
    names = [
        f"{problem.sources.ids[s]}{problem.targets.ids[t]}"
        for s, t in zip(problem.pair_source, problem.pair_target, strict=True)
    ]
    written = [
        ({names[c]: int(v) for c, v in zip(row.indices, row.data, strict=True)}, int(low), int(high))
        for row, low, high in zip(
            (program.matrix[[at]] for at in range(program.row_count)), program.row_lower, program.row_upper,
            strict=True,
        )
    ]  # fmt: skip
    pinned = [({names[column]: 1}, 1, 1) for column in np.flatnonzero(program.lower)]
    return [*written, *pinned]


def test_partners_bring_what_later_targets_need() -> None:
    assert rows(tiny(), later()) == [
        ({"A1S1": 1, "A2S1": 1}, 1, 2**60),
        ({"A1S2": 1, "A2S2": 2}, 2, 2**60),
    ]


def test_rows_that_degrees_imply_are_left_out() -> None:
    assert rows(tiny(), later(target_bounds=Bounds(0, 1))) == []
    # every sub-district has an agency anyway, and any one brings enough
    at_least_one = tiny(each_target=(1, None))
    assert [low for _, low, _ in rows(at_least_one, later())] == [2]


def test_what_must_come_fits() -> None:
    # every branch takes one grid: two branches fit the second sub-district only
    must = later(source_bounds=Bounds(1, 1), target_bounds=Bounds(0, 1))
    assert rows(tiny(), must) == [
        ({"A2S1": 1, "A2S2": 2}, 2, 2**60),
        ({"A1S1": 1, "A2S1": 2}, -(2**60), 1),
        ({"A1S2": 1, "A2S2": 2}, -(2**60), 2),
    ]


def test_what_must_come_may_spread_where_a_source_has_several_partners() -> None:
    must = later(source_bounds=Bounds(1, 1), target_bounds=Bounds(0, 1))
    several = rows(tiny(each_source=(1, 2)), must)
    assert all(high == 2**60 for _, _, high in several)


def test_pairs_that_a_later_stage_demands_pin_those_above_them() -> None:
    pins = (np.array(["B2", "B3"], object), np.array(["G3", "G2"], object))
    assert ({"A2S2": 1}, 1, 1) in rows(tiny(), later(demanded=pins))
    stranger = (np.array(["B2"], object), np.array(["G9"], object))
    assert ({}, 1, 1) in rows(tiny(), later(demanded=stranger))


def test_stages_off_the_tree_or_outside_demand_nothing() -> None:
    off = later(stage=Stage("other", "branches", "agencies", (FIRST,)))
    assert rows(tiny(), off) == []
    assert rows(tiny(), later(stage=Stage(SECOND, "branches", "grids", ()))) == []
    # a stage inside one that is not itself below this one's pairs: its rows say nothing here
    third = later(stage=Stage("third", "branches", "grids", ("other",)))
    assert rows(tiny(), off, third) == []
    below = later(stage=Stage("third", "branches", "grids", (SECOND,)))
    assert len(rows(tiny(), later(target_bounds=Bounds(0, 1)), below)) == 2


def test_totals_beyond_the_limit_cut_nothing_off() -> None:
    huge = later(source_bounds=Bounds(0, 2.0**22), target_bounds=Bounds(2.0**21, 2.0**22))
    for coefficients, low, _ in rows(tiny(), huge):
        assert all(value >= low for value in coefficients.values())


@pytest.mark.parametrize("soft", [False, True])
def test_minima_that_may_fall_short_demand_nothing(soft: bool) -> None:
    tables = {
        name: frame.to_dict("records") for name, frame in random_cascade(0).tables.items() if name != "pins"
    }
    stages = [
        {"id": FIRST, "from": "agencies", "to": "sub_districts", "each_source": 1},
        {"id": SECOND, "from": "branches", "to": "grids", "within": FIRST, "each_target": {"min": 1}},
    ]
    objective = [{f"{SECOND}.targets": 1}] if soft else []
    cascade = cascade_of(tables, {"name": "两级", "stages": stages, "objective": objective})
    formulation = stage_formulation(cascade.scheme, cascade.first_problem(), [])
    assert any(str(rule).startswith("look_ahead") for rule in formulation.row_rules()) != soft


class TestAddCuts:
    def cut(self, **changes: Any) -> Cut:
        values: dict[str, Any] = {
            "stage": FIRST,
            "source_ids": np.array(["A1"], object),
            "target_ids": np.array(["S1"], object),
            "sources": np.array(["A1"], object),
            "targets": np.array(["S1"], object),
        }
        return Cut(**{**values, **changes})

    def row(self, problem: Problem, cut: Cut) -> list[list[int]]:
        formulation = Formulation(problem.pair_source, problem.pair_target)
        add_cuts(problem, formulation, [cut])
        program = formulation.program([])
        return [
            [*row.tolist(), int(high)]
            for row, high in zip(program.matrix.toarray(), program.row_upper, strict=True)
        ]

    def test_another_pair_at_its_targets_lifts_it(self) -> None:
        # pairs: A1S1 A1S2 A2S1 A2S2; A1 has its only partner in the cut
        assert self.row(tiny(), self.cut()) == [[1, 0, -1, 0, 0]]

    def test_another_partner_of_its_sources_lifts_it(self) -> None:
        assert self.row(tiny(each_source=(1, 2)), self.cut()) == [[1, -1, -1, 0, 0]]

    def test_without_pairs_one_must_join(self) -> None:
        none = np.empty(0, object)
        cut = self.cut(source_ids=none, target_ids=none, sources=none)
        assert self.row(tiny(), cut) == [[-1, 0, -1, 0, -1]]

    def test_a_pair_that_is_no_candidate_makes_it_void(self) -> None:
        assert self.row(tiny(), self.cut(target_ids=np.array(["S9"], object))) == []

    def test_cuts_of_other_stages_are_theirs(self) -> None:
        assert self.row(tiny(), self.cut(stage=SECOND)) == []
