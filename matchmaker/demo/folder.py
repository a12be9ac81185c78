"""A demonstration's folder: scenario, scheme, data and a short README, ready to be solved.

What is written is recorded with its checksums in `RECORD`, so that writing again replaces
only files that nobody has touched since.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import pandas as pd

from matchmaker.demo.frames import NOTICE
from matchmaker.demo.longgang import generate_longgang
from matchmaker.demo.meihekou import generate_meihekou
from matchmaker.demo.qidong import generate_qidong
from matchmaker.demo.qingbaijiang import generate_qingbaijiang
from matchmaker.demo.yungang import generate_yungang
from matchmaker.errors import Fault, InputError, Place
from matchmaker.tables import write_dataset

__all__ = ["PROGRAMMES", "RECORD", "WrittenDemo", "write_demo"]

PROGRAMMES: Mapping[str, Callable[[float, int, bool], dict[str, pd.DataFrame]]] = {
    "longgang": generate_longgang,
    "meihekou": generate_meihekou,
    "qidong": generate_qidong,
    "qingbaijiang": generate_qingbaijiang,
    "yungang": generate_yungang,
}
"""Generator of each programme: (scale, seed, real_names) to tables."""

RECORD = ".matchmaker-demo.json"
"""File by which an earlier demonstration is recognised."""

_SCHEMES = Path(__file__).parent.parent / "scenarios"
_README = """\

---

# 演示：{name}（模拟数据）

本文件夹中的数据全部由程序生成，是模拟数据，不反映任何单位、地方和个人的真实情况。

- `scenario.yaml` 情景：用哪个方案、哪套数据、排哪一年
- `scheme.yaml` 方案：环节、规则、目标
- `{data}` 数据

接下来（在本文件夹内运行）：

    matchmaker check scenario.yaml
    matchmaker solve scenario.yaml --out plan
    matchmaker verify plan
    matchmaker show plan
    matchmaker export plan --to 安排表.xlsx

# Demonstration: {name} (generated data)

All data in this folder are generated; they say nothing about any real agency, place or person.
`scenario.yaml` names the scheme, the data and the year; `scheme.yaml` holds stages, rules and
objective; `{data}` holds the data. Run the commands above in this folder.

规模 scale {scale:g}，种子 seed {seed}
"""


@dataclass(frozen=True)
class WrittenDemo:
    """What was written: rows of each table, and the files, relative to the folder."""

    rows: Mapping[str, int]
    files: tuple[str, ...]


def write_demo(
    name: str,
    folder: Path,
    *,
    scale: float = 1.0,
    seed: int = 1,
    file_format: Literal["csv", "xlsx"] = "csv",
    real_names: bool = False,
) -> WrittenDemo:
    """Generate a programme's data set and write it with its scenario and scheme.

    Parameters
    ----------
    name
        One of `PROGRAMMES`.
    folder
        New, empty, or an earlier demonstration: of that one only files that are still as
        they were written are replaced, and nothing else is touched.
    scale, seed, real_names
        As the programme's generator takes them.
    file_format
        CSV files with English ids in ``data/``, or ``data.xlsx`` with Chinese headers and
        the notice 模拟数据 on every sheet.

    Raises
    ------
    InputError
        For an unknown name, numbers out of range, or a folder that holds anything else.
    """
    faults = _option_faults(name, scale, seed)
    if faults:
        raise InputError(faults)
    recorded = _earlier_demo(folder)
    tables = PROGRAMMES[name](scale, seed, real_names)
    folder = folder.absolute()
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        _write_files(name, tables, aside, file_format, scale, seed)
        files = tuple(
            sorted(path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file())
        )
        _require_untouched(folder, recorded, files)
        _move(aside, folder, files, recorded)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return WrittenDemo({table: len(frame) for table, frame in tables.items()}, files)


def _option_faults(name: str, scale: float, seed: int) -> list[Fault]:
    faults = []
    if name not in PROGRAMMES:
        near = get_close_matches(name, PROGRAMMES, n=1) or list(PROGRAMMES)
        faults.append(Fault("demo.unknown", Place(key="NAME"), name, {"near": ", ".join(near)}))
    if not 0 < scale <= MOST_SCALE:
        faults.append(Fault("demo.scale", Place(key="--scale"), f"{scale:g}", {"most": MOST_SCALE}))
    if seed < 0:
        faults.append(Fault("demo.seed", Place(key="--seed"), str(seed)))
    return faults


MOST_SCALE = 20
"""Larger data sets would fill a disk before anybody has asked for them."""


def _earlier_demo(folder: Path) -> Mapping[str, str]:
    """Checksums of an earlier demonstration's files; empty for a new or empty folder."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return {}
    record = folder / RECORD
    if folder.is_dir() and record.is_file():
        try:
            files = json.loads(record.read_text("utf-8"))["files"]
        except (ValueError, KeyError, TypeError):
            files = None
        if isinstance(files, dict):
            return {str(name): str(checksum) for name, checksum in files.items()}
    raise InputError([Fault("demo.folder_in_use", Place(file=str(folder)))])


def _require_untouched(folder: Path, recorded: Mapping[str, str], files: tuple[str, ...]) -> None:
    """Files of the earlier demonstration may be replaced unless somebody has changed them."""
    faults = [
        Fault("demo.file_changed", Place(file=str(folder / name)))
        for name in sorted({*recorded, *files})
        if (folder / name).exists() and _checksum(folder / name) != recorded.get(name)
    ]
    if faults:
        raise InputError(faults)


def _write_files(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    file_format: Literal["csv", "xlsx"],
    scale: float,
    seed: int,
) -> None:
    data = "data/" if file_format == "csv" else "data.xlsx"
    scenario = (_SCHEMES / name / "scenario.yaml").read_text("utf-8")
    scenario = re.sub(r"^data: \S+", f"data: {data}", scenario, count=1, flags=re.MULTILINE)
    _write_text(folder / "scenario.yaml", scenario)
    _write_text(folder / "scheme.yaml", (_SCHEMES / name / "scheme.yaml").read_text("utf-8"))
    about = (_SCHEMES / name / "README.md").read_text("utf-8")
    generic = _README.format(name=name, data=data, scale=scale, seed=seed)
    _write_text(folder / "README.md", about + generic)
    if file_format == "csv":
        write_dataset(tables, folder / "data")
    else:
        write_dataset(tables, folder / "data.xlsx", file_format="xlsx", headers="zh", notice=NOTICE)


def _move(aside: Path, folder: Path, files: tuple[str, ...], recorded: Mapping[str, str]) -> None:
    """Put the files in their places, the record first: so an interrupted demo is recognised too."""
    checksums = {name: _checksum(aside / name) for name in files}
    folder.mkdir(parents=True, exist_ok=True)
    _write_text(aside / RECORD, json.dumps({"files": {**recorded, **checksums}}, indent=1) + "\n")
    (aside / RECORD).replace(folder / RECORD)
    for name in sorted(recorded.keys() - checksums.keys()):
        (folder / name).unlink(missing_ok=True)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).replace(folder / name)
    _write_text(aside / RECORD, json.dumps({"files": checksums}, indent=1) + "\n")
    (aside / RECORD).replace(folder / RECORD)
    if "data" not in {name.split("/")[0] for name in files} and (folder / "data").is_dir():
        remaining = any((folder / "data").iterdir())
        if not remaining:
            (folder / "data").rmdir()


def _write_text(path: Path, content: str) -> None:
    path.write_text(content, "utf-8", newline="\n")


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
