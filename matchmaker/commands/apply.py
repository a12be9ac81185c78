"""``matchmaker apply``: decided objections become the scenario of a corrected plan."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "apply", help="由公示异议生成更正情景 / the scenario of a correction, from decided objections"
    )(apply)


def apply(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    sheet: Annotated[
        Path, typer.Argument(metavar="SHEET", help="异议表（xlsx 或 csv）/ the sheet of objections")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="写到哪里 / where it goes")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Write the correction's folder."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.corrections import correct
        from matchmaker.objections import ACCEPTED, PENDING, REJECTED

        found = correct(plan, sheet, out)
        objections = found.objections
        if as_json:
            rows = [asdict(row) for row in objections.rows]
            session.data({"scenario": str(out), "year": found.scenario.year, "objections": rows})
            return
        counts = {one: len(objections.of(one)) for one in (ACCEPTED, REJECTED, PENDING)}
        session.say("apply.written", folder=out, **counts)
        for row in objections.rows:
            wanted = session.text("apply.wanted", wanted=row.wanted) if row.wanted else ""
            session.say(
                "apply.objection",
                id=row.id,
                decision=session.text(f"apply.{row.decision}"),
                stage=found.scenario.scheme.stage(row.stage).title,
                pair=f"{row.source}–{row.target}",
                wanted=wanted,
                reason=row.reason,
            )
        session.say("apply.next", folder=out)
