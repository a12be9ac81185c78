from __future__ import annotations

from typing import Any

from matchmaker.model import Problem, Stage
from matchmaker.past import consecutive_years, last_year, total_years, years_apart
from tests.rules.instances import dataset_from, problem_of, side_of


def problem_with(*history: dict[str, Any]) -> Problem:
    dataset = dataset_from(
        {
            "branches": [{"branch_id": b, "name": b} for b in ("B1", "B2")],
            "grids": [{"grid_id": g, "name": g} for g in ("G1", "G2")],
            "history": list(history),
        }
    )
    stage = Stage("branch_grid", "branches", "grids")
    return problem_of(dataset, stage, side_of(dataset, "branches", (0, 2)), side_of(dataset, "grids", (0, 2)))


def row(year: int, source: str, target: str, years: float | None = None, **fields: Any) -> dict[str, Any]:
    base = {"year": float(year), "relation": "branch_grid", "source_id": source, "target_id": target}
    return {**base, "years": years, **fields}


def test_years_are_counted_back_from_last_year() -> None:
    problem = problem_with(
        row(2024, "B1", "G1"), row(2025, "B1", "G1"), row(2026, "B1", "G1"),
        row(2023, "B1", "G2"), row(2026, "B1", "G2"),
        row(2024, "B2", "G1"), row(2025, "B2", "G1"),
    )  # fmt: skip
    assert consecutive_years(problem).tolist() == [3, 1, 0, 0]


def test_stated_years_count_and_later_years_add_to_them() -> None:
    problem = problem_with(row(2025, "B1", "G1", 4.0), row(2026, "B1", "G1"), row(2026, "B2", "G2", 7.0))
    assert consecutive_years(problem).tolist() == [5, 0, 0, 7]


def test_a_pair_with_two_roles_counts_once() -> None:
    problem = problem_with(row(2026, "B1", "G1", role="牵头"), row(2026, "B1", "G1", role="联络"))
    assert consecutive_years(problem).tolist() == [1, 0, 0, 0]
    assert len(last_year(problem).source_ids) == 1


def test_only_last_year_of_this_stage_counts_as_last_year() -> None:
    problem = problem_with(
        row(2026, "B1", "G1"),
        row(2025, "B1", "G2"),
        row(2027, "B2", "G2"),
        row(2026, "B2", "G1", relation="支部联社区"),
        row(2026, "B2", "G2", relation="member_building"),
        row(2026, "B9", "G2"),
    )
    past = last_year(problem)
    assert past.possible.tolist() == [0, 2]
    assert set(past.source_ids) == {"B1", "B2", "B9"}


def test_no_history_is_no_past() -> None:
    problem = problem_with()
    assert consecutive_years(problem).tolist() == [0, 0, 0, 0]
    assert last_year(problem).possible.tolist() == []


def test_years_in_all_count_what_the_first_row_states() -> None:
    problem = problem_with(
        row(2021, "B1", "G1"), row(2024, "B1", "G1"), row(2026, "B1", "G1"),
        row(2024, "B2", "G2", 4.0), row(2025, "B2", "G2", 5.0), row(2025, "B2", "G2", role="牵头"),
    )  # fmt: skip
    assert total_years(problem).tolist() == [3, 0, 0, 5]


def test_years_apart_are_counted_from_the_last_year_together() -> None:
    problem = problem_with(row(2021, "B1", "G1"), row(2024, "B1", "G1"), row(2026, "B1", "G2"))
    assert years_apart(problem).tolist() == [2, 0, -1, -1]


def test_without_a_history_nothing_has_lasted_or_ended() -> None:
    problem = problem_with()
    assert (total_years(problem) == 0).all()
    assert (years_apart(problem) == -1).all()
