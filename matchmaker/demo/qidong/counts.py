"""How many of everything a Qidong data set has: the programme's own numbers, in whole groups."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["QidongCounts"]

GROUPS = 8
"""Groups at scale 1: every other number below is the programme's for eight."""


@dataclass(frozen=True)
class QidongCounts:
    """Numbers of rows of one data set.

    All follow from the number of groups, because a group keeps its 7–8 organisations, its
    one zone of the main town, its 12–13 cadres and its 12–14 pairs of each kind at any scale.

    Parameters
    ----------
    groups, agencies, members : int
        8, 58 and 6,423 at scale 1.
    main_communities : int
        Communities of the main town that organisations move into, 37 at scale 1.
    outer_communities : int
        The main town's other communities, 3 at scale 1.
    villages, towns : int
        Villages that a cadre goes to, 100 at scale 1, and the towns they lie in.
    enterprises : int
        Enterprises that are paired, 104 at scale 1; with the villages and the outer
        communities they make the 207 pairs.
    bodies : int
        Outside bodies that join a group.
    committee_members : int
        Members of the committee, each to be in contact with one group.
    """

    groups: int
    agencies: int
    members: int
    main_communities: int
    outer_communities: int
    villages: int
    towns: int
    enterprises: int
    bodies: int
    committee_members: int

    @staticmethod
    def of(scale: float) -> QidongCounts:
        """The programme's numbers times `scale`, in whole groups, two of them at least.

        Raises
        ------
        ValueError
            When `scale` is not above 0.
        """
        if not scale > 0:
            raise ValueError(f"scale must be above 0, not {scale}")
        groups = max(2, round(GROUPS * scale))
        return QidongCounts(
            groups=groups,
            agencies=-(-58 * groups // GROUPS),
            members=6423 * groups // GROUPS,
            main_communities=37 * groups // GROUPS,
            outer_communities=max(1, 3 * groups // GROUPS),
            villages=100 * groups // GROUPS,
            towns=max(2, 13 * groups // GROUPS),
            enterprises=13 * groups,
            bodies=2 * groups,
            committee_members=11 * groups // GROUPS + 1,
        )
