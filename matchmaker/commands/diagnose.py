"""``matchmaker diagnose``: why a scenario has no plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

__all__ = ["EXIT_CODES", "register"]

EXIT_CODES = {"infeasible": 3, "unknown": 4}
"""Of what is found, as `solve` has them; 0 where there is a plan."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diagnose", help="没有可行方案时，说明为什么 / say why there is no plan")(diagnose)


def diagnose(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="情景文件 / the scenario's file")],
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=1, help="最多用多少秒 / stop after so many seconds"),
    ] = 600,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Diagnose a scenario."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.diagnosis import diagnose as diagnose_scenario
        from matchmaker.reports.diagnosis import diagnosis_as_data, diagnosis_lines
        from matchmaker.scheme.scenario import load_scenario

        found = diagnose_scenario(load_scenario(scenario), seconds=seconds)
        if as_json:
            session.data(diagnosis_as_data(found, session.language))
        else:
            for line in diagnosis_lines(found, session.language):
                session.line(line)
        code = EXIT_CODES.get(found.status.value, 0)
    if code:
        raise typer.Exit(code)
