"""A whole Longgang year at full size, its what-ifs, and stage 1 side by side with its peers.

    python benchmarks/longgang.py [--seed 1] [--scale 1.0] [--peer-seconds 60] [--skip-peers]

Runs `matchmaker solve` and `matchmaker verify` as a user would, from CSV, and prints per
stage: seconds, rows, columns, value, bound, gap; then the peak memory. Of the areas of
stage 2: the gap of each sub-district to its certified bound, and of each community to its
own bound given its branches. Two what-ifs begin with the plan (`solve --warm`); their
seconds are given as ratios to the cold run. In the same run the stage-1 formulation goes
to plain CP-SAT (defaults) and to HiGHS (scipy's `milp`), with the same gap; their seconds
are given as ratios to ours.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.backends import bundles
from matchmaker.backends.base import Settings
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.formulation import UNBOUNDED
from matchmaker.pipeline import EFFORT, prepare
from matchmaker.plan_folder import read_plan, read_results
from matchmaker.program import Program
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.scheme.scenario import load_scenario
from matchmaker.set_family import family_of
from matchmaker.solver import optimise

STAGE, AREAS = "agency_sub_district", "branch_grid"


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--peer-seconds", type=float, default=60.0)
    parser.add_argument("--skip-peers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        command(
            "demo", "longgang", str(home / "demo"), "--seed", str(options.seed), "--scale", str(options.scale)
        )
        solved = command("solve", str(home / "demo/scenario.yaml"), "--out", str(home / "plan"))
        verified = command("verify", str(home / "plan"))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        report(
            json.loads((home / "plan/plan.json").read_text("utf-8")), solved, verified, memory, options.seed
        )
        areas(home / "plan")
        what_ifs(home, solved)
        if not options.skip_peers:
            peers(home / "demo/scenario.yaml", options.peer_seconds)


def command(*words: str) -> float:
    """Run one command of the product; its seconds."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "matchmaker", *words, "--quiet"], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def report(plan: dict, solved: float, verified: float, memory: float, seed: int) -> None:
    """The table of stages."""
    print(f"seed {seed}: solve (CSV to verified plan) {solved:.1f} s, verify {verified:.1f} s")
    print(
        f"peak memory: largest process {memory:.0f} MB, "
        f"all processes together at most {plan['peak_mb']:.0f} MB"
    )
    head = ("stage", "status", "backend", "seconds", "parts", "rows", "columns", "value", "bound", "gap %")
    rows = [
        (
            stage["id"],
            stage["status"],
            stage["backend"],
            f"{stage['seconds']:.1f}",
            stage["components"],
            stage["rows"],
            stage["columns"],
            f"{level['value']:.2f}",
            f"{level['bound']:.2f}",
            f"{100 * level['gap']:.4f}",
        )
        for stage in plan["stages"]
        for level in stage["levels"]
    ]
    print_table(head, rows)


def areas(folder: Path) -> None:
    """How near the areas are to their bounds, by sub-district and by community."""
    plan = read_plan(folder)
    scheme = plan.scenario.scheme
    decided = {stage.id: plan.assignment(stage.id) for stage in plan.stages}
    problem = stage_problem(scheme, plan.dataset, plan.scenario.year, AREAS, decided)
    program = stage_formulation(scheme, problem, []).program(scheme.levels(AREAS))
    duals = plan.certificates[AREAS]["level0"]
    x = np.zeros(program.column_count, np.int64)
    x[problem.locate(plan.assignment(AREAS)).pair] = 1
    whole, inside = [], []
    for columns, rows, part in program.split():
        level = part.levels[0]
        value = part.units(level, x[columns])
        bound = rounded_bound(lagrangian_bound(part, level, duals[rows]))
        whole.append((bound - value) / max(1, abs(value)))
        inside += community_gaps(part, x[columns])
    print(
        f"areas: {len(plan.assignments[AREAS].groupby('source_id'))} connected; gap of the sub-districts to "
        f"their certified bounds: mean {100 * np.mean(whole):.2f} %, largest {100 * max(whole):.2f} %; "
        f"of the communities to their own, given their branches: largest {100 * max(inside):.3f} %"
    )


def community_gaps(part: Program, x: np.ndarray) -> list[float]:
    """Gap of each community, solved by itself with the branches that it has."""
    family = part.family
    assert family is not None
    gaps = []
    for community in np.unique(family.part):
        here = family.part == community
        branches = np.unique(family.sources[here & (x[: part.pair_count] > 0)])
        columns = np.flatnonzero(here & np.isin(family.sources, branches))
        alone = only(part, columns)
        value = alone.units(alone.levels[0], x[columns])
        solution = bundles.solve(alone, Settings(gap=0.0))
        gaps.append((solution.levels[0].bound - value) / max(1, abs(value)))
    return gaps


def only(program: Program, columns: np.ndarray) -> Program:
    """The program of the given pair columns, ascending, and of the rows that they touch."""
    assert program.family is not None
    matrix = program.matrix[:, columns].tocsr()
    rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
    return replace(
        program,
        pair_count=len(columns),
        lower=program.lower[columns],
        upper=program.upper[columns],
        matrix=matrix[rows],
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        row_side=program.row_side[rows],
        levels=tuple(replace(level, points=level.points[columns], constant=0) for level in program.levels),
        family=family_of(program.family, columns),
    )


def what_ifs(home: Path, cold: float) -> None:
    """One pin, and one weight changed, from the plan at hand; seconds as ratios to the cold run."""
    results = read_results(home / "plan")
    first = results.assignments[STAGE].iloc[11]
    names = sorted(set(results.assignments[STAGE]["target_id"]))
    other = names[(names.index(first["target_id"]) + 1) % len(names)]
    pin = f"{{pin: {{stage: {STAGE}, source: {first['source_id']}, target: {other}}}}}"
    rows = []
    for name, change in (("one pin", pin), ("one weight", "{set: objective.0.wishes, to: 3}")):
        scenario = home / "demo" / f"{name.replace(' ', '-')}.yaml"
        scenario.write_text(f"extends: scenario.yaml\nname: {name}\nchanges: [{change}]\n", "utf-8")
        out = home / name.replace(" ", "-")
        took = command("solve", str(scenario), "--out", str(out), "--warm", str(home / "plan"))
        plan = json.loads((out / "plan.json").read_text("utf-8"))
        gaps = [f"{100 * stage['levels'][0]['gap']:.4f}" for stage in plan["stages"][:3]]
        rows.append((name, f"{took:.1f}", f"{took / cold:.2f}", *gaps))
    print_table(("what if", "seconds", "ratio to cold", "gap 1 %", "gap 2 %", "gap 3 %"), rows)


def peers(scenario_path: Path, seconds: float) -> None:
    """Stage 1 with ours, plain CP-SAT and HiGHS, one after the other, to the same gap."""
    scenario = load_scenario(scenario_path)
    scheme, dataset = scenario.scheme, prepare(scenario)
    problem = stage_problem(scheme, dataset, scenario.year, STAGE, {})
    program = stage_formulation(scheme, problem, []).program(scheme.levels(STAGE))
    gap = scenario.limits.gap
    level = program.levels[0]
    started = time.perf_counter()
    optimum = optimise(program, Settings(gap, EFFORT, threads=scenario.limits.workers))
    ours = time.perf_counter() - started
    result = optimum.levels[0]
    found = [("matchmaker", ours, result.value, result.bound)]
    found.append(("HiGHS (scipy milp)", *highs(program, gap, seconds)))
    found.append(("CP-SAT defaults, 2 workers", *plain_cpsat(program, gap, seconds)))
    rows = [
        (
            name,
            f"{took:.1f}",
            f"{took / ours:.2f}",
            f"{value * level.scale:.2f}",
            f"{bound * level.scale:.2f}",
            f"{100 * (bound - value) / max(1, abs(value)):.4f}",
            "yes" if bound - value <= gap * max(1, abs(value)) else f"no, stopped at {seconds:.0f} s",
        )
        for name, took, value, bound in found
    ]
    print(f"\nstage 1, gap {gap:g}: {program.row_count} rows, {program.column_count} columns")
    print_table(("solver", "seconds", "ratio", "value", "bound", "gap %", "proven"), rows)


def highs(program: Program, gap: float, seconds: float) -> tuple[float, float, float]:
    """Seconds, value and bound (units) of HiGHS."""
    level = program.levels[0]
    lower = np.where(program.row_lower <= -UNBOUNDED, -np.inf, program.row_lower)
    upper = np.where(program.row_upper >= UNBOUNDED, np.inf, program.row_upper)
    started = time.perf_counter()
    result = milp(
        -level.points.astype(float),
        constraints=LinearConstraint(program.matrix.astype(float), lower, upper),
        bounds=Bounds(program.lower, program.upper),
        integrality=np.ones(program.column_count),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    took = time.perf_counter() - started
    value = float("nan") if result.fun is None else level.constant - result.fun
    return took, value, level.constant - result.mip_dual_bound


def plain_cpsat(program: Program, gap: float, seconds: float) -> tuple[float, float, float]:
    """Seconds, value and bound (units) of CP-SAT as it comes, on two workers."""
    level = program.levels[0]
    started = time.perf_counter()
    model = cp_model.CpModel()
    columns = [
        model.new_int_var(int(low), int(high), "")
        for low, high in zip(program.lower, program.upper, strict=True)
    ]
    matrix = program.matrix
    for row in range(program.row_count):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        inside = [columns[column] for column in matrix.indices[entries]]
        total = cp_model.LinearExpr.weighted_sum(inside, matrix.data[entries].tolist())
        model.add_linear_constraint(total, int(program.row_lower[row]), int(program.row_upper[row]))
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, level.points.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.relative_gap_limit = gap
    solver.parameters.max_time_in_seconds = seconds
    solver.solve(model)
    took = time.perf_counter() - started
    return took, level.constant + solver.objective_value, level.constant + solver.best_objective_bound


def print_table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Columns as wide as their widest cell."""
    cells = [head, *[tuple(str(cell) for cell in row) for row in rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
