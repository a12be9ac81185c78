"""Sheets of changes as an office writes them."""

from __future__ import annotations

import csv
from pathlib import Path

HEADS = (
    *(
        "日期",
        "变动",
        "对象类型",
        "变动对象",
        "新编码",
        "新名称",
        "去向",
        "接替何人",
        "所占比例",
        "截止日期",
        "原因",
    ),
    *("党员类别", "职级", "备注"),
)


def row(kind: str, party: str = "", of: str = "党员", **cells: str) -> dict[str, str]:
    """One change: its kind, what changes, of which kind that is, and further cells by header."""
    return {
        "日期": "2027-05-01",
        "变动": kind,
        "对象类型": of,
        "变动对象": party,
        "备注": "模拟数据",
        **cells,
    }


def sheet(folder: Path, *rows: dict[str, str]) -> Path:
    """The sheet as a CSV file."""
    heads = [*HEADS, *(head for head in dict.fromkeys(h for one in rows for h in one) if head not in HEADS)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "changes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)
    return path
