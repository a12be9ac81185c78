"""``matchmaker rules``: the kinds of rules, their fields, and the JSON Schema of schemes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from matchmaker.rules import Rule

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules", help="列出规则种类，说明写法 / list the kinds of rules and how to write them")(rules)


def rules(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="只说明这一种 / only this kind")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="输出 JSON Schema，供编辑器使用 / the JSON Schema, for editors")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Describe rules."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.rules import KINDS

        if kind is not None and kind not in KINDS:
            near = get_close_matches(kind, KINDS, n=3) or list(KINDS)
            raise InputError(
                [Fault("rules.unknown_kind", Place(key="KIND"), kind, {"near": ", ".join(near)})]
            )
        if schema:
            session.data(_schema(kind))
            return
        chosen = {kind: KINDS[kind]} if kind is not None else dict(KINDS)
        if as_json:
            session.data({name: _as_data(each) for name, each in chosen.items()})
        elif kind is not None:
            _tell_kind(session, kind, KINDS[kind])
        else:
            for name, each in chosen.items():
                session.line(f"{name:<14}{_hardness(session, each)}  {_summary(session, each)}")


def _schema(kind: str | None) -> dict[str, Any]:
    if kind is not None:
        from matchmaker.rules import KINDS

        return KINDS[kind].model_json_schema(by_alias=True)
    from matchmaker.scheme.scenario import json_schema

    return json_schema()


def _summary(session: Session, kind: type[Rule]) -> str:
    return kind.summary[session.language == "en"]


def _hardness(session: Session, kind: type[Rule]) -> str:
    return session.text(f"rules.{'_'.join(sorted(kind.hardness))}")


def _tell_kind(session: Session, name: str, kind: type[Rule]) -> None:
    session.line(f"{name}  {_hardness(session, kind)}")
    session.line(_summary(session, kind))
    session.line("")
    session.line(session.text("rules.fields"))
    for field, description in _fields(kind).items():
        needed = session.text("rules.required" if description["required"] else "rules.optional")
        session.line(f"  {field:<14}{needed}  {description['description']}")
    session.line("")
    session.line(session.text("rules.example"))
    for line in kind.example.rstrip().splitlines():
        session.line(f"  {line}")


def _fields(kind: type[Rule]) -> dict[str, dict[str, Any]]:
    return {
        field.alias or name: {"required": field.is_required(), "description": field.description or ""}
        for name, field in kind.model_fields.items()
        if name != "kind"
    }


def _as_data(kind: type[Rule]) -> dict[str, Any]:
    return {
        "hardness": sorted(kind.hardness),
        "summary": {"zh": kind.summary[0], "en": kind.summary[1]},
        "fields": _fields(kind),
        "example": kind.example,
    }
