"""Pins and bans against one rule's rows: only those named that have a part in it, and never wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.clashes import Clash, clashes
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.set_family import SetFamily
from tests.programs import enumerated

SOURCE, TARGET = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
ALL = np.arange(6)
DEGREES = ("x.sources", "x.targets")


@pytest.fixture
def form() -> Formulation:
    return Formulation(SOURCE, TARGET)


def told(form: Formulation) -> list[Clash]:
    return list(clashes(form, DEGREES, np.arange(form.column_count)))


def test_pins_beyond_a_row(form: Formulation) -> None:
    form.add_rows("few", [0, 0, 0], [0, 2, 4], 1, -UNBOUNDED, [1])
    for number, pair in enumerate((0, 4, 3)):
        form.fix(f"pin{number}", [pair], 1)
    assert told(form) == [Clash(("few",), (("pin0", 0), ("pin1", 4)))]


def test_pins_handed_on_by_columns_of_the_rule(form: Formulation) -> None:
    use = form.add_columns("places", 0, [1, 1])
    rows = np.array([0, 1, 2, 3])
    form.add_rows(
        "places", [*rows, *rows], [0, 1, 2, 3, *use, *use], [1, 1, 1, 1, -1, -1, -1, -1], -UNBOUNDED, [0] * 4
    )
    form.add_rows("places", [0, 0], use, 1, -UNBOUNDED, [1])
    form.fix("sheet", [0, 3], 1)
    assert told(form) == [Clash(("places",), (("sheet", 0), ("sheet", 3)))]


def test_bans_that_have_a_part_in_it(form: Formulation) -> None:
    form.add_rows("some", [0, 0], [0, 2], 1, [1], [2])
    form.fix("ban", [0, 2, 5], 0)
    form.fix("other", [3], 0)
    assert told(form) == [Clash(("some", "ban"), ())]


def test_degrees_count_where_the_rule_alone_could_hold(form: Formulation) -> None:
    form.add_rows("x.targets", TARGET, ALL, 1, [0, 0], [1, 3], RowSide.TARGET)
    form.add_rows("senior", [0], [2], 1, [1], [1])
    form.fix("pin", [0], 1)
    assert told(form) == [Clash(("senior", "x.targets"), (("pin", 0),))]


def test_a_rule_that_cannot_hold_by_itself(form: Formulation) -> None:
    form.add_rows("much", [0, 0], [0, 2], 1, [3], [9])
    form.fix("pin", [0], 1)
    assert told(form) == [Clash(("much",), ())]


def test_parts_of_which_a_source_may_take_one(form: Formulation) -> None:
    part = TARGET.astype(np.int64)
    form.set_family(SetFamily("one_place", SOURCE, TARGET, part, np.zeros(3, np.int64), np.full(3, 2)))
    form.fix("first", [0, 2], 1)
    form.fix("second", [1], 1)
    assert told(form) == [Clash(("one_place",), (("first", 0), ("second", 1)))]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_told_is_so(seed: int) -> None:
    rng = np.random.default_rng(seed)
    form = Formulation(SOURCE, TARGET)
    for rule in ("one", "two"):
        for _ in range(2):
            where = np.flatnonzero(rng.random(6) < 0.6)
            low = int(rng.integers(-2, 4))
            form.add_rows(
                rule, np.zeros(len(where), int), where, rng.integers(-3, 4, len(where)), [low], [low + 2]
            )
    form.fix("pins", np.flatnonzero(rng.random(6) < 0.3), 1)
    form.fix("bans", np.flatnonzero(rng.random(6) < 0.2), 0)
    if told(form):
        assert not enumerated(form.program([])).feasible
