"""A rule over several stages, from the scheme to a verified plan: hard, soft, and one stage anew."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matchmaker.errors import Infeasible, NoPlanFound
from matchmaker.pipeline import solve
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.scheme.checks import checked_scheme
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.scheme.yaml_reader import parse_yaml
from matchmaker.tables import dataset_of, write_dataset
from matchmaker.verify import verify_plan

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": f"A{i}", "name": f"示例单位{i}", "agency_type": "government",
         "function_codes": ("law",), "active": True, "duty_cap": 3.0}
        for i in range(3)
    ],
    "branches": [
        {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i % 3}", "member_count": 9.0}
        for i in range(4)
    ],
    "sub_districts": [{"sub_district_id": f"S{i}", "name": f"示例街道{i}"} for i in range(3)],
    "communities": [
        {"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": f"S{i % 3}", "households": 900.0}
        for i in range(6)
    ],
    "other_duties": [
        {"source_id": "A0", "scheme": "示例任务", "target_id": "C0", "sub_district_id": "S0", "load": 1.0}
    ],
}  # fmt: skip

SCHEME = """\
name: 试验
stages:
  - {id: visit, from: agencies, to: communities, each_source: {min: 0}, each_target: 1}
  - {id: pairing, from: branches, to: communities, each_source: 1, each_target: {max: 1}}
rules:
  - id: burden
    kind: duties
    stages: [visit, pairing]
    per: agency
    max: duty_cap
    places: sub_district
    max_places: 3
  - {id: first_wish, kind: prefer, stage: visit, where: {source: {agency_id: A0}}, points: 50}
"""
SOFT = "objective:\n  - {burden: 1, first_wish: 1}\n"
HARD = "objective:\n  - {first_wish: 1}\n"


def scenario(folder: Path, text: str) -> Scenario:
    scheme, faults = checked_scheme(parse_yaml(text, "scheme.yaml").root)
    assert faults == []
    assert isinstance(scheme, Scheme)
    tables = {name: pd.DataFrame(rows) for name, rows in TABLES.items()}
    write_dataset(dataset_of(tables).tables, folder / "data")
    limits = Limits(gap=0, seconds=None, workers=1)
    return Scenario(name="burden", scheme=scheme, data=folder / "data", year=2027, limits=limits)


def test_soft_charges_add_up_to_the_excess(tmp_path: Path) -> None:
    """A third visit of A0, which has a task already, would cost more than it is worth."""
    plan = solve(scenario(tmp_path, SCHEME + SOFT), in_processes=False)
    assert verify_plan(plan).differences == ()
    visits = Counter(plan.assignment("visit").source_ids.tolist())
    pairings = Counter(f"A{int(branch[1]) % 3}" for branch in plan.assignment("pairing").source_ids)
    tasks = {agency: visits[agency] + pairings[agency] + (agency == "A0") for agency in ("A0", "A1", "A2")}
    beyond = {agency: max(count - 3, 0) for agency, count in tasks.items()}
    points = [plan.metrics["stages"][stage.id]["points"]["burden"] for stage in plan.stages]
    assert visits["A0"] == 2
    assert points == [0, -100 * sum(beyond.values())]
    assert {one.source_id: one.found for one in plan.findings if one.unit == "load"} == {
        agency: tasks[agency] for agency, count in beyond.items() if count
    }


def test_hard_keeps_room_for_later_stages(tmp_path: Path) -> None:
    """A0 has a task and two pairings to come: no visit. The others have room for two each; six are needed."""
    with pytest.raises(Infeasible):
        solve(scenario(tmp_path, SCHEME + HARD), in_processes=False)
    roomy = SCHEME.replace("max: duty_cap", "max: 4")
    plan = solve(scenario(tmp_path / "roomy", roomy + HARD), in_processes=False)
    assert verify_plan(plan).differences == ()
    assert plan.assignment("visit").source_ids.tolist().count("A0") == 1
    assert plan.findings == ()


def test_without_room_kept_the_later_stage_proves_nothing(tmp_path: Path) -> None:
    """Where the later stage's rows rest on the earlier one nothing is foreseen, and failure is no proof."""
    rests = SCHEME.replace("each_source: 1, each_target: {max: 1}", "each_source: {min: agency.visit.count}")
    with pytest.raises((NoPlanFound, Infeasible)) as failure:
        solve(scenario(tmp_path, rests + HARD), in_processes=False)
    assert failure.type is NoPlanFound


def test_one_stage_anew_counts_what_the_given_plan_has_used(tmp_path: Path) -> None:
    given = scenario(tmp_path, SCHEME + SOFT)
    write_plan(solve(given, in_processes=False), tmp_path / "plan")
    anew = solve(given, in_processes=False, stage="pairing", given=tmp_path / "plan")
    assert anew.stage("pairing").levels == read_plan(tmp_path / "plan").stage("pairing").levels
    assert [stage.id for stage in anew.stages] == ["visit", "pairing"]
    first = solve(given, in_processes=False, stage="visit", given=tmp_path / "plan")
    assert [stage.id for stage in first.stages] == ["visit"]
