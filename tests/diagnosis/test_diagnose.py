"""Planted conflicts: exactly what was planted is named, nothing superfluous, and every repair does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.diagnosis import Diagnosis, diagnose
from matchmaker.diagnosis.cascade import Scope
from matchmaker.instance_program import instance_program
from matchmaker.messages import LANGUAGES
from matchmaker.model import Status
from matchmaker.obstacles import lost_pins
from matchmaker.pipeline import solve
from matchmaker.rebuild import demands, stage_formulation
from matchmaker.reports.diagnosis import diagnosis_as_data, diagnosis_lines
from matchmaker.rule_instances import Instance
from matchmaker.scheme.scenario import changed
from matchmaker.solver import optimise
from tests.diagnosis.planted import CASES, FIRST, ONLY_B0, SECOND, Planted, pin


@cache
def found(case: str) -> Diagnosis:
    planted, _ = CASES[case]
    return diagnose(planted.scenario(), planted.dataset)


def key(instance: Instance) -> tuple[str, str, str]:
    """An instance as `CASES` has it."""
    ban = instance.rule.endswith(".pins") and not instance.demands
    name = f"{instance.rule} {instance.bound or ('not' if ban else '')}".strip()
    return name, " ".join(instance.sources), " ".join(instance.targets)


@pytest.mark.parametrize("case", CASES)
def test_exactly_what_was_planted_is_named(case: str) -> None:
    diagnosis = found(case)
    assert (diagnosis.status, diagnosis.finished) == (Status.INFEASIBLE, True)
    (stage,) = diagnosis.stages
    named = [{key(instance) for instance in conflict.instances} for conflict in stage.conflicts]
    assert sorted(map(sorted, named)) == sorted(map(sorted, CASES[case][1]))


@pytest.mark.parametrize("case", CASES)
def test_without_any_one_of_them_the_others_hold_together(case: str) -> None:
    diagnosis = found(case)
    (stage,) = diagnosis.stages
    scheme, problem = diagnosis.scenario.scheme, stage.problem
    formulation = stage_formulation(scheme, problem, ())
    program = instance_program(problem, formulation, lost_pins(problem, demands(scheme, problem)))
    for conflict in stage.conflicts:
        assert conflict.minimal
        whole = np.array([each in conflict.instances for each in program.instances])
        assert int(whole.sum()) == len(conflict.instances)
        assert optimise(program.only(whole), Settings()).status is Status.INFEASIBLE
        for at in np.flatnonzero(whole):
            rest = whole.copy()
            rest[at] = False
            assert optimise(program.only(rest), Settings()).x is not None


@pytest.mark.parametrize("case", CASES)
def test_every_repair_gives_a_plan(case: str) -> None:
    diagnosis, (planted, _) = found(case), CASES[case]
    assert len(diagnosis.repairs) >= 2
    assert [each.price for each in diagnosis.repairs] == sorted(each.price for each in diagnosis.repairs)
    for repair in diagnosis.repairs:
        assert repair.whole
        scenario = changed(planted.scenario(), repair.changes)
        plan = solve(scenario, dataset=planted.dataset, in_processes=False)
        assert plan.verified


@pytest.mark.parametrize("case", CASES)
def test_told_in_both_languages_and_as_data(case: str) -> None:
    diagnosis = found(case)
    for language in LANGUAGES:
        lines = list(diagnosis_lines(diagnosis, language))
        assert all(lines)
        data = diagnosis_as_data(diagnosis, language)
        assert data["status"] == "infeasible"
        assert [len(stage["conflicts"]) for stage in data["stages"]] == [len(CASES[case][1])]
        assert [each["changes"] for each in data["repairs"]] == [
            [dict(change) for change in each.changes] for each in diagnosis.repairs
        ]


def cheapest(case: str) -> list[Mapping[str, Any]]:
    return [dict(change) for change in found(case).repairs[0].changes]


def test_the_cheapest_repair_of_some() -> None:
    assert cheapest("too_little_capacity") == [
        {"set_row": {"table": "sub_districts", "id": "S0", "room": 30}}
    ]
    assert cheapest("tenure_leaving_nobody") == [{"set": "rules.rotate.exempt", "to": ["A0"]}]
    assert cheapest("a_floor_out_of_reach") == [
        {"set_row": {"table": "sub_districts", "id": "S0", "needed": 40}}
    ]
    ((kind, pinned),) = cheapest("contradictory_pins")[0].items()
    assert kind == "drop_pin"
    assert pinned["source"] == "A0"


def test_nothing_to_diagnose_where_there_is_a_plan() -> None:
    planted = Planted(second={})
    diagnosis = diagnose(planted.scenario(), planted.dataset)
    assert (diagnosis.status, diagnosis.plain, diagnosis.stages) == (Status.FEASIBLE, (), ())


def test_whatever_earlier_stages_decide() -> None:
    (stage,) = found("unreachable_grids").stages
    assert (stage.problem.stage.id, stage.scope) == (SECOND, Scope.WHATEVER)


def test_because_of_what_an_earlier_stage_must_decide() -> None:
    planted = Planted([ONLY_B0], pins=[pin("A0", "S1")], second={})
    diagnosis = diagnose(planted.scenario(), planted.dataset)
    assert diagnosis.status is Status.INFEASIBLE
    first, second = diagnosis.stages
    assert (first.problem.stage.id, first.scope) == (FIRST, Scope.LATER)
    assert (second.problem.stage.id, second.scope) == (SECOND, Scope.GIVEN)
    (conflict,) = first.conflicts
    assert (f"{FIRST}.pins", "A0", "S1") in {key(instance) for instance in conflict.instances}
    (conflict,) = second.conflicts
    assert (f"{SECOND}.targets min", "", "G0") in {key(instance) for instance in conflict.instances}
    changes = [list(map(dict, repair.changes)) for repair in diagnosis.repairs]
    assert [{"drop_pin": {"source": "A0", "target": "S1", "stage": FIRST, "action": "pin"}}] in changes


def test_what_an_earlier_choice_left_is_mended_by_another() -> None:
    planted = Planted([ONLY_B0], second={})
    diagnosis = diagnose(planted.scenario(), planted.dataset)
    assert diagnosis.status is Status.FEASIBLE


def test_time_that_ends_is_told() -> None:
    planted, _ = CASES["together_against_capacity"]
    diagnosis = diagnose(planted.scenario(), planted.dataset, seconds=0.001)
    assert not diagnosis.finished
    assert not diagnosis.repairs
    assert any("--seconds" in line for line in diagnosis_lines(diagnosis, "en"))
