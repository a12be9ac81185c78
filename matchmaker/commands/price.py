"""``matchmaker price``: what each pin, wish, rule or change budget costs the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.endings import wrong_ending
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.progress import ProgressLines
from matchmaker.commands.session import Session
from matchmaker.errors import InputError
from matchmaker.what_if.statement_kinds import Kind

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "price", help="各项指定、意向、规则的代价（内部测算）/ what each pin, wish and rule costs the rest"
    )(price)


def price(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="环节，默认第一个 / default: the first stage")
    ] = None,
    kinds: Annotated[
        list[Kind] | None,
        typer.Option("--kind", help="只算这些，可多次给出 / only these; repeatable"),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", min=0, help="至多重新求解几次，0 为不限 / solves at most; 0: no limit")
    ] = 40,
    target: Annotated[
        Path | None, typer.Option("--to", metavar="FILE.xlsx", help="写出内部测算表 / write the sheet")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Price the statements of one stage; for the office's own use."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        if faults := wrong_ending("--to", target, ".xlsx"):
            raise InputError(faults)
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_unchanged
        from matchmaker.what_if.plan_stages import stage_asked
        from matchmaker.what_if.price import prices

        require_unchanged(folder)
        plan = open_plan(folder)
        which = stage_asked(plan, stage)
        titles = {one.id: one.title for one in plan.scenario.scheme.stages}
        with ProgressLines(session.language, titles, quiet=quiet or as_json) as lines:
            found = prices(
                plan,
                which,
                tuple(kinds or Kind),
                most or None,
                lambda done, _total: lines.step(which, "pricing", count=done),
            )
        if target is not None:
            from matchmaker.reports.priced import price_workbook

            price_workbook(plan, which, found, target, session.language)
        if as_json:
            session.data({"stage": which, "prices": [one.to_json() for one in found]})
            return
        from matchmaker.reports.priced import show_prices

        session.show(show_prices(plan, which, found, session.language))
        if target is not None:
            session.say("price.written", file=target)
