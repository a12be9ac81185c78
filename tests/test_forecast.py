from __future__ import annotations

from typing import Any

from matchmaker.forecast import forecast
from matchmaker.scheme.definitions import Scheme
from tests.test_movements import ROTATE, data, past, scheme


def told(scheme: Scheme, years: int, **tables: Any) -> list[tuple[int, int, int, tuple[str, ...], bool]]:
    found = forecast(scheme, data(**tables), 2027, years)
    return [(each.year, each.going_on, each.must_change, each.stuck, each.enough) for each in found]


def test_pairs_end_as_their_years_run_out() -> None:
    """A1 has three years behind it, A2 and A3 one."""
    assert told(scheme(ROTATE), 3) == [
        (2027, 2, 1, (), True), (2028, 2, 0, (), True), (2029, 0, 2, (), True)
    ]  # fmt: skip


def test_years_without_enough_choice_are_named() -> None:
    """Nobody may return within five years, and A1 has been in both places."""
    rule = {**ROTATE, "max_years": 1, "cooling_off": 5}
    history = [past(2025, "A1", "S1"), past(2026, "A1", "S2"), past(2026, "A2", "S1")]
    assert told(scheme(rule), 1, history=history) == [(2027, 0, 2, ("A1",), False)]


def test_room_counts_too() -> None:
    """Both have to leave S1, and S2 has room for one of the three."""
    rule = {**ROTATE, "max_years": 1}
    history = [past(2026, "A1", "S1"), past(2026, "A2", "S1")]
    tight = scheme(rule, each_target={"max": 1})
    assert told(tight, 1, history=history) == [(2027, 0, 2, (), False)]
