"""CSV files to grids: their encoding, their delimiter, and the line each row starts on."""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import cast

from matchmaker.tables.grids import Grid, Ledger
from matchmaker.tables.prescan import MAX_ROWS

__all__ = ["decode", "read_csv"]

_DELIMITERS = ("\t", ",", ";")
_MAX_FIELD = 1_000_000
_SURELY_UTF8 = 6


def decode(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding.

    A byte order mark decides; else UTF-8 is tried first, so that UTF-8 is never taken
    for GB18030, which accepts nearly anything.

    Raises
    ------
    UnicodeDecodeError
        When it is none of these; ``start`` is the offset in `content`.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:].decode("utf-8"), "UTF-8 BOM"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as utf8:
        # Some Chinese characters before the first bad byte: UTF-8 with a damaged byte,
        # which GB18030 would turn into mojibake without complaint.
        good = content[: utf8.start].decode("utf-8")
        if sum("\u4e00" <= character <= "\u9fff" for character in good) >= _SURELY_UTF8:
            raise
        return content.decode("gb18030"), "GB18030"


def read_csv(file: str, content: bytes, ledger: Ledger) -> Grid | None:
    """The grid of a CSV file; None, with a fault in `ledger`, where it cannot be read."""
    try:
        text, encoding = decode(content)
    except UnicodeDecodeError as error:
        byte = error.object[error.start : error.start + 1].hex().upper()
        offset = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content[:offset].count(b"\n") + 1
        ledger.file_fault("tables.undecodable", file, found=f"0x{byte}", offset=offset, line=line)
        return None
    if "\x00" in text:
        ledger.file_fault("tables.damaged_file", file, found="NUL")
        return None
    previous = csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=True)
    try:
        rows = cast(list[list[object]], list(reader))
    except csv.Error as error:
        ledger.file_fault("tables.bad_quotes", file, found=str(error), line=reader.line_num)
        return None
    finally:
        csv.field_size_limit(previous)
    if len(rows) > MAX_ROWS:
        ledger.file_fault("tables.too_many_rows", file, found=str(len(rows)))
        return None
    lines: range | list[int] = range(1, len(rows) + 1)
    if reader.line_num != len(rows):
        lines = _starts(text)
    grid = Grid(file, "", rows, lines=lines)
    if encoding not in ("UTF-8", "UTF-8 BOM"):
        ledger.note("tables.note.encoding", grid.place(), encoding=encoding)
    return grid


def _lines(text: str) -> list[str]:
    """Lines with their ends; `str.splitlines` would also split at separators inside cells."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ended = [f"{line}\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _starts(text: str) -> list[int]:
    """The line on which each row starts, where some cells hold line breaks."""
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=True)
    ends = [0, *(reader.line_num for _ in reader)]
    return [before + 1 for before, _ in pairwise(ends)]


def _delimiter(text: str) -> str:
    """The delimiter that most of the first lines hold; a tab is rare inside a cell."""
    head = [line for line in text[:5000].split("\n")[:20] if line.strip()]
    counts = [sum(delimiter in line for line in head) for delimiter in _DELIMITERS]
    return _DELIMITERS[counts.index(max(counts))] if any(counts) else ","
