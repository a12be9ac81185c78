"""``matchmaker export``: a plan as the office's workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.endings import wrong_ending
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import InputError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help="导出方案为 Excel 工作簿 / export a plan as a workbook")(export)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="方案文件夹 / the plan's folder")],
    target: Annotated[Path, typer.Option("--to", metavar="FILE.xlsx", help="写到哪个文件 / file to write")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Export a plan; one whose files were changed after it was verified is refused."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        if faults := wrong_ending("--to", target, ".xlsx"):
            raise InputError(faults)
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_unchanged

        require_unchanged(folder)
        from matchmaker.reports.workbook import export as export_plan

        written = export_plan(open_plan(folder), target, session.language)
        if as_json:
            session.data({"plan": str(folder), "file": str(written)})
            return
        session.say("export.written", file=written)
