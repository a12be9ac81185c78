"""The organisations, and one way of grouping them that is known to keep every rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.frames import categories_column, flags, ids, numbers, stream, texts, with_notice
from matchmaker.demo.names import chinese_numeral, draw_names, draw_phones
from matchmaker.demo.qidong.catalogues import AgencyKind, Theme, agency_kinds, themes
from matchmaker.demo.qidong.counts import QidongCounts

__all__ = ["Organisations", "agency_table", "draw_organisations", "group_table"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]

MAKEUPS = ("年轻干部较多", "中年骨干较多", "老中青均衡", "专业技术人员较多")
"""Staff make-up of an organisation."""

MIN_SIZE, MAX_SIZE = 7, 8
"""Organisations of a group, its lead among them."""

_STRENGTHS = (5, 4, 4, 3, 3, 2, 2, 3)
"""Of the organisations of one group, in no particular order; the last only where there are eight."""

_PERFORMANCE, _SPREAD = 80, 7.0


@dataclass(frozen=True)
class Organisations:
    """Organisations and groups of one data set; rows in the order of their ids.

    Parameters
    ----------
    agency_ids, agency_names, kinds : (agencies,)
    functions : (agencies, 16) bool
        By category.
    strength, performance, members : (agencies,)
    makeup : (agencies,)
        Position in `MAKEUPS`.
    group_ids, group_names, group_themes : (groups,)
    feasible : (agencies,)
        Position of a group for each: a plan that keeps every hard rule, known beforehand so
        that there is one at every scale. Never published.
    """

    agency_ids: Objects
    agency_names: Objects
    kinds: tuple[AgencyKind, ...]
    functions: Flags
    strength: Integers
    performance: Integers
    members: Integers
    makeup: Integers
    group_ids: Objects
    group_names: Objects
    group_themes: tuple[Theme, ...]
    feasible: Integers

    def theme_fit(self) -> Floats:
        """Share of each group's theme that lies within each organisation's functions; (agencies, groups)."""
        wanted = np.array([[code in theme.codes for code in category_codes()] for theme in self.group_themes])
        return np.asarray(self.functions @ wanted.T / wanted.sum(axis=1), np.float64)


def draw_organisations(counts: QidongCounts, seed: int) -> Organisations:
    """Draw the groups first, each with all lines of command, and then what their organisations are like."""
    kinds, names = _kinds(counts)
    group = _dealt(kinds, counts.groups, stream(seed, "groups"))
    generator = stream(seed, "organisations")
    weight = np.array([kind.weight for kind in kinds]) * generator.lognormal(0, 0.2, len(kinds))
    strength, makeup, members = (np.empty(len(kinds), np.int64) for _ in range(3))
    performance = np.empty(len(kinds))
    totals = apportion(counts.members, generator.uniform(0.94, 1.06, counts.groups))
    for at in range(counts.groups):
        inside = generator.permutation(np.flatnonzero(group == at))
        strength[inside] = _STRENGTHS[: len(inside)]
        makeup[inside] = generator.permutation((np.arange(MAX_SIZE) + at) % len(MAKEUPS))[: len(inside)]
        drawn = generator.normal(0, _SPREAD, len(inside))
        performance[inside] = _PERFORMANCE + drawn - drawn.mean()
        members[inside] = apportion(int(totals[at]), weight[inside] ** 0.7, 12)
    found = themes()
    step = len(found) / min(counts.groups, len(found))
    chosen = [found[int((at + 0.5) * step) % len(found)] for at in range(counts.groups)]
    return Organisations(
        agency_ids=ids("A", counts.agencies, 3),
        agency_names=names,
        kinds=kinds,
        functions=np.array([[code in kind.functions for code in category_codes()] for kind in kinds]),
        strength=strength,
        performance=np.clip(np.round(performance), 60, 100).astype(np.int64),
        members=members,
        makeup=makeup,
        group_ids=ids("T", counts.groups, 2),
        group_names=np.array(
            [f"示例第{chinese_numeral(at + 1)}共同体" for at in range(counts.groups)], object
        ),
        group_themes=tuple(chosen),
        feasible=group,
    )


def agency_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """The organisations in their official order."""
    generator = stream(seed, "agencies")
    kinds, count = organisations.kinds, len(organisations.agency_ids)
    return with_notice(
        pd.DataFrame(
            {
                "agency_id": texts(organisations.agency_ids),
                "name": texts(organisations.agency_names),
                "short_name": texts(name.removeprefix("示例") for name in organisations.agency_names),
                "agency_type": texts(kind.agency_type for kind in kinds),
                "level": texts(["city"] * count),
                "line": texts(kind.line for kind in kinds),
                "member_count": numbers(organisations.members),
                "function_codes": categories_column(organisations.functions, category_codes()),
                "performance": numbers(organisations.performance),
                "staff_makeup": texts(MAKEUPS[at] for at in organisations.makeup),
                "strength": numbers(organisations.strength),
                "leader_in_charge": texts(draw_names(generator, generator.random(count) < 0.35)),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
                "phone": texts(draw_phones(count, 10001)),
                "active": flags(np.ones(count)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def group_table(organisations: Organisations) -> pd.DataFrame:
    """The groups with their themes and sizes, leads counted."""
    wanted = np.array(
        [[code in theme.codes for code in category_codes()] for theme in organisations.group_themes]
    )
    count = len(organisations.group_ids)
    return with_notice(
        pd.DataFrame(
            {
                "group_id": texts(organisations.group_ids),
                "name": texts(organisations.group_names),
                "theme": texts(theme.name for theme in organisations.group_themes),
                "theme_codes": categories_column(wanted, category_codes()),
                "min_size": numbers(np.full(count, MIN_SIZE)),
                "max_size": numbers(np.full(count, MAX_SIZE)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def _kinds(counts: QidongCounts) -> tuple[tuple[AgencyKind, ...], Objects]:
    """Kind and name of each organisation, line by line.

    Each line has at least one organisation for each group and at most two; its kinds are
    taken evenly, and from the start again where there are more organisations than kinds.
    """
    every = agency_kinds()
    lines = list(dict.fromkeys(kind.line for kind in every))
    of_line = {line: [kind for kind in every if kind.line == line] for line in lines}
    sizes = apportion(
        counts.agencies, [len(of_line[line]) for line in lines], counts.groups, 2 * counts.groups
    )
    kinds, names = [], []
    for line, size in zip(lines, sizes, strict=True):
        own = of_line[line]
        rounds, rest = divmod(int(size), len(own))
        chosen = [(kind, turn) for turn in range(rounds) for kind in own]
        chosen += [(own[int((at + 0.5) * len(own) / rest)], rounds) for at in range(rest)]
        kinds += [kind for kind, _ in chosen]
        names += [
            f"示例{kind.name}" + (f"({chinese_numeral(turn + 1)})" if turn else "") for kind, turn in chosen
        ]
    return tuple(kinds), np.array(names, object)


def _dealt(kinds: tuple[AgencyKind, ...], groups: int, generator: np.random.Generator) -> Integers:
    """A group for each organisation: one of every line to each, the rest to the smallest groups."""
    lines = np.array([kind.line for kind in kinds], object)
    group = np.full(len(kinds), -1, np.int64)
    size = np.zeros(groups, np.int64)
    for line in dict.fromkeys(lines):
        own = generator.permutation(np.flatnonzero(lines == line))
        smallest = np.argsort(size + generator.random(groups), kind="stable")
        group[own[:groups]] = generator.permutation(groups)
        group[own[groups:]] = smallest[: len(own) - groups]
        size += np.bincount(group[own], minlength=groups)
    return group
