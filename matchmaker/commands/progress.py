"""A run's progress on the terminal: one line a stage, value and bound as they move."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from matchmaker.messages import Language, text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from matchmaker.pipeline import Event

__all__ = ["ProgressLines"]

RUN = ""
"""Key of the line of the whole run; the others have their stage's id."""


class ProgressLines:
    """A listener for `matchmaker.pipeline.solve`; use it as a context.

    Silent with `quiet`, or where stderr is no terminal.

    Parameters
    ----------
    titles
        Stage id to the name that is shown.
    """

    def __init__(self, language: Language, titles: Mapping[str, str], *, quiet: bool) -> None:
        self._language = language
        self._titles = titles
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._moving: dict[str, str] = {}
        if quiet or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(file=sys.stderr, highlight=False, emoji=False)
        # the spinner of plain characters: others are not in GBK
        columns = (
            SpinnerColumn("line", finished_text=" "),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[step]}", markup=False),
        )
        self._progress = Progress(*columns, console=console)

    def __enter__(self) -> ProgressLines:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show an event; may be called from another thread."""
        self.step(event.stage, event.step, event.value, event.bound, event.count)

    def step(
        self, stage: str, step: str, value: float | None = None, bound: float | None = None, count: int = 0
    ) -> None:
        """Show what is being done, at a stage or (empty) for the whole run."""
        if self._progress is None:
            return
        key = stage or RUN
        if stage and RUN in self._tasks:
            self._progress.update(self._tasks[RUN], step="")  # its clock goes on, the stage says the rest
        if key not in self._tasks:
            title = self._titles.get(stage, stage) if stage else text("progress.run", self._language)
            self._tasks[key] = self._progress.add_task(title, total=1, step="")
        words = text(f"progress.{step}", self._language, count=f"{count:,}")
        if step == "solving" and count:
            self._moving[key] = words
        words = self._moving.get(key, words) if step == "solving" else words
        for name, figure in (("value", value), ("bound", bound)):
            if figure is not None:
                words += "  " + text(f"progress.{name}", self._language, points=f"{figure:,.2f}")
        finished = step in ("done", "written")
        self._progress.update(self._tasks[key], step=words, completed=int(finished))
