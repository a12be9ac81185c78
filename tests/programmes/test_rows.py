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
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import load_scenario
from tests.programmes.dropping import difference, stages_of
from tests.programmes.readme import programme_rows, readme_rows

PROGRAMMES = ("qingbaijiang", "meihekou", "longgang", "qidong", "yungang")

TRIALS = [
    ("qingbaijiang", 0.25, None),
    ("meihekou", 0.25, None),
    ("longgang", 0.12, "agency_sub_district"),
    ("longgang", 0.08, "branch_grid"),
    ("qidong", 1, None),
    ("yungang", 0.25, None),
]
"""Programme, scale of the data by which its rules are tried, and the stage from which they are tried there.

The floors of Longgang's first stage need more sub-districts than the stages below it, whose rules are
dropped more quickly where there are few.
"""

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_readme_maps_exactly_the_programme_s_rows(programme: str) -> None:
    rows = readme_rows(programme)
    assert {row.id: row.classes for row in rows} == programme_rows(programme)
    assert len(rows) == len({row.id for row in rows})


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_rows_met_by_construction_name_a_test(programme: str) -> None:
    for row in readme_rows(programme):
        if row.how == "test":
            for name in row.names:
                path, _, test = name.partition("::")
                assert f"def {test.rpartition('::')[2]}(" in (ROOT / path).read_text("utf-8"), name


@pytest.mark.parametrize(("programme", "scale", "first"), TRIALS)
def test_whatever_meets_a_row_matters(
    programme: str, scale: float, first: str | None, tmp_path: Path
) -> None:
    write_demo(programme, tmp_path / "demo", scale=scale, seed=1)
    scenario = load_scenario(tmp_path / "demo" / "scenario.yaml")
    plan = solve(scenario, in_processes=False)
    write_plan(plan, tmp_path / "plan")
    rules = dict.fromkeys(name for row in readme_rows(programme) if row.how == "rule" for name in row.names)
    tried = [rule for rule in rules if _is_tried(scenario.scheme, rule, first)]
    without_effect = [
        f"rule {rule}" for rule in tried if not difference(scenario, plan, tmp_path / "plan", rule)
    ]
    for row in readme_rows(programme):
        if row.how == "stage":
            without_effect += [f"stage {name}" for name in row.names if not len(plan.assignment(name))]
    assert without_effect == []


def _is_tried(scheme: Scheme, rule: str, first: str | None) -> bool:
    """Whether a rule is tried here: at the scheme's first stage, or from the second one on."""
    if first is None:
        return True
    beginning = scheme.stages[0].id
    return (stages_of(scheme, rule)[0] == beginning) == (first == beginning)
