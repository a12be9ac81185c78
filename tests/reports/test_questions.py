"""What prices and alternatives say of levels below the first."""

from __future__ import annotations

import pytest
from rich.console import Console

from matchmaker.plans import Plan
from matchmaker.reports.alternatives import show_alternatives
from matchmaker.reports.priced import show_prices
from matchmaker.what_if.alternatives import alternatives
from matchmaker.what_if.price import prices
from tests.small_questions import STAGE, solved_district

SHARE_FIRST = [{"share": 1}, {"fit": 2, "needs": 1, "wishes": 1}]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solved_district(0, objective=SHARE_FIRST)


def shown(parts: list[object]) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(*parts, sep="\n")
    return capture.get()


def test_a_cost_below_the_first_level_says_so_and_has_no_bound_of_the_first(plan: Plan) -> None:
    found = prices(plan, STAGE, most=None)
    deep = [one for one in found if one.level and one.how == "solved"]
    assert deep
    out = shown([*show_prices(plan, STAGE, found, "en")])
    assert "level" in out
    lines = [line.split() for line in out.splitlines()]
    for one in deep:
        assert one.cost is not None
        cost = f"{one.cost:,.2f}".rstrip("0").rstrip(".")
        assert any(["2", cost, "—"] == line[at : at + 3] for line in lines for at in range(len(line)))


def test_nothing_is_tabled_where_bounds_settle_all(plan: Plan) -> None:
    free = [one for one in prices(plan, STAGE, most=None) if one.how == "bound"]
    if free:
        assert len(shown([*show_prices(plan, STAGE, free, "en")]).splitlines()) <= 5


def test_what_alternatives_lose_below_the_first_level_is_shown(plan: Plan) -> None:
    found = alternatives(plan, STAGE, 2, 2)
    out = shown([*show_alternatives(plan, found, "en")])
    assert "less at level 2" in out
    for one in found.found:
        less = plan.stage(STAGE).levels[1].value - one.values[1]
        assert f"{less:,.2f}".rstrip("0").rstrip(".") in out


def test_alternatives_of_a_stage_without_aims_claim_nothing() -> None:
    plan = solved_district(0, objective=[], rules=[])
    out = shown([*show_alternatives(plan, alternatives(plan, STAGE, 2, 2), "en")])
    assert "None" not in out
    assert "proven by bound" not in out
    assert "has no points" in out
