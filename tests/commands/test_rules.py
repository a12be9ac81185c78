from __future__ import annotations

import pytest
import yaml

from matchmaker.rules import KINDS
from tests.commands.conftest import Cli


@pytest.mark.parametrize(("language", "at"), [("zh", 0), ("en", 1)])
def test_lists_every_kind(cli: Cli, language: str, at: int) -> None:
    answer = cli("rules", "--lang", language)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(KINDS)
    for line, kind in zip(lines, sorted(KINDS), strict=True):
        assert line.endswith(KINDS[kind].summary[at])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_explains_each_kind_with_an_example(cli: Cli, kind: str) -> None:
    answer = cli("rules", kind, "--lang", "zh")
    assert answer.code == 0
    assert KINDS[kind].summary[0] in answer.out
    data = cli("rules", kind, "--json").data[kind]
    assert data["fields"]["stage" if "stage" in data["fields"] else "stages"]["required"] is True
    assert yaml.safe_load(data["example"])["kind"] == kind


def test_schema_of_schemes_and_of_one_kind(cli: Cli) -> None:
    assert set(cli("rules", "--schema").data) == {"scheme", "scenario"}
    assert "tolerance" in cli("rules", "balance", "--schema").data["properties"]


def test_an_unknown_kind_brings_a_suggestion(cli: Cli) -> None:
    answer = cli("rules", "balanse", "--json")
    assert answer.code == 2
    assert answer.data["faults"][0]["expected"] == "balance"
