"""A grid of scenarios: every plan is what its scenario alone gives, and all faults come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.errors import InputError
from matchmaker.model import Status
from matchmaker.pipeline import solve
from matchmaker.plan_folder import read_plan
from matchmaker.scheme.scenario import changed
from matchmaker.what_if.sweep import Varied, sweep, varied
from tests.conftest import SolvedYear

STAGE = "agency_sub_district"
KEY = "objective.0.wishes"


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("objective.0.wishes=0..10:2", (0, 2, 4, 6, 8, 10)),
        ("a=0..0.3:0.1", (0, 0.1, 0.2, 0.3)),
        ("a=1..3", (1, 2, 3)),
        ("a=5,1,5", (5, 1)),
        ("a=x,true,2.5", ("x", True, 2.5)),
    ],
)
def test_what_is_varied(written: str, values: tuple[object, ...]) -> None:
    assert varied(written).values == values


@pytest.mark.parametrize("written", ["", "a", "a=", "=1", "a=3..1", "a=1..b", "a=0..1:0", "a=0..inf"])
def test_what_is_not_understood(written: str) -> None:
    with pytest.raises(InputError) as error:
        varied(written)
    assert codes(error) == ["sweep.vary"]


def test_every_plan_is_what_a_cold_solve_gives(year: SolvedYear, tmp_path: Path) -> None:
    values = (0, 2, 6)
    curve = sweep(year.scenario, [Varied(KEY, values)], tmp_path / "out", through=STAGE)
    assert [point.values for point in curve.points] == [(value,) for value in values]
    for point in curve.points:
        plan = read_plan(point.folder)
        cold = solve(
            changed(year.scenario, [{"set": KEY, "to": point.values[0]}]), in_processes=False, through=STAGE
        )
        assert list(plan.assignments) == [STAGE]
        assert plan.assignments[STAGE].equals(cold.assignments[STAGE])
        assert [level.value for level in plan.stage(STAGE).levels] == [
            level.value for level in cold.stage(STAGE).levels
        ]
        met = plan.metrics["stages"][STAGE]["rules"]["wishes"]["wishes"]["parties"]
        assert point.x == sum(sum(party["met"]) for party in met.values())
        assert point.y == plan.metrics["stages"][STAGE]["points"]["fit"]
    assert not (tmp_path / "out" / ".checkpoints").exists()


def test_a_point_without_a_plan_does_not_end_the_others(year: SolvedYear, tmp_path: Path) -> None:
    rule = {"id": "high", "kind": "fit", "stage": STAGE, "min": 0}
    scenario = changed(year.scenario, [{"add_rule": rule}])
    curve = sweep(scenario, [Varied("rules.high.min", (100, 0))], tmp_path / "out", through=STAGE)
    assert curve.points[0].status is Status.INFEASIBLE
    assert curve.points[0].faults
    assert curve.points[0].x is None
    assert curve.points[1].x == 0


def test_combinations_and_a_second_run_into_the_same_folder(year: SolvedYear, tmp_path: Path) -> None:
    grid = [Varied(KEY, (0, 2)), Varied("objective.0.fit", (1, 2))]
    heard: list[tuple[int, int]] = []
    first = sweep(year.scenario, grid, tmp_path / "out", through=STAGE)
    again = sweep(
        year.scenario, grid, tmp_path / "out", through=STAGE, listener=lambda *told: heard.append(told)
    )
    assert [point.values for point in first.points] == [(0, 1), (0, 2), (2, 1), (2, 2)]
    assert [(one.x, one.y) for one in first.points] == [(one.x, one.y) for one in again.points]
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("grid", "options", "expected"),
    [
        ([Varied("rules.nope.min", (1, 2))], {}, "scenario."),
        ([Varied(KEY, (1,)), Varied(KEY, (2,))], {}, "sweep.key_twice"),
        ([Varied(KEY, tuple(range(15))), Varied("objective.0.fit", tuple(range(15)))], {}, "sweep.too_many"),
        ([Varied(KEY, (1,))], {"x": "colour"}, "sweep.no_axis"),
        ([Varied(KEY, (1,))], {"through": "nowhere"}, "given.unknown_stage"),
    ],
)
def test_wrong_grids_solve_nothing(
    year: SolvedYear, tmp_path: Path, grid: list[Varied], options: dict[str, str], expected: str
) -> None:
    with pytest.raises(InputError) as error:
        sweep(year.scenario, grid, tmp_path / "out", **options)
    assert all(code.startswith(expected) for code in codes(error))
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone(year: SolvedYear, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    with pytest.raises(InputError) as error:
        sweep(year.scenario, [Varied(KEY, (1,))], tmp_path)
    assert codes(error) == ["sweep.folder_in_use"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
