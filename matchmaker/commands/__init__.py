"""The command line: parse, call, render, exit code. No logic.

Modules of single commands import what is heavy only when their command runs, so that
``matchmaker --help`` is quick.
"""

from __future__ import annotations

import typer

from matchmaker.commands import (
    alternatives,
    apply,
    check,
    compare,
    demo,
    diagnose,
    evaluate,
    explain,
    export,
    import_pairs,
    move,
    price,
    publish,
    replan,
    rotate,
    rules,
    show,
    solve,
    sweep,
    verify,
)

__all__ = ["app"]

app = typer.Typer(
    name="matchmaker",
    help="按规则作年度结对安排：可证明、可核验、可解释。\n\n"
    "Yearly assignments by rules: proven, verified, explained.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """Keep the commands' names even while there are few of them."""


for _module in (
    demo,
    check,
    solve,
    diagnose,
    verify,
    show,
    compare,
    import_pairs,
    explain,
    move,
    export,
    sweep,
    alternatives,
    price,
    publish,
    apply,
    replan,
    evaluate,
    rotate,
    rules,
):
    _module.register(app)
