"""How many of everything: the published totals, scaled."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Counts"]


@dataclass(frozen=True)
class Counts:
    """Numbers of rows of one data set.

    ``members`` and ``field_members`` count those who may take part; a few more stand in the rosters.
    """

    sub_districts: int
    communities: int
    grids: int
    buildings: int
    agencies: int
    branches: int
    members: int
    field_members: int

    @staticmethod
    def of(scale: float) -> Counts:
        """The published totals times `scale`, places included; communities keep their size.

        However small the scale: two sub-districts, a community in each, two agencies for
        each, and no grid, branch or building too few for what stands above it.

        Raises
        ------
        ValueError
            When `scale` is not above 0.
        """
        if not scale > 0:
            raise ValueError(f"scale must be above 0, not {scale}")
        sub_districts = max(2, round(11 * scale))
        agencies = max(2 * sub_districts, round(733 * scale))
        branches = max(agencies, round(1100 * scale))
        grids = max(3 * branches, round(4000 * scale))
        return Counts(
            sub_districts=sub_districts,
            communities=max(sub_districts, round(119 * scale)),
            grids=grids,
            buildings=max(15 * grids, round(60000 * scale)),
            agencies=agencies,
            branches=branches,
            members=max(15 * branches, round(21000 * scale)),
            field_members=max(12 * grids, round(50000 * scale)),
        )
