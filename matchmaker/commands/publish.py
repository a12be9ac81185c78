"""``matchmaker publish``: a verified plan becomes what was decided, signed off and unchangeable."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place, VerificationError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("publish", help="公布方案：核验、签发、锁定 / publish a plan: verified, signed off, locked")(
        publish
    )


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="方案文件夹 / the plan's folder")],
    signed_off: Annotated[
        list[str],
        typer.Option("--signed-off", help="签发单位或职务，可多次给出 / who answers for it; repeatable"),
    ],
    parent: Annotated[
        Path | None,
        typer.Option(
            "--parent",
            metavar="DIR",
            help="所接续或更正的已公布方案 / published plan that it continues or corrects",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="YYYY-MM-DD", help="公布日期，默认今天 / date; default: today"),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="备注 / remark")] = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Publish a plan; one that does not agree with itself is refused."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        day = _day(on)
        names = tuple(name.strip() for name in signed_off if name.strip())
        if not names:
            raise InputError([Fault("publish.nobody", Place(key="--signed-off"))])
        from matchmaker.publication import publish as publish_folder
        from matchmaker.publication import require_unpublished
        from matchmaker.verify import verify

        require_unpublished(folder)
        found = verify(folder)
        if found.differences:
            raise VerificationError(found.differences)
        publication = publish_folder(folder, names, day, parent, note.strip())
        if as_json:
            session.data({"plan": str(folder), **asdict(publication)})
            return
        session.say(
            "publish.done",
            name=publication.name,
            year=publication.year,
            day=publication.published,
            checksum=publication.plan,
        )


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError([Fault("publish.date", Place(key="--on"), text)]) from None
