"""The tables in the programmes' READMEs: which stage, rule or test meets which row of the document."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import matchmaker

SCENARIOS = Path(matchmaker.__file__).parent / "scenarios"
ROWS = Path(__file__).parent / "rows.csv"
_LINE = re.compile(r"^\| ([A-Z]\d\d) \| ([A-Z ]+?) \| (stage|rule|test): (.+?) \| (.+?) \|$")


@dataclass(frozen=True)
class Row:
    """One row of a README's table: what meets it (``stage``, ``rule`` or ``test``), by name."""

    id: str
    classes: str
    how: str
    names: tuple[str, ...]


def programme_rows(programme: str) -> dict[str, str]:
    """Id to classes of the rows of a programme that the engine must decide, keep or aim at."""
    with ROWS.open(encoding="utf-8") as file:
        return {row["id"]: row["class"] for row in csv.DictReader(file) if row["programme"] == programme}


def readme_rows(programme: str) -> list[Row]:
    """The rows of a README's table, as written."""
    lines = (SCENARIOS / programme / "README.md").read_text("utf-8").splitlines()
    found = [match for line in lines if (match := _LINE.match(line.strip()))]
    return [
        Row(row_id, classes, how, tuple(name.strip().strip("`") for name in names.split("、")))
        for row_id, classes, how, names, _ in (match.groups() for match in found)
    ]
