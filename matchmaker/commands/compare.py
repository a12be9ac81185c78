"""``matchmaker compare``: plans side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", help="对比两个以上方案 / compare two plans or more")(compare)


def compare(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR DIR...", help="方案文件夹，以第一个为准 / plans, the first one leads"),
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Compare plans."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        if len(folders) < 2:
            raise InputError([Fault("compare.too_few", Place(key="DIR"), str(folders[0]))])
        from matchmaker.compare import compare as compare_plans
        from matchmaker.plan_folder import read_plan
        from matchmaker.publication import require_as_published

        for folder in folders:
            require_as_published(folder)
        plans = [read_plan(folder) for folder in folders]
        comparison = compare_plans(plans)
        if as_json:
            session.data(comparison.to_json())
            return
        from matchmaker.reports.comparison import show_comparison

        session.show(show_comparison(comparison, plans, session.language))
