"""Every stage of every programme can be explained, and its points are those of the assignment."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from matchmaker.demo.folder import PROGRAMMES
from matchmaker.explain import Asked, explain
from matchmaker.pipeline import solve
from matchmaker.plan_folder import open_plan, write_plan
from matchmaker.reports.explanation import ExplainedWords
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import load_scenario
from matchmaker.tables import write_dataset
from matchmaker.what_if.reopened import reopen
from tests.explain.plan_sheets import PlanSheets

SCALE = 0.03


@pytest.fixture(scope="module", params=sorted(set(PROGRAMMES) - {"longgang"}))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of a programme; Longgang's is explained in `test_explanation`."""
    folder = tmp_path_factory.mktemp(str(request.param))
    for name in ("scenario.yaml", "scheme.yaml"):
        shutil.copy(SCENARIOS / str(request.param) / name, folder / name)
    write_dataset(PROGRAMMES[request.param](SCALE, 1, False), folder / "data")
    plan = solve(load_scenario(folder / "scenario.yaml"), in_processes=False)
    write_plan(plan, folder / "plan")
    return folder / "plan"


def test_every_stage_is_explained_in_both_languages(folder: Path) -> None:
    plan, sheets = open_plan(folder), PlanSheets(folder)
    scheme = plan.scenario.scheme
    words = [ExplainedWords(plan.known, scheme, language) for language in ("zh", "en")]
    for record in plan.stages:
        rows = sheets.assignments[record.id]
        if not rows:
            continue
        reopened = reopen(plan, record.id)
        for asked in (
            Asked(record.id, rows[0]["source_id"]),
            Asked(record.id, target_id=rows[-1]["target_id"]),
            Asked(record.id, rows[0]["source_id"], rows[-1]["target_id"]),
        ):
            told = explain(reopened, asked, solve=False)
            for each in words:
                assert all(line.strip() and "{" not in line for line in each.explanation(told))
            chosen = {(row["source_id"], row["target_id"]): row for row in rows}
            for pair in told.pairs:
                row = chosen.get((pair.source_id, pair.target_id))
                if row is None:
                    continue
                points = {one.rule: one.points for one in pair.points if one.of_pair and one.rule in row}
                assert points == pytest.approx({name: float(row[name]) for name in points})
