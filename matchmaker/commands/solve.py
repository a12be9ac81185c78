"""``matchmaker solve``: a scenario becomes a plan folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchmaker.commands.interrupts import stoppable
from matchmaker.commands.notes import note_lines, notes_as_data
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.progress import ProgressLines
from matchmaker.commands.session import Session

if TYPE_CHECKING:
    from matchmaker.errors import Note
    from matchmaker.pipeline import Event
    from matchmaker.plans import Plan
    from matchmaker.run_folder import RunFolder
    from matchmaker.scheme.scenario import Scenario

__all__ = ["register"]

DIAGNOSED_SECONDS = 60.0
"""How long a run that ends without a plan looks for the reason; `matchmaker diagnose` takes longer."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("solve", help="求解情景，写出方案文件夹 / solve a scenario and write its plan")(solve)


def solve(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="情景文件 / the scenario's file")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="方案写到哪里 / where the plan goes")],
    warm: Annotated[
        Path | None,
        typer.Option("--warm", metavar="PLAN", help="从已有方案接着算 / begin with an earlier plan"),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", metavar="ID", help="只求解这一环节 / solve this stage alone"),
    ] = None,
    given: Annotated[
        Path | None,
        typer.Option("--given", metavar="PLAN", help="其余环节取自此方案 / the plan with the other stages"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Solve, verify, write."""
    with Session(language, as_json=as_json, quiet=quiet, reports=out.parent) as session, stoppable():
        from matchmaker.run_folder import RunFolder
        from matchmaker.scheme.scenario import load_scenario

        loaded = load_scenario(scenario)
        titles = {stage.id: stage.title for stage in loaded.scheme.stages}
        notes: list[Note] = []
        with RunFolder(out) as run:
            session.when_interrupted = lambda: _interrupted(session, run)
            with ProgressLines(session.language, titles, quiet=quiet) as progress:

                def hear(event: Event) -> None:
                    notes.extend(event.notes)
                    progress(event)

                from matchmaker.errors import Infeasible
                from matchmaker.pipeline import solve as solve_scenario
                from matchmaker.plan_folder import write_plan

                try:
                    plan = solve_scenario(
                        loaded,
                        listener=hear,
                        checkpoints=run.checkpoints,
                        warm=warm,
                        stage=stage,
                        given=given,
                    )
                except Infeasible:
                    if stage is None:  # what is given to a stage is no part of the scenario
                        progress.step("", "diagnosing")
                        _diagnose(session, loaded)
                    raise
                progress.step("", "writing")
                plan = write_plan(plan, out)
                progress.step("", "written")
            run.succeed()
        _answer(session, plan, out, notes)


def _diagnose(session: Session, scenario: Scenario) -> None:
    """Why there is no plan, beside the faults that say so."""
    from matchmaker.diagnosis import diagnose
    from matchmaker.reports.diagnosis import diagnosis_as_data, diagnosis_lines

    found = diagnose(scenario, seconds=DIAGNOSED_SECONDS)
    lines = list(diagnosis_lines(found, session.language, beside_faults=True))
    session.beside_faults = lines, {"diagnosis": diagnosis_as_data(found, session.language)}


def _interrupted(session: Session, run: RunFolder) -> str:
    key = "solve.interrupted_kept" if run.has_checkpoints else "solve.interrupted"
    return session.text(key, folder=run.checkpoints)


def _answer(session: Session, plan: Plan, out: Path, notes: list[Note]) -> None:
    if session.as_json:
        session.data({**_as_data(plan, out), "warnings": notes_as_data(notes, session.language)})
        return
    from matchmaker.reports.terminal import summary_lines

    for line in note_lines(notes, session.language):
        session.remark(line)

    for line in summary_lines(plan, session.language):
        session.remark(line)
    session.say("solve.written", folder=out, seconds=f"{plan.seconds:.1f}")


def _as_data(plan: Plan, out: Path) -> dict[str, Any]:
    return {
        "plan": str(out),
        "name": plan.scenario.name,
        "year": plan.scenario.year,
        "status": plan.status.value,
        "verified": plan.verified,
        "reproducible": plan.reproducible,
        "seconds": round(plan.seconds, 3),
        "peak_mb": round(plan.peak_mb, 1),
        "unassigned": len(plan.unassigned),
        "findings": len(plan.findings),
        "stages": [asdict(stage) for stage in plan.stages],
    }
