"""Texts of `sweep`: a grid of scenarios and the curve between two aims."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS: dict[str, tuple[str, str]] = {
    "sweep.title": ("{name}：权衡曲线", "{name}: trade-off curve"),
    "sweep.plan": ("方案", "plan"),
    "sweep.status": ("状态", "status"),
    "sweep.gap": ("差距", "gap"),
    "sweep.cost": ("每多一{unit}的代价", "cost of each {unit} more"),
    "sweep.unit.met": ("条意向", "wish met"),
    "sweep.unit.points": ("分", "point"),
    "sweep.unit.value": ("个单位", "unit"),
    "sweep.axis.met": ("{what}：满足的意向（条）", "{what}: wishes met"),
    "sweep.axis.points": ("{what}（分）", "{what} (points)"),
    "sweep.axis.rest": ("除“{what}”外同级各项目标（分）", "aims beside “{what}” (points)"),
    "sweep.axis.all": ("各项目标（分）", "all aims (points)"),
    "sweep.axis.value": ("{what}", "{what}"),
    "sweep.mark": ("说明", "remark"),
    "sweep.knee": ("拐点", "knee"),
    "sweep.beaten": ("两项都不及别的方案", "beaten on both by another plan"),
    "sweep.same": ("两项与方案 {plan} 相同", "the same on both as plan {plan}"),
    "sweep.no_plan": ("无方案", "no plan"),
    "sweep.knee_line": (
        "拐点：{values}（{x} {at_x}，{y} {at_y}）。再往后，每多一{unit}要少 {next} 分。",
        "Knee: {values} ({x} {at_x}, {y} {at_y}). Beyond it each {unit} more costs {next} points.",
    ),
    "sweep.knee_line_gain": (
        "拐点：{values}（{x} {at_x}，{y} {at_y}）。再往后，每多一{unit}只多得 {next} 分。",
        "Knee: {values} ({x} {at_x}, {y} {at_y}). Beyond it each {unit} more gains {next} points only.",
    ),
    "sweep.no_knee": (
        "没有拐点：曲线近于直线，或可比的方案不到三个。",
        "No knee: the curve is nearly straight, or fewer than three plans can be compared.",
    ),
    "sweep.sheet": ("权衡", "trade-off"),
    "sweep.chart": ("权衡曲线", "trade-off curve"),
    "sweep.sheet_title": (
        "{scheme}{year}年各方案权衡表（内部研究）",
        "{scheme} {year}: plans of a sweep (for internal study)",
    ),
    "sweep.note": (
        "每个方案与单独求解该情景所得相同；代价按曲线上相邻两个方案计算。",
        "Each plan is what solving its scenario alone gives; costs are those between neighbours on the curve.",
    ),
    "sweep.written": (
        "{count} 个方案已写入 {folder}，汇总见 {sheet}。",
        "{count} plans written to {folder}; {sheet} sums them up.",
    ),
    "sweep.vary": ("不明白要改变什么", "it is not clear what is to be varied"),
    "sweep.vary.expected": (
        "例如 objective.0.wishes=0..10:2 或 rules.share.tolerance=0.05,0.1",
        "for example objective.0.wishes=0..10:2 or rules.share.tolerance=0.05,0.1",
    ),
    "sweep.vary.remedy": ("改正 --vary", "correct --vary"),
    "sweep.too_many": ("要求解的组合太多（{found} 个）", "too many combinations to solve ({found})"),
    "sweep.too_many.expected": ("至多 {most} 个", "at most {most}"),
    "sweep.too_many.remedy": ("加大步长或减少取值", "take larger steps or fewer values"),
    "sweep.key_twice": ("同一项给了两次：{found}", "one key is given twice: {found}"),
    "sweep.key_twice.expected": ("每项一个 --vary", "one --vary for each key"),
    "sweep.key_twice.remedy": ("合并两个 --vary", "put both into one --vary"),
    "sweep.no_axis": ("方案的目标中没有“{found}”", "the scheme aims at no “{found}”"),
    "sweep.no_axis.expected": (
        "其中之一，意向可加 :met（条数）：{terms}",
        "one of these, wishes with :met for their number: {terms}",
    ),
    "sweep.no_axis.remedy": ("改正 --x 或 --y", "correct --x or --y"),
    "sweep.folder_in_use": ("文件夹里有别的内容：{found}", "the folder holds something else: {found}"),
    "sweep.folder_in_use.expected": (
        "不存在的文件夹、空文件夹，或以前由 sweep 写出的",
        "a new or empty folder, or one that sweep wrote before",
    ),
    "sweep.folder_in_use.remedy": ("换一个文件夹", "choose another folder"),
    "progress.sweeping": ("已求解 {count} 个方案", "{count} plans solved"),
}
