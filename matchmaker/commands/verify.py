"""``matchmaker verify``: a plan checked without a solver."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import VerificationError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help="不用求解器，重新核验方案 / verify a plan without a solver")(verify)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="方案文件夹 / the plan's folder")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Verify a plan."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.plan_manifest import read_manifest
        from matchmaker.verify import verify as verify_folder

        found = verify_folder(folder)
        if found.differences:
            raise VerificationError(found.differences)
        if as_json:
            bounds = [asdict(bound) for bound in found.bounds]
            session.data({"plan": str(folder), "rules": found.rules, "pairs": found.pairs, "bounds": bounds})
            return
        manifest, _ = read_manifest(folder)
        session.say("verify.agrees", rules=found.rules, pairs=f"{found.pairs:,}")
        for bound in found.bounds:
            by_hand = bound.stage in manifest["imported"].get("stages", ())  # no solver claims anything
            session.say(
                f"verify.imported_{bound.standing}" if by_hand else f"verify.{bound.standing}",
                stage=bound.stage,
                level=bound.level + 1,
                bound=f"{bound.bound:,.2f}",
                certified=f"{bound.certified_bound:,.2f}" if bound.certified_bound is not None else "",
            )
