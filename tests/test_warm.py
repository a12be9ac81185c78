"""Warm starts: what a plan folder remembers, and what another run makes of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matchmaker import pipeline
from matchmaker.backends.base import Settings
from matchmaker.formulation import RowSide
from matchmaker.pipeline import solve
from matchmaker.plan_folder import read_plan, read_results, write_plan
from matchmaker.plans import Plan
from matchmaker.program import Program
from matchmaker.rebuild import problems_of, stage_formulation
from matchmaker.solver import optimise
from matchmaker.ties import with_tie_break
from matchmaker.verify import verify_plan
from matchmaker.warm import certificate_of, row_names, warm_start
from tests.cascades import FIRST, Cascade, cascade_of
from tests.conftest import SolvedYear

STAGES = ("agency_sub_district", "branch_grid", "member_building")


def assignments(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "assignments").iterdir())}


def pairs_of(plan: Plan, stage: str) -> list[tuple[str, str]]:
    assignment = plan.assignment(stage)
    return list(zip(assignment.source_ids.tolist(), assignment.target_ids.tolist(), strict=True))


def named(plan: Plan, stage: str) -> tuple[np.ndarray, Program]:
    """Names of the rows of a stage of a plan, and its program."""
    problem = problems_of(plan)[stage]
    formulation = stage_formulation(plan.scenario.scheme, problem, [])
    program = formulation.program(plan.scenario.scheme.levels(stage))
    program = with_tie_break(program, problem, plan.scenario.tie_break.seed)
    return row_names(problem, formulation, program), program


def nobody_is_asked(programs: Sequence[Program], *_: Any) -> list[Any]:
    assert not programs, f"{len(programs)} components were solved anew"
    return []


class TestRowNames:
    """`row_names`: unique, and the same from one scenario to the next."""

    @pytest.mark.parametrize("stage", STAGES)
    def test_every_row_has_a_name_of_its_own(self, year: SolvedYear, stage: str) -> None:
        names, program = named(year.plan, stage)
        assert len(set(names.tolist())) == len(names) == program.row_count

    @pytest.mark.parametrize("stage", STAGES)
    def test_rows_of_degrees_bear_the_id_they_are_about(self, year: SolvedYear, stage: str) -> None:
        problem = problems_of(year.plan)[stage]
        names, program = named(year.plan, stage)
        own = {*problem.sources.ids.tolist(), *problem.targets.ids.tolist()}
        of_degrees = np.flatnonzero(program.row_side != RowSide.GENERAL)
        assert len(of_degrees)
        for row in of_degrees.tolist():
            name = names[row].split("@")[-1]
            assert name in own
            columns = program.matrix[[row]].indices
            ends = {problem.sources.ids[problem.pair_source[columns]][0]} | {
                problem.targets.ids[problem.pair_target[columns]][0]
            }
            assert name in ends

    def test_rows_keep_their_names_when_others_go(self) -> None:
        before, program = names_of(plain("A1", "A2", "A3", "A4"))
        after, _ = names_of(plain("A1", "A3", "A4"))
        of_degrees = before[program.row_side != RowSide.GENERAL].tolist()
        gone = [name for name in of_degrees if name.endswith("@A2")]
        assert len(gone) == 1
        assert set(of_degrees) - set(gone) <= set(after.tolist())
        assert not set(gone) & set(after.tolist())

    def test_ids_that_are_numbers(self) -> None:
        names, program = names_of(lonely())
        assert len(set(names.tolist())) == program.row_count


def plain(*ids: str, homeless: str = "", points: float = 5.0) -> Cascade:
    """Agencies that all have their home in one sub-district but one; what degrees miss costs points."""
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {"agency_id": one, "name": f"示例单位{one}", "agency_type": "government",
             "function_codes": ("law",), "active": True, "home": "S2" if one == homeless else "S1"}
            for one in ids
        ],
        "sub_districts": [{"sub_district_id": "S1", "name": "示例街道"}],
    }  # fmt: skip
    stage = {"id": FIRST, "from": "agencies", "to": "sub_districts", "each_source": 1,
             "where": {"pair": {"same": ["home", "sub_district"]}}}  # fmt: skip
    like = {"id": "like", "kind": "prefer", "stage": FIRST, "points": points}
    like["where"] = {"target": {"sub_district_id": "S1"}}
    objective = [{f"{FIRST}.sources": 1, "like": 1}]
    return cascade_of(tables, {"name": "一级", "stages": [stage], "rules": [like], "objective": objective})


def lonely(points: float = 5.0) -> Cascade:
    """Ids are numbers, and no pair is left to the second agency."""
    return plain("1", "2", "3", homeless="2", points=points)


def names_of(cascade: Cascade) -> tuple[np.ndarray, Program]:
    """Names of the rows of a cascade's first stage, and its program."""
    problem = cascade.first_problem()
    formulation = stage_formulation(cascade.scheme, problem, [])
    program = formulation.program(cascade.scheme.levels(FIRST))
    return row_names(problem, formulation, program), program


def test_a_what_if_of_ids_that_are_numbers(tmp_path: Path) -> None:
    write_plan(solve(lonely().scenario(tmp_path / "data"), in_processes=False), tmp_path / "plan")
    other = lonely(points=6.0).scenario(tmp_path / "other")
    plan = solve(other, in_processes=False, warm=tmp_path / "plan")
    assert verify_plan(plan).differences == ()


class TestRemembered:
    """`certificate_of` and `warm_start`: through a plan folder and back."""

    @pytest.mark.parametrize("stage", STAGES)
    def test_pairs_duals_and_components_come_back(self, year: SolvedYear, stage: str) -> None:
        problem = problems_of(year.plan)[stage]
        names, program = named(year.plan, stage)
        found = warm_start(read_results(year.plan_folder), stage, problem, program.levels[0], names)
        assert found is not None
        chosen = problem.assignment(np.flatnonzero(found.start.pairs))
        assert set(zip(chosen.source_ids, chosen.target_ids, strict=True)) == set(pairs_of(year.plan, stage))
        certificate = year.plan.certificates[stage]
        if "level0" in certificate:
            assert found.start.duals is not None
            assert found.start.duals.tolist() == certificate["level0"].tolist()
        assert found.start.gap == year.plan.stage(stage).levels[0].gap
        assert sorted(found.known) == certificate["component.key"].tolist()
        record = year.plan.stage(stage)
        assert 0 < len(found.known) <= record.components
        first = [known.levels[0] for known in found.known.values()]
        if len(first) == record.components:
            constant = program.levels[0].constant
            for figure, stored in (("value", record.levels[0].value), ("bound", record.levels[0].bound)):
                total = constant + sum(getattr(level, figure) for level in first)
                assert total * program.levels[0].scale == pytest.approx(stored)

    def test_a_component_found_is_remembered_whole(self, year: SolvedYear) -> None:
        stage = STAGES[2]
        names, program = named(year.plan, stage)
        optimum = optimise(program, Settings(year.scenario.limits.gap, pipeline.EFFORT))
        for name, array in certificate_of(optimum, names).items():
            assert year.plan.certificates[stage][name].tolist() == array.tolist(), name

    def test_duals_are_brought_to_the_units_of_the_level(self, year: SolvedYear) -> None:
        stage = STAGES[0]
        problem = problems_of(year.plan)[stage]
        names, program = named(year.plan, stage)
        results = read_results(year.plan_folder)
        level = program.levels[0]
        same = warm_start(results, stage, problem, level, names)
        finer = warm_start(results, stage, problem, replace(level, scale=level.scale / 4), names)
        assert same is not None
        assert finer is not None
        assert same.start.duals is not None
        assert finer.start.duals is not None
        assert finer.start.duals == pytest.approx(4 * same.start.duals)

    def test_rows_that_there_were_not_have_no_dual(self, year: SolvedYear) -> None:
        stage = STAGES[0]
        problem = problems_of(year.plan)[stage]
        names, program = named(year.plan, stage)
        others = names.copy()
        others[::2] = [f"new|{at}" for at in range(len(others[::2]))]
        found = warm_start(read_results(year.plan_folder), stage, problem, program.levels[0], others)
        assert found is not None
        assert found.start.duals is not None
        stored = year.plan.certificates[stage]["level0"]
        assert found.start.duals[1::2].tolist() == stored[1::2].tolist()
        assert not found.start.duals[::2].any()

    def test_a_stage_that_there_was_not(self, year: SolvedYear) -> None:
        results = read_results(year.plan_folder)
        names, program = named(year.plan, STAGES[0])
        fewer = replace(results, assignments={}, stages=())
        problem = problems_of(year.plan)[STAGES[0]]
        assert warm_start(fewer, STAGES[0], problem, program.levels[0], names) is None

    def test_a_plan_of_an_older_kind_has_pairs_only(self, year: SolvedYear) -> None:
        results = replace(read_results(year.plan_folder), certificates={})
        names, program = named(year.plan, STAGES[0])
        problem = problems_of(year.plan)[STAGES[0]]
        found = warm_start(results, STAGES[0], problem, program.levels[0], names)
        assert found is not None
        assert found.start.pairs.sum() == len(pairs_of(year.plan, STAGES[0]))
        assert found.start.duals is None
        assert found.known == {}


class TestUnchanged:
    """The same scenario once more."""

    def test_nothing_is_solved_and_the_same_is_written(
        self, year: SolvedYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pipeline, "inline", nobody_is_asked)
        plan = solve(year.scenario, in_processes=False, warm=year.plan_folder)
        written = write_plan(plan, tmp_path / "again")
        assert assignments(tmp_path / "again") == assignments(year.plan_folder)
        for before, after in zip(year.plan.stages, plan.stages, strict=True):
            assert replace(after, seconds=0) == replace(before, seconds=0)
        assert plan.verified
        assert verify_plan(read_plan(tmp_path / "again")).differences == ()
        assert written.findings == year.plan.findings
        # and what was taken over can be taken over from there
        again = solve(year.scenario, in_processes=False, warm=tmp_path / "again")
        assert pairs_of(again, STAGES[1]) == pairs_of(year.plan, STAGES[1])

    def test_the_certificates_are_the_same(self, year: SolvedYear, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pipeline, "inline", nobody_is_asked)
        plan = solve(year.scenario, in_processes=False, warm=year.plan_folder)
        for stage in STAGES:
            before, after = year.plan.certificates[stage], plan.certificates[stage]
            assert sorted(before) == sorted(after)
            for name, array in before.items():
                assert np.asarray(after[name]).tolist() == np.asarray(array).tolist(), (stage, name)

    def test_another_effort_or_gap_is_another_question(
        self, year: SolvedYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pipeline, "inline", nobody_is_asked)
        scenario = year.what_if(tmp_path, limits="{gap: 0.5}")
        with pytest.raises(AssertionError, match="solved anew"):
            solve(scenario, in_processes=False, warm=year.plan_folder)


@pytest.fixture(scope="module")
def what_if(year: SolvedYear, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path, tuple[str, str]]:
    """The year with one branch pinned to a grid of another, begun at its plan; as written; the pin."""
    folder = tmp_path_factory.mktemp("what-if")
    pairs = pairs_of(year.plan, STAGES[1])
    homes = year.plan.dataset.tables["grids"].set_index("grid_id")["community_id"]
    branch, grid = pairs[0]
    other = next(g for b, g in pairs if b != branch and homes[g] == homes[grid])
    pin = f"{{pin: {{stage: branch_grid, source: {branch}, target: {other}, reason: 工作需要}}}}"
    scenario = year.what_if(folder, pin)
    write_plan(solve(scenario, in_processes=False, warm=year.plan_folder), folder / "plan")
    return read_plan(folder / "plan"), folder / "plan", (branch, other)


class TestWhatIf:
    """One pin more."""

    def test_the_plan_holds_and_has_the_pin(self, what_if: tuple[Plan, Path, tuple[str, str]]) -> None:
        plan, _, pin = what_if
        assert plan.verified
        assert verify_plan(plan).differences == ()
        assert pin in pairs_of(plan, STAGES[1])

    def test_where_it_began_is_recorded(
        self, year: SolvedYear, what_if: tuple[Plan, Path, tuple[str, str]]
    ) -> None:
        plan, folder, _ = what_if
        manifest = json.loads((folder / "plan.json").read_text("utf-8"))
        checksum = hashlib.sha256((year.plan_folder / "plan.json").read_bytes()).hexdigest()
        origin = {"name": year.scenario.name, "year": year.scenario.year, "checksum": checksum}
        assert manifest["warm"] == origin
        assert dict(plan.warm) == origin
        assert read_plan(year.plan_folder).warm == {}

    def test_most_pairs_stay(self, year: SolvedYear, what_if: tuple[Plan, Path, tuple[str, str]]) -> None:
        plan, _, _ = what_if
        assert pairs_of(plan, STAGES[0]) == pairs_of(year.plan, STAGES[0])
        before, after = (set(pairs_of(one, STAGES[1])) for one in (year.plan, plan))
        assert len(before & after) >= 0.8 * len(before)

    def test_components_that_are_asked_again_are_taken_over(
        self, year: SolvedYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        real = pipeline.inline

        def counting(programs: Sequence[Program], *rest: Any) -> Any:
            asked.append(len(programs))
            return real(programs, *rest)

        monkeypatch.setattr(pipeline, "inline", counting)
        member, building = pairs_of(year.plan, STAGES[2])[0]
        forbid = f"{{forbid: {{stage: member_building, source: {member}, target: {building}, reason: 不便}}}}"
        plan = solve(year.what_if(tmp_path, forbid), in_processes=False, warm=year.plan_folder)
        # of some fifty branches' members only those of one are placed anew
        assert asked[:3] == [0, 0, 1]
        assert plan.stage(STAGES[2]).components > 10
        assert (member, building) not in pairs_of(plan, STAGES[2])
        assert verify_plan(plan).differences == ()


def test_another_year_s_plan_without_anything_in_common(year: SolvedYear, tmp_path: Path) -> None:
    cascade = lonely()
    scenario = cascade.scenario(tmp_path / "data")
    plan = solve(scenario, in_processes=False, warm=year.plan_folder)
    assert pairs_of(plan, FIRST) == [("1", "S1"), ("3", "S1")]
    assert verify_plan(plan).differences == ()


def test_a_plan_changed_by_hand_is_a_beginning_only(year: SolvedYear, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(year.plan_folder, folder)
    path = folder / "assignments" / "agency_sub_district.csv"
    frame = pd.read_csv(path, dtype=str)
    first, second = (frame.index[frame["target_id"] == one][0] for one in sorted(set(frame["target_id"]))[:2])
    frame.loc[[first, second], "target_id"] = frame.loc[[second, first], "target_id"].to_numpy()
    frame.to_csv(path, index=False)
    plan = solve(year.scenario, in_processes=False, warm=folder)
    assert verify_plan(plan).differences == ()
