"""Keeping a plan's pairs comes first in each stage, and a scheme with it is still in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matchmaker.scheme.baseline_levels import baseline_changes, without_baseline_levels
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import as_written, load_scheme
from matchmaker.scheme.yaml_writer import write_yaml

PROGRAMMES = sorted(path.parent.name for path in SCENARIOS.glob("*/scheme.yaml"))


def corrected(scheme: Scheme, tmp_path: Path) -> Scheme:
    """The scheme with the changes made, read as a file is."""
    written: dict[str, Any] = as_written(scheme)
    for change in baseline_changes(scheme, [stage.id for stage in scheme.stages]):
        if "add_rule" in change:
            written["rules"] = [*written["rules"], change["add_rule"]]
        else:
            written["objective"] = change["to"]
    path = tmp_path / "scheme.yaml"
    path.write_text(write_yaml(written), "utf-8")
    return load_scheme(path)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_programme(name: str, tmp_path: Path) -> None:
    scheme = load_scheme(SCENARIOS / name / "scheme.yaml")
    after = corrected(scheme, tmp_path)
    sets = {rule.stage for rule in scheme.rules if rule.kind in ("contiguous", "one_place")}
    for stage in scheme.stages:
        own, kept = scheme.levels(stage.id), f"baseline_{stage.id}"
        if stage.id in sets and len(own) == 1:
            (level,) = after.levels(stage.id)
            assert level.pop(kept) > 2 * sum(level.values())
            assert [level] == own
        else:
            assert after.levels(stage.id) == [{kept: 1}, *own]
    assert baseline_changes(after, [stage.id for stage in scheme.stages]) == []
    assert without_baseline_levels(as_written(after)) == as_written(scheme)


TWO = {
    "name": "两级",
    "stages": [
        {"id": "one", "from": "agencies", "to": "communities"},
        {"id": "two", "from": "branches", "to": "grids"},
    ],
    "rules": [
        {"id": "a", "kind": "prefer", "stage": "one", "where": {}},
        {"id": "b", "kind": "prefer", "stage": "two", "where": {}},
        {"id": "c", "kind": "prefer", "stage": "two", "where": {}},
    ],
}


@pytest.mark.parametrize("objective", [[{"a": 1, "b": 2}, {"c": 1}], [{"a": 1}, {"b": 1, "c": 1}]])
def test_a_level_of_two_stages_is_two(objective: list[dict[str, float]], tmp_path: Path) -> None:
    scheme = Scheme.model_validate({**TWO, "objective": objective})
    after = corrected(scheme, tmp_path)
    for stage in ("one", "two"):
        assert after.levels(stage) == [{f"baseline_{stage}": 1}, *scheme.levels(stage)]
