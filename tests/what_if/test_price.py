"""Prices against every assignment tried: what the rest gains without a statement, and what a bound proves."""

from __future__ import annotations

import pytest

from matchmaker.errors import Infeasible
from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan
from matchmaker.what_if.price import Price, prices
from matchmaker.what_if.reopened import reopen
from matchmaker.what_if.statement_kinds import Kind
from matchmaker.what_if.statements import Statement, statements
from tests.conftest import SolvedYear
from tests.small_questions import STAGE, every_plan, solved_district, values_of


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    """The best plans of a few districts that have one."""
    found = []
    for seed in range(8):
        try:
            found.append(solved_district(seed))
        except Infeasible:
            continue
    assert len(found) >= 4
    return found


def key(one: Statement | Price) -> tuple[Kind, str, str, str]:
    return one.kind, one.rule, one.source_id, one.target_id


def gain(plan: Plan, one: Statement) -> float:
    """What the rest can gain without a statement, by trying every assignment."""
    scheme, dataset = one.without()
    now = values_of(scheme, dataset, plan.assignment(STAGE))
    return max(values for _, values in every_plan(scheme, dataset))[0] - now[0]


@pytest.mark.parametrize("number", range(3))
def test_a_price_is_what_the_rest_gains(plans: list[Plan], number: int) -> None:
    plan = plans[number]
    asked = {key(one): one for one in statements(reopen(plan, STAGE))}
    found = prices(plan, STAGE, most=None)
    assert {key(one) for one in found} == asked.keys()
    for price in found:
        expected = gain(plan, asked[key(price)])
        assert price.how in ("solved", "bound")
        assert price.cost == pytest.approx(expected, abs=0.011), key(price)
        assert price.at_most is not None
        assert price.at_most >= expected - 0.011


def test_bounds_hold_without_solving(plans: list[Plan]) -> None:
    plan = plans[3]
    asked = {key(one): one for one in statements(reopen(plan, STAGE))}
    for price in prices(plan, STAGE, most=0):
        assert price.how in ("unsolved", "bound")
        assert price.at_most is None or price.at_most >= gain(plan, asked[key(price)]) - 0.011


def test_who_is_displaced_is_elsewhere_without_the_statement(plans: list[Plan]) -> None:
    told = 0
    for plan in plans:
        for price in prices(plan, STAGE, (Kind.PIN,), None):
            moved = {shift.source_id: shift for shift in price.moves}
            for one in price.displaced:
                assert price.target_id in moved[one].to_ids
                told += 1
    assert told


def test_kinds_and_order(plans: list[Plan]) -> None:
    found = prices(plans[0], STAGE, (Kind.RULE, Kind.BUDGET))
    assert {one.kind for one in found} <= {Kind.RULE, Kind.BUDGET}
    costs = [one.cost for one in found if one.cost is not None]
    assert costs == sorted(costs, reverse=True)


def test_the_year(year: SolvedYear) -> None:
    plan = open_plan(year.plan_folder)
    heard: list[tuple[int, int]] = []
    found = prices(plan, STAGE, most=5, listener=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (len(found), len(found))
    assert sum(one.how in ("solved", "unknown") for one in found) <= 5
    assert all(one.cost is None or one.at_most is None or one.cost <= one.at_most + 0.011 for one in found)
