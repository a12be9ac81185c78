"""Past plans as history: their pairs become rows, the sheet's rows win, years add up over both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import InputError
from matchmaker.history import with_history
from matchmaker.model import Dataset
from matchmaker.past import consecutive_years, last_year
from matchmaker.pipeline import prepare, solve
from matchmaker.plan_folder import write_plan
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario
from matchmaker.tables import dataset_of, write_dataset
from tests.rules.instances import dataset_from
from tests.small_plans import SMALL_SCHEME, SMALL_TABLES, YEAR, plan_of, scenario_of

STAGE = "agency_sub_district"

Pairs = Sequence[tuple[str, str]]
Rows = Sequence[Mapping[str, Any]]

HOME: Pairs = [("A1", "S1"), ("A2", "S2"), ("A3", "S1")]
"""What the offices would do every year: A1 has its best in S1."""


def dataset_with(history: Rows) -> Dataset:
    tables = {**SMALL_TABLES, "history": list(history)}
    return dataset_from({name: rows for name, rows in tables.items() if rows})


def row(year: int, source: str, target: str, relation: str = STAGE, **more: Any) -> dict[str, Any]:
    return {"year": float(year), "relation": relation, "source_id": source, "target_id": target, **more}


def past_plan(folder: Path, year: int, pairs: Pairs = HOME) -> Path:
    """The plan of an earlier year, written."""
    scenario = scenario_of(Scheme.model_validate(SMALL_SCHEME)).model_copy(update={"year": year})
    write_plan(plan_of(scenario, dataset_with([]), {STAGE: pairs}), folder / str(year))
    return folder / str(year)


def rows_of(dataset: Dataset) -> list[tuple[int, str, str, str]]:
    frame = dataset.frame("history")
    columns = (frame[name] for name in ("year", "relation", "source_id", "target_id"))
    return [(int(year), *map(str, rest)) for year, *rest in zip(*columns, strict=True)]


def run_of(dataset: Dataset, source: str, target: str) -> int:
    """Years on end of a pair up to the year before."""
    problem = stage_problem(Scheme.model_validate(SMALL_SCHEME), dataset, YEAR, STAGE, {})
    ids = zip(problem.sources.ids[problem.pair_source], problem.targets.ids[problem.pair_target], strict=True)
    return int(consecutive_years(problem)[list(ids).index((source, target))])


def test_pairs_of_plans_become_rows(tmp_path: Path) -> None:
    plans = [past_plan(tmp_path, 2025, [("A1", "S2")]), past_plan(tmp_path, 2026)]
    assert rows_of(with_history(dataset_with([]), plans)) == [
        (2025, STAGE, "A1", "S2"),
        (2026, STAGE, "A1", "S1"),
        (2026, STAGE, "A2", "S2"),
        (2026, STAGE, "A3", "S1"),
    ]


def test_the_order_of_the_plans_does_not_matter(tmp_path: Path) -> None:
    plans = [past_plan(tmp_path, 2025), past_plan(tmp_path, 2026)]
    dataset = dataset_with([row(2024, "A1", "S1", years=2.0)])
    there, back = with_history(dataset, plans), with_history(dataset, plans[::-1])
    assert there.frame("history").equals(back.frame("history"))
    assert with_history(dataset, [*plans, plans[0]]).frame("history").equals(there.frame("history"))


def test_without_plans_nothing_changes(tmp_path: Path) -> None:
    dataset = dataset_with([row(2026, "A1", "S1")])
    assert with_history(dataset, []) is dataset
    assert with_history(dataset, [past_plan(tmp_path, 2026, [])]) is dataset


@pytest.mark.parametrize("relation", [STAGE, "单位联街道"])
def test_the_sheet_s_row_wins(tmp_path: Path, relation: str) -> None:
    sheet = [row(2026, "A1", "S1", relation, years=1.0, grade="好")]
    found = with_history(dataset_with(sheet), [past_plan(tmp_path, 2025), past_plan(tmp_path, 2026)])
    history = found.frame("history")
    same = history[(history["year"] == 2026) & (history["source_id"] == "A1")]
    assert same[["relation", "years", "grade"]].to_numpy().tolist() == [[relation, 1, "好"]]
    assert len(history) == 6
    assert run_of(found, "A1", "S1") == 1  # the office counts anew, whatever the plans say
    assert run_of(found, "A2", "S2") == 2


def test_the_sheet_keeps_a_pair_with_two_roles(tmp_path: Path) -> None:
    sheet = [row(2026, "A1", "S1", role="牵头"), row(2026, "A1", "S1", role="成员")]
    found = with_history(dataset_with(sheet), [past_plan(tmp_path, 2026)])
    assert sorted(found.frame("history")["role"].dropna()) == ["成员", "牵头"]
    assert len(found.frame("history")) == 4


def test_another_stage_of_the_same_year_is_no_duplicate(tmp_path: Path) -> None:
    found = with_history(
        dataset_with([row(2026, "A1", "S1", "branch_grid")]), [past_plan(tmp_path, 2026, [("A1", "S1")])]
    )
    assert [relation for _, relation, _, _ in rows_of(found)] == [STAGE, "branch_grid"]


def test_other_tables_stay(tmp_path: Path) -> None:
    dataset = dataset_with([])
    found = with_history(dataset, [past_plan(tmp_path, 2026)])
    assert all(found.tables[name] is frame for name, frame in dataset.tables.items())


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        with_history(dataset_with([]), [tmp_path])
    assert [fault.code for fault in error.value.faults] == ["plan.not_a_plan"]


def test_last_year_comes_from_a_plan(tmp_path: Path) -> None:
    found = with_history(dataset_with([]), [past_plan(tmp_path, 2025, []), past_plan(tmp_path, 2026)])
    past = last_year(stage_problem(Scheme.model_validate(SMALL_SCHEME), found, YEAR, STAGE, {}))
    assert list(zip(past.source_ids, past.target_ids, strict=True)) == HOME


@pytest.mark.parametrize(
    ("sheet", "plans", "years"),
    [
        ([], [2026], 1),
        ([], [2025, 2026], 2),
        ([2024], [2025, 2026], 3),
        ([2024, 2025], [2026], 3),
        ([2024], [2026], 1),  # 2025 is missing
        ([2024, 2025], [], 0),  # last year is missing
        ([2025], [2024, 2026], 3),
        ([2024, 2025, 2026], [2025, 2026], 3),
        ([2023], [2024, 2025, 2026], 4),
    ],
)
def test_years_on_end_count_over_sheet_and_plans(
    tmp_path: Path, sheet: list[int], plans: list[int], years: int
) -> None:
    dataset = dataset_with([row(year, "A1", "S1", "单位联街道") for year in sheet])
    found = with_history(dataset, [past_plan(tmp_path, year) for year in plans])
    assert run_of(found, "A1", "S1") == years


# a whole run


def scenario_with(folder: Path, sheet: Sequence[int], plans: Sequence[int]) -> Scenario:
    """The small scheme with rotation after three years; what A1 does best is S1."""
    rules = [*SMALL_SCHEME["rules"], {"id": "rotate", "kind": "tenure", "stage": STAGE, "max_years": 3}]
    scheme = Scheme.model_validate({**SMALL_SCHEME, "rules": rules})
    dataset = dataset_with([row(year, "A1", "S1", "单位联街道") for year in sheet])
    write_dataset(dataset.tables, folder / "data")
    history = tuple(past_plan(folder, year) for year in plans)
    return scenario_of(scheme).model_copy(update={"data": folder / "data", "history": history})


def test_the_third_year_in_a_row_is_allowed(tmp_path: Path) -> None:
    plan = solve(scenario_with(tmp_path, [], [2025, 2026]), in_processes=False)
    pair = plan.assignments[STAGE].iloc[0]
    assert (pair["source_id"], pair["target_id"], pair["change"]) == ("A1", "S1", "保持")


def test_the_fourth_is_not(tmp_path: Path) -> None:
    plan = solve(scenario_with(tmp_path, [2024], [2025, 2026]), in_processes=False)
    pair = plan.assignments[STAGE].iloc[0]
    assert (pair["source_id"], pair["target_id"]) == ("A1", "S2")
    assert (pair["previous_target_id"], pair["change"]) == ("S1", "调整")


def test_a_plan_holds_its_history_itself(tmp_path: Path) -> None:
    scenario = scenario_with(tmp_path, [2024], [2025, 2026])
    plan = solve(scenario, in_processes=False)
    assert plan.scenario.history == ()
    assert rows_of(plan.dataset) == rows_of(prepare(scenario))
    assert len(rows_of(plan.dataset)) == 1 + 3 + 3
    assert rows_of(dataset_of(plan.dataset.tables)) == rows_of(plan.dataset)
