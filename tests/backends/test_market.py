"""The dense picture of a market: best sets at prices, exact division of a part."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.exchange import exchange
from matchmaker.backends.market import IMPOSSIBLE, Market, is_market, market_of
from matchmaker.backends.prices import find_prices
from tests.programs import enumerated, random_market

SEEDS = [seed for seed in range(120) if is_market(random_market(seed))]


def sets_of(market: Market, source: int, part: int) -> list[tuple[int, ...]]:
    targets = range(int(market.start[part]), int(market.start[part + 1]))
    possible = [target for target in targets if market.value[source, target] > IMPOSSIBLE / 2]
    sizes = range(int(market.minimum[source]), int(market.maximum[source]) + 1)
    return [chosen for size in sizes for chosen in combinations(possible, size)]


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_best_sets_are_the_best_of_all_sets(seed: int) -> None:
    market, _ = market_of(random_market(seed))
    prices = np.random.default_rng(seed).normal(20, 20, market.value.shape[1])
    worth, _, _ = market.best_sets(prices)
    for source, part in product(range(len(market.value)), range(market.parts)):
        sets = sets_of(market, source, part)
        if not sets:
            assert worth[source, part] < IMPOSSIBLE / 2
        else:
            left = [sum(market.value[source, t] - prices[t] for t in chosen) for chosen in sets]
            assert worth[source, part] == pytest.approx(max(left))


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_dividing_every_part_exactly_and_trying_all_parts_is_the_optimum(seed: int) -> None:
    program = random_market(seed)
    truth = enumerated(program)
    market, _ = market_of(program)
    values = [
        market.pairs_of(np.array(parts))[0] - market.bonus
        for parts in product(range(market.parts), repeat=len(market.value))
    ]
    best = max(values)
    if not truth.feasible:
        assert best == -np.inf
    else:
        assert best == pytest.approx(truth.best[0])


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_prices_bound_every_plan(seed: int) -> None:
    program = random_market(seed)
    truth = enumerated(program)
    market, _ = market_of(program)
    anything = np.zeros(market.value.shape[1], bool)
    prices = find_prices(market.priced, market.usual_prices(), market.parts, 200, Settings(), anything)
    assert prices.leaning.sum(axis=1) == pytest.approx(1)
    if truth.feasible:
        assert prices.bound >= truth.best[0] - 1e-6


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_exchanges_never_lose(seed: int) -> None:
    program = random_market(seed)
    market, _ = market_of(program)
    for parts in product(range(market.parts), repeat=len(market.value)):
        start = np.array(parts)
        before = market.pairs_of(start)[0]
        if np.isfinite(before):
            after = market.pairs_of(exchange(market, start, 50, Settings()))[0]
            assert after >= before - 1e-6
            assert (start == np.array(parts)).all()


def test_no_trials_no_change() -> None:
    market, _ = market_of(random_market(SEEDS[0]))
    start = np.zeros(len(market.value), np.int64)
    assert (exchange(market, start, 0, Settings()) == start).all()
