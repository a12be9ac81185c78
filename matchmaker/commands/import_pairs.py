"""``matchmaker import``: a hand-made sheet of pairs as a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchmaker.commands.notes import note_lines, notes_as_data
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

if TYPE_CHECKING:
    from matchmaker.imported import Imported
    from matchmaker.plans import Plan

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", help="把手工排定的结对表作为方案核验 / a hand-made sheet of pairs as a plan")(
        import_sheet
    )


def import_sheet(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="结对表（xlsx 或 csv）/ the sheet of pairs")],
    plan: Annotated[
        Path,
        typer.Option("--as", metavar="PLAN", help="按哪个方案的规则和数据 / plan whose rules and data count"),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="存为方案 / save it as a plan")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Judge a sheet, and write it as a plan on demand."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.imported import import_pairs
        from matchmaker.plan_folder import open_plan, origin_of_plan, require_free, write_plan
        from matchmaker.publication import require_as_written

        if out is not None:
            require_free(out)
        require_as_written(plan)
        before = open_plan(plan)
        found = import_pairs(sheet, before, origin_of_plan(plan))
        if out is not None:
            write_plan(found.plan, out)
        if as_json:
            session.data(_as_data(session, found, before, out))
            return
        _answer(session, found, before)
        if out is not None:
            session.say("import.written", folder=out)
        else:
            session.say("import.next", plan=plan, sheet=sheet)


def _answer(session: Session, found: Imported, before: Plan) -> None:
    from matchmaker.reports.broken import broken_lines
    from matchmaker.reports.words import number

    plan, scheme = found.plan, found.plan.scenario.scheme
    for line in note_lines(found.notes, session.language):
        session.remark(line)
    pairs = {stage: len(frame) for stage, frame in plan.assignments.items() if stage not in found.taken}
    session.say(
        "import.read",
        name=plan.scenario.name,
        pairs=number(sum(pairs.values())),
        plan=before.scenario.name,
        year=before.scenario.year,
    )
    for stage, count in pairs.items():
        session.say("import.stage", stage=scheme.stage(stage).title, pairs=number(count))
    if found.taken:
        titles = session.text("show.list").join(scheme.stage(stage).title for stage in found.taken)
        session.say("import.taken", plan=before.scenario.name, stages=titles)
    for line in broken_lines(plan, found.broken, session.language):
        session.line(line)
    for stage, level, value, other in _levels(found, before):
        session.remark(
            session.text(
                "import.level",
                stage=scheme.stage(stage).title,
                level=level,
                value=number(value),
                plan=before.scenario.name,
                other="—" if other is None else number(other),
            )
        )


def _levels(found: Imported, before: Plan) -> list[tuple[str, int, float, float | None]]:
    """Stage, level from 1, its value, and the value in the plan that the sheet is judged by."""
    known = {stage.id: stage.levels for stage in before.stages}
    return [
        (stage.id, at, level.value, known[stage.id][at - 1].value if stage.id in known else None)
        for stage in found.plan.stages
        if stage.id not in found.taken
        for at, level in enumerate(stage.levels, 1)
    ]


def _as_data(session: Session, found: Imported, before: Plan, out: Path | None) -> dict[str, Any]:
    measured = found.plan.metrics["stages"]
    return {
        "plan": None if out is None else str(out),
        "name": found.plan.scenario.name,
        "as": before.scenario.name,
        "year": before.scenario.year,
        "status": found.plan.status.value,
        "verified": found.plan.verified,
        "taken": list(found.taken),
        "stages": [
            {
                "id": stage.id,
                "pairs": measured[stage.id]["pairs"],
                "violations": measured[stage.id]["violations"],
                "shortfalls": measured[stage.id]["shortfalls"],
                "points": measured[stage.id]["points"],
            }
            for stage in found.plan.stages
        ],
        "levels": [
            {"stage": stage, "level": level, "value": value, "as": other}
            for stage, level, value, other in _levels(found, before)
        ],
        "broken": found.broken_as_data()["broken"],
        "notes": notes_as_data(found.notes, session.language),
    }
