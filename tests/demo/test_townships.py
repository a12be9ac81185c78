from __future__ import annotations

from matchmaker.demo.townships import communities_of, largest, place_names, townships

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
