"""Random cascades: what is said agrees with trying every plan of the first stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.diagnosis import diagnose
from matchmaker.scheme.row_changes import apply_data_changes
from matchmaker.scheme.scenario import Limits, Scenario, changed
from tests.cascades import YEAR, Cascade, first_plans, random_cascade

INFEASIBLE = (6, 10, 11, 16, 18, 30, 52)
"""Seeds without a plan."""


def scenario_of(cascade: Cascade) -> Scenario:
    limits = Limits(gap=0, seconds=None, workers=1)
    return Scenario(name="cascade", scheme=cascade.scheme, data=Path("data"), year=YEAR, limits=limits)


@pytest.mark.parametrize("seed", [*range(20), *INFEASIBLE[5:]])
def test_the_status_is_right(seed: int) -> None:
    cascade = random_cascade(seed)
    possible = any(plan.completable for plan in first_plans(seed))
    diagnosis = diagnose(scenario_of(cascade), cascade.dataset, repairs=False)
    assert diagnosis.status.value == ("feasible" if possible else "infeasible")
    assert bool(diagnosis.stages) != possible
    for stage in diagnosis.stages:
        assert stage.conflicts
        assert all(conflict.minimal for conflict in stage.conflicts)


@pytest.mark.parametrize("seed", INFEASIBLE)
def test_every_repair_gives_the_cascade_a_plan(seed: int) -> None:
    cascade = random_cascade(seed)
    scenario = scenario_of(cascade)
    repairs = diagnose(scenario, cascade.dataset).repairs
    assert repairs
    for repair in repairs:
        other = changed(scenario, repair.changes)
        tables = apply_data_changes(cascade.dataset, other.data_changes).tables
        mended = Cascade(tables, other.scheme)
        assert any(mended.completed(first) for _, first, _ in mended.first_plans())
