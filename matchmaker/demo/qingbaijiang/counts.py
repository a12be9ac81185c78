"""How many of everything: the published totals of 三结三帮, scaled."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.demo.frames import require_scale

__all__ = ["QingbaijiangCounts"]


@dataclass(frozen=True)
class QingbaijiangCounts:
    """Numbers of rows of one data set.

    ``branches`` are as many as villages and as agencies. ``cadres`` counts those who take
    part, ``senior`` those of them at or above deputy division level. ``hardship``,
    ``member`` and ``ordinary`` are the households to be linked. ``needs`` are what
    residents and villages have handed in, ``problems`` the items of the ledger on top.
    """

    towns: int
    villages: int
    partners: int
    cadres: int
    senior: int
    hardship: int
    member: int
    ordinary: int
    needs: int
    problems: int
    projects: int

    @property
    def funds(self) -> int:
        """What all projects cost, in ten thousand yuan."""
        return 10 * self.projects

    @staticmethod
    def of(scale: float) -> QingbaijiangCounts:
        """The published totals times `scale`, places included.

        However small the scale: two towns with three villages each, a project of each
        aspect, and nothing too few for what stands above it. The document gives neither
        the number of cadres nor of those in senior posts: some 24 cadres a branch, 2,000
        in all, are more than the households of members or ordinary ones, as its totals
        want; 365 in senior posts have between two and three households in hardship each.

        Raises
        ------
        ValueError
            When `scale` is not above 0.
        """
        require_scale(scale)
        towns = max(2, round(7 * scale))
        villages = max(3 * towns, round(83 * scale))
        partners = min(max(villages, round(131 * scale)), 3 * villages)
        return QingbaijiangCounts(
            towns=towns,
            villages=villages,
            partners=partners,
            cadres=max(20 * villages, round(2000 * scale)),
            senior=max(4 * villages, round(365 * scale)),
            hardship=max(5 * villages, round(849 * scale)),
            member=max(10 * villages, round(1798 * scale)),
            ordinary=max(10 * villages, round(1638 * scale)),
            needs=max(4 * villages, round(820 * scale)),
            problems=partners + max(villages, round(85 * scale)),
            projects=min(max(6, 2 * towns, round(20 * scale)), 3 * towns),
        )
