"""A small dataset of generated names, and ways to put files where a reader finds them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from matchmaker.errors import Fault, InputError
from matchmaker.tables import read_dataset

Rows = list[list[object]]


def plain_tables() -> dict[str, pd.DataFrame]:
    """Seven tables that fit together, with every type of column."""
    return {
        "agencies": pd.DataFrame(
            {
                "agency_id": ["A1", "A2"],
                "name": ["示例甲局", "示例乙局"],
                "short_name": ["甲局", None],
                "agency_type": ["government", "justice"],
                "function_codes": [("employ", "talent"), ("law",)],
                "lng": [114.05, None],
                "active": [True, False],
                "note": [None, "=1+1"],
            }
        ),
        "branches": pd.DataFrame(
            {
                "branch_id": ["B1", "B2"],
                "name": ["示例一支部", "示例二支部"],
                "agency_id": ["A1", "A2"],
                "member_count": [12, 0],
            }
        ),
        "sub_districts": pd.DataFrame(
            {
                "sub_district_id": ["S1", "S2"],
                "name": ["示例东街道", "示例西街道"],
                "kind": ["street", "town"],
            }
        ),
        "communities": pd.DataFrame(
            {
                "community_id": ["C1", "C2"],
                "name": ["示例社区01", "示例社区02"],
                "sub_district_id": ["S1", "S2"],
                "households": [3000, 2500],
                "strength_level": ["strong", "weak"],
                "weak": [False, None],
            }
        ),
        "members": pd.DataFrame(
            {
                "member_id": ["M1", "M2", "M3"],
                "name": ["NA", "None", "示例丙"],
                "birth": ["1985-03-01", None, "1990-12-31"],
                "agency_id": ["A1", "A1", "A2"],
                "branch_id": ["B1", "B1", "B2"],
                "member_category": ["agency", "leader", "in_service"],
                "rank": ["general", "division", "deputy_section"],
                "home_community": ["C1", None, "C2"],
                "skills": [(), ("law", "摄影"), ("health",)],
                "eligible": [True, True, False],
                "phone": ["13800000000", None, None],
            }
        ),
        "wishes": pd.DataFrame(
            {
                "side": ["agency", "community"],
                "source_id": ["A1", "C2"],
                "target_kind": ["sub_district", "agency"],
                "wish_1": [("S1", "S2"), ("A2",)],
                "wish_4": [(), ("A1",)],
                "accept_adjust": [True, True],
            }
        ),
        "pins": pd.DataFrame(
            {
                "stage": ["agency_sub_district"],
                "action": ["pin"],
                "source_id": ["A1"],
                "target_id": ["S2"],
                "reason": ["工作需要"],
                "until": ["2027-01-31"],
            }
        ),
    }


SUB_DISTRICTS: Rows = [["街道编码", "名称"], ["S1", "示例东街道"], ["S2", "示例西街道"]]
COMMUNITY_HEADER = ["社区编码", "名称", "所属街道", "户数", "力量等级"]
MEMBER_HEADER = ["党员编码", "姓名", "所在单位", "所在支部", "党员类别", "职级", "是否可参加"]


def csv_text(rows: Rows) -> str:
    """The rows as the text of a CSV file."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of CSV files: table name to rows, text or bytes."""

    def make(**tables: Rows | str | bytes) -> Path:
        for name, rows in tables.items():
            text = csv_text(rows) if isinstance(rows, list) else rows
            (tmp_path / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path

    return make


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook: sheet name to rows; `edit` may change the sheets before saving."""

    def make(edit: Callable[[openpyxl.Workbook], None] | None = None, **sheets: Rows) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if edit is not None:
            edit(book)
        path = tmp_path / "data.xlsx"
        book.save(path)
        return path

    return make


def faults_of(path: Path) -> tuple[Fault, ...]:
    """The faults of a dataset that must have some."""
    with pytest.raises(InputError) as caught:
        read_dataset(path)
    return caught.value.faults


def codes_of(path: Path) -> list[str]:
    """Their codes, in order."""
    return [fault.code for fault in faults_of(path)]


def notes_of(path: Path) -> dict[str, int]:
    """Note code to its total count, of a dataset that must be sound."""
    counts: dict[str, int] = {}
    for note in read_dataset(path).notes:
        counts[note.code] = counts.get(note.code, 0) + note.count
    return counts
