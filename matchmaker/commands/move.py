"""``matchmaker move``: the verdict on hand edits of a plan, and a what-if scenario with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, Infeasible, InputError, Place

if TYPE_CHECKING:
    from matchmaker.explain import Asked
    from matchmaker.plans import Plan

__all__ = ["register"]

SECONDS = 8.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "move", help="试改结对：可否、代价、跟进调整 / try other pairs: allowed, at what cost, what follows"
    )(move)


def move(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    pairs: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE TARGET [SOURCE TARGET…]", help="改成哪几对 / the pairs wanted"),
    ],
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="哪一环节 / of which stage")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="写成新情景 / write them as a what-if scenario"),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="重算最多用多少秒 / seconds for solving")
    ] = SECONDS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Judge edits together; the plan itself stays."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.edited_scenario import require_free_folder, write_what_if
        from matchmaker.explain.moves import try_moves
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_unchanged
        from matchmaker.reports.explanation import ExplainedWords
        from matchmaker.reports.moves import move_lines
        from matchmaker.what_if.reopened import reopen

        if out is not None:
            require_free_folder(out)
        require_unchanged(folder)
        plan = open_plan(folder)
        edits = _edits(plan, pairs, stage)
        reopened = reopen(plan, edits[0].stage)
        verdict = try_moves(reopened, edits, seconds=seconds)
        words = ExplainedWords(plan.known, plan.scenario.scheme, session.language)
        if not as_json:
            for line in move_lines(plan, verdict, words, session.language, seconds):
                session.line(line)
        if out is not None and not verdict.possible:
            raise _unwritten(known=verdict.known)
        path = None
        if out is not None:
            reason = session.text("move.reason")
            path = write_what_if(plan, folder, reopened, verdict, out, reason)
            session.say("move.written", path=path, plan=folder)
        if as_json:
            session.data({**verdict.to_json(), "scenario": None if path is None else str(path)})


def _unwritten(*, known: bool) -> Infeasible | InputError:
    """No plan with the edits exists, or none was found in time: nothing is written."""
    if known:
        return Infeasible([Fault("move.no_plan", Place(key="-o"))])
    return InputError([Fault("move.not_known", Place(key="-o"))])


def _edits(plan: Plan, words: list[str], stage: str | None) -> list[Asked]:
    """The pairs that the words mean, all of one stage."""
    from matchmaker.explain.asked import pairs_asked

    if len(words) % 2:
        raise InputError([Fault("move.odd", Place(key="SOURCE TARGET"), words[-1])])
    asked = list(zip(words[::2], words[1::2], strict=True))
    by_stage: dict[str, list[Asked]] = pairs_asked(plan, asked, stage)
    if len(by_stage) > 1:
        titles = "、".join(f"{plan.scenario.scheme.stage(one).title}({one})" for one in by_stage)
        raise InputError([Fault("move.which_stage", Place(key="--stage"), titles)])
    return next(iter(by_stage.values()))
