"""``matchmaker rotate``: next year's scenario, and who must, may and may not move."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

if TYPE_CHECKING:
    from matchmaker.forecast import ComingYear
    from matchmaker.rotate import NextYear

__all__ = ["register"]

NAMED = 5
"""Ids that a line names."""

SHEET = "rotation.xlsx"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rotate", help="由往年方案生成下一年的情景 / next year's scenario from the years before")(
        rotate
    )


def rotate(
    plans: Annotated[
        list[Path], typer.Argument(metavar="PLAN…", help="往年方案文件夹 / folders of earlier plans")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="写到哪里 / where it goes")],
    year: Annotated[
        int | None,
        typer.Option("--year", help="年度，默认最近方案的下一年 / default: the year after the last"),
    ] = None,
    forecast: Annotated[
        int,
        typer.Option(
            "--forecast", min=0, max=50, help="预计今后几年须调整多少 / forced moves of so many years"
        ),
    ] = 0,
    evaluated: Annotated[
        list[Path] | None,
        typer.Option(
            "--evaluated",
            metavar="DIR",
            help="evaluate 写出的考核文件夹，可多次给出 / folder that evaluate wrote; repeatable",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Write next year's folder."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.reports.rotation import rotation_workbook, verdict_counts
        from matchmaker.rotate import rotate as rotate_plans

        found = rotate_plans(plans, out, year, evaluated or ())
        sheet = rotation_workbook(
            found.scenario, found.dataset, found.movements, out / SHEET, session.language
        )
        counts = verdict_counts(found.movements)
        coming = _forecast(found, forecast)
        if as_json:
            ahead = {"forecast": [asdict(one) for one in coming]} if forecast else {}
            session.data({"scenario": str(out), "year": found.scenario.year, "stages": counts, **ahead})
            return
        session.say("rotate.written", year=found.scenario.year, folder=out, sheet=sheet.name)
        for stage in found.scenario.scheme.stages:
            if stage.id in counts:
                words = "、" if session.language == "zh" else ", "
                listed = words.join(
                    f"{session.text(f'rotate.{verdict}')} {count}"
                    for verdict, count in counts[stage.id].items()
                )
                session.say("rotate.stage", stage=stage.title, counts=listed)
        titles = {stage.id: stage.title for stage in found.scenario.scheme.stages}
        for one in coming:
            session.say(
                "rotate.coming",
                year=one.year,
                stage=titles[one.stage],
                going_on=one.going_on,
                must_change=one.must_change,
            )
            if not one.enough or one.stuck:
                ids = "、".join(one.stuck[:NAMED]) + ("…" if len(one.stuck) > NAMED else "")
                session.say("rotate.too_few", year=one.year, stage=titles[one.stage], ids=ids or "—")
        session.say("rotate.next", folder=out)


def _forecast(found: NextYear, years: int) -> tuple[ComingYear, ...]:
    if not years:
        return ()
    from matchmaker.forecast import forecast

    return forecast(found.scenario.scheme, found.dataset, found.scenario.year, years)
