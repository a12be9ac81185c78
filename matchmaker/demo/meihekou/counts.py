"""How many of everything a Meihekou data set has: the programme's numbers, scaled."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.demo.frames import require_scale

__all__ = ["MeihekouCounts"]


@dataclass(frozen=True)
class MeihekouCounts:
    """Numbers of rows of one data set.

    Parameters
    ----------
    sub_districts, communities : int
        8 with the 30 urban communities at scale 1.
    agencies, members : int
        The 93 agencies, institutions and mass organisations, and their members who can take
        part: 5,400 at scale 1.
    partners : int
        Private firms and social organisations, 75 at scale 1 (not published).
    projects : int
        Alliance projects, 60 at scale 1.
    helpers : int
        Cadres and citizens who take a resident's wish, 2,800 at scale 1.
    leaders : int
        City leaders, one for two communities (not published).
    secretaries, secondments : int
        11 and 15 at scale 1.
    welfare_posts : int
        Holders of a public-welfare post of each of the four departments, 15 at scale 1
        (not published).
    """

    sub_districts: int
    communities: int
    agencies: int
    members: int
    partners: int
    projects: int
    helpers: int
    leaders: int
    secretaries: int
    secondments: int
    welfare_posts: int

    @staticmethod
    def of(scale: float) -> MeihekouCounts:
        """The programme's numbers times `scale`; however small it is, none is too few for the others.

        Raises
        ------
        ValueError
            When `scale` is not above 0.
        """
        require_scale(scale)
        sub_districts = max(2, round(8 * scale))
        communities = max(sub_districts, round(30 * scale))
        agencies = max(3 * communities, round(93 * scale))
        projects = max(communities, round(60 * scale))
        return MeihekouCounts(
            sub_districts=sub_districts,
            communities=communities,
            agencies=agencies,
            members=max(20 * agencies, round(5400 * scale)),
            partners=max(projects, -(-agencies // 2), round(75 * scale)),
            projects=projects,
            helpers=max(20 * communities, round(2800 * scale)),
            leaders=-(-communities // 2),
            secretaries=min(communities, max(1, round(11 * scale))),
            secondments=min(communities, max(1, round(15 * scale))),
            welfare_posts=min(communities, max(-(-communities // 4), round(15 * scale))),
        )
