"""All programmes at full size, as a user runs them: demo, solve, verify.

    python benchmarks/programmes.py [--seed 1] [--scale 1.0] [NAME …]

For each programme: seconds from CSV to a verified plan, seconds of `verify`, peak memory of
all processes together; then each level of each stage with its gap, and whether it is
closed, within 0.5 % or within one unit of its bound. Ends with 1 if any level is further.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from longgang import command, print_table

from matchmaker.demo.folder import PROGRAMMES

NEAR = 0.005
"""Relative gap that counts as near; areas of Longgang are held to one percent elsewhere."""


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(PROGRAMMES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    totals, far = [], 0
    for name in options.names:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            size = ("--seed", str(options.seed), "--scale", str(options.scale))
            command("demo", name, str(home / "demo"), *size)
            solved = command("solve", str(home / "demo/scenario.yaml"), "--out", str(home / "plan"))
            verified = command("verify", str(home / "plan"))
            plan = json.loads((home / "plan/plan.json").read_text("utf-8"))
        totals.append(
            (name, len(plan["stages"]), f"{solved:.1f}", f"{verified:.1f}", f"{plan['peak_mb']:.0f}")
        )
        print(f"{name}: solve {solved:.1f} s, verify {verified:.1f} s", flush=True)
        far += levels(plan)
    print_table(("programme", "stages", "solve s", "verify s", "MB, all processes"), totals)
    if far:
        sys.exit(f"{far} levels are further than {NEAR:.1%} and one unit from their bound")


def levels(plan: dict) -> int:
    """Print the levels of a plan; how many are neither near nor within one unit of their bound."""
    rows, far = [], 0
    for stage in plan["stages"]:
        for number, level in enumerate(stage["levels"]):
            beyond = level["bound"] - level["value"]
            standing = next(
                word
                for word, holds in (
                    ("closed", beyond <= 1e-6),
                    ("near", level["gap"] <= NEAR),
                    ("one unit", beyond <= level["unit"] * (1 + 1e-9)),
                    ("far", True),
                )
                if holds
            )
            far += standing == "far"
            rows.append(
                (
                    stage["id"],
                    number,
                    stage["backend"],
                    f"{stage['seconds']:.2f}",
                    stage["pairs"],
                    stage["components"],
                    f"{level['value']:.2f}",
                    f"{level['bound']:.2f}",
                    f"{100 * level['gap']:.4f}",
                    standing,
                )
            )
        if not stage["levels"]:
            rows.append(
                (stage["id"], "-", stage["backend"], f"{stage['seconds']:.2f}", stage["pairs"],
                 stage["components"], "-", "-", "-", stage["status"])
            )  # fmt: skip
    head = ("stage", "level", "backend", "seconds", "pairs", "parts", "value", "bound", "gap %", "standing")
    print_table(head, rows)
    return far


if __name__ == "__main__":
    main()
