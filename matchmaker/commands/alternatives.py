"""``matchmaker alternatives``: the best plans that differ enough, and what distinguishes them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.progress import ProgressLines
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "alternatives", help="几个差别足够大的最好方案 / the best plans that differ enough from this one"
    )(alternatives)


def alternatives(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    count: Annotated[int, typer.Option("--count", min=1, max=50, help="要几个 / how many")] = 3,
    apart: Annotated[
        int, typer.Option("--apart", min=1, help="至少几对不同 / pairs that differ, at least")
    ] = 10,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="环节，默认第一个 / default: the first stage")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="写出各方案的结对表 / write the pairs of each"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Solve one stage of a plan again, each time with another answer."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.new_folder import is_free
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_unchanged
        from matchmaker.what_if.alternatives import alternatives as differing_plans
        from matchmaker.what_if.plan_stages import stage_asked

        if out is not None and not is_free(out):
            raise InputError([Fault("alternatives.folder_in_use", Place(file=str(out)))])
        require_unchanged(folder)
        plan = open_plan(folder)
        which = stage_asked(plan, stage)
        with ProgressLines(session.language, {}, quiet=quiet or as_json) as lines:
            found = differing_plans(
                plan, which, count, apart, lambda done, _total: lines.step("", "differing", count=done)
            )
        if out is not None:
            from matchmaker.reports.alternatives import write_alternatives

            write_alternatives(plan, found, out, session.language)
        if as_json:
            content = [one.to_json() for one in found.found]
            session.data(
                {"stage": which, "apart": apart, "ended": found.ended.value, "alternatives": content}
            )
            return
        from matchmaker.reports.alternatives import show_alternatives

        session.show(show_alternatives(plan, found, session.language))
        if out is not None:
            session.say("alternatives.written", folder=out)
