"""How many of everything a Yungang data set has."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.demo.frames import require_scale

__all__ = ["YungangCounts"]


@dataclass(frozen=True)
class YungangCounts:
    """Numbers of rows of one data set.

    The document gives 21 streets and 6 townships, the division codes 150 communities and 94
    villages; the other totals are assumptions, stated in the programme's README.

    Parameters
    ----------
    streets, townships : int
        21 and 6 at scale 1.
    communities : int
        Communities and villages, 244 at scale 1.
    grids : int
        1,140 at scale 1.
    enterprises : int
        520 at scale 1, one in every community at least.
    large : int
        Large state-owned ones among them, 12 at scale 1.
    volunteers : int
        Members in service of enterprises who have registered with a community, 5,200 at scale 1.
    """

    streets: int
    townships: int
    communities: int
    grids: int
    enterprises: int
    large: int
    volunteers: int

    @staticmethod
    def of(scale: float) -> YungangCounts:
        """The totals times `scale`, places included; communities keep their size.

        However small the scale: a street and a township, with two communities each.

        Raises
        ------
        ValueError
            When `scale` is not above 0.
        """
        require_scale(scale)
        sub_districts = max(2, round(27 * scale))
        townships = max(1, round(sub_districts * 6 / 27))
        communities = max(2 * sub_districts, round(244 * scale))
        return YungangCounts(
            streets=sub_districts - townships,
            townships=townships,
            communities=communities,
            grids=max(3 * communities, round(1140 * scale)),
            enterprises=max(2 * communities, round(520 * scale)),
            large=max(2, round(12 * scale)),
            volunteers=max(20 * communities, round(5200 * scale)),
        )
