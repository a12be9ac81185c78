"""How time and memory of a whole Longgang year grow with its size.

    python benchmarks/growth.py [--seed 1] [--scales 0.25 0.5 1 2 4]

Scale multiplies everything: sub-districts, agencies, branches, grids, members. Each scale
is solved from CSV to a verified plan as a user would; the exponent is the slope of log
seconds over log scale, fitted by least squares.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from longgang import command, print_table

STAGES = ("agency_sub_district", "branch_grid", "member_building")
"""The three links; the posts, claims and further members that follow are small beside them."""


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scales", type=float, nargs="+", default=[0.25, 0.5, 1.0, 2.0, 4.0])
    options = parser.parse_args()
    rows, seconds, memory = [], [], []
    for scale in options.scales:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            size = ("--seed", str(options.seed), "--scale", str(scale))
            command("demo", "longgang", str(home / "demo"), *size)
            took = command("solve", str(home / "demo/scenario.yaml"), "--out", str(home / "plan"))
            plan = json.loads((home / "plan/plan.json").read_text("utf-8"))
        seconds.append(took)
        memory.append(plan["peak_mb"])
        stages = [
            f"{stage['seconds']:.1f} s, {100 * stage['levels'][0]['gap']:.4f} %"
            for stage in plan["stages"]
            if stage["id"] in STAGES
        ]
        rows.append((scale, f"{took:.1f}", f"{plan['peak_mb']:.0f}", *stages))
        print(*rows[-1], flush=True)
    print_table(("scale", "seconds", "MB, all processes", "stage 1", "stage 2", "stage 3"), rows)
    time, space = fitted(options.scales, seconds), fitted(options.scales, memory)
    print(f"exponent of seconds {time:.2f}, of memory {space:.2f}")


def fitted(scales: list[float], figures: list[float]) -> float:
    """Slope of the logarithms."""
    return float(np.polyfit(np.log(scales), np.log(figures), 1)[0])


if __name__ == "__main__":
    main()
