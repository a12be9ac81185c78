"""Real townships with their communities and villages, and the part of them that a data set has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import rows_of
from matchmaker.demo.frames import Flags, Integers, Objects, ids, stream

__all__ = [
    "Community",
    "Structure",
    "Township",
    "communities_of",
    "draw_structure",
    "largest",
    "place_names",
    "townships",
]


# One name of the packaged codes has a stray character at its end.
_COMMUNITY = re.compile("(社区|(社区)?(居委会|居民委员会)区?)$")
_VILLAGE = re.compile("(村委会|村民委员会)$")
_VILLAGE_BLOCK = "2"
_KINDS = {"街道": "street", "镇": "town", "乡": "township"}
_INVENTED = "示例"
_ENDINGS = {kind: ending for ending, kind in _KINDS.items()}

Community = tuple[str | None, str | None, bool]
"""Code, name without the committee (新胜街社区, 口泉村), whether a village; None for an invented place."""


@dataclass(frozen=True)
class Township:
    """One of the real sub-districts, with its communities and villages in the order of their codes."""

    code: str
    name: str
    kind: str
    """``street``, ``town`` or ``township``."""
    communities: tuple[Community, ...]


@dataclass(frozen=True)
class Structure:
    """The sub-districts of one data set with their communities; rows in the order of their ids.

    Parameters
    ----------
    real : bool
        Whether they bear the real names.
    sub_ids, sub_names, sub_kinds, sub_codes : (sub_districts,)
        ``sub_codes`` are the real division codes, None for invented places.
    community_ids, community_names, community_codes : (communities,)
    community_sub : (communities,)
        Position of the sub-district, ascending.
    village : (communities,) bool
        A village, not an urban community.
    """

    real: bool
    sub_ids: Objects
    sub_names: Objects
    sub_kinds: Objects
    sub_codes: Objects
    community_ids: Objects
    community_names: Objects
    community_codes: Objects
    community_sub: Integers
    village: Flags


@cache
def townships(table: str) -> tuple[Township, ...]:
    """The sub-districts of one of the committed tables of places, in the order of their codes."""
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(table):
        grouped.setdefault(row["street_code"], []).append(row)
    return tuple(
        Township(code, rows[0]["street_name"], _kind(rows[0]["street_name"]), tuple(map(_community, rows)))
        for code, rows in grouped.items()
    )


def largest(every: Sequence[Township], wanted: int) -> list[Township]:
    """The `wanted` largest in the order of their codes; beyond all of them, from the start again."""
    rounds, rest = divmod(wanted, len(every))
    chosen = sorted(range(len(every)), key=lambda at: -len(every[at].communities))[:rest]
    return [*list(every) * rounds, *(every[at] for at in sorted(chosen))]


def communities_of(place: Township, count: int) -> list[Community]:
    """So many communities and villages of a township, villages last and in their real proportion."""
    own = place.communities
    kinds = [[one for one in own if one[2] == village] for village in (False, True)]
    villages = round(count * len(kinds[1]) / len(own))
    found: list[Community] = []
    for part, wanted, village in zip(kinds, (count - villages, villages), (False, True), strict=True):
        found += part[:wanted]
        found += [(None, None, village)] * (wanted - len(part))
    return found


def place_names(
    chosen: Sequence[Township], found: Sequence[Sequence[Community]], real_names: bool
) -> tuple[Objects, Objects]:
    """Names of sub-districts and communities; invented where there is no real one left.

    Parameters
    ----------
    chosen
        The sub-districts of the data set.
    found
        The communities of each, as `communities_of` gives them.
    """
    width = max(2, len(str(sum(map(len, found)))))
    subs: list[str] = []
    communities: list[str] = []
    for at, (place, part) in enumerate(zip(chosen, found, strict=True)):
        # Above scale 1 a place stands in the list once more, and has no other name.
        real = real_names and place.name not in subs
        subs.append(place.name if real else f"{_INVENTED}{_ENDINGS[place.kind]}{at + 1:02d}")
        for _, name, village in part:
            invented = f"{_INVENTED}{'村' if village else '社区'}{len(communities) + 1:0{width}d}"
            communities.append(name if real and name is not None else invented)
    return np.array(subs, object), np.array(communities, object)


def draw_structure(
    chosen: Sequence[Township], communities: int, least: int, seed: int, real_names: bool
) -> Structure:
    """Sub-districts with so many communities in all, each at least `least`, in their real proportion."""
    if not real_names:
        # Invented places stand in another order, so that no drawn fact points back.
        chosen = [chosen[at] for at in stream(seed, "order").permutation(len(chosen))]
    per_sub = apportion(communities, [len(place.communities) for place in chosen], least)
    found = [communities_of(place, int(count)) for place, count in zip(chosen, per_sub, strict=True)]
    sub_names, community_names = place_names(chosen, found, real_names)
    return Structure(
        real=real_names,
        sub_ids=ids("S", len(chosen), 2),
        sub_names=sub_names,
        sub_kinds=np.array([place.kind for place in chosen], object),
        sub_codes=_codes([place.code for place in chosen], sub_names),
        community_ids=ids("C", communities, 3),
        community_names=community_names,
        community_codes=_codes([code for part in found for code, _, _ in part], community_names),
        community_sub=np.repeat(np.arange(len(chosen)), per_sub),
        village=np.array([village for part in found for _, _, village in part]),
    )


def _codes(codes: Sequence[str | None], names: Objects) -> Objects:
    """The codes of those that bear their real names."""
    return np.array(
        [None if name.startswith(_INVENTED) else code for code, name in zip(codes, names, strict=True)],
        object,
    )


def _kind(name: str) -> str:
    # Development zones and parks with villages of their own stand beside the towns.
    return next((kind for ending, kind in _KINDS.items() if name.endswith(ending)), "town")


def _community(row: dict[str, str]) -> Community:
    code, name = row["community_code"], row["community_name"]
    # The third block of a code: 0xx for communities, 2xx for villages.
    if code[9] == _VILLAGE_BLOCK:
        stem = _VILLAGE.sub("", name)
        return code, stem if stem.endswith("村") else f"{stem}村", True
    return code, f"{_COMMUNITY.sub('', name)}社区", False
