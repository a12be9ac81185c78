"""Ten years of Longgang's agencies and sub-districts under four schemes, and what a floor costs in wishes.

    python benchmarks/years.py [--seeds 20] [--years 10] [--scale 1.0] [--workers 2] [--out FOLDER]

Each year 3 % of the agencies appear, merge or close, 8 % of the members change, a third of the
wishes are drawn anew, ratings have a noise of 15 % (`years_district.py`). The schemes are made
from the delivered one: ``none`` has neither wishes nor floors nor rotation, ``free`` lets wishes
decide nearly alone, ``floors`` has wishes and floors, ``delivered`` is the scheme as it is, with
rotation; in both of them floors are taken out of the objective, so that they must hold. The curve
solves ``floors`` with floors of several heights, as near to them as can be.

Every plan is checked by the engine (a plan that breaks a hard rule is never returned) and once
more here, by a few lines that know nothing of it: numbers of agencies, one sub-district each,
years on end, strength and fit of weak places. Ends with 1 where that finds anything.
Writes ``years.csv``, ``curve.csv`` and ``pictures/*.png`` into the folder.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from longgang import print_table
from years_district import STAGE, District

from matchmaker.errors import Infeasible
from matchmaker.pipeline import solve
from matchmaker.plans import Plan
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario, TieBreak
from matchmaker.tables import dataset_of

SCHEMES = ("none", "free", "floors", "delivered")
ROTATION = ("rotate", "steady", "mismatch", "bad_year", "good_year")
FLOORS = ("weak_strong", "weak_fit")
PROTECTION = (*FLOORS, "weak_first")
FREE = 20
"""Weight of wishes where they decide nearly alone."""

HEIGHTS = (0, 10, 20, 24, 26, 28, 30, 32, 34)
CURVE_YEARS = (0, 5)
"""Counted from 0: the years in which the curve is drawn; without rotation no year depends on another."""
GAP = 0.002
"""Twenty times the delivered scenario's: means over hundreds of plans do not need the last of it."""


def main() -> None:
    """Parse, simulate, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("years"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    years, curve = [], []
    jobs = [(options.scale, seed, options.years) for seed in range(1, options.seeds + 1)]
    with ProcessPoolExecutor(options.workers) as pool:
        for (_, seed, _), (of_years, of_curve) in zip(jobs, pool.map(simulate, jobs), strict=True):
            years += of_years
            curve += of_curve
            print(f"seed {seed}: {time.monotonic() - started:.0f} s", flush=True)
            pd.DataFrame(years).to_csv(options.out / "years.csv", index=False)
            pd.DataFrame(curve).to_csv(options.out / "curve.csv", index=False)
    report(pd.DataFrame(years), pd.DataFrame(curve), options.out)


def simulate(job: tuple[float, int, int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One seed: every year under every scheme, and the curve in some of the years."""
    scale, seed, years = job
    district = District(scale, seed)
    history = dict.fromkeys(SCHEMES, district.first_history)
    ratings = {scheme: pd.DataFrame() for scheme in SCHEMES}
    of_years, of_curve = [], []
    for number in range(years):
        if number:
            district.next_year()
        for name in SCHEMES:
            plan = planned(name, district, history[name], ratings[name])
            found = measured(plan, district, history[name])
            of_years.append({"seed": seed, "scheme": name, "year": number + 1, **vars(found)})
            pairs = plan.assignments[STAGE]
            now = pairs[["source_id", "target_id"]].assign(year=district.year, relation=STAGE)
            history[name] = pd.concat([history[name], now], ignore_index=True)
            ratings[name] = district.ratings(pairs, pairs["fit"])
        for height in HEIGHTS if number in CURVE_YEARS else ():
            plan = solved(district, scheme_of("floors", height), pd.DataFrame(), pd.DataFrame())
            found = measured(plan, district, pd.DataFrame())
            of_curve.append({"seed": seed, "height": height, "year": number + 1, **vars(found)})
    return of_years, of_curve


def planned(name: str, district: District, history: pd.DataFrame, ratings: pd.DataFrame) -> Plan:
    """The year's plan under a scheme; where its floors cannot hold, they fall short (and are counted)."""
    try:
        return solved(district, scheme_of(name), history, ratings)
    except Infeasible:
        if name not in SCHEMES[2:]:
            raise
        return solved(district, scheme_of(name, must_hold=False), history, ratings)


def scheme_of(name: str, height: float | None = None, *, must_hold: bool = True) -> Scheme:
    """The first stage of the delivered scheme, changed as the scheme's name says."""
    text = (files("matchmaker") / "scenarios/longgang/scheme.yaml").read_text("utf-8")
    whole = yaml.safe_load(text)
    rules = [rule for rule in whole["rules"] if rule.get("stage") == STAGE]
    (weights,) = (level for level in whole["objective"] if "wishes" in level)
    if name != "delivered":
        rules = [rule for rule in rules if rule["id"] not in ROTATION]
        weights = {rule: weight for rule, weight in weights.items() if rule not in ROTATION}
    if name in ("none", "free"):
        weights |= dict.fromkeys(PROTECTION, 0) | {"wishes": FREE if name == "free" else 0}
    elif must_hold and height is None:  # what may fall short in the delivered scheme must hold here
        weights = {rule: weight for rule, weight in weights.items() if rule not in FLOORS}
    if height is not None:
        rules = [{**rule, "min": height} if rule["id"] == "weak_fit" else rule for rule in rules]
    content = {"name": name, "stages": whole["stages"][:1], "rules": rules, "objective": [weights]}
    return Scheme.model_validate(content)


def solved(district: District, scheme: Scheme, history: pd.DataFrame, ratings: pd.DataFrame) -> Plan:
    """The year's plan; what the engine cannot confirm is no plan."""
    tables = {
        **district.tables,
        "wishes": district.wishes,
        "history": history,
        "evaluations": ratings,
        "succession": district.succession,
    }
    dataset = dataset_of({name: frame for name, frame in tables.items() if len(frame)})
    scenario = Scenario(
        name=scheme.name,
        scheme=scheme,
        data=Path(),
        year=district.year,
        limits=Limits(gap=GAP, seconds=None, workers=1),
        tie_break=TieBreak(seed=district.year),
    )
    plan = solve(scenario, dataset=dataset, in_processes=False)
    assert plan.verified
    return plan


@dataclass(frozen=True)
class Measured:
    """What one plan achieves; shares are 0 to 1.

    Parameters
    ----------
    fit, weak_fit : float
        Mean fit of all pairs, of those with weak sub-districts.
    floor_fit, floor_strong : float
        At the weak sub-district that has least: fit in all, and strong agencies, for each agency
        of its least number.
    first, met : float
        Part of all parties that wish whose first, whose any wish is met.
    met_weak, met_strong : float
        Part of the agencies' wishes for weak, for strong sub-districts that are met.
    strong_in_strong : float
        Part of the strong agencies that are in strong sub-districts.
    changed : float
        Part of last year's pairs, as far as their agency is still there, that have ended.
    longest : int
        Years on end of the oldest pair.
    broken : int
        What the independent check has found.
    short : float
        What is missing to the floors of the scheme, in units of either floor.
    """

    fit: float
    weak_fit: float
    floor_fit: float
    floor_strong: float
    first: float
    met: float
    met_weak: float
    met_strong: float
    strong_in_strong: float
    changed: float
    longest: int
    broken: int
    short: float
    gap: float
    seconds: float


def measured(plan: Plan, district: District, history: pd.DataFrame) -> Measured:
    """Measure a plan from its pairs and the district's tables."""
    pairs = plan.assignments[STAGE]
    subs = district.tables["sub_districts"].set_index("sub_district_id")
    agencies = district.tables["agencies"].set_index("agency_id")
    level = pairs["target_id"].map(subs["strength_level"])
    strong = pairs["source_id"].map(agencies["strength"]).to_numpy(float) >= 4
    weak = (level == "weak").to_numpy(bool)
    least = subs["min_agencies"].astype(float)
    count = pairs["target_id"].value_counts().reindex(subs.index, fill_value=0)
    broken = int(pairs["source_id"].duplicated().sum()) + len(set(agencies.index) ^ set(pairs["source_id"]))
    broken += int(((count < least) | (count > subs["max_agencies"].astype(float))).sum())
    lasted = years_on_end(pairs, history, district.succession, district.year)
    rotates = "rotate" in {rule.id for rule in plan.scenario.scheme.rules}
    broken += int((lasted > 3).sum()) if rotates else 0
    weak_least = least[subs["strength_level"] == "weak"]
    of_weak = pairs[weak].groupby("target_id")["fit"].sum().reindex(weak_least.index, fill_value=0.0)
    strong_there = pairs[weak & strong].groupby("target_id").size().reindex(weak_least.index, fill_value=0)
    metrics = plan.metrics["stages"][STAGE]
    parties = metrics["rules"]["wishes"]["wishes"]["parties"].values()
    by_strength = metrics["rules"]["wishes"]["wishes"]["parties"]["source"]["by_strength"]
    wishers = sum(party["wishers"] for party in parties)
    ended = metrics["changes"]["last_year"]
    floors = [metrics["rules"][rule]["limits"] for rule in FLOORS if rule in metrics["rules"]]
    (stage,) = plan.stages
    return Measured(
        fit=float(pairs["fit"].mean()),
        weak_fit=float(pairs["fit"][weak].mean()),
        floor_fit=float((of_weak / weak_least).min()),
        floor_strong=float((strong_there / weak_least).min()),
        first=sum(party["wishers_first"] for party in parties) / wishers,
        met=sum(party["wishers_met"] for party in parties) / wishers,
        met_weak=by_strength["weak"]["met"] / by_strength["weak"]["stated"],
        met_strong=by_strength["strong"]["met"] / by_strength["strong"]["stated"],
        strong_in_strong=float((level[strong] == "strong").mean()),
        changed=metrics["changes"]["ended"] / ended if ended else np.nan,
        longest=int(lasted.max()),
        broken=broken,
        short=float(sum(limit["short"] for limit in floors)),
        gap=stage.levels[0].gap,
        seconds=stage.seconds,
    )


def years_on_end(
    pairs: pd.DataFrame, history: pd.DataFrame, succession: pd.DataFrame, year: int
) -> np.ndarray:
    """For how many years on end each pair will have been one, this year included; by counting back."""
    lasted = np.ones(len(pairs), np.int64)
    going_on = np.ones(len(pairs), bool)
    now = list(zip(pairs["source_id"], pairs["target_id"], strict=True))
    told = history["years"].to_numpy(float) if "years" in history else np.full(len(history), np.nan)
    for past in range(year - 1, int(history["year"].min()) - 1, -1) if len(history) else ():
        here = history["year"].to_numpy(float) == past
        successor = {
            row.old_id: row.new_id
            for row in succession.itertuples()
            if row.year > past and row.new_id is not None
        }
        before: dict[tuple[str, str], float] = {}
        for source, target, years in zip(
            history["source_id"][here], history["target_id"][here], told[here], strict=True
        ):
            while source in successor:
                source = successor[source]
            before[source, target] = max(before.get((source, target), 0), 1 if np.isnan(years) else years)
        found = np.array([before.get(pair, 0) for pair in now])
        lasted += np.where(going_on, found, 0).astype(np.int64)
        going_on &= found > 0
    return lasted


def report(years: pd.DataFrame, curve: pd.DataFrame, folder: Path) -> None:
    """Print the means, draw the pictures, and say what went wrong."""
    from years_pictures import draw, knee  # needs the extra ``benchmarks``, and only here

    shown = [
        "fit", "weak_fit", "floor_fit", "floor_strong", "first", "met", "met_weak", "met_strong",
        "strong_in_strong", "changed", "short", "seconds",
    ]  # fmt: skip
    means = years.groupby("scheme")[shown].mean().loc[list(SCHEMES)]
    print_table(
        ("scheme", *shown, "longest"),
        [
            (name, *(f"{value:.3f}" for value in row), str(years[years["scheme"] == name]["longest"].max()))
            for name, row in zip(means.index, means.to_numpy(), strict=True)
        ],
    )
    of_height = curve.groupby("height")[["met", "first", "weak_fit", "floor_fit", "fit", "short"]].mean()
    print_table(
        ("floor", *of_height.columns),
        [
            (f"{height:g}", *(f"{value:.3f}" for value in row))
            for height, row in zip(of_height.index, of_height.to_numpy(), strict=True)
        ],
    )
    share = means.loc["delivered", "met"] / means.loc["free", "met"]
    better = means.loc["delivered", "weak_fit"] - means.loc["none", "weak_fit"]
    print(f"knee of the curve: a floor of {knee(of_height):g}")
    print(f"delivered: {share:.1%} of the wishers whom free choice serves; weak places' fit {better:+.2f}")
    draw(years, of_height, folder / "pictures")
    broken, short = (
        int(years["broken"].sum()),
        int((years[years["scheme"].isin(SCHEMES[2:])]["short"] > 0).sum()),
    )
    print(f"{len(years)} plans: {broken} broken rules; {short} below a floor of their scheme")
    if broken or short:
        sys.exit(1)


if __name__ == "__main__":
    main()
