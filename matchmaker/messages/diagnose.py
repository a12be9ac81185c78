"""Why there is no plan, and what would give one."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, tuple[str, str]] = {
    "diagnose.feasible": (
        "{name}：有可行方案，没有要诊断的（{seconds} 秒）。",
        "{name}: there is a plan, nothing to diagnose ({seconds} s).",
    ),
    "diagnose.infeasible": (
        "{name}：没有可行方案，已证明（诊断 {seconds} 秒）。",
        "{name}: there is no plan, proven (diagnosed in {seconds} s).",
    ),
    "diagnose.unknown": (
        "{name}：限度内既没有找到方案，也没有证明无解（{seconds} 秒）。以下在前面环节已定的结果之上成立。",
        "{name}: no plan was found within the limits, and none is proven not to exist ({seconds} s). What follows holds given what earlier stages decided.",
    ),
    "diagnose.plain": ("数量上明显不成立的（{count} 处）：", "What plainly does not add up ({count}):"),
    "diagnose.scope.itself": (
        "环节“{stage}”没有可行方案，与其他环节怎样安排无关。",
        "Stage “{stage}” has no plan, whatever other stages decide.",
    ),
    "diagnose.scope.whatever": (
        "环节“{stage}”没有可行方案，无论前面的环节（{within}）怎样安排。",
        "Stage “{stage}” has no plan, whatever the earlier stages ({within}) decide.",
    ),
    "diagnose.scope.given": (
        "环节“{stage}”在前面环节（{within}）这样安排的结果之上没有可行方案；前面另行安排，也许可行。",
        "Stage “{stage}” has no plan on top of what the earlier stages ({within}) decided; decided otherwise, there might be one.",
    ),
    "diagnose.scope.later": (
        "环节“{stage}”怎样安排，后面的环节都没有可行方案。",
        "Whatever stage “{stage}” decides, a later stage has no plan.",
    ),
    "diagnose.conflict": (
        "冲突 {number}：以下 {count} 条不能同时成立，去掉其中任何一条，其余就能同时成立：",
        "Conflict {number}: these {count} cannot hold together; without any one of them the others can:",
    ),
    "diagnose.conflict_alone": (
        "冲突 {number}：以下这一条单独就不能成立：",
        "Conflict {number}: this cannot hold even by itself:",
    ),
    "diagnose.conflict_not_minimal": (
        "冲突 {number}：以下 {count} 条不能同时成立（未及证明每一条都不可少）：",
        "Conflict {number}: these {count} cannot hold together (not proven that each of them is needed):",
    ),
    "diagnose.repairs": (
        "可行的修改（每一项都已重新求解，证明足够；代价小的在前；缩进的行可抄入情景的 changes）：",
        "What would do (each solved again and proven sufficient, the cheapest first; the indented lines go into a scenario's changes):",
    ),
    "diagnose.repair": ("{number}. {what}（代价 {price}）", "{number}. {what} (price {price})"),
    "diagnose.no_repair": (
        "没有找到单靠放宽名额、指定或规则就足够的修改。",
        "No change of bounds, pins or rules was found that would do.",
    ),
    "diagnose.number.max": (
        "给 {who} 增加 {amount} 个{other}名额（{column}：{old} → {new}）",
        "{amount} more {other} at most for {who} ({column}: {old} → {new})",
    ),
    "diagnose.number.min": (
        "{who} 的{other}下限降低 {amount}（{column}：{old} → {new}）",
        "{amount} fewer {other} at least for {who} ({column}: {old} → {new})",
    ),
    "diagnose.all.max": (
        "每个{who}至多的{other}由 {old} 改为 {new}",
        "each of {who}: at most {new} {other} instead of {old}",
    ),
    "diagnose.all.min": (
        "每个{who}至少的{other}由 {old} 改为 {new}",
        "each of {who}: at least {new} {other} instead of {old}",
    ),
    "diagnose.drop_pin": (
        "撤销指定与回避表第 {row} 行（{who}）",
        "withdraw row {row} of the pins sheet ({who})",
    ),
    "diagnose.not_whole": (
        "（时间所限，只证明到出问题的环节）",
        " (for lack of time proven up to the failing stage only)",
    ),
    "diagnose.drop_pair_rule": ("取消规则“{rule}”（{who}）", "drop rule “{rule}” ({who})"),
    "diagnose.drop_rule": ("取消规则“{rule}”", "drop rule “{rule}”"),
    "diagnose.exempt": (
        "规则“{rule}”对 {who} 解除（{count} 个）",
        "rule “{rule}” leaves {who} alone ({count})",
    ),
    "diagnose.row": (
        "{who} 的 {column} 由 {old} 改为 {new}（规则“{rule}”）",
        "{column} of {who} from {old} to {new} (rule “{rule}”)",
    ),
    "diagnose.soften": ("允许“{rule}”有不足，不足的扣分", "“{rule}” may fall short and costs points then"),
    "diagnose.minima_of": ("{stage}：{side}的下限", "{stage}: minima of {side}"),
    "diagnose.stopped": (
        "时间到，诊断没有做完；以上各项都已证明。可用 --seconds 延长。",
        "Time is up, the diagnosis is not complete; what is said above is proven. More time: --seconds.",
    ),
    "diagnose.and": ("；", "; "),
    "diagnose.and_more": ("{who} … 共 {count} 个", "{who} … {count} in all"),
    "diagnose.degree.min": ("{who}：每个至少要 {number} 个{other}", "{who}: at least {number} {other} each"),
    "diagnose.degree.max": ("{who}：每个至多 {number} 个{other}", "{who}: at most {number} {other} each"),
    "diagnose.later": (
        "后面的环节“{later}”对 {who} 的需要",
        "what stage “{later}” later needs of {who}",
    ),
    "diagnose.later_wide": (
        "后面的环节“{later}”的需要：没有任何来源或对象能够满足",
        "a need of stage “{later}” later that no row here can meet",
    ),
    "diagnose.later_pin": (
        "后面的环节“{later}”的指定，要求本环节有 {who}",
        "a pin of stage “{later}” later, which needs {who} here",
    ),
    "diagnose.cut": (
        "{who} 不能再这样安排：后面的环节会没有方案",
        "{who} cannot be decided so again: a later stage would have no plan",
    ),
    "diagnose.pin_row": (
        "指定与回避表第 {row} 行：{who} 必须结对",
        "pins sheet, row {row}: {who} must be a pair",
    ),
    "diagnose.ban_row": (
        "指定与回避表第 {row} 行：{who} 不得结对",
        "pins sheet, row {row}: {who} must not be a pair",
    ),
    "diagnose.pin": ("规则“{rule}”：{who} 必须结对", "rule “{rule}”: {who} must be a pair"),
    "diagnose.rule": ("规则“{rule}”对 {who} 的要求（{says}）", "rule “{rule}” for {who} ({says})"),
    "diagnose.rule_wide": ("规则“{rule}”{who}（{says}）", "rule “{rule}”{who} ({says})"),
    "solve.few_can_serve.target": (
        "{stage}：{count} 个对象只有 {partners} 个来源可用（{who}），要 {needed} 对，最多 {room} 对，还差 {short}",
        "{stage}: {count} targets can be served by {partners} sources only ({who}); they need {needed} pairs and can have {room}, {short} short",
    ),
    "solve.few_can_serve.target.expected": (
        "可用的来源至少能结 {needed} 对",
        "sources that can serve them with {needed} pairs at least",
    ),
    "solve.few_can_serve.target.remedy": (
        "提高这些来源的上限，降低这些对象的下限，或放宽使其他来源不能去的规则",
        "raise the maxima of these sources, lower the minima of these targets, or relax the rules that keep other sources away",
    ),
    "solve.few_can_serve.source": (
        "{stage}：{count} 个来源只有 {partners} 个对象可去（{who}），要 {needed} 对，最多 {room} 对，还差 {short}",
        "{stage}: {count} sources can go to {partners} targets only ({who}); they need {needed} pairs and can have {room}, {short} short",
    ),
    "solve.few_can_serve.source.expected": (
        "可去的对象至少能结 {needed} 对",
        "targets that can take {needed} pairs at least",
    ),
    "solve.few_can_serve.source.remedy": (
        "增加这些对象的名额，降低这些来源的下限，或放宽使其不能去别处的规则",
        "raise the maxima of these targets, lower the minima of these sources, or relax the rules that keep them from others",
    ),
    "solve.out_of_reach": (
        "{stage}：规则 {rule} 对 {about} 的要求达不到，可选的全部算上也不够",
        "{stage}: what rule {rule} asks of {about} is out of reach, whatever candidates are chosen",
    ),
    "solve.out_of_reach.expected": ("至少 {bound}", "at least {bound}"),
    "solve.out_of_reach.remedy": (
        "降低规则的要求，放宽排除了候选的规则，或核对数据",
        "ask for less, relax the rules that exclude candidates, or look at the data",
    ),
    "solve.too_much": (
        "{stage}：规则 {rule} 对 {about} 的限度守不住，指定的和必须有的已经超过",
        "{stage}: the limit that rule {rule} sets for {about} cannot be kept: what is pinned or must be is beyond it",
    ),
    "solve.too_much.expected": ("至多 {bound}", "at most {bound}"),
    "solve.too_much.remedy": (
        "提高限度，撤销指定，或降低下限",
        "raise the limit, withdraw pins, or lower minima",
    ),
    "solve.too_much.later": (
        "{stage}：后面的环节 {later} 必须安排的，超过 {about} 之下所能容纳的，本环节怎样安排都放不下",
        "{stage}: what stage {later} later must place is more than there is room for below {about}, whatever is decided here",
    ),
    "solve.too_much.later.expected": ("至多 {bound}", "at most {bound}"),
    "solve.too_much.later.remedy": (
        "降低后面环节的下限，或提高其上限",
        "lower that stage's minima, or raise its maxima",
    ),
    "solve.out_of_reach.later": (
        "{stage}：后面的环节 {later} 需要 {about} 在本环节得到的，可选的全部算上也不够",
        "{stage}: what stage {later} later needs of {about} here is out of reach, whatever candidates are chosen",
    ),
    "solve.out_of_reach.later.expected": ("至少 {bound}", "at least {bound}"),
    "solve.out_of_reach.later.remedy": (
        "降低后面环节的下限，提高其来源的上限，或放宽本环节排除了候选的规则",
        "lower that stage's minima, raise its sources' maxima, or relax the rules that exclude candidates here",
    ),
}
