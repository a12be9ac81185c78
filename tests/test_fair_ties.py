"""Who writes a wish twice, or anything in another order, gains nothing by it."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from matchmaker.commands import app
from matchmaker.pipeline import solve
from matchmaker.plan_folder import write_plan
from matchmaker.scheme.scenario import load_scenario

Rows = list[dict[str, str]]
Sheets = dict[str, Rows]

SCHEME = """\
name: 模拟数据
stages:
  - id: agency_sub_district
    from: agencies
    to: sub_districts
    each_source: 1
    each_target: {min: 2, max: 5}
  - id: branch_grid
    from: branches
    to: grids
    within: agency_sub_district
    each_source: {max: 1}
    each_target: {max: 2}
rules:
  - id: wishes
    kind: wish
    stage: agency_sub_district
    ranks: [100, 60, 30]
    parties: {source: 1, target: 1, community: 1}
  - id: branch_wishes
    kind: wish
    stage: branch_grid
    ranks: [100, 60, 30]
    parties: {source: 1, community: 1}
objective:
  - {wishes: 1}
  - {branch_wishes: 1, branch_grid.sources: 1}
"""
SCENARIO = """\
name: 模拟数据
scheme: scheme.yaml
data: data/
year: 2027
limits: {workers: 1}
tie_break: {seed: 11}
"""


def sheets() -> Sheets:
    """Eight agencies that are all alike; three parties wish at the first stage, a community at both."""
    agencies = [f"A{i}" for i in range(1, 9)]
    wishes = [
        ("agency", "A1", "sub_district", "S1、S2", "", ""),
        ("agency", "A2", "sub_district", "S1", "S2", "S1"),
        ("agency", "A3", "sub_district", "S1、S2", "", ""),
        ("agency", "A4", "sub_district", "S2", "", ""),
        ("sub_district", "S1", "agency", "A5、A6、A1", "A2", ""),
        ("sub_district", "S2", "agency", "A5、A6", "", "A7"),
        ("community", "C1", "agency", "A7、A8", "A3", ""),
        ("community", "C3", "agency", "A8", "A4、A5", ""),
        ("branch", "B1", "grid", "G1、G2", "", ""),
    ]
    head = ("side", "source_id", "target_kind", "wish_1", "wish_2", "refused")
    rows: Sheets = {
        "agencies": [
            {"agency_id": a, "name": f"示例{a}局", "agency_type": "government", "function_codes": "law",
             "member_count": "10", "active": "true"} for a in agencies
        ],
        "sub_districts": [
            {"sub_district_id": s, "name": f"示例{s}街道", "households": "100"} for s in ("S1", "S2")
        ],
        "communities": [
            {"community_id": f"C{i}", "name": f"示例C{i}社区", "sub_district_id": f"S{(i + 1) // 2}",
             "households": "50"} for i in (1, 2, 3, 4)
        ],
        "grids": [
            {"grid_id": f"G{i}", "name": f"示例G{i}网格", "community_id": f"C{(i + 1) // 2}",
             "households": "25", "grid_kind": "general"} for i in range(1, 9)
        ],
        "branches": [
            {"branch_id": f"B{i}", "name": f"示例B{i}支部", "agency_id": f"A{i}", "member_count": "10"}
            for i in range(1, 9)
        ],
        "wishes": [{**dict(zip(head, row, strict=True)), "accept_adjust": "true"} for row in wishes],
    }  # fmt: skip
    return {name: [{**row, "note": "模拟数据"} for row in each] for name, each in rows.items()}


def written(content: Sheets, folder: Path, newest: random.Random | None = None) -> Path:
    """The scenario's folder; rows, columns and ids within a cell in another order where one is given."""
    (folder / "data").mkdir(parents=True)
    (folder / "scheme.yaml").write_text(SCHEME, "utf-8")
    (folder / "scenario.yaml").write_text(SCENARIO, "utf-8")
    for name, rows in content.items():
        rows = [dict(row) for row in rows]
        columns = list(rows[0])
        if newest is not None:
            newest.shuffle(rows)
            newest.shuffle(columns)
            for row in rows:
                for column in ("wish_1", "wish_2", "refused"):
                    parts = row[column].split("、") if column in row else []
                    newest.shuffle(parts)
                    row.update({column: "、".join(parts)} if parts else {})
        with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder / "scenario.yaml"


def solved(scenario: Path) -> Path:
    plan = solve(load_scenario(scenario), in_processes=False)
    write_plan(plan, scenario.parent / "plan")
    return scenario.parent / "plan"


def decided(plan: Path) -> dict[str, object]:
    """Everything that a plan says, without its inputs and how long it took."""
    manifest = json.loads((plan / "plan.json").read_text("utf-8"))
    stages = [{k: v for k, v in stage.items() if k != "seconds"} for stage in manifest["stages"]]
    files = {
        path.relative_to(plan).as_posix(): path.read_bytes()
        for pattern in ("assignments/*.csv", "*.csv", "metrics.json")
        for path in plan.glob(pattern)
    }
    return {"stages": stages, "tie_break": manifest["tie_break"], "status": manifest["status"], **files}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return solved(written(sheets(), tmp_path_factory.mktemp("ties") / "first"))


def test_the_plan_is_unique(first: Path) -> None:
    said = json.loads((first / "plan.json").read_text("utf-8"))["tie_break"]
    assert said == {"seed": 11, "stages": {"agency_sub_district": "proven", "branch_grid": "proven"}}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_sheets_in_another_order_give_the_same_plan(
    first: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    other = solved(written(sheets(), tmp_path_factory.mktemp("order") / "o", random.Random(seed)))
    assert decided(other) == decided(first)
    inputs = {path.name: path.read_bytes() for path in (first / "inputs").iterdir()}
    for path in (other / "inputs").iterdir():
        if path.name != "wishes.csv":  # the order inside a tie is kept as it was written
            assert path.read_bytes() == inputs[path.name]


def in_one_cell(wishes: Rows) -> Rows:
    return [{**row, "wish_1": f"{row['wish_1']}、{row['wish_1']}"} for row in wishes]


def at_a_lower_rank_too(wishes: Rows) -> Rows:
    return [{**row, "wish_3": row["wish_1"]} for row in wishes]


def refused_twice(wishes: Rows) -> Rows:
    return [{**row, "refused": "、".join([row["refused"]] * 2).strip("、")} for row in wishes]


@pytest.mark.parametrize("twice", [in_one_cell, at_a_lower_rank_too, refused_twice])
def test_a_wish_entered_twice_counts_once(first: Path, tmp_path: Path, twice: Callable[[Rows], Rows]) -> None:
    content = sheets()
    other = written({**content, "wishes": twice(content["wishes"])}, tmp_path / "twice")
    assert decided(solved(other)) == decided(first)


@pytest.mark.parametrize(("language", "words"), [("zh", "公布的种子 11"), ("en", "published seed 11")])
def test_the_seed_is_shown(first: Path, language: str, words: str) -> None:
    shown = CliRunner().invoke(app, ["show", str(first), "--lang", language]).stdout
    assert words in shown
    data = json.loads(CliRunner().invoke(app, ["show", str(first), "--json"]).stdout)
    assert data["tie_break"]["seed"] == 11
