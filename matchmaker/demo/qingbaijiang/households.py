"""The households that cadres link to: in hardship, of party members, and ordinary ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import name_characters
from matchmaker.demo.frames import ids, stream, texts, with_notice
from matchmaker.demo.qingbaijiang.places import Places
from matchmaker.demo.qingbaijiang.sizes import Sizes

__all__ = ["household_table"]

_KINDS = ("hardship", "member", "ordinary")


def household_table(places: Places, sizes: Sizes, seed: int) -> pd.DataFrame:
    """The households of every village, kind by kind.

    With real names there is one kind of households less: nobody at a real place is said
    to be in hardship, so these stand as ordinary ones.
    """
    generator = stream(seed, "household table")
    parts = [(village, kind) for village in range(len(places.community_ids)) for kind in _KINDS]
    number = np.column_stack([sizes.hardship, sizes.member, sizes.ordinary]).ravel()
    village = np.repeat([village for village, _ in parts], number)
    kind = np.repeat(np.array([kind for _, kind in parts], object), number)
    if places.real:
        kind = np.where(kind == "hardship", "ordinary", kind).astype(object)
    surnames = np.array(list(name_characters()["surname"]), object)
    alias = surnames[generator.integers(0, len(surnames), len(village))] + "某"
    return with_notice(
        pd.DataFrame(
            {
                "household_id": texts(ids("H", len(village), 5)),
                "alias": texts(alias),
                "community_id": texts(places.community_ids[village]),
                "household_kind": texts(kind),
            }
        )
    )
