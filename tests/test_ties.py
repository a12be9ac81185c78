"""The published tie-break: the same numbers for ever, from the seed, the year and the ids alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.formulation import Formulation
from matchmaker.model import Problem, Stage
from matchmaker.ties import BITS, tie_points, with_tie_break
from tests.rules.instances import dataset_from, problem_of, side_of

SEED, WORD = 20270101, 2**64 - 1


def problem(agencies: list[str], places: list[str]) -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": one} for one in agencies],
            "sub_districts": [{"sub_district_id": one} for one in places],
        }
    )
    stage = Stage("agency_sub_district", "agencies", "sub_districts")
    return problem_of(
        dataset, stage, side_of(dataset, "agencies", (1, 1)), side_of(dataset, "sub_districts", (0, None))
    )


def by_pair(given: Problem, seed: int = SEED) -> dict[tuple[str, str], int]:
    points = tie_points(given, seed).tolist()
    sources = given.sources.ids[given.pair_source].tolist()
    targets = given.targets.ids[given.pair_target].tolist()
    return dict(zip(zip(sources, targets, strict=True), points, strict=True))


def published(seed: int, year: int, source: str, target: str) -> int:
    """The formula in plain integers, as anyone can recompute it."""

    def hashed(side: str, one: str) -> int:
        text = f"{seed}/{year}/{side}/{one}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")

    mixed = (hashed("source", source) + 0x9E3779B97F4A7C15 * (hashed("target", target) | 1)) & WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & WORD
    return (mixed ^ (mixed >> 31)) >> (64 - BITS)


def test_published_values() -> None:
    assert by_pair(problem(["A0001", "A0002"], ["S01", "S02"])) == {
        ("A0001", "S01"): 48024093,
        ("A0001", "S02"): 946666559,
        ("A0002", "S01"): 466250424,
        ("A0002", "S02"): 90329901,
    }


def test_anyone_can_recompute_them() -> None:
    agencies, places = [f"A{i}" for i in range(20)] + ["单位"], ["S1", "S2", "街道"]
    for (source, target), points in by_pair(problem(agencies, places)).items():
        assert points == published(SEED, 2027, source, target)
        assert 0 <= points < 2**30


def test_order_and_company_do_not_matter() -> None:
    few = by_pair(problem(["A2", "A1"], ["S2", "S1"]))
    many = by_pair(problem(["A9", "A1", "A3", "A2"], ["S1", "S3", "S2"]))
    assert few.items() <= many.items()


def test_seed_and_year_matter() -> None:
    given = problem(["A1", "A2"], ["S1", "S2"])
    assert by_pair(given, 1) != by_pair(given, 2)
    assert by_pair(given) != by_pair(replace(given, year=2028, _memo={}))


def test_nobody_is_favoured() -> None:
    points = np.array(
        list(by_pair(problem([f"A{i:03}" for i in range(300)], [f"S{i:02}" for i in range(20)])).values())
    )
    assert len(np.unique(points)) > 0.99 * len(points)
    assert points.mean() / 2**BITS == pytest.approx(0.5, abs=0.02)


def test_no_pairs_have_no_points() -> None:
    given = problem(["A1"], ["S1"])
    nobody = side_of(given.dataset, "agencies", (1, 1), ["A1"])
    empty = problem_of(given.dataset, given.stage, nobody, given.targets)
    assert tie_points(empty, SEED).tolist() == []


def test_the_last_level_scores_pairs_only() -> None:
    given = problem(["A1", "A2"], ["S1"])
    form = Formulation(given.pair_source, given.pair_target)
    form.add_columns("aux", 0, [1, 1])
    form.add_points("fit", [0], 5)
    program = with_tie_break(form.program([{"fit": 1.0}]), given, SEED)
    assert [level.is_tie_break for level in program.levels] == [False, True]
    assert program.levels[1].points.tolist() == [*tie_points(given, SEED).tolist(), 0, 0]
