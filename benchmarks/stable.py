"""Stable plans of generated markets: the engine against textbook deferred acceptance and its peer.

    python benchmarks/stable.py [--seeds 20] [--skip-large] [--skip-peer]

Markets of 400 sources and 40 targets of unequal capacities, each side with ties; then 4,000 and 200.
Both sides order by classes (several partners liked alike). The engine's plan must have no blocking
pair, by a check written here pair by pair, and be the one that sources like best once the published
seed has broken the ties: the plan of a deferred acceptance written here, in which all free sources
propose at once. The peer is `HospitalResident` of the package matching (`pip install .[benchmarks]`),
on the same lists with ties broken; it is asked for the small markets only. Prints one table.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.backends.base import Settings
from matchmaker.model import Dataset, Problem, Status
from matchmaker.preferences import Preferences
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import optimise
from matchmaker.tables import dataset_of
from matchmaker.ties import tie_points, with_tie_break

STAGE, YEAR, SEED = "agency_sub_district", 2027, 20270101

SCHEME = Scheme.model_validate(
    {
        "name": "模拟数据",
        "stages": [
            {
                "id": STAGE,
                "from": "agencies",
                "to": "sub_districts",
                "each_source": {"max": 1},
                "each_target": {"max": "max_agencies"},
            }
        ],
        "rules": [
            {"id": "content", "kind": "stable", "stage": STAGE, "source": ["wish"], "target": ["wish"]}
        ],
    }
)

RANKS = 12
"""Wishes that each row of either side states, several partners alike in each."""


@dataclass(frozen=True)
class Result:
    """One market: seconds (of the peer NaN where it is not asked), and how much was found wrong."""

    building: float
    solving: float
    textbook: float
    peer: float
    assigned: int
    blocking: int
    other_than_best: int
    other_than_peer: int


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--skip-large", action="store_true")
    parser.add_argument("--skip-peer", action="store_true")
    options = parser.parse_args()
    sizes = [(400, 40, options.seeds)] + ([] if options.skip_large else [(4000, 200, 3)])
    heads = ("market", "runs", "build s", "solve s", "textbook s", "matching s", "assigned", "blocking",
             "not source-optimal", "not the peer's")  # fmt: skip
    print(" | ".join(heads))
    for sources, targets, seeds in sizes:
        peer = sources <= 400 and not options.skip_peer
        results = [run(seed, sources, targets, peer) for seed in range(1, seeds + 1)]
        times = [statistics.median(getattr(one, name) for one in results)
                 for name in ("building", "solving", "textbook", "peer")]  # fmt: skip
        wrong = [sum(getattr(one, name) for one in results)
                 for name in ("blocking", "other_than_best", "other_than_peer")]  # fmt: skip
        mean = statistics.mean(one.assigned for one in results)
        shown = [f"{sources} x {targets}", str(len(results)), *(f"{one:.3f}" for one in times), f"{mean:.1f}"]
        print(" | ".join([*shown, *map(str, wrong)]))
        assert wrong == [0, 0, 0]


def run(seed: int, sources: int, targets: int, peer: bool) -> Result:
    """Solve one market and hold the plan against both others."""
    dataset = market(seed, sources, targets)
    started = time.perf_counter()
    problem = stage_problem(SCHEME, dataset, YEAR, STAGE, {})
    formulation = stage_formulation(SCHEME, problem, ())
    program = with_tie_break(formulation.program(SCHEME.levels(STAGE)), problem, SEED)
    built = time.perf_counter()
    optimum = optimise(program, Settings())
    solved = time.perf_counter()
    assert optimum.status is Status.OPTIMAL
    assert optimum.x is not None
    assert optimum.backend == "deferred_acceptance"
    assert program.preferences is not None
    found = target_of(problem, np.flatnonzero(optimum.x[: problem.pair_count]))
    lists = Lists.of(problem, program.preferences)
    before = time.perf_counter()
    best = deferred_acceptance(lists)
    textbook = time.perf_counter() - before
    seconds, theirs = hospital_residents(lists) if peer else (float("nan"), best)
    return Result(
        built - started,
        solved - built,
        textbook,
        seconds,
        int((found >= 0).sum()),
        blocking_pairs(found, lists),
        int((found != best).sum()),
        int((found != theirs).sum()),
    )


def market(seed: int, sources: int, targets: int) -> Dataset:
    """Agencies and sub-districts that wish for one another, several alike at each rank."""
    rng = np.random.default_rng(seed)
    agencies = [f"A{i:05d}" for i in range(sources)]
    places = [f"S{i:04d}" for i in range(targets)]
    room = rng.integers(1, 2 * sources // targets + 1, targets).astype(float)
    wishes = []
    for side, own, kind, other in (
        ("agency", agencies, "sub_district", places),
        ("sub_district", places, "agency", agencies),
    ):
        for one in own:
            named = rng.permutation(other)[: int(rng.integers(RANKS, 5 * RANKS))]
            ends = np.sort(rng.choice(len(named), min(RANKS - 1, len(named) - 1), replace=False))
            parts = [tuple(map(str, part)) for part in np.split(named, ends)]
            ranked = {f"wish_{at}": part for at, part in enumerate(parts, 1)}
            wishes.append(
                {"side": side, "source_id": one, "target_kind": kind, "accept_adjust": True, **ranked}
            )
    tables = {
        "agencies": pd.DataFrame({"agency_id": agencies, "name": agencies}),
        "sub_districts": pd.DataFrame({"sub_district_id": places, "name": places, "max_agencies": room}),
        "wishes": pd.DataFrame(wishes),
    }
    return dataset_of(tables)


@dataclass(frozen=True)
class Lists:
    """Orders of both sides, (sources, targets): class liked, and place once ties are broken."""

    source_class: np.ndarray
    target_class: np.ndarray
    source_place: np.ndarray
    target_place: np.ndarray
    room: np.ndarray
    source_ids: np.ndarray
    target_ids: np.ndarray

    @staticmethod
    def of(problem: Problem, preferences: Preferences) -> Lists:
        """The engine's classes, and the published tie-break."""
        shape = len(problem.sources), len(problem.targets)
        assert problem.pair_count == shape[0] * shape[1]
        tables = [np.empty(shape, np.int64) for _ in range(3)]
        values = (preferences.source_class, preferences.target_class, tie_points(problem, SEED))
        for table, value in zip(tables, values, strict=True):
            table[problem.pair_source, problem.pair_target] = value
        liked, liked_by, tie = tables
        places = np.lexsort((-tie, liked), axis=1).argsort(axis=1)
        standing = np.lexsort((-tie, liked_by), axis=0).argsort(axis=0)
        ids = problem.sources.ids, problem.targets.ids
        return Lists(liked, liked_by, places, standing, np.asarray(problem.targets.maximum), *ids)


def target_of(problem: Problem, pairs: np.ndarray) -> np.ndarray:
    """Position of each source's target, -1 where it has none."""
    target = np.full(len(problem.sources), -1, np.int64)
    target[problem.pair_source[pairs]] = problem.pair_target[pairs]
    return target


def deferred_acceptance(lists: Lists) -> np.ndarray:
    """Gale and Shapley (1962) in rounds: all who are free propose, each target keeps its best."""
    order = lists.source_place.argsort(axis=1)
    following = np.zeros(len(order), np.int64)
    held = np.full(len(order), -1, np.int64)
    while True:
        free = np.flatnonzero((held < 0) & (following < order.shape[1]))
        if not len(free):
            return held
        held[free] = order[free, following[free]]
        following[free] += 1
        for target in np.unique(held[free]):
            applicants = np.flatnonzero(held == target)
            ranked = applicants[np.argsort(lists.target_place[applicants, target])]
            held[ranked[lists.room[target] :]] = -1


def blocking_pairs(found: np.ndarray, lists: Lists) -> int:
    """Pairs both of which would rather have each other, by plain comparison of every pair."""
    count = 0
    members = [np.flatnonzero(found == target) for target in range(lists.source_class.shape[1])]
    for source, has in enumerate(found.tolist()):
        for target, others in enumerate(members):
            if target == has:
                continue
            if has >= 0 and lists.source_class[source, target] >= lists.source_class[source, has]:
                continue
            worst = max((int(lists.target_class[other, target]) for other in others), default=-1)
            room = len(others) < lists.room[target]
            count += room or bool(len(others) and lists.target_class[source, target] < worst)
    return count


def hospital_residents(lists: Lists) -> tuple[float, np.ndarray]:
    """Seconds and plan of the package matching."""
    from matching.games import HospitalResident

    residents = {
        str(one): [str(lists.target_ids[t]) for t in row.argsort()]
        for one, row in zip(lists.source_ids, lists.source_place, strict=True)
    }
    hospitals = {
        str(one): [str(lists.source_ids[s]) for s in lists.target_place[:, at].argsort()]
        for at, one in enumerate(lists.target_ids)
    }
    room = {str(one): int(most) for one, most in zip(lists.target_ids, lists.room, strict=True)}
    started = time.perf_counter()
    solution = HospitalResident.create_from_dictionaries(residents, hospitals, room).solve("resident")
    seconds = time.perf_counter() - started
    position = {str(one): at for at, one in enumerate(lists.source_ids)}
    found = np.full(len(position), -1, np.int64)
    targets = {str(one): at for at, one in enumerate(lists.target_ids)}
    for hospital, matched in solution.items():
        for resident in matched:
            found[position[str(resident)]] = targets[str(hospital)]
    return seconds, found


if __name__ == "__main__":
    main()
