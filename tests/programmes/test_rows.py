"""Every row of class A, R or G of the five programmes is met, and what is said to meet it matters.

Dropping the named rule changes who is paired, or what is found missing; a named stage has pairs;
rows met by construction name the test that shows it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.demo.folder import write_demo
from matchmaker.pipeline import solve
from matchmaker.plan_folder import write_plan
from matchmaker.scheme.scenario import load_scenario
from tests.programmes.dropping import difference
from tests.programmes.readme import programme_rows, readme_rows

SCALES = {"qingbaijiang": 0.25, "meihekou": 0.25, "longgang": 0.12, "qidong": 1, "yungang": 0.25}
"""Of the data by which the rules are tried."""

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("programme", SCALES)
def test_the_readme_maps_exactly_the_programme_s_rows(programme: str) -> None:
    rows = readme_rows(programme)
    assert {row.id: row.classes for row in rows} == programme_rows(programme)
    assert len(rows) == len({row.id for row in rows})


@pytest.mark.parametrize("programme", SCALES)
def test_rows_met_by_construction_name_a_test(programme: str) -> None:
    for row in readme_rows(programme):
        if row.how == "test":
            for name in row.names:
                path, _, test = name.partition("::")
                assert f"def {test.rpartition('::')[2]}(" in (ROOT / path).read_text("utf-8"), name


@pytest.mark.parametrize("programme", SCALES)
def test_whatever_meets_a_row_matters(programme: str, tmp_path: Path) -> None:
    write_demo(programme, tmp_path / "demo", scale=SCALES[programme], seed=1)
    scenario = load_scenario(tmp_path / "demo" / "scenario.yaml")
    plan = solve(scenario, in_processes=False)
    write_plan(plan, tmp_path / "plan")
    rules = dict.fromkeys(name for row in readme_rows(programme) if row.how == "rule" for name in row.names)
    without_effect = [
        f"rule {rule}" for rule in rules if not difference(scenario, plan, tmp_path / "plan", rule)
    ]
    for row in readme_rows(programme):
        if row.how == "stage":
            without_effect += [f"stage {name}" for name in row.names if not len(plan.assignment(name))]
    assert without_effect == []
