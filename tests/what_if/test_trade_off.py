"""The curve between two aims: who is on it, what more costs, where it bends."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.model import Status
from matchmaker.scheme.definitions import Scheme
from matchmaker.what_if.trade_off import Swept, along, axes, costs, knee, on_axis
from tests.small_plans import SMALL_SCHEME


def swept(*places: tuple[float | None, float | None]) -> list[Swept]:
    return [Swept((at,), Path(str(at)), Status.OPTIMAL, x=x, y=y) for at, (x, y) in enumerate(places)]


numbers = st.integers(0, 9).map(float)


@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_nobody_on_the_curve_is_beaten_and_everybody_else_is(places: list[tuple[float, float]]) -> None:
    points = swept(*places)
    curve = along(points)
    assert [points[at].x for at in curve] == sorted({points[at].x for at in curve})
    for at, (x, y) in enumerate(places):
        others = [places[one] for one in curve if one != at]
        beaten = any(a >= x and b >= y for a, b in others)
        assert beaten != (at in curve)


@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_costs_add_up_along_the_curve(places: list[tuple[float, float]]) -> None:
    points = swept(*places)
    curve, cost = along(points), costs(points)
    assert set(cost) == set(curve[1:])
    total = sum(cost[at] * (places[at][0] - places[before][0]) for before, at in pairwise(curve))
    assert total == pytest.approx(places[curve[0]][1] - places[curve[-1]][1] if curve else 0.0)


def test_the_knee_is_farthest_from_the_straight_line() -> None:
    points = swept((0, 100), (10, 98), (20, 90), (24, 60), (25, 0))
    line = [y / 100 + x / 25 - 1 for x, y in ((0, 100), (10, 98), (20, 90), (24, 60), (25, 0))]
    assert knee(points) == int(np.argmax(line)) == 2


@pytest.mark.parametrize(
    "places", [[], [(0, 1), (1, 0)], [(0, 2), (1, 1), (2, 0)], [(0, None), (1, 1), (2, 0)]]
)
def test_a_straight_line_has_no_knee(places: list[tuple[float, float]]) -> None:
    assert knee(swept(*places)) is None


def test_usual_axes() -> None:
    scheme = Scheme.model_validate(SMALL_SCHEME)
    x, y = axes(scheme, "objective.0.wishes", None, None)
    assert (x.kind, x.term, y.kind, y.term) == ("met", "wishes", "points", "fit")
    x, y = axes(scheme, "objective.0.fit", None, None)
    assert (x.kind, x.term, y.kind, y.term) == ("points", "fit", "rest", "fit")
    x, y = axes(scheme, "rules.share.tolerance", None, "needs")
    assert (x.kind, x.term, y.kind, y.term) == ("value", "rules.share.tolerance", "points", "needs")
    x, _ = axes(scheme, "rules.share.tolerance", "wishes:met", None)
    assert (x.kind, x.term) == ("met", "wishes")


def test_an_axis_that_is_not_aimed_at() -> None:
    with pytest.raises(InputError) as error:
        axes(Scheme.model_validate(SMALL_SCHEME), "objective.0.fit", "colour", None)
    assert [fault.code for fault in error.value.faults] == ["sweep.no_axis"]


@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_of_a_value_nobody_knows_whether_more_is_better(places: list[tuple[float, float]]) -> None:
    points = swept(*places)
    curve = along(points, aims=False)
    best = {x: max(y for other, y in places if other == x) for x, _ in places}
    assert [places[at] for at in curve] == sorted(best.items())
    cost = costs(points, aims=False)
    total = sum(cost[at] * (places[at][0] - places[before][0]) for before, at in pairwise(curve))
    assert total == pytest.approx(places[curve[0]][1] - places[curve[-1]][1] if curve else 0.0)


@pytest.mark.parametrize(
    ("places", "at"),
    [
        ([(0, 0), (1, 90), (2, 95), (3, 100)], 1),
        ([(0, 100), (1, 98), (2, 90), (3, 0)], 2),
        ([(0, 5), (1, 5), (2, 5)], None),
        ([(0, 1), (1, 2), (2, 3)], None),
        ([(0, 5), (1, 9), (2, 5)], None),
    ],
)
def test_the_knee_over_a_value(places: list[tuple[float, float]], at: int | None) -> None:
    assert knee(swept(*places), aims=False) == at


def test_the_other_aims_are_those_of_its_own_level() -> None:
    wish_first = {**SMALL_SCHEME, "objective": [{"wishes": 1}, {"fit": 2, "needs": 3}]}
    scheme = Scheme.model_validate(wish_first)
    _, y = axes(scheme, "objective.1.fit", None, None)
    metrics = {"stages": {y.stage: {"points": {"wishes": 7.0, "fit": 10.0, "needs": -5.0}}}}
    assert (y.kind, on_axis(scheme, y, 1, metrics)) == ("rest", -15.0)


def test_the_stage_of_a_value_may_aim_at_nothing() -> None:
    scheme = Scheme.model_validate({**SMALL_SCHEME, "objective": []})
    _, y = axes(scheme, "rules.share.tolerance", None, None)
    assert on_axis(scheme, y, 0.1, {"stages": {y.stage: {"points": {}}}}) == 0.0
