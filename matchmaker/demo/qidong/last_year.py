"""Last year's groups: sorted rather than mixed, so that this year's rules have something to mend."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.frames import numbers, stream, texts, with_notice
from matchmaker.demo.qidong.organisations import MAKEUPS, Organisations

__all__ = ["history_table", "last_groups"]

Integers = NDArray[np.int64]

_MOVED = 0.3
_TRIALS = 400
_TOLERATED_MEMBERS = 0.15


def last_groups(organisations: Organisations, seed: int) -> Integers:
    """Position of last year's group of each organisation, shape (agencies,).

    Of many ways of moving some organisations out of the feasible plan the one is taken in
    which most groups were uneven in most respects.
    """
    generator = stream(seed, "last year")
    plan, count = organisations.feasible, len(organisations.feasible)
    moved = max(4, round(_MOVED * count))
    best, most = plan, (-1, 0)
    for _ in range(_TRIALS):
        group = plan.copy()
        chosen = generator.permutation(count)[:moved]
        group[chosen] = group[generator.permutation(chosen)]
        uneven = _uneven(organisations, group)
        worth = (min(1, min(uneven)), -sum(uneven))
        if worth > most:
            best, most = group, worth
    return best


def history_table(
    organisations: Organisations, group: Integers, committee: pd.DataFrame, year: int, seed: int
) -> pd.DataFrame:
    """Last year's pairs of organisations and of committee members with groups."""
    generator = stream(seed, "history")
    agencies, groups = len(group), len(organisations.group_ids)
    contact = generator.permutation(np.arange(len(committee)) % groups)
    parts = (
        ("agency_group", organisations.agency_ids, group, generator.integers(1, 4, agencies)),
        (
            "committee_liaison",
            committee["committee_member_id"].to_numpy(object),
            contact,
            generator.integers(1, 4, len(committee)),
        ),
    )
    return with_notice(
        pd.DataFrame(
            {
                "year": numbers(np.full(agencies + len(committee), year - 1)),
                "relation": texts(relation for relation, sources, *_ in parts for _ in range(len(sources))),
                "source_id": texts(np.concatenate([sources for _, sources, *_ in parts])),
                "target_id": texts(np.concatenate([organisations.group_ids[at] for _, _, at, _ in parts])),
                "years": numbers(np.concatenate([years for *_, years in parts])),
            }
        )
    )


def _uneven(organisations: Organisations, group: Integers) -> tuple[int, ...]:
    """How many groups break each of the rules on the mix of a group."""
    groups = len(organisations.group_ids)
    lines = pd.factorize(np.array([kind.line for kind in organisations.kinds], object))[0]

    def counts(codes: NDArray[np.int64], width: int) -> Integers:
        table = np.zeros((groups, width), np.int64)
        np.add.at(table, (group, codes), 1)
        return table

    def sums(values: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(group, values - values.mean(), groups), np.float64)

    line = counts(lines, int(lines.max()) + 1)
    makeup = counts(organisations.makeup, len(MAKEUPS))
    strong = np.bincount(group, organisations.strength >= 4, groups)
    members = np.bincount(group, organisations.members, groups) / (organisations.members.sum() / groups)
    return (
        int(((line < 1) | (line > 2)).any(axis=1).sum()),
        int(((makeup < 1) | (makeup > 3)).any(axis=1).sum()),
        int(((strong < 1) | (strong > 3) | (np.abs(sums(organisations.strength)) > 1.5)).sum()),
        int((np.abs(sums(organisations.performance)) > 12).sum()),
        int((np.abs(members - 1) > _TOLERATED_MEMBERS).sum()),
    )
