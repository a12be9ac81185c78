"""``matchmaker demo``: a generated data set that shows what the product does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place

__all__ = ["register"]

RECORDS = "records"
"""In place of a programme: the records of a plan's year."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help="生成演示数据（模拟数据）/ generate demonstration data")(demo)


def demo(
    name: Annotated[
        str,
        typer.Argument(
            help="哪个方案，如 longgang；或 records：方案当年记录 / a programme; or records: of a plan's year"
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="写入的文件夹 / folder to write")],
    scale: Annotated[float, typer.Option(help="规模倍数 / multiplies every number, places included")] = 1.0,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of the generator")] = 1,
    file_format: Annotated[
        Literal["csv", "xlsx"],
        typer.Option(
            "--format", help="CSV（英文列名）或一个工作簿（中文表头）/ CSV, or one workbook in Chinese"
        ),
    ] = "csv",
    real_names: Annotated[
        bool,
        typer.Option(
            "--real-names", help="用真实的街道、社区名称，不含任何评价 / real place names, no judgement"
        ),
    ] = False,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="PLAN",
            help="与 records 同用：为哪个方案生成当年记录 / with records: the plan whose year is made up",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Write a demonstration, or the records of a plan's year."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        if (name == RECORDS) != (plan is not None):
            raise InputError([Fault("demo.records", Place(key="--plan" if plan is None else "NAME"), name)])
        if plan is not None:
            _records(session, plan, folder, seed)
            return
        from matchmaker.demo.folder import write_demo

        written = write_demo(
            name, folder, scale=scale, seed=seed, file_format=file_format, real_names=real_names
        )
        if as_json:
            session.data({"folder": str(folder), "rows": dict(written.rows), "files": list(written.files)})
            return
        session.say(
            "demo.written", folder=folder, rows=f"{sum(written.rows.values()):,}", tables=len(written.rows)
        )
        session.say("demo.next", scenario=folder / "scenario.yaml", plan=folder / "plan")


def _records(session: Session, plan: Path, folder: Path, seed: int) -> None:
    from matchmaker.year_end import write_made_up_records

    rows = write_made_up_records(plan, folder, seed)
    if session.as_json:
        session.data({"folder": str(folder), "rows": rows})
        return
    session.say("demo.written", folder=folder, rows=f"{sum(rows.values()):,}", tables=len(rows))
    session.say("demo.evaluate", plan=plan, folder=folder)
