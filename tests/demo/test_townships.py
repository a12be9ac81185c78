"""Real townships, and the part of them that a data set has."""

from __future__ import annotations

import numpy as np

from matchmaker.demo.townships import communities_of, draw_structure, largest, place_names, townships

YUNGANG = "yungang_places.csv"


def test_townships_have_kinds_and_names_without_the_committee() -> None:
    every = townships(YUNGANG)
    assert {place.kind for place in every} == {"street", "town", "township"}
    for place in every:
        for code, name, village in place.communities:
            assert code is not None
            assert name is not None
            assert name.endswith("村" if village else "社区")


def test_the_largest_keep_their_order_and_come_again_beyond_all() -> None:
    every = townships(YUNGANG)
    sizes = [len(place.communities) for place in every]
    assert sum(len(place.communities) for place in largest(every, 3)) == sum(sorted(sizes)[-3:])
    codes = [place.code for place in largest(every, 5)]
    assert codes == sorted(codes)
    assert largest(every, len(every) + 1)[:-1] == list(every)


def test_communities_keep_their_proportion_and_become_invented_beyond_the_real_ones() -> None:
    place = max(townships(YUNGANG), key=lambda each: len(each.communities))
    half = communities_of(place, len(place.communities) // 2)
    villages = sum(one[2] for one in place.communities)
    assert abs(sum(one[2] for one in half) - villages / 2) <= 1
    more = communities_of(place, len(place.communities) + 4)
    assert sum(code is None for code, _, _ in more) == 4
    subs, names = place_names([place], [more], real_names=True)
    assert list(subs) == [place.name]
    assert sum(name.startswith("示例") for name in names) == 4
    subs, names = place_names([place], [more], real_names=False)
    assert all(name.startswith("示例") for name in [*subs, *names])


def test_a_structure_keeps_the_tree_and_codes_of_real_places_only() -> None:
    chosen = largest(townships(YUNGANG), 5)
    for real_names in (False, True):
        found = draw_structure(chosen, 40, 2, 1, real_names)
        assert len(found.community_ids) == 40
        assert (np.diff(found.community_sub) >= 0).all()
        assert np.bincount(found.community_sub).min() >= 2
        real = [not name.startswith("示例") for name in found.community_names]
        assert [code is not None for code in found.community_codes] == real
        assert any(real) == real_names
    assert sorted(found.sub_names) == sorted(place.name for place in chosen)


def test_places_beyond_the_real_ones_have_no_code() -> None:
    found = draw_structure(
        largest(townships(YUNGANG), len(townships(YUNGANG)) + 2), 700, 2, 1, real_names=True
    )
    invented = np.array([name.startswith("示例") for name in found.sub_names])
    assert invented.sum() == 2
    assert [code is None for code in found.sub_codes] == invented.tolist()
