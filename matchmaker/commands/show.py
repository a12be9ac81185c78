"""``matchmaker show``: what a plan achieves, on the terminal."""

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
    app.command("show", help="显示方案概况 / show what a plan achieves")(show)


def show(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="方案文件夹 / the plan's folder")],
    derived: Annotated[
        str | None,
        typer.Option("--list", metavar="ID", help="显示一张派生名单 / show one of the derived lists"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Show a plan."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_as_published

        require_as_published(folder)
        plan = open_plan(folder)
        if derived is not None:
            from matchmaker.reports.derived import list_as_data, list_lines, list_of

            found = list_of(plan, derived)
            if as_json:
                session.data(list_as_data(plan, found, session.language))
                return
            session.show(list_lines(plan, found, session.language))
            return
        if as_json:
            session.data(
                {
                    "plan": str(folder),
                    "name": plan.scenario.name,
                    "year": plan.scenario.year,
                    "status": plan.status.value,
                    "verified": plan.verified,
                    "reproducible": plan.reproducible,
                    "tie_break": {
                        "seed": plan.scenario.tie_break.seed,
                        "stages": {stage.id: stage.ties for stage in plan.stages},
                    },
                    "stages": [asdict(stage) for stage in plan.stages],
                    "metrics": plan.metrics,
                }
            )
            return
        from matchmaker.reports.terminal import show as shown

        session.show(shown(plan, session.language))
