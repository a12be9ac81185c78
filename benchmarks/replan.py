"""Fifty staff changes of a plan in the middle of its year: how long, who is uncovered, what else changes.

    python benchmarks/replan.py PLAN [--seed 1] [--changes 50] [--budget 0] [--curve]

PLAN is a plan of Longgang (`demo longgang`, `solve`). A third of the members drawn retires, a
third falls ill, a third is transferred and has a successor in the branch. The command runs in a
process of its own, from reading the plan to the written folder; then `verify` reads it back.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

STAGE = "member_building"


def changes(plan: Path, count: int, seed: int) -> pd.DataFrame:
    """The sheet: changes of members who have a building, drawn at random."""
    pairs = pd.read_csv(plan / "assignments" / f"{STAGE}.csv", dtype=str)
    members = pd.read_csv(plan / "inputs" / "members.csv", dtype=str, keep_default_na=False)
    members = members.set_index("member_id")
    drawn = np.random.default_rng(seed).choice(pairs["source_id"].to_numpy(), count, replace=False)
    rows = []
    for at, one in enumerate(drawn):
        common = {"date": "2027-05-01", "party_kind": "member", "note": "模拟数据"}
        rows.append({**common, "kind": ("leaves", "ill", "leaves")[at % 3], "party_id": one})
        if at % 3 == 2:
            own = members.loc[one]
            rows.append(
                {**common, "kind": "comes", "new_name": f"示例新人{at}", "into_id": own["branch_id"],
                 "replaces_id": one, "member_category": own["member_category"], "rank": own["rank"]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def run(*arguments: str) -> tuple[float, str]:
    """Seconds and output of a command in a process of its own."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "matchmaker", *arguments], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, done.stdout


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--budget", type=int, default=0)
    parser.add_argument("--curve", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        changes(options.plan, options.changes, options.seed).to_csv(home / "changes.csv", index=False)
        curve = ["--curve"] if options.curve else []
        seconds, answer = run(
            "replan", str(options.plan), "--changes", str(home / "changes.csv"), "-o", str(home / "after"),
            "--budget", str(options.budget), "--json", *curve,
        )  # fmt: skip
        checked, _ = run("verify", str(home / "after"), "--quiet")
        told = json.loads(answer)
    print(f"replan {seconds:.1f} s, verify {checked:.1f} s, seed {options.seed}")
    for name in (
        "changes",
        "ended",
        "made",
        "kept",
        "taken_over",
        "same_unit",
        "uncovered",
        "used",
        "budget",
    ):
        print(f"{name:12} {told[name]}")


if __name__ == "__main__":
    main()
