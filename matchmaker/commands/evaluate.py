"""``matchmaker evaluate``: the scores of a plan's year, by the scheme's formula."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker.commands.notes import note_lines, notes_as_data
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

if TYPE_CHECKING:
    from matchmaker.year_end import YearEnd

__all__ = ["register"]

SHEET = "evaluation.xlsx"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", help="年度考核：评价、评单、积分、走访汇总定等 / evaluate a plan's year")(
        evaluate
    )


def evaluate(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="当年方案文件夹 / folder of the year's plan")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="写到哪里 / where it goes")],
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="FOLDER|XLSX",
            help="当年记录表，默认用方案自己的数据 / sheets of the year; default: the plan's own data",
        ),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="年度，默认方案的年度 / default: the plan's year")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Evaluate and write the folder."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.reports.evaluation import evaluation_workbook
        from matchmaker.year_end import figures, require_empty, write_year_end, year_end

        require_empty(out)
        found = year_end(plan, records, year)
        write_year_end(
            found,
            out,
            lambda folder: evaluation_workbook(
                found.plan.scenario.scheme, found.evaluation, folder / SHEET, session.language
            ),
        )
        if as_json:
            notes = notes_as_data(found.notes, session.language)
            session.data({"folder": str(out), **figures(found), "notes": notes})
            return
        for line in note_lines(found.notes, session.language):
            session.remark(line)
        session.say("evaluate.written", year=found.evaluation.year, folder=out, sheet=SHEET)
        _tell(session, found)
        session.say("evaluate.next", plan=plan, folder=out)


def _tell(session: Session, found: YearEnd) -> None:
    """A line for each entry."""
    words = "、" if session.language == "zh" else ", "
    for entry in found.evaluation.entries:
        grades = words.join(f"{name} {count}" for name, count in entry.grade_counts().items())
        session.say(
            "evaluate.entry",
            name=entry.definition.name,
            rows=len(entry.rows),
            scored=entry.scored,
            mean=f"{entry.mean_score:.1f}" if entry.scored else "—",
            grades=grades or "—",
        )
        if entry.lowered.any():
            best = next(iter(entry.grade_counts()))
            session.say(
                "evaluate.lowered", name=entry.definition.name, count=int(entry.lowered.sum()), grade=best
            )
