"""The relaxation with cuts: bounds that hold, and reduced costs that judge columns rightly."""

from __future__ import annotations

import time

import numpy as np
import pytest

from matchmaker.backends import tightened
from matchmaker.backends.base import Settings
from matchmaker.backends.relaxation import relax
from matchmaker.backends.tightened import tighten
from matchmaker.bounds import lagrangian_bound
from tests.programs import enumerated, random_program


@pytest.mark.parametrize("columns_per_row", [0, 3])
@pytest.mark.parametrize("seed", range(80))
def test_every_plan_loses_what_its_reduced_costs_say(
    seed: int, columns_per_row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tightened, "COLUMNS_PER_ROW", columns_per_row)
    program = random_program(seed, general=True)
    level = program.levels[0]
    relaxation = relax(program, level)
    if relaxation is None:
        return
    found = tighten(program, level, relaxation, Settings())
    assert found.bound <= lagrangian_bound(program, level, relaxation.duals)
    for x in enumerated(program).vectors:
        lost = np.abs(found.reduced) @ np.abs(x - found.resting)
        assert level.units(x) <= found.bound - lost + 1e-6


def test_cuts_close_part_of_the_gap() -> None:
    closed = 0
    for seed in range(60):
        program = random_program(seed, general=True)
        relaxation = relax(program, program.levels[0])
        if relaxation is not None and enumerated(program).feasible:
            plain = tighten(program, program.levels[0], relaxation, Settings(), rounds=0)
            cut = tighten(program, program.levels[0], relaxation, Settings())
            closed += cut.bound < plain.bound - 1e-6
    assert closed


def test_out_of_time() -> None:
    for seed in range(60):
        program = random_program(seed, general=True)
        relaxation = relax(program, program.levels[0])
        if relaxation is None:
            continue
        over = tighten(program, program.levels[0], relaxation, Settings(deadline=time.monotonic() - 1))
        if over.timed_out:
            assert over.bound >= max(enumerated(program).best, default=-(2**62))
            return
    pytest.fail("no program needed cuts")
