"""``matchmaker rotate``: next year's scenario, and who must, may and may not move."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

__all__ = ["register"]

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
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Write next year's folder."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.reports.rotation import rotation_workbook, verdict_counts
        from matchmaker.rotate import rotate as rotate_plans

        found = rotate_plans(plans, out, year)
        sheet = rotation_workbook(
            found.scenario, found.dataset, found.movements, out / SHEET, session.language
        )
        counts = verdict_counts(found.movements)
        if as_json:
            session.data({"scenario": str(out), "year": found.scenario.year, "stages": counts})
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
        session.say("rotate.next", folder=out)
