"""A program over some of its columns agrees with the whole."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends.free_columns import free_columns
from tests.programs import enumerated, random_program, vectors_of


@pytest.mark.parametrize("seed", range(60))
def test_plans_of_the_part_are_plans_of_the_whole(seed: int) -> None:
    program, rng = random_program(seed, general=True), np.random.default_rng(seed)
    free = (rng.random(program.column_count) < 0.6) | (program.lower > program.upper)
    resting = program.lower
    part = free_columns(program, program.levels[0], free, resting)
    whole = [tuple(x) for x in enumerated(program).vectors if (x[~free] == resting[~free]).all()]
    found = [x for x in vectors_of(part.program) if not len(part.program.violations(x))]
    assert sorted(tuple(part.whole(x)) for x in found) == sorted(whole)
    for x in found:
        assert part.level.units(x) == program.levels[0].units(part.whole(x))
