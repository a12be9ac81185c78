"""``matchmaker compare``: plans side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matchmaker.commands.endings import wrong_ending
from matchmaker.commands.options import AsJson, LanguageChoice, Quiet
from matchmaker.commands.session import Session
from matchmaker.errors import Fault, InputError, Place, VerificationError

if TYPE_CHECKING:
    from matchmaker.imported import Imported
    from matchmaker.messages import Language
    from matchmaker.outlines import Frames, Outlined

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", help="对比两个以上方案 / compare two plans or more")(compare)


def compare(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR DIR...",
            help="方案文件夹，以第一个为准；其后可为手工结对表 / plans, the first leads; or sheets of pairs",
        ),
    ],
    target: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.xlsx", help="写出对比表 / write the sheets"),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE.html", help="写出对比页 / write the page"),
    ] = None,
    succession: Annotated[
        Path | None,
        typer.Option(
            "--succession", metavar="SHEET", help="沿革对照表，用于往年方案 / for plans of years before"
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="相同的指标也列出 / list figures that are the same too")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    language: LanguageChoice = None,
) -> None:
    """Compare plans; one whose files were changed after it was written is refused."""
    with Session(language, as_json=as_json, quiet=quiet) as session:
        _require_usable(folders, target, page)
        plans, imported = _read(folders, succession)
        from matchmaker.compare import compare as compare_plans

        comparison = compare_plans(plans)
        remarks = [line for one in imported for line in _broken(one, session.language)]
        if target is not None:
            from matchmaker.reports.comparison_book import comparison_workbook

            comparison_workbook(comparison, plans, target, session.language, remarks)
        if page is not None:
            from matchmaker.reports.comparison_page import comparison_page

            comparison_page(comparison, plans, page, session.language, remarks)
        if as_json:
            sheets = [one.broken_as_data() for one in imported]
            session.data({**comparison.to_json(), **({"sheets": sheets} if sheets else {})}, compact=True)
            return
        from matchmaker.reports.comparison import show_comparison

        session.show(show_comparison(comparison, plans, session.language, everything))
        for line in remarks:
            session.line(line)
        if target is not None:
            session.say("compare.book_written", file=target)
        if page is not None:
            session.say("compare.page_written", file=page)


def _read(paths: list[Path], succession: Path | None) -> tuple[list[Outlined], list[Imported]]:
    """The plans in order, and those among them that are sheets: judged as the first plan's."""
    from matchmaker.outlines import read_outline
    from matchmaker.publication import checksum_differences, require_as_published

    folders = [path for path in paths if not _is_sheet(path)]
    for folder in folders:
        require_as_published(folder)
    changed = [fault for folder in folders for fault in checksum_differences(folder)]
    if changed:
        raise VerificationError(changed)
    frames: Frames = {}
    plans: list[Outlined] = []
    imported: list[Imported] = []
    for path in paths:
        if path in folders:
            plans.append(read_outline(path, frames))
            continue
        from matchmaker.imported import import_pairs
        from matchmaker.plan_folder import open_plan, origin_of_plan

        found = import_pairs(path, open_plan(paths[0]), origin_of_plan(paths[0]), verified=False)
        imported.append(found)
        plans.append(found.plan)
    if succession is not None:
        from matchmaker.outlines import Outline, in_ids_of, read_succession

        first = plans[0]
        sheet = read_succession(succession, first.known)
        plans = [
            in_ids_of(plan, first.scenario.year, sheet) if isinstance(plan, Outline) else plan
            for plan in plans
        ]
    return plans, imported


def _broken(found: Imported, language: Language) -> list[str]:
    """What a sheet breaks, below its name."""
    from matchmaker.messages import text
    from matchmaker.reports.broken import broken_lines

    head = text("show.named", language, place=found.plan.scenario.name, what="").rstrip()
    return [head, *(f"  {line}" for line in broken_lines(found.plan, found.broken, language))]


def _is_sheet(path: Path) -> bool:
    """A file, or a folder of CSV files that is no plan."""
    if path.is_dir():
        return not (path / "plan.json").exists() and any(path.glob("*.csv"))
    return path.is_file()


def _require_usable(folders: list[Path], target: Path | None, page: Path | None) -> None:
    """Raise `InputError` with every fault of the command line."""
    faults = []
    if len(folders) < 2:
        faults.append(Fault("compare.too_few", Place(key="DIR"), str(folders[0])))
    if _is_sheet(folders[0]):
        faults.append(Fault("import.first_is_sheet", Place(file=str(folders[0]))))
    faults += wrong_ending("--to", target, ".xlsx")
    faults += wrong_ending("--page", page, ".html", ".htm")
    if faults:
        raise InputError(faults)
