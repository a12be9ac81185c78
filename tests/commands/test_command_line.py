"""The command line as a whole: start, usage, language, consoles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import matchmaker
from matchmaker.commands.session import printable
from matchmaker.messages import default_language
from tests.commands.conftest import Cli

ROOT = Path(matchmaker.__file__).parent.parent
COMMANDS = [
    "demo",
    "check",
    "solve",
    "diagnose",
    "verify",
    "show",
    "compare",
    "import",
    "explain",
    "move",
    "export",
    "publish",
    "apply",
    "replan",
    "evaluate",
    "rotate",
    "sweep",
    "alternatives",
    "price",
    "rules",
]


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(each) for each in command],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("launcher", [("-m", "matchmaker"), (str(ROOT / "cli.py"),)])
def test_help_from_every_launcher(launcher: tuple[str, ...]) -> None:
    result = run(sys.executable, *launcher, "--help", PYTHONIOENCODING="utf-8")
    assert result.returncode == 0
    words = result.stdout.decode()
    for command in COMMANDS:
        assert f"  {command} " in words


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys, matchmaker.commands; "
        "heavy = ('numpy', 'pandas', 'ortools', 'scipy', 'pydantic', 'yaml'); "
        "print([each for each in heavy if each in sys.modules])"
    )
    assert run(sys.executable, "-c", program).stdout.decode().strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_common_options(cli: Cli, command: str) -> None:
    answer = cli(command, "--help")
    assert answer.code == 0
    for option in ("--json", "--quiet", "--lang"):
        assert option in answer.out


def test_a_mistyped_command_brings_a_suggestion(cli: Cli) -> None:
    answer = cli("solv")
    assert answer.code == 2
    assert "'solve'" in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve",),
        ("solve", "x.yaml"),
        ("rules", "--nonsense"),
        ("rules", "--lang", "fr"),
        ("demo", "longgang"),
    ],
)
def test_wrong_usage_exits_with_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    answer = cli(*arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "zh"),
        ({"LC_ALL": "C.UTF-8"}, "zh"),
        ({}, "zh"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_locale_decides_the_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_language() == expected


def test_a_chinese_console_holds_every_answer(plan_once: Path) -> None:
    for command in (["show", plan_once], ["verify", plan_once], ["compare", plan_once, plan_once], ["rules"]):
        result = run(sys.executable, "-m", "matchmaker", *command, "--lang", "zh", PYTHONIOENCODING="cp936")
        assert result.returncode == 0, result.stderr
        assert "?" not in result.stdout.decode("cp936")


def test_a_console_that_holds_little_does_not_end_the_run(tmp_path: Path) -> None:
    result = run(
        sys.executable, "-m", "matchmaker", "verify", tmp_path, "--lang", "zh", PYTHONIOENCODING="ascii"
    )
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


def test_plainer_characters_where_the_encoding_lacks_one() -> None:
    assert printable("−3 ≤ x", "cp936") == "-3 ≤ x"
    assert printable("−3", "utf-8") == "−3"
    assert printable("好", "no-such-encoding") == "好"
