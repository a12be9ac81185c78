"""Options that every command has."""

from __future__ import annotations

from typing import Annotated

import typer

from matchmaker.messages import Language

__all__ = ["AsJson", "LanguageChoice", "Quiet"]

AsJson = Annotated[
    bool, typer.Option("--json", help="结果以 JSON 输出到标准输出 / print the result as JSON on stdout")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="不显示进度和说明，只报告问题 / no progress or remarks, only problems")
]
LanguageChoice = Annotated[
    Language | None,
    typer.Option("--lang", help="语言，默认随系统，否则中文 / language; default: the locale's, else zh"),
]
