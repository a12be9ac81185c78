"""What pairs made by hand break, in words: rule by rule, with examples by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matchmaker.messages import Language, text
from matchmaker.model import Finding
from matchmaker.plans import Plan
from matchmaker.reports.names import masked_names
from matchmaker.reports.words import number, rule_words
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["broken_lines"]

EXAMPLES = 3
"""Given of each rule."""

IMPLIED = ("candidates", "sources", "targets", "pins")
"""Demands that every stage makes without a rule of its own."""


def broken_lines(plan: Plan, broken: Mapping[str, Sequence[Finding]], language: Language) -> Iterator[str]:
    """How many hard demands are broken, and of each rule some of them.

    Parameters
    ----------
    plan
        For names; people's are hidden.
    broken
        Stage to what its pairs break.
    """
    count = sum(map(len, broken.values()))
    if not count:
        yield text("import.keeps", language)
        return
    yield text("import.breaks", language, count=number(count))
    for stage, findings in broken.items():
        definition = plan.scenario.scheme.stage(stage)
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        for rule, found in by_rule.items():
            examples = [_example(plan, definition, one, language) for one in found[:EXAMPLES]]
            yield text(
                "import.broken_rule",
                language,
                stage=definition.title,
                rule=_rule(plan, stage, rule, language),
                count=number(len(found)),
                examples=text("show.list", language).join(examples),
            )


def _rule(plan: Plan, stage: str, rule: str, language: Language) -> str:
    implied = rule.removeprefix(f"{stage}.")
    if implied in IMPLIED and implied != rule:
        return text(f"import.{implied}", language)
    return rule_words(rule, plan.scenario.scheme)


def _example(plan: Plan, stage: StageDefinition, finding: Finding, language: Language) -> str:
    sides = ((stage.from_, finding.source_id), (stage.to, finding.target_id))
    who = "–".join(masked_names(plan.known, table, [one])[0] for table, one in sides if one)
    if finding.rule == f"{stage.id}.candidates":
        return text("import.not_candidate", language, who=who)
    figures = {"found": number(finding.found), "required": number(finding.required)}
    return text("import.broken", language, who=who, **figures)
