"""Texts of `alternatives`: the best plans that differ enough."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, tuple[str, str]] = {
    "alternatives.title": (
        "{stage}：与原方案及彼此至少有 {apart} 对不同的方案",
        "{stage}: plans that differ from the plan and from each other in {apart} pairs or more",
    ),
    "alternatives.number": ("方案", "plan"),
    "alternatives.value": ("得分", "points"),
    "alternatives.cost": ("比原方案少", "less than the plan"),
    "alternatives.at_least": ("至少少", "less at least"),
    "alternatives.level_cost": ("第 {level} 级少", "less at level {level}"),
    "alternatives.moved": ("变动", "moved"),
    "alternatives.terms": ("分项相差", "what differs"),
    "alternatives.moves": ("方案 {number} 的变动：", "Moves of plan {number}:"),
    "alternatives.move": ("  {source}：{from_} → {to}", "  {source}: {from_} → {to}"),
    "alternatives.more": ("  另有 {count} 处变动。", "  {count} more moves."),
    "alternatives.note": (
        "“至少少”由上界证明：凡有这么多不同的方案，得分都至少少这么多。只变动“{stage}”，前面的环节照旧，后面的环节须另行求解。",
        "“Less at least” is proven by bound for every plan that differs so much. Only “{stage}” is decided "
        "otherwise: earlier stages stay, later ones have to be solved anew.",
    ),
    "alternatives.no_aims": (
        "“{stage}”不计分，各方案没有好坏之分。只变动这一环节，前面的环节照旧，后面的环节须另行求解。",
        "“{stage}” has no points, so none of these is better than another. Only this stage is decided otherwise: earlier "
        "stages stay, later ones have to be solved anew.",
    ),
    "alternatives.in_one_part": (
        "本环节分成互不相干的几块，每个方案只变动其中一块。",
        "The stage falls into independent parts; each plan changes one of them only.",
    ),
    "alternatives.no_more": ("已证明没有更多这样的方案。", "There are provably no more such plans."),
    "alternatives.given_up": ("在限额内没有找到更多方案。", "No more were found within the limit."),
    "alternatives.written": (
        "已写入 {folder}：每个方案一份结对表，可用 matchmaker compare 对比、import 读作方案。",
        "Written to {folder}: a sheet of pairs for each, to be compared or imported.",
    ),
    "alternatives.sheet": ("方案{number}变动", "moves {number}"),
    "alternatives.overview": ("备选方案", "alternatives"),
    "alternatives.sheet_title": (
        "{scheme}{year}年“{stage}”备选方案（内部研究）",
        "{scheme} {year}, {stage}: alternatives (for internal study)",
    ),
    "alternatives.from": ("原安排", "in the plan"),
    "alternatives.to": ("改为", "instead"),
    "alternatives.folder_in_use": ("文件夹里有别的内容", "the folder holds something else"),
    "alternatives.folder_in_use.expected": ("不存在的文件夹或空文件夹", "a new or empty folder"),
    "alternatives.folder_in_use.remedy": ("换一个文件夹", "choose another folder"),
    "progress.differing": ("已找到 {count} 个", "{count} found"),
}
