from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matchmaker.commands import app

SCALE = "0.05"

SMALL_SCHEME = """\
name: 单位联街道
stages:
  - id: agency_sub_district
    name: 单位联街道
    from: agencies
    to: sub_districts
    each_source: 1
    each_target: {min: min_agencies, max: max_agencies}
rules:
  - {id: fit, kind: fit, stage: agency_sub_district}
objective:
  - {fit: 1}
"""
SMALL_SCENARIO = """\
name: 小例
scheme: small_scheme.yaml
data: data/
year: 2027
limits: {workers: 1}
"""


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Answer]


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Run a command in this process: exit code, stdout and stderr."""

    def run(*arguments: object) -> Answer:
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def demo_once(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "longgang"
    answer = cli("demo", "longgang", folder, "--scale", SCALE, "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    return folder


@pytest.fixture
def demo(demo_once: Path, tmp_path: Path) -> Path:
    """A demonstration of one's own, with a scenario of a single quick stage beside the whole one."""
    folder = tmp_path / "longgang"
    shutil.copytree(demo_once, folder)
    (folder / "small_scheme.yaml").write_text(SMALL_SCHEME, "utf-8")
    (folder / "small.yaml").write_text(SMALL_SCENARIO, "utf-8")
    return folder


@pytest.fixture(scope="session")
def plan_once(cli: Cli, demo_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demonstration solved; do not change it."""
    folder = tmp_path_factory.mktemp("plans") / "plan"
    answer = cli("solve", demo_once / "scenario.yaml", "--out", folder, "--lang", "zh")
    assert answer.code == 0, answer.err
    return folder


@pytest.fixture
def plan(plan_once: Path, tmp_path: Path) -> Path:
    """A copy of the plan that a test may spoil."""
    folder = tmp_path / "plan"
    shutil.copytree(plan_once, folder)
    return folder
