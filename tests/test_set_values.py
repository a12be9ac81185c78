"""What sets are worth to sources: whole blocks at once against one set after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.connected_sets import connected_sets
from matchmaker.set_values import IMPOSSIBLE, Bidders, bidders_of
from tests.test_connected_sets import drawn_family

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Drawn:
    """Bidders, values of pairs (whole numbers), and every set that each source may take: worth, part, id."""

    bidders: Bidders
    value: np.ndarray
    may: list[list[tuple[float, int, int]]]


def drawn(seed: int, largest: int = 1000, weight: int | None = None) -> Drawn:
    """Sources with bounds on sizes, pairs barred, pairs required."""
    rng = np.random.default_rng(seed)
    family = drawn_family(seed, sources=3, targets=7)
    sets = connected_sets(family)
    assert sets is not None
    pairs = len(family.sources)
    allowed, required = rng.random(pairs) < 0.8, rng.random(pairs) < 0.06
    value = rng.integers(-largest, largest + 1, pairs).astype(np.float64)
    weight = int(rng.integers(0, 4)) if weight is None else weight
    bidders = bidders_of(family, sets, allowed, required, float(weight))
    pair = {
        (int(source), int(target)): at
        for at, (source, target) in enumerate(zip(family.sources, family.targets, strict=True))
    }
    may: list[list[tuple[float, int, int]]] = []
    for source in range(len(family.minimum)):
        must = {at for (owner, _), at in pair.items() if owner == source and required[at]}
        found = []
        for ids, members in enumerate(sets.members):
            inside = members[members >= 0].tolist()
            chosen = [pair.get((source, int(sets.targets[target]))) for target in inside]
            if any(at is None or not allowed[at] for at in chosen) or not must <= set(chosen):
                continue
            if family.minimum[source] <= len(inside) <= family.maximum[source]:
                worth = float(value[chosen].sum() + weight * sets.shape[ids])
                found.append((worth, int(sets.part[inside[0]]), ids))
        may.append(found)
    return Drawn(bidders, value, may)


@SETTINGS
@given(seed=st.integers(0, 10_000), exact=st.booleans())
def test_best_is_the_best_of_all_sets_in_each_part(seed: int, exact: bool) -> None:
    one = drawn(seed)
    worth, chosen = one.bidders.best(one.bidders.dense(one.value), exact=exact)
    assert worth.shape == chosen.shape == (len(one.may), one.bidders.sets.parts)
    for source, may in enumerate(one.may):
        for part in range(one.bidders.sets.parts):
            inside = {ids: value for value, at, ids in may if at == part}
            if not inside:
                assert worth[source, part] < IMPOSSIBLE / 2
                assert chosen[source, part] == -1
            else:
                assert worth[source, part] == max(inside.values())
                assert inside[int(chosen[source, part])] == worth[source, part]


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_best_of_some_sources_says_nothing_of_the_others(seed: int) -> None:
    one = drawn(seed)
    value = one.bidders.dense(one.value)
    everyone, _ = one.bidders.best(value)
    some, chosen = one.bidders.best(value, np.array([2]))
    assert some[2].tolist() == everyone[2].tolist()
    assert (some[:2] == IMPOSSIBLE).all()
    assert (chosen[:2] == -1).all()


@SETTINGS
@given(seed=st.integers(0, 10_000), most=st.sampled_from([1, 2, 5, 1000]))
def test_above_are_the_best_sets_beyond_the_threshold(seed: int, most: int) -> None:
    one = drawn(seed)
    rng = np.random.default_rng(seed)
    threshold = rng.integers(-1500, 1500, len(one.may)).astype(np.float64)
    sources = np.flatnonzero(rng.random(len(one.may)) < 0.8)
    found = one.bidders.above(one.bidders.dense(one.value), threshold, most, sources)
    assert set(found.source.tolist()) <= set(sources.tolist())
    for source in sources.tolist():
        wanted = {ids: worth - threshold[source] for worth, _, ids in one.may[source]}
        wanted = {ids: gain for ids, gain in wanted.items() if gain > 0}
        mine = found.source == source
        ids, gain = found.ids[mine].tolist(), found.gain[mine].tolist()
        assert len(set(ids)) == len(ids)
        assert gain == sorted(wanted.values(), reverse=True)[:most]
        assert gain == [wanted[each] for each in ids]


def test_nothing_is_above_where_nobody_asks() -> None:
    one = drawn(0)
    found = one.bidders.above(one.bidders.dense(one.value), np.full(3, IMPOSSIBLE), 5, np.empty(0, np.int64))
    assert len(found.source) == len(found.ids) == len(found.gain) == 0


def test_impossible_sets_are_never_above_however_low_the_threshold() -> None:
    for seed in range(20):
        one = drawn(seed)
        low = np.full(len(one.may), -np.inf)
        found = one.bidders.above(one.bidders.dense(one.value), low, 10_000, np.arange(len(one.may)))
        expected = sorted((source, ids) for source, may in enumerate(one.may) for _, _, ids in may)
        assert sorted(zip(found.source.tolist(), found.ids.tolist(), strict=True)) == expected


@pytest.mark.parametrize("seed", range(30))
def test_who_may_stay_empty(seed: int) -> None:
    bidders = drawn(seed).bidders
    for source in range(len(bidders.minimum)):
        must = bool(bidders.required[source].any())
        assert bidders.may_stay_empty[source] == (bidders.minimum[source] == 0 and not must)


def test_double_precision_keeps_what_single_loses() -> None:
    lost = False
    for seed in range(20):
        one = drawn(seed, largest=2**35)
        value = one.bidders.dense(one.value)
        exact, _ = one.bidders.best(value, exact=True)
        single, _ = one.bidders.best(value)
        best = [max((worth for worth, _, _ in may), default=IMPOSSIBLE) for may in one.may]
        assert np.maximum(exact.max(axis=1), IMPOSSIBLE).tolist() == best
        possible = exact > IMPOSSIBLE / 2
        assert (possible == (single > IMPOSSIBLE / 2)).all()
        span = np.abs(one.value).max(initial=1.0) * 8
        assert np.abs(exact - single)[possible].max(initial=0) <= span * 2.0**-22
        lost |= bool((exact != single)[possible].any())
    assert lost


def test_pairs_stand_where_their_source_and_target_are() -> None:
    family = drawn_family(4)
    sets = connected_sets(family)
    assert sets is not None
    allowed = np.arange(len(family.sources)) % 3 > 0
    bidders = bidders_of(family, sets, allowed, ~allowed, 1.0)
    for at, (source, target) in enumerate(zip(family.sources, family.targets, strict=True)):
        place = sets.targets.tolist().index(target)
        assert bidders.pair[source, place] == at
        assert bidders.barred[source, place] != allowed[at]
        assert bidders.required[source, place] != allowed[at]
    assert (bidders.pair >= 0).sum() == len(family.sources)
    assert bidders.barred[bidders.pair < 0].all()
    # and no value is read for a pair that there is not
    assert (bidders.dense(np.full(len(family.sources), 7.0))[bidders.pair < 0] == IMPOSSIBLE).all()


def test_sets_that_are_gone_are_not_offered() -> None:
    one = drawn(3)
    bidders = one.bidders
    gone = np.zeros(len(bidders.sets.targets), bool)
    gone[0] = True
    left = replace(bidders, sets=bidders.sets.without(gone))
    found = left.above(bidders.dense(one.value), np.full(3, -np.inf), 10_000, np.arange(3))
    expected = [
        (source, ids)
        for source, may in enumerate(one.may)
        for _, _, ids in may
        if 0 not in bidders.sets.members[ids]
    ]
    assert sorted(zip(found.source.tolist(), found.ids.tolist(), strict=True)) == sorted(expected)
