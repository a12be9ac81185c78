"""``matchmaker sweep``: a grid of scenarios solved, and the trade-off curve between two aims."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.interrupts import stoppable
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.progress import ProgressLines
from matchmaker.commands.session import Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "sweep", help="改变权重或参数，求解一组方案并画出权衡曲线 / solve a grid, draw the trade-off"
    )(sweep)


def sweep(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="情景文件 / the scenario's file")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="写到哪里 / where it goes")],
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=FROM..TO:STEP",
            help="改变什么，可多次给出，取各种组合 / what is varied; repeatable, all combinations",
        ),
    ],
    x: Annotated[
        str | None,
        typer.Option("--x", metavar="TERM", help="横轴：目标，或 意向:met / first axis: a term, or TERM:met"),
    ] = None,
    y: Annotated[
        str | None,
        typer.Option("--y", metavar="TERM", help="纵轴，默认同级的匹配度 / second axis; default: the fit"),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option("--through", metavar="ID", help="只求解到这一环节 / decide up to this stage only"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Solve a grid of scenarios side by side."""
    with Session(language, as_json=as_json, quiet=quiet, reports=out.parent) as session, stoppable():
        from matchmaker.model import Status
        from matchmaker.reports.swept import as_data, show_sweep, write_sweep
        from matchmaker.scheme.scenario import load_scenario
        from matchmaker.what_if.sweep import sweep as solve_grid
        from matchmaker.what_if.sweep import varied

        loaded = load_scenario(scenario)
        grid = [varied(one) for one in vary]
        with ProgressLines(session.language, {}, quiet=quiet or as_json) as lines:
            curve = solve_grid(
                loaded,
                grid,
                out,
                x=x,
                y=y,
                through=through,
                listener=lambda done, _total: lines.step("", "sweeping", count=done),
            )
        sheet = write_sweep(curve, out, session.language)
        if as_json:
            session.data(as_data(curve))
            return
        session.show(show_sweep(curve, session.language))
        session.say(
            "sweep.written",
            count=sum(one.status not in (Status.INFEASIBLE, Status.UNKNOWN) for one in curve.points),
            folder=out,
            sheet=sheet.name,
        )
