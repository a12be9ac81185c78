"""Texts of `price`: what each pin, wish, rule or change budget costs the rest."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, tuple[str, str]] = {
    "price.title": (
        "{stage}：各项要求使其余目标少得的分（内部测算，不对外）",
        "{stage}: points that each statement costs the rest (internal calculation, not for publication)",
    ),
    "price.sheet": ("内部测算", "internal calculation"),
    "price.sheet_title": (
        "{scheme}{year}年“{stage}”各项要求代价表（内部测算）",
        "{scheme} {year}, {stage}: what each statement costs (internal calculation)",
    ),
    "price.kind": ("类别", "kind"),
    "price.kind.pin": ("指定", "pin"),
    "price.kind.forbid": ("回避", "recusal"),
    "price.kind.rule": ("规则", "rule"),
    "price.kind.budget": ("变动限额", "change budget"),
    "price.kind.wish": ("意向", "wish"),
    "price.what": ("内容", "statement"),
    "price.cost": ("代价（分）", "cost (points)"),
    "price.level": ("级", "level"),
    "price.at_most": ("至多（分）", "at most (points)"),
    "price.estimate": ("估计（分）", "estimate (points)"),
    "price.how": ("依据", "how known"),
    "price.how.solved": ("去掉后重新求解", "solved without it"),
    "price.how.bound": ("由上界证明没有代价", "none, proven by bound"),
    "price.how.unsolved": ("未求解，只有上界", "not solved, bound only"),
    "price.how.unknown": ("限额内没有结果", "no result within the limit"),
    "price.within": ("在误差之内", "within the error"),
    "price.moved": ("变动", "moved"),
    "price.displaced": ("因此去了别处的", "displaced by it"),
    "price.note.rest": (
        "代价：去掉这一项后重新求解“{stage}”，其余各项目标合计多得的分；其他环节不在内。",
        "Cost: points that all other aims of “{stage}” gain together when it is solved without the statement; "
        "other stages are not counted.",
    ),
    "price.note.levels": (
        "级：代价出现在目标的第几级；前面各级不多不少。“至多”和误差都只说第 1 级。",
        "Level: that of the objective at which the cost arises; those before gain and lose nothing. “At most” and the "
        "error are about level 1 alone.",
    ),
    "price.note.slack": (
        "本环节与最优相差至多 {slack} 分，代价不超过此数的可能实际没有代价。",
        "The stage itself may be short of its best by {slack} points: a cost up to that may be none.",
    ),
    "price.note.left": (
        "另有 {count} 项未逐一求解，代价至多 {most} 分；用 --most 增加求解次数。",
        "{count} more were not solved one by one, none costs more than {most} points; --most asks for more.",
    ),
    "price.note.free": (
        "另有 {count} 项由上界证明没有代价。",
        "{count} more cost nothing, proven by bound.",
    ),
    "price.none": (
        "“{stage}”没有指定、意向和规则可以测算。",
        "“{stage}” has no pins, wishes or rules to price.",
    ),
    "price.written": ("内部测算表已写入 {file}。", "The internal calculation was written to {file}."),
    "progress.pricing": ("已测算 {count} 项", "{count} priced"),
}
