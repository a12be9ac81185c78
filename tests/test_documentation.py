"""What the pages write in YAML can be read as a scheme has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from matchmaker.evaluation_forms import EvaluationDefinition
from matchmaker.lists import ListDefinition
from matchmaker.scheme.definitions import StageDefinition

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def mappings(page: Path) -> Iterator[dict[str, Any]]:
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        written = yaml.safe_load(block)
        if isinstance(written, dict):
            yield written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_stages_lists_and_evaluations_are_valid(page: Path) -> None:
    for written in mappings(page):
        for stage in written.get("stages", []):
            StageDefinition.model_validate(stage)
        for definition in written.get("lists", []):
            ListDefinition.model_validate(definition)
        for entry in written.get("evaluations", []):
            EvaluationDefinition.model_validate(entry)
