"""The verdict on hand edits as plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.explain.moves import MoveVerdict
from matchmaker.messages import Language, text
from matchmaker.plans import Plan
from matchmaker.reports.broken import broken_lines
from matchmaker.reports.explanation import ExplainedWords
from matchmaker.reports.words import number

__all__ = ["move_lines"]

LISTED = 15
"""Moves that follow, listed one by one."""

NEARLY = 1e-9


def move_lines(
    plan: Plan, verdict: MoveVerdict, words: ExplainedWords, language: Language, seconds: float
) -> Iterator[str]:
    """Allowed or not, what is broken, what it costs, what best follows."""
    stage = plan.scenario.scheme.stage(verdict.stage)

    def say(key: str, **details: object) -> str:
        return text(key, language, **details)

    for source, target in verdict.edits:
        before = [other for one, other in verdict.ended if one == source]
        yield say(
            "move.heading",
            stage=stage.title,
            source=words.row(stage.from_, source),
            before=words.rows(stage.to, before),
            target=words.row(stage.to, target),
        )
    edited = {source for source, _ in verdict.edits}
    for source, target in verdict.ended:
        if source not in edited:
            yield "  " + say(
                "move.gives_up", source=words.row(stage.from_, source), target=words.row(stage.to, target)
            )
    if verdict.allowed:
        yield "  " + say("move.allowed")
    elif verdict.refusals:
        yield "  " + say("move.refused")
        for source, target, refusal in verdict.refusals:
            pair = say(
                "explain.pair", source=words.row(stage.from_, source), target=words.row(stage.to, target)
            )
            for line in words.refusals(stage, (refusal,)):
                yield f"    {pair}：{line.strip()}" if language == "zh" else f"    {pair}: {line.strip()}"
    else:
        yield "  " + say("move.breaks")
        yield from (
            f"    {line}" for line in list(broken_lines(plan, {stage.id: verdict.violations}, language))[1:]
        )
    if verdict.values and not verdict.refusals:
        lost = verdict.lost[0]
        key = "move.as_it_stands_gains" if lost < -NEARLY else "move.as_it_stands"
        yield "  " + say(key, points=number(abs(lost)), rules=words.changes(stage, verdict.rules))
        for level, points in enumerate(verdict.lost[1:], start=2):
            if abs(points) > NEARLY:
                yield "    " + say("move.level", level=level, points=number(points))
    yield from _follow_up(verdict, words, language, seconds)
    if verdict.followed_by and not verdict.refusals:
        yield "  " + words.followed_by(verdict.followed_by)


def _follow_up(
    verdict: MoveVerdict, words: ExplainedWords, language: Language, seconds: float
) -> Iterator[str]:
    if verdict.cost is None:
        return
    stage = words.stage(verdict.stage)
    if verdict.cost.impossible:
        yield "  " + text("move.impossible", language, cost=words.cost(verdict.cost))
        yield from words.refusals(stage, verdict.conflicts)
    elif not verdict.known:
        yield "  " + text("move.unknown", language, seconds=number(seconds))
    elif not verdict.moves:
        yield "  " + text("move.nothing_better", language, cost=words.cost(verdict.cost))
    else:
        yield "  " + text(
            "move.follow_up",
            language,
            count=len(verdict.moves),
            cost=words.cost(verdict.cost),
            rules=words.changes(stage, verdict.cost.rules),
        )
        for one in verdict.moves[:LISTED]:
            yield "    " + words.move(stage, one)
        if len(verdict.moves) > LISTED:
            yield "    " + text("explain.moves_more", language, count=len(verdict.moves))
