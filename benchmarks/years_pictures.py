"""The pictures of `years.py`: schemes over the years, and the curve between floor and wishes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd

mpl.use("Agg")
import matplotlib.pyplot as plt

NAMES = {
    "none": "不计意向 no wishes",
    "free": "只看意向 wishes free",
    "floors": "意向＋保底 wishes, floors",
    "delivered": "意向＋保底＋轮换 wishes, floors, rotation",
}
COLOURS = {"none": "#7f7f7f", "free": "#d95f02", "floors": "#1b9e77", "delivered": "#3b5bdb"}
PANELS = (
    ("met", "至少采纳一项意向的填报方\nparties with a wish met"),
    ("weak_fit", "薄弱街道的平均匹配度\nmean fit of weak sub-districts"),
    ("floor_fit", "最低的薄弱街道：每家应有单位的匹配度\nleast fit per agency due, weak sub-districts"),
    ("changed", "调整的结对\npairs that changed"),
    ("strong_in_strong", "强单位在强街道的比例\nstrong agencies in strong sub-districts"),
    ("fit", "全区平均匹配度\nmean fit"),
)


def draw(years: pd.DataFrame, curve: pd.DataFrame, folder: Path) -> None:
    """Draw both pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams["font.family"] = ["Noto Sans CJK SC", "DejaVu Sans"]
    mpl.rcParams["axes.spines.top"] = mpl.rcParams["axes.spines.right"] = False
    _over_the_years(years, folder / "years.png")
    _curve(curve, folder / "floor_and_wishes.png")


def knee(curve: pd.DataFrame) -> float:
    """The height whose wishes lie furthest above the line between the ends, both axes from 0 to 1."""
    height, met = (_unit(values.to_numpy(float)) for values in (curve.index.to_series(), curve["met"]))
    line = met[0] + (met[-1] - met[0]) * height
    return float(curve.index[int(np.argmax(met - line))])


def _unit(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / max(float(np.ptp(values)), 1e-12)


def _over_the_years(years: pd.DataFrame, path: Path) -> None:
    figure, axes = plt.subplots(2, 3, figsize=(13, 7), sharex=True, layout="constrained")
    for axis, (column, title) in zip(axes.flat, PANELS, strict=True):
        for scheme, name in NAMES.items():
            here = years[years["scheme"] == scheme].groupby("year")[column]
            mean, low, high = here.mean(), here.quantile(0.1), here.quantile(0.9)
            axis.plot(mean.index, mean, color=COLOURS[scheme], label=name)
            axis.fill_between(mean.index, low, high, color=COLOURS[scheme], alpha=0.15, linewidth=0)
        axis.set_title(title, fontsize=10)
        axis.grid(alpha=0.25)
    for axis in axes[-1]:
        axis.set_xlabel("年 year")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _curve(curve: pd.DataFrame, path: Path) -> None:
    figure, axis = plt.subplots(figsize=(7.5, 4.5), layout="constrained")
    other = axis.twinx()
    met = axis.plot(curve.index, 100 * curve["met"], color=COLOURS["delivered"], marker="o")
    weak = other.plot(curve.index, curve["weak_fit"], color=COLOURS["floors"], marker="s", linestyle="--")
    axis.axvline(knee(curve), color="#999999", linewidth=1, linestyle=":")
    axis.set_xlabel("保底高度（weak_fit 的 min）height of the floor")
    axis.set_ylabel("至少采纳一项意向的填报方 parties with a wish met, %")
    other.set_ylabel("薄弱街道的平均匹配度 mean fit of weak sub-districts")
    other.spines["right"].set_visible(True)
    names = ["意向（左）wishes (left)", "薄弱街道匹配度（右）weak places' fit (right)"]
    axis.legend([*met, *weak], names, loc="center left", frameon=False, fontsize=9)
    axis.grid(alpha=0.25)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
