"""Texts of the rules' faults; what a rule says stands in its own file."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "rule.hard_needs": (
        "规则“{found}”作为硬性规则缺少 {field}",
        "rule “{found}” lacks {field}, which it needs as a hard rule",
    ),
    "rule.hard_needs.expected": (
        "{kind} 规则作为硬性规则时须写明 {field}",
        "{field}, where a {kind} rule is hard",
    ),
    "rule.hard_needs.remedy": (
        "补上 {field}，或把该规则写入 objective 作为软性规则",
        "add {field}, or name the rule in the objective so that it is soft",
    ),
    "rule.soft_has": (
        "规则“{found}”作为软性规则时不能写 {field}",
        "rule “{found}” has {field}, which is for hard use only",
    ),
    "rule.soft_has.expected": (
        "列入 objective 的 {kind} 规则不写 {field}",
        "no {field} where a {kind} rule is in the objective",
    ),
    "rule.soft_has.remedy": (
        "去掉 {field}，或另写一条带 {field} 的硬性规则",
        "leave {field} out, or write a second, hard rule that has it",
    ),
    "rule.no_party": (
        "规则“{found}”中的填报方“{party}”与本环节的表没有上下级关系",
        "party “{party}” of rule “{found}” is not related to the tables of its stage",
    ),
    "rule.no_party.expected": (
        "source、target，或本环节两张表的上级、下级表的单数名称，如 community",
        "source, target, or a table above or below the stage's, in the singular, such as community",
    ),
    "rule.no_party.remedy": (
        "改正或去掉 parties 中的这一项",
        "correct this entry of parties, or leave it out",
    ),
}
