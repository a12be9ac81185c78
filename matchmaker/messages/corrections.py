"""Objections after public notice, and the correction that answers them."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "apply.written": (
        "更正情景已写入 {folder}：采纳 {accepted} 件，不采纳 {rejected} 件，待定 {pending} 件；其余结对尽量不变。",
        "The correction's scenario is in {folder}: {accepted} accepted, {rejected} rejected, {pending} pending; all other pairs stay as far as the rules allow.",
    ),
    "apply.objection": (
        "  {id} {decision}：{stage} {pair}{wanted}（{reason}）",
        "  {id} {decision}: {stage} {pair}{wanted} ({reason})",
    ),
    "apply.wanted": ("，改为 {wanted}", ", {wanted} instead"),
    "apply.accepted": ("采纳", "accepted"),
    "apply.rejected": ("不采纳", "rejected"),
    "apply.pending": ("待定", "pending"),
    "apply.next": (
        "下一步：matchmaker solve {folder}/scenario.yaml --out 新方案文件夹，再 compare、publish",
        "Next: matchmaker solve {folder}/scenario.yaml --out NEW_PLAN, then compare and publish",
    ),
    "apply.no_sheet": ("没有异议可读", "there are no objections to read"),
    "apply.no_sheet.expected": (
        "含“异议表”（objections）且至少一行的文件",
        "a file with the table objections and a row at least",
    ),
    "apply.no_sheet.remedy": (
        "按 docs/corrections.md 填写异议表",
        "fill in the sheet as docs/corrections.md says",
    ),
    "apply.none_accepted": ("{found} 件异议中没有一件被采纳", "none of {found} objections is accepted"),
    "apply.none_accepted.expected": ("处理结果为“采纳”的至少一件", "one at least whose decision is accepted"),
    "apply.none_accepted.remedy": (
        "无须更正；若有决定，请填写处理结果",
        "no correction is needed; fill in the decisions if there are any",
    ),
    "apply.unknown_stage": (
        "异议 {objection}：方案中没有关系“{found}”",
        "objection {objection}: the plan has no stage “{found}”",
    ),
    "apply.unknown_stage.expected": ("其中之一：{stages}", "one of: {stages}"),
    "apply.unknown_stage.remedy": ("改正关系列", "correct the stage"),
    "apply.unknown_id": (
        "异议 {objection}：“{found}”在 {tables} 中不存在",
        "objection {objection}: {tables} has no “{found}”",
    ),
    "apply.unknown_id.expected": (
        "编码或唯一的名称；相近的有：{near}",
        "an id or a name that is unique; close ones: {near}",
    ),
    "apply.unknown_id.remedy": ("改正编码", "correct the id"),
    "apply.not_in_plan": (
        "异议 {objection}：{found} 不是方案中“{stage}”的结对",
        "objection {objection}: {found} is no pair of the plan's stage “{stage}”",
    ),
    "apply.not_in_plan.expected": ("方案中的一对结对", "a pair of the plan"),
    "apply.not_in_plan.remedy": (
        "核对公示的结对，改正来源或对象",
        "look up the published pair and correct source or target",
    ),
    "apply.contradiction": (
        "异议 {objection} 要求 {found} 结对，而所采纳的异议 {other} 要求取消这一对",
        "objection {objection} wants {found}, which the accepted objection {other} ends",
    ),
    "apply.contradiction.expected": ("互不矛盾的决定", "decisions that agree with each other"),
    "apply.contradiction.remedy": (
        "改正其中一件的处理结果或希望的对象",
        "change the decision or the wanted target of one of them",
    ),
    "apply.too_many": (
        "所采纳的异议 {objections} 使“{found}”在环节 {stage} 有 {count} 对，超过上限",
        "the accepted objections {objections} give “{found}” {count} pairs in stage {stage}, more than it may have",
    ),
    "apply.too_many.expected": ("不超过 {most} 对", "{most} at most"),
    "apply.too_many.remedy": (
        "改正其中一件的处理结果或希望的对象",
        "change the decision or the wanted target of one of them",
    ),
    "apply.excluded": (
        "异议 {objection}：希望的结对 {found} 被硬性规则排除：{rules}",
        "objection {objection}: hard rules exclude the wanted pair {found}: {rules}",
    ),
    "apply.excluded.expected": ("规则允许的对象", "a target that the rules allow"),
    "apply.excluded.remedy": (
        "另选对象，留空，或先修改规则",
        "choose another target, leave it empty, or change the rule first",
    ),
    "apply.held": (
        "异议 {objection}：结对 {found} 由硬性规则固定：{rules}",
        "objection {objection}: hard rules hold the pair {found}: {rules}",
    ),
    "apply.held.expected": ("规则允许调整的结对", "a pair that the rules let go"),
    "apply.held.remedy": (
        "先取消该指定或修改规则，或不采纳",
        "lift the pin or change the rule first, or reject the objection",
    ),
    "apply.folder_in_use": ("文件夹已有内容", "the folder holds something already"),
    "apply.folder_in_use.expected": ("空文件夹或不存在的文件夹", "an empty or new folder"),
    "apply.folder_in_use.remedy": ("换一个 --out", "choose another --out"),
}
