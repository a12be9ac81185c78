"""One run of a command: its language, what it prints, and the exit code with which it ends.

Everything that a command raises ends here: faults of the user become one report,
an interrupt a remark, a fault of the program one line and a file without values.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

import typer

from matchmaker.commands.fault_report import fault_lines, faults_as_data
from matchmaker.commands.program_fault import write_fault_report
from matchmaker.errors import Fault, InputError, Place, UserError
from matchmaker.messages import Language, default_language, text

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["EXIT_INTERRUPTED", "EXIT_PROGRAM_FAULT", "Session", "printable"]

EXIT_PROGRAM_FAULT = 1
EXIT_INTERRUPTED = 130

WIDTH_OF_FILES = 120
"""Columns of a table that goes to a file or pipe, which has no width of its own."""

_PLAIN = str.maketrans({"−": "-", "–": "-", "•": "·", "✓": "√", "≈": "~", "⁻": "-"})
"""Characters that GBK lacks, or some consoles show badly, and what stands for them."""


def printable(words: str, encoding: str | None) -> str:
    """`words` as they are where `encoding` can hold them, else with plainer characters."""
    try:
        words.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return words.translate(_PLAIN)
    except LookupError:
        return words
    return words


class Session:
    """Use as a context around all that a command does.

    Parameters
    ----------
    language
        None: the locale's, else Chinese.
    as_json
        The answer is data on stdout; so are faults.
    quiet
        No remarks; only the answer where it is the purpose, and problems.
    reports
        Folder for the report of a program fault; None: the current one.

    Attributes
    ----------
    beside_faults
        Lines, and data, that follow the faults that end the run.
    """

    def __init__(
        self,
        language: Language | None,
        *,
        as_json: bool = False,
        quiet: bool = False,
        reports: Path | None = None,
    ) -> None:
        self.language: Language = language or default_language()
        self.as_json = as_json
        self.quiet = quiet
        self.beside_faults: tuple[list[str], dict[str, Any]] = ([], {})
        self.when_interrupted: Callable[[], str] = lambda: text("command.interrupted", self.language)
        self._reports = reports

    def __enter__(self) -> Session:
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="replace")  # a console of cp936 must not end the run
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, UserError):
            self._tell_faults(error)
            raise typer.Exit(error.exit_code) from None
        if isinstance(error, KeyboardInterrupt):
            _print(self.when_interrupted(), sys.stderr)
            raise typer.Exit(EXIT_INTERRUPTED) from None
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            found = InputError([Fault("command.file", Place(file=_file_of(error)), error.strerror or "")])
            self._tell_faults(found)
            raise typer.Exit(found.exit_code) from None
        if isinstance(error, Exception) and not _is_typers_own(error):
            self._tell_program_fault(error)
            raise typer.Exit(EXIT_PROGRAM_FAULT) from None

    def text(self, key: str, /, **details: object) -> str:
        """A text of the catalogue in the session's language."""
        return text(key, self.language, **details)

    def remark(self, line: str) -> None:
        """A line for the reader; nothing with --quiet or --json."""
        if not (self.quiet or self.as_json):
            _print(line, sys.stdout)

    def say(self, key: str, /, **details: object) -> None:
        """`remark` of a text of the catalogue."""
        self.remark(self.text(key, **details))

    def line(self, line: str) -> None:
        """A line of the answer itself: printed with --quiet too."""
        _print(line, sys.stdout)

    def data(self, content: Any, *, compact: bool = False) -> None:
        """The answer as JSON; `compact` puts what may have many rows on one line."""
        indent = None if compact else 1
        print(json.dumps(content, ensure_ascii=False, indent=indent, default=str))  # noqa: T201

    def show(self, parts: Sequence[RenderableType]) -> None:
        """Renderables of the answer."""
        from rich.console import Console

        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        if not console.is_terminal:
            console.width = WIDTH_OF_FILES
        for part in parts:
            console.print(part)

    def _tell_faults(self, error: UserError) -> None:
        if self.as_json:
            self.data({**faults_as_data(error, self.language), **self.beside_faults[1]})
            return
        for line in (*fault_lines(error, self.language), *self.beside_faults[0]):
            _print(line, sys.stderr)

    def _tell_program_fault(self, error: Exception) -> None:
        path = write_fault_report(error, self._reports or Path())
        name = type(error).__name__
        if self.as_json:
            self.data({"exit_code": EXIT_PROGRAM_FAULT, "program_fault": name, "report": str(path or "")})
        key = "command.program_fault" if path else "command.program_fault_unwritten"
        _print(self.text(key, name=name, path=path), sys.stderr)


def _print(line: str, stream: TextIO) -> None:
    print(printable(line, stream.encoding), file=stream, flush=True)


def _file_of(error: OSError) -> str:
    return str(error.filename2 or error.filename or "")


def _is_typers_own(error: Exception) -> bool:
    """Exits and usage errors, which typer itself turns into exit codes; a closed pipe too."""
    module = type(error).__module__
    return isinstance(error, BrokenPipeError) or module == "typer" or module.startswith("typer.")
