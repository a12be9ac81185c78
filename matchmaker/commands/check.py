"""``matchmaker check``: a scenario and its data, before anything is solved."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matchmaker.commands.notes import note_lines, notes_as_data
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

if TYPE_CHECKING:
    from matchmaker.check import Checked, SideTotals

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="检查情景、方案和数据 / check a scenario, its scheme and data")(check)


def check(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="情景文件 / the scenario's file")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Check a scenario."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        from matchmaker.check import check as check_scenario

        checked = check_scenario(scenario)
        if as_json:
            session.data(_as_data(session, checked))
            return
        _tell_rows(session, checked)
        for line in note_lines(checked.notes, session.language):
            session.remark(line)
        for stage_name, count in checked.other_pins.items():
            session.say("check.other_pins", stage=stage_name, count=count)
        for stage in checked.totals:
            session.say("check.stage", stage=stage.title)
            for side, other in ((stage.sources, stage.targets), (stage.targets, stage.sources)):
                session.remark(_side_line(session, side, other))
        session.say("check.good")


def _tell_rows(session: Session, checked: Checked) -> None:
    from matchmaker.tables import TABLES

    session.say("check.data", path=checked.scenario.data, count=len(checked.files))
    for table, count in checked.rows.items():
        title = f"{TABLES[table].zh}({table})" if session.language == "zh" and table in TABLES else table
        session.say("check.rows", table=title, count=f"{count:,}")


def _side_line(session: Session, side: SideTotals, other: SideTotals) -> str:
    from matchmaker.reports.names import noun

    return session.text(
        "check.side",
        table=noun(side.table, session.language),
        other=noun(other.table, session.language),
        rows=f"{side.rows:,}",
        left_out=f"{side.left_out:,}",
        least=f"{side.least:,}",
        most=session.text("check.no_limit") if side.most is None else f"{side.most:,}",
    )


def _as_data(session: Session, checked: Checked) -> dict[str, Any]:
    return {
        "scenario": checked.scenario.name,
        "year": checked.scenario.year,
        "rows": dict(checked.rows),
        "files": [str(file) for file in checked.files],
        "notes": notes_as_data(checked.notes, session.language),
        "other_pins": dict(checked.other_pins),
        "stages": [asdict(stage) for stage in checked.totals],
    }
