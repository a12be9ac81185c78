"""``matchmaker replan``: a plan after changes in the middle of its year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.endings import wrong_ending
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replan", help="年中变动后的接续安排 / a plan after changes in the middle of its year")(
        replan
    )


def replan(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="新方案写到哪里 / where it goes")],
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="FILE", help="人员机构变动表（xlsx 或 csv）/ the sheet of changes"),
    ] = None,
    refresh: Annotated[
        Path | None,
        typer.Option("--refresh", metavar="DATA", help="新一季清单（文件夹或工作簿）/ a quarter's new lists"),
    ] = None,
    budget: Annotated[
        int,
        typer.Option(
            "--budget", min=0, metavar="N", help="变动之外最多另调整几对 / further changes allowed, at most"
        ),
    ] = 0,
    curve: Annotated[
        bool,
        typer.Option("--curve", help="列出再多调整几对的效果 / tell what further changes would bring"),
    ] = False,
    target: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE.xlsx", help="写出接续安排表和交接清单 / write the sheets to hand over by"
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Change a plan; the plan itself stays as it is."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        _require_usable(plan, out, target, changes, refresh)
        from matchmaker.plan_folder import require_free, write_plan
        from matchmaker.replan.run import replan as replan_plan
        from matchmaker.replan.run import written_already
        from matchmaker.replan.takeovers import takeovers
        from matchmaker.reports.replanned import replanned_as_data, show_replanned

        require_free(out)
        if refresh is not None:
            from matchmaker.replan.refresh import refresh as refresh_plan

            found = refresh_plan(plan, refresh)
        elif changes is not None:
            found = replan_plan(plan, changes, budget=budget, curve=curve)
        write_plan(found.plan, out, written_already(found.plan, found.parent.plan, plan))
        rows = takeovers(found)
        if target is not None:
            from matchmaker.reports.replanned_book import replanned_workbook

            replanned_workbook(found, rows, target, session.language)
        if as_json:
            session.data({"plan": str(out), **replanned_as_data(found, rows)})
            return
        if not quiet:
            session.show(show_replanned(found, rows, session.language))
        if changes is not None and not curve:
            session.say("replan.curve_hint")
        session.say("replan.written", folder=out)
        if target is not None:
            session.say("replan.book_written", file=target)


def _require_usable(
    plan: Path, out: Path, target: Path | None, changes: Path | None, refresh: Path | None
) -> None:
    """Raise `InputError` with every fault of the command line."""
    faults = []
    if plan.absolute() == out.absolute():
        faults.append(Fault("replan.same_folder", Place(key="--out"), str(out)))
    if (changes is None) == (refresh is None):
        faults.append(Fault("replan.either", Place(key="--changes"), ""))
    faults += wrong_ending("--to", target, ".xlsx")
    if faults:
        raise InputError(faults)
