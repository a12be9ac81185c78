"""``matchmaker demo``: a generated data set that shows what the product does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help="生成演示数据（模拟数据）/ generate demonstration data")(demo)


def demo(
    name: Annotated[str, typer.Argument(help="哪个方案，如 longgang / which programme")],
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
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Write a demonstration."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
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
