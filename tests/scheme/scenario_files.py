"""A scenario in a folder, to be changed and broken by the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.errors import Fault, InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import load_scenario

SCENARIO = """\
name: 2027 年度轮换
scheme: scheme.yaml
data: data/
year: 2027
"""

CHANGED = "extends: ../scenario.yaml\nname: 意向优先\nchanges:\n"  # changes begin in line 4


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def changed(folder: Path, *changes: str) -> Path:
    return write(folder / "what-if" / "a.yaml", CHANGED + "".join(f"  - {change}\n" for change in changes))


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    for fault in caught.value.faults:
        for language in LANGUAGES:
            assert render_fault(fault, language)
    return list(caught.value.faults)


def told(path: Path) -> list[tuple[str, str, int, str]]:
    return [(f.code, Path(f.place.file).name, f.place.line, f.place.key) for f in faults_of(path)]


def scenario_folder(tmp_path: Path) -> Path:
    """A scenario with the scheme of Longgang, and an empty folder `what-if` beside it."""
    (tmp_path / "what-if").mkdir()
    scheme = (SCENARIOS / "longgang" / "scheme.yaml").read_text(encoding="utf-8")
    (tmp_path / "scheme.yaml").write_text(scheme, encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path
