"""Every connected set once: enumeration against all subsets, looked at one by one with networkx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matchmaker import connected_sets as module
from matchmaker.connected_sets import ConnectedSets, connected_sets
from matchmaker.set_family import SetFamily, Shape, shape_points

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)


def drawn_family(seed: int, *, sources: int = 2, targets: int = 8, edges: float = 0.4) -> SetFamily:
    """Some pairs of sources and targets on a drawn map; parts with gaps in their numbers."""
    rng = np.random.default_rng(seed)
    targets = int(rng.integers(1, targets + 1))
    kept = np.flatnonzero(rng.random(sources * targets) < 0.8)
    kept = kept if len(kept) else np.array([0])
    part = 3 * rng.integers(0, 3, targets)
    same = part[:, None] == part
    # edges across parts are there too: no set may use them
    joined = np.triu(rng.random((targets, targets)) < edges, 1)
    spread = np.triu(rng.integers(0, 400, (targets, targets)) * same, 1)
    maximum = rng.integers(0, 6, sources)
    return SetFamily(
        "areas",
        kept // targets,
        kept % targets,
        part[kept % targets],
        np.minimum(rng.integers(0, 2, sources), maximum),
        maximum,
        sparse.csr_array((joined | joined.T).astype(np.int8)),
        Shape(int(rng.integers(-100, 300)), sparse.csr_array(spread + spread.T)),
        "areas",
    )


def by_hand(family: SetFamily) -> set[frozenset[int]]:
    """Every connected subset of one part, no larger than some source with a pair there may take."""
    graph = nx.from_scipy_sparse_array(family.graph)
    found: set[frozenset[int]] = set()
    for part in set(family.part.tolist()):
        here = family.part == part
        inside = sorted(set(family.targets[here].tolist()))
        largest = int(family.maximum[family.sources[here]].max())
        for size in range(1, min(largest, len(inside)) + 1):
            for chosen in combinations(inside, size):
                if nx.is_connected(graph.subgraph(chosen)):
                    found.add(frozenset(chosen))
    return found


def as_sets(sets: ConnectedSets) -> list[frozenset[int]]:
    """The sets of all blocks, as targets of the problem, told from their incidence."""
    return [
        frozenset(sets.targets[block.targets[block.incidence[[row]].indices]].tolist())
        for block in sets.blocks
        for row in range(len(block.ids))
    ]


@SETTINGS
@given(seed=st.integers(0, 10_000), edges=st.sampled_from([0.0, 0.2, 0.5, 1.0]))
def test_all_connected_sets_and_each_once(seed: int, edges: float) -> None:
    family = drawn_family(seed, edges=edges)
    sets = connected_sets(family)
    assert sets is not None
    found = as_sets(sets)
    assert len(found) == len(set(found)) == len(sets.members) == len(sets.shape)
    assert set(found) == by_hand(family)


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_blocks_members_and_parts_tell_the_same(seed: int) -> None:
    family = drawn_family(seed)
    sets = connected_sets(family)
    assert sets is not None
    part_of = dict(zip(family.targets.tolist(), family.part.tolist(), strict=True))
    numbers = sorted(set(part_of.values()))
    assert sets.targets.tolist() == sorted(part_of)
    assert sets.part.tolist() == [numbers.index(part_of[target]) for target in sets.targets.tolist()]
    assert sets.parts == len(numbers)
    ids = np.concatenate([block.ids for block in sets.blocks] or [np.empty(0, np.int64)])
    assert np.sort(ids).tolist() == list(range(len(sets.members)))
    for block in sets.blocks:
        members = sets.members[block.ids]
        assert (np.diff(members[:, : block.size]) > 0).all()
        assert (members[:, block.size :] == -1).all()
        assert set(sets.part[members[:, : block.size]].ravel().tolist()) == {block.part}
        told = [block.targets[block.incidence[[row]].indices].tolist() for row in range(len(members))]
        assert told == members[:, : block.size].tolist()


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_shapes_are_those_of_the_family(seed: int) -> None:
    family = drawn_family(seed)
    sets = connected_sets(family)
    assert sets is not None
    # a source that may take anything
    everything = replace(
        family,
        sources=np.zeros(len(sets.targets), np.int64),
        targets=sets.targets,
        part=sets.part,
        minimum=np.zeros(1, np.int64),
        maximum=np.full(1, len(sets.targets)),
    )
    for members, shape in zip(sets.members, sets.shape.tolist(), strict=True):
        pairs = np.zeros(len(sets.targets), np.int64)
        pairs[members[members >= 0]] = 1
        assert shape_points(everything, pairs).tolist() == [shape]


def test_sets_without_shape_are_worth_nothing() -> None:
    sets = connected_sets(replace(drawn_family(5), shape=None))
    assert sets is not None
    assert len(sets.shape)
    assert not sets.shape.any()


@pytest.mark.parametrize("seed", range(12))
def test_more_sets_than_the_limit_are_none(seed: int) -> None:
    family = drawn_family(seed)
    count = len(by_hand(family))
    exactly = connected_sets(family, count)
    assert exactly is not None
    assert len(exactly.members) == count
    assert all(connected_sets(family, fewer) is None for fewer in range(count))


def test_sets_too_large_to_be_numbered_are_none() -> None:
    # a path of 100 targets has few connected sets, but ten digits to the base of 100 exceed 62 bits
    ends = np.arange(99)
    path = sparse.coo_array((np.ones(99, np.int8), (ends, ends + 1)), shape=(100, 100))
    family = SetFamily(
        "areas",
        np.zeros(100, np.int64),
        np.arange(100),
        np.zeros(100, np.int64),
        np.zeros(1, np.int64),
        np.array([9]),
        sparse.csr_array(path + path.T),
    )
    found = connected_sets(family)
    assert found is not None
    assert len(found.members) == sum(100 - size + 1 for size in range(1, 10))
    assert connected_sets(replace(family, maximum=np.array([10]))) is None


@pytest.mark.parametrize("seed", range(6))
def test_growing_a_few_at_a_time_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    family = drawn_family(seed, edges=0.7)
    whole = connected_sets(family)
    monkeypatch.setattr(module, "CHUNK", 3)
    again = connected_sets(family)
    assert whole is not None
    assert again is not None
    assert again.members.tolist() == whole.members.tolist()
    assert again.shape.tolist() == whole.shape.tolist()


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_without_drops_just_the_sets_with_a_gone_target(seed: int) -> None:
    sets = connected_sets(drawn_family(seed))
    assert sets is not None
    gone = np.random.default_rng(seed).random(len(sets.targets)) < 0.3
    left = sets.without(gone)
    lost = set(sets.targets[gone].tolist())
    assert as_sets(left) == [one for one in as_sets(sets) if not one & lost]
    assert list(_by_id(left)) == [(at, one) for at, one in _by_id(sets) if not one & lost]
    assert left.parts == sets.parts


def _by_id(sets: ConnectedSets) -> Iterator[tuple[int, frozenset[int]]]:
    ids = [int(at) for block in sets.blocks for at in block.ids]
    return zip(ids, as_sets(sets), strict=True)


def test_parts_without_edges_have_single_targets_only() -> None:
    family = drawn_family(1, edges=0.0)
    family = replace(family, maximum=np.full(2, 5))
    sets = connected_sets(family)
    assert sets is not None
    assert sorted(as_sets(sets), key=min) == [frozenset([target]) for target in sets.targets.tolist()]


def test_sources_that_may_take_nothing_have_no_sets() -> None:
    family = drawn_family(1)
    sets = connected_sets(replace(family, minimum=np.zeros(2, np.int64), maximum=np.zeros(2, np.int64)))
    assert sets is not None
    assert sets.blocks == ()
    assert len(sets.members) == 0


def test_a_large_source_elsewhere_does_not_make_larger_sets_here() -> None:
    # the first source has pairs in the first part only, and may take three; the second one of the other
    joined = np.ones((6, 6)) - np.eye(6)
    family = SetFamily(
        "areas",
        np.array([0, 0, 0, 1, 1, 1]),
        np.arange(6),
        np.array([0, 0, 0, 1, 1, 1]),
        np.zeros(2, np.int64),
        np.array([3, 1]),
        sparse.csr_array(joined.astype(np.int8)),
    )
    sets = connected_sets(family)
    assert sets is not None
    assert [(block.part, block.size, len(block.ids)) for block in sets.blocks] == [
        (0, 1, 3),
        (0, 2, 3),
        (0, 3, 1),
        (1, 1, 3),
    ]
