"""The tutorial: its files solve; its page shows parts of those files and what commands really print."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from matchmaker.commands import app

DOCS = Path(__file__).parent.parent / "docs"
FILES = DOCS / "tutorial"
FAULTY_CELLS = (
    ("cadres.csv", "D04,张示例,H1", "D04,张示例,示例第五医院"),
    ("communities.csv", ",2600,", ",约2600,"),
    ("needs.csv", "用药指导,2", "用药指导,9"),
)
FAULTY_RULE = ("rehab: {min: 1}", "rehab: 1")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = ("check", "solve", "verify", "show", "export", "compare")


class Block(NamedTuple):
    language: str
    text: str


@dataclass(frozen=True)
class Answer:
    code: int
    out: str


def blocks(*languages: str) -> list[Block]:
    page = (DOCS / "tutorial.md").read_text("utf-8")
    found = (Block(*match.groups()) for match in _BLOCK.finditer(page))
    return [block for block in found if block.language in languages]


def replaced(path: Path, old: str, new: str) -> None:
    words = path.read_text("utf-8")
    assert words.count(old) == 1, old
    path.write_text(words.replace(old, new), "utf-8")


def shown(block: Block) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a console block: its words, and the lines shown below it."""
    for part in block.text.split("$ matchmaker ")[1:]:
        command, *lines = part.splitlines()
        yield command.split(), lines


def squeezed(line: str) -> str:
    return " ".join(line.split())


def first_not_found(lines: list[str], output: str) -> str | None:
    """The first shown line that the output does not have after those before it; `…` stands for anything."""
    rest = iter(squeezed(line) for line in output.splitlines())
    for line in map(squeezed, lines):
        start = line.removesuffix("…").rstrip()
        if start and not any(each.startswith(start) if line != start else each == line for each in rest):
            return line
    return None


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's folder, with the two spoilt copies of which the page speaks."""
    folder = tmp_path_factory.mktemp("tutorial") / "tutorial"
    shutil.copytree(FILES, folder)
    for name in ("bad-cells", "bad-rule"):
        shutil.copytree(FILES, folder / name)
    for file, old, new in FAULTY_CELLS:
        replaced(folder / "bad-cells" / "data" / file, old, new)
    replaced(folder / "bad-rule" / "scheme.yaml", *FAULTY_RULE)
    return folder


@pytest.fixture(scope="module")
def answers(workplace: Path) -> dict[str, Answer]:
    """All commands of the page, run in the page's order inside the folder."""
    given: dict[str, Answer] = {}
    runner = CliRunner(env={"COLUMNS": "160"})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workplace)
        for block in blocks("console"):
            for words, _ in shown(block):
                result = runner.invoke(app, [*words, "--lang", "zh"])
                given[" ".join(words)] = Answer(result.exit_code, result.output)
    return given


def test_every_row_of_the_sheets_says_that_it_is_simulated() -> None:
    for path in sorted((FILES / "data").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            assert {row["备注"] for row in csv.DictReader(file)} == {"模拟数据"}, path


def test_yaml_and_csv_on_the_page_are_parts_of_the_files() -> None:
    files = [path.read_text("utf-8") for path in sorted(FILES.rglob("*.*")) if path.is_file()]
    parts = blocks("yaml", "csv")
    assert len(parts) > 6
    for part in parts:
        assert any(f"\n{part.text}" in f"\n{file}" for file in files), part.text


def test_the_page_shows_the_whole_of_the_scheme_and_the_scenarios() -> None:
    page = "".join(block.text for block in blocks("yaml"))
    for path in sorted(FILES.glob("*.yaml")):
        for line in path.read_text("utf-8").splitlines():
            assert f"{line}\n" in page or line in ("name: 医生下基层", "organizer: 示例区卫生健康局"), line


def test_commands_end_as_the_page_says(answers: dict[str, Answer]) -> None:
    assert {words.split()[0] for words in answers} == set(COMMANDS)
    for words, answer in answers.items():
        assert answer.code == (2 if "bad-" in words else 0), (words, answer.out)


def test_outputs_on_the_page_are_those_of_the_commands(answers: dict[str, Answer]) -> None:
    for block in blocks("console"):
        for words, lines in shown(block):
            output = answers[" ".join(words)].out
            assert first_not_found(lines, output) is None, (words, output)


def test_the_list_is_filled(answers: dict[str, Answer], workplace: Path) -> None:
    assert "export plan --to 安排表.xlsx" in answers
    sheet = load_workbook(workplace / "安排表.xlsx")["坐诊一览表"]
    rows = list(sheet.iter_rows(values_only=True))
    heads = next(row for row in rows if row[0] == "序号")
    lines = [row for row in rows if isinstance(row[0], int)]
    assert len(lines) == 16 * 4, "doctors and quarters"
    assert heads[1:] == ("街道", "社区", "坐诊日", "医院", "医生", "护士", "任务", "期限")
    assert all(cell for line in lines for cell in line)


@pytest.mark.parametrize("plan", ["plan-b", "plan-c"])
def test_the_other_plans_verify(answers: dict[str, Answer], workplace: Path, plan: str) -> None:
    assert answers
    result = CliRunner().invoke(app, ["verify", str(workplace / plan), "--quiet"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("rule", ["one_of_a_hospital", "senior_for_weak", "specialties", "senior_nurses"])
def test_every_hard_rule_binds(answers: dict[str, Answer], workplace: Path, rule: str) -> None:
    assert answers
    what_if = workplace / f"without-{rule}.yaml"
    what_if.write_text(f"extends: scenario.yaml\nname: x\nchanges: [{{drop_rule: {rule}}}]\n", "utf-8")
    result = CliRunner().invoke(app, ["solve", str(what_if), "--out", str(workplace / rule), "--quiet"])
    assert result.exit_code == 0, result.output
    pairs = [
        (folder / "assignments" / f"{stage}.csv").read_text("utf-8")
        for folder in (workplace / "plan", workplace / rule)
        for stage in ("doctor_clinic", "nurse_team")
    ]
    assert pairs[:2] != pairs[2:]
