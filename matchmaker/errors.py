"""The one family of faults that a user can mend, gathered with place and remedy.

A fault is plain data: a code of the message catalogue, where it was found, what was
found, and the details that its sentences need. Text is made at the edge, in the
reader's language, by `matchmaker.messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = [
    "Fault",
    "Infeasible",
    "InputError",
    "NoPlanFound",
    "Note",
    "Place",
    "UserError",
    "VerificationError",
]

Detail = str | int | float


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a fault was found; every part that is known is given.

    Parameters
    ----------
    file, sheet, cell
        File name as the user gave it, sheet name, cell address such as ``C17``.
    line
        1-based line of a text file (CSV or YAML).
    key
        Dotted path inside a YAML file, for instance ``rules.3.tolerance``.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the input: what, where, found, and the details of its sentences.

    ``code`` names three texts of the catalogue: ``code`` itself says what is wrong,
    ``code.expected`` what is expected, ``code.remedy`` what to do about it. All three
    may use the keys of ``details`` and ``{found}``.
    """

    code: str
    place: Place = Place()
    found: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was tidied up or that deserves a look, counted.

    ``code`` names a text of the catalogue that may use ``{count}`` and the details;
    codes under ``tables.warning`` and ``rule.warning`` ask for attention, those under
    ``tables.note`` inform.
    """

    code: str
    place: Place
    count: int = 1
    details: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_warning(self) -> bool:
        """Whether somebody should look at it."""
        return self.code.startswith(("tables.warning.", "rule.warning."))


class UserError(Exception):
    """Base of all errors that the user can do something about.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault found, in the order of their places.
    notes : tuple of Note
        What else deserves a look: it may be the reason.
    exit_code : int
        The process's exit code (`design.md` §9).
    """

    exit_code = 2

    def __init__(self, faults: Iterable[Fault], notes: Iterable[Note] = ()) -> None:
        self.faults = tuple(faults)
        self.notes = tuple(notes)
        super().__init__("; ".join(f"{fault.code} {fault.place}" for fault in self.faults))

    def __reduce__(self) -> tuple[type[UserError], tuple[tuple[Fault, ...], tuple[Note, ...]]]:
        # worker processes hand their faults to the main process, not the message made of them
        return type(self), (self.faults, self.notes)


class InputError(UserError):
    """Bad input, scheme or usage (exit 2)."""


class Infeasible(UserError):
    """Proven: no plan exists (exit 3)."""

    exit_code = 3


class NoPlanFound(UserError):
    """A limit was reached before any plan was found (exit 4)."""

    exit_code = 4


class VerificationError(UserError):
    """`verify` found a difference between a plan and its own data (exit 5)."""

    exit_code = 5
