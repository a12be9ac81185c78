"""Why there is no plan, and what would give one."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, tuple[str, str]] = {
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
