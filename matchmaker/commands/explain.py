"""``matchmaker explain``: why a source, target or pair is as it is in a plan, and why not otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from matchmaker.explain import Asked
    from matchmaker.plans import Plan

__all__ = ["register"]

SECONDS = 8.0
"""For solving, in all, where nobody says otherwise."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "explain", help="说明为何这样安排、为何不那样安排 / why a pair is in a plan, and why another is not"
    )(explain)


def explain(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="方案文件夹 / the plan's folder")],
    who: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="来源、对象或一对（A0012、名称、A0012+S03）/ source, target or pair"
        ),
    ],
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="只说这一环节 / this stage alone")
    ] = None,
    instead: Annotated[
        str | None,
        typer.Option("--why-not", metavar="TARGET", help="为什么不结这一个 / why it has not this one"),
    ] = None,
    by_bound: Annotated[
        bool, typer.Option("--by-bound", help="只用界，不重算 / by bound only, nothing is solved")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="重算最多用多少秒 / seconds for solving")
    ] = SECONDS,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Explain, in plain sentences."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.explain import asked_of
        from matchmaker.plan_folder import open_plan
        from matchmaker.publication import require_unchanged

        require_unchanged(folder)
        plan = open_plan(folder)
        asked = asked_of(plan, who, stage)
        if instead is not None:
            _why_not(session, plan, _pairs(plan, asked, who, instead), None if by_bound else seconds)
            return
        _explain(session, plan, asked, None if by_bound else seconds)


def _explain(session: Session, plan: Plan, asked: tuple[Asked, ...], seconds: float | None) -> None:
    from matchmaker.explain import explain as explain_row
    from matchmaker.reports.explanation import ExplainedWords
    from matchmaker.what_if.reopened import reopen

    words = ExplainedWords(plan.known, plan.scenario.scheme, session.language)
    told = []
    for one in asked:
        explained = explain_row(reopen(plan, one.stage), one, solve=seconds is not None, seconds=seconds)
        told.append(explained)
        if not session.as_json:
            for line in words.explanation(explained):
                session.line(line)
    if session.as_json:
        session.data({"explanations": [one.to_json() for one in told]})


def _why_not(session: Session, plan: Plan, asked: list[Asked], seconds: float | None) -> None:
    from matchmaker.explain import WhyNot
    from matchmaker.explain import why_not as ask
    from matchmaker.reports.explanation import ExplainedWords
    from matchmaker.what_if.reopened import reopen

    words = ExplainedWords(plan.known, plan.scenario.scheme, session.language)

    begun: list[Asked] = []

    def at_once(told: WhyNot) -> None:
        if session.as_json or session.quiet:
            return
        begun.append(one)
        for line in words.why_not_heading(told):
            session.remark(line)
        session.remark(words.bound_first(told))

    answers = []
    for one in asked:
        told = ask(reopen(plan, one.stage), one, solve=seconds is not None, seconds=seconds, at_once=at_once)
        answers.append(told)
        if not session.as_json:
            for line in words.why_not(told, seconds, heading=one not in begun):
                session.line(line)
    if session.as_json:
        session.data({"why_not": [one.to_json() for one in answers]})


def _pairs(plan: Plan, asked: tuple[Asked, ...], who: str, instead: str) -> list[Asked]:
    """The pairs that a why-not is about: at every stage that knows both."""
    from matchmaker.explain.asked import partner_of, unknown_partner

    single = [one for one in asked if not one.is_pair]
    if not single:
        raise InputError([Fault("explain.not_a_pair", Place(key="ID"), who)])
    pairs = [pair for pair in (partner_of(plan, one, instead) for one in single) if pair is not None]
    if not pairs:
        raise unknown_partner(plan, single, instead)
    return pairs
