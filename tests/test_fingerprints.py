"""Fingerprints: equal for equal questions only."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np

from matchmaker import fingerprints
from matchmaker.backends.base import Settings, Start
from matchmaker.fingerprints import fingerprint
from tests.programs import random_areas, random_program

PROGRAMS = [random_program(1, levels=2, tie_break=True), random_areas(3)]


def test_other_questions_have_other_keys() -> None:
    program = PROGRAMS[0]
    asked = [
        ([program], Settings()),
        ([program, program], Settings()),
        ([], Settings()),
        ([program], Settings(gap=0.5)),
        ([program], Settings(effort=1.0)),
        ([replace(program, upper=program.upper * 2)], Settings()),
        ([replace(program, row_lower=program.row_lower - 1)], Settings()),
        ([replace(program, row_side=program.row_side + np.int8(1))], Settings()),
        ([replace(program, levels=program.levels[:1])], Settings()),
        ([replace(program, matrix=program.matrix * 2)], Settings()),
        ([PROGRAMS[1]], Settings()),
        ([replace(PROGRAMS[1], family=None)], Settings()),
    ]
    keys = [fingerprint(programs, settings) for programs, settings in asked]
    assert len(set(keys)) == len(keys)


def test_the_same_question_has_the_same_key() -> None:
    again = random_program(1, levels=2, tie_break=True)
    assert fingerprint([again], Settings(deadline=5.0)) == fingerprint([PROGRAMS[0]], Settings())


def test_a_start_is_part_of_the_question() -> None:
    program = PROGRAMS[0]
    pairs = np.zeros(program.pair_count, np.int64)
    starts = [None, [None], [Start(pairs)], [Start(pairs + 1)], [Start(pairs, np.zeros(program.row_count))]]
    assert len({fingerprint([program], Settings(), start) for start in starts}) == len(starts)


def test_all_that_backends_rest_on_is_part_of_the_way_of_solving() -> None:
    """A repaired bound or expansion must not find what was solved before the repair."""
    package = Path(fingerprints.__file__).parent
    plain = {"matchmaker.errors", "matchmaker.model"}  # nouns and faults: they decide nothing
    known = {f"matchmaker.{name}" for name in fingerprints.BENEATH} | plain
    beneath = [package / f"{name}.py" for name in fingerprints.BENEATH]
    files = [*(package / "backends").rglob("*.py"), *beneath]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("matchmaker."):
                inside = node.module.startswith("matchmaker.backends")
                assert inside or node.module in known, (file.name, node.module)
