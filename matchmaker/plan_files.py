"""The single files of a plan's folder: tables, findings, certificates, JSON; read as they are written."""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from matchmaker.model import Finding, Floats, Objects
from matchmaker.tables.written import written_texts

__all__ = [
    "DAMAGED",
    "certificate_files",
    "read_assignment",
    "read_certificate",
    "read_csv",
    "read_findings",
    "read_unchanged_csv",
    "write_csv",
    "write_findings",
    "write_json",
]

DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RecursionError, BadZipFile,
           csv.Error, zlib.error)  # fmt: skip
"""What reading a file may raise that is not as it was written."""

FINDING_COLUMNS = ("rule", "source_id", "target_id", "found", "required", "unit")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table; whole numbers without a decimal point, missing values empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(
            zip(*(_cells(frame[column]) for column in frame.columns), strict=True) if len(frame) else ()
        )


def _cells(column: pd.Series) -> list[str]:
    return ["" if value is None or value != value else _cell(value) for value in column.tolist()]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def write_json(path: Path, content: Any) -> None:
    """Write what is plain data."""
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False) + "\n", "utf-8", newline="\n"
    )


def read_csv(path: Path) -> pd.DataFrame:
    """A table of texts, None where a cell is empty."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pd.DataFrame(
        {
            name: pd.Series([value or None for value in column], dtype=object)
            for name, column in zip(header, columns, strict=True)
        }
    )


def read_unchanged_csv(path: Path) -> pd.DataFrame:
    """The same of a file whose checksum says that it is as it was written; faster."""
    texts = written_texts(path)
    columns: dict[str, pd.Series] = {}
    for name in texts.columns:
        cells: Objects = texts[name].to_numpy(object).copy()
        cells[cells == ""] = None
        columns[str(name)] = pd.Series(cells, dtype=object)
    return pd.DataFrame(columns)


def read_assignment(
    folder: Path, stage: str, read: Callable[[Path], pd.DataFrame] = read_csv
) -> pd.DataFrame:
    """The pairs of one stage with their points, as ``assignments/<stage>.csv`` has them."""
    frame = read(folder / "assignments" / f"{stage}.csv")
    text = {"source_id", "target_id", "previous_target_id", "change"}
    for column in frame.columns:
        if column not in text:
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
    return frame


def write_findings(path: Path, findings: tuple[Finding, ...]) -> None:
    """Write findings as ``findings.csv`` has them."""
    frame = pd.DataFrame([asdict(finding) for finding in findings], columns=list(FINDING_COLUMNS))
    write_csv(path, frame)


def read_findings(path: Path) -> tuple[Finding, ...]:
    """The findings, in the order of the file."""
    frame = read_csv(path)
    text = (frame[name].fillna("").astype(str).tolist() for name in ("rule", "source_id", "target_id"))
    figures = (frame[name].astype(float).tolist() for name in ("found", "required"))
    return tuple(
        Finding(*row) for row in zip(*text, *figures, frame["unit"].astype(str).tolist(), strict=True)
    )


def certificate_files(folder: Path, without: Collection[str] = ()) -> dict[str, Path]:
    """The certificates of a plan folder by stage, but for some stages."""
    paths = sorted((folder / "certificate").glob("*.npz"))
    return {path.stem: path for path in paths if path.stem not in without}


def read_certificate(path: Path) -> dict[str, Floats]:
    """The arrays of one stage's certificate."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
