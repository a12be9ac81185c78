"""How many households each village has to link, and who is there to do it.

One pairing of branches and villages is drawn first and everything is sized inside it: so
there is a plan in which every household is linked, at every scale and for every seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.demo.apportion import apportion
from matchmaker.demo.frames import Flags, Floats, Integers, numbered, stream
from matchmaker.demo.qingbaijiang.counts import QingbaijiangCounts
from matchmaker.demo.qingbaijiang.places import Places

__all__ = ["HARDSHIP_PER_SENIOR", "VISIT_HOURS", "Sizes", "draw_sizes"]

HARDSHIP_PER_SENIOR = 3
"""Households in hardship that one in a senior post links at most."""
VISIT_HOURS = 4
"""Hours that one household takes in a year: a visit of an hour each quarter."""

_SENIOR_HOURS = 20
_HOURS = np.array([4, 8, 12])
_CHANCES = (0.1, 0.5, 0.4)
_MOST_HOURS = 20
_SPARE_HOURS = 1.05


@dataclass(frozen=True)
class Sizes:
    """Households to be linked and the cadres who link them.

    Parameters
    ----------
    hardship, member, ordinary : (villages,)
        Households to be linked, by kind.
    village_of : (branches,)
        Position of each branch's village in the pairing known to be possible. Never published.
    branch : (cadres,)
        Position of each cadre's branch, ascending; the first of each are in senior posts.
    senior : (cadres,) bool
    hours : (cadres,)
        Hours a year that each has for visits.
    """

    hardship: Integers
    member: Integers
    ordinary: Integers
    village_of: Integers
    branch: Integers
    senior: Flags
    hours: Integers

    @property
    def households(self) -> Integers:
        """All households to be linked of each village."""
        return self.hardship + self.member + self.ordinary

    @property
    def seniors_of_branch(self) -> Integers:
        """Cadres in senior posts of each branch."""
        return np.bincount(self.branch, self.senior, len(self.village_of)).astype(np.int64)


def draw_sizes(places: Places, weight: Floats, counts: QingbaijiangCounts, seed: int) -> Sizes:
    """Draw the sizes.

    Parameters
    ----------
    weight : (branches,)
        Usual size of each branch's agency: large ones get the villages with most households.
    """
    generator = stream(seed, "sizes")
    large = generator.lognormal(0, 0.4, counts.villages)
    poor = generator.lognormal(0, 0.25, counts.villages) * np.where(places.village, 1.25, 0.8)
    hardship = apportion(counts.hardship, large * poor, 3)
    member = apportion(counts.member, large * generator.lognormal(0, 0.15, counts.villages), 5)
    ordinary = apportion(counts.ordinary, large * generator.lognormal(0, 0.15, counts.villages), 5)
    linked = hardship + member + ordinary
    village_of = np.empty(counts.villages, np.int64)
    by_size = np.argsort(weight * generator.lognormal(0, 0.35, counts.villages), kind="stable")
    village_of[by_size] = np.argsort(linked, kind="stable")

    need = hardship[village_of]
    fewest = -(-need // HARDSHIP_PER_SENIOR)
    senior = apportion(max(counts.senior, int(fewest.sum())), linked[village_of].astype(float), fewest)
    cadres = apportion(
        max(counts.cadres, int((senior + 6).sum())),
        linked[village_of] * generator.lognormal(0, 0.12, counts.villages),
        senior + 6,
    )
    branch = np.repeat(np.arange(counts.villages), cadres)
    is_senior = numbered(branch) < senior[branch]
    hours = np.where(is_senior, _SENIOR_HOURS, generator.choice(_HOURS, len(branch), p=_CHANCES))
    return Sizes(
        hardship=hardship,
        member=member,
        ordinary=ordinary,
        village_of=village_of,
        branch=branch,
        senior=is_senior,
        hours=_enough_hours(hours, branch, np.ceil(_SPARE_HOURS * VISIT_HOURS * linked[village_of])),
    )


def _enough_hours(hours: Integers, branch: Integers, wanted: Floats) -> Integers:
    """The hours, raised a visit's worth at a time, those with least first, until each branch has enough."""
    hours = hours.copy()
    for at, least in enumerate(wanted):
        own = np.flatnonzero(branch == at)
        while hours[own].sum() < least and hours[own].min() < _MOST_HOURS:
            hours[own[np.argmin(hours[own])]] += VISIT_HOURS
    return hours
