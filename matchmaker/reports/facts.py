"""Facts in words: what rules tell of pairs and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker.called import called
from matchmaker.facts import Coded, Fact, Named, Value
from matchmaker.messages import Language, text
from matchmaker.model import Dataset
from matchmaker.reports.names import code_names
from matchmaker.reports.words import number, percent, rank_words
from matchmaker.scheme.definitions import Scheme

__all__ = ["FactWords"]

LISTED = 3
"""Categories told one by one."""

NEEDS = ("item", "weaknesses", "theme_codes")
HAS = ("function_codes", "skills", "inherited", "strengths", "resources", "services")

NEARLY = 1e-9


class FactWords:
    """Words for facts of one plan.

    Parameters
    ----------
    dataset
        With the plan's decided stages as tables.
    scheme
    language
    """

    def __init__(self, dataset: Dataset, scheme: Scheme, language: Language) -> None:
        self._dataset, self._scheme, self._language = dataset, scheme, language

    def say(self, key: str, **details: object) -> str:
        """A text of the catalogue."""
        return text(key, self._language, **details)

    def joined(self, words: Sequence[str], key: str = "explain.comma") -> str:
        """Words in one line."""
        return self.say(key).join(words)

    def row(self, named: Named) -> str:
        """What a row is called, with its id."""
        return called(self._dataset, named.table, [named.id])[0]

    def code(self, coded: Coded) -> str:
        """The words of a code."""
        return code_names(self._dataset, coded.choices, self._language).get(coded.code, coded.code)

    def facts(self, facts: Sequence[Fact]) -> str:
        """Several facts in one line; categories only those that matter most."""
        fit = [fact for fact in facts if fact.code == "fit.category"]
        needs = [fact for fact in facts if fact.code == "coverage.need"]
        others = [fact for fact in facts if fact not in fit and fact not in needs]
        lines = [*self._fit(fit), *self._needs(needs)]
        shown = others if not all(fact.code == "coverage.part" for fact in others) else others[:LISTED]
        return self.joined([*lines, *map(self.fact, shown)], "explain.semicolon")

    def fact(self, fact: Fact) -> str:
        """One fact."""
        details = {name: self._value(value) for name, value in fact.details.items()}
        special = getattr(self, "_" + fact.code.replace(".", "_"), None)
        if special is not None:
            told: str = special(fact.details, details)
            return told
        if "reason" in details or "until" in details:
            details["why"] = self._why(details)
        return self.say(f"fact.{fact.code}", **details)

    def _value(self, value: Value) -> str:
        if isinstance(value, Named):
            return self.row(value)
        if isinstance(value, Coded):
            return self.code(value)
        if isinstance(value, tuple):
            return self.joined([self._value(one) for one in value])
        return value if isinstance(value, str) else number(float(value))

    def _why(self, details: Mapping[str, str]) -> str:
        until = self.say("fact.until", until=details["until"]) if details.get("until") else ""
        reason = self.joined([part for part in (details.get("reason", ""), until) if part])
        return self.say("fact.why", reason=reason) if reason else ""

    def _fit(self, facts: Sequence[Fact]) -> list[str]:
        """The categories that bring most points, and the largest that nothing answers."""
        answered = [fact for fact in facts if float(str(fact.details["points"])) > 0][:LISTED]
        missing = [fact for fact in facts if float(str(fact.details["supply"])) <= 0][:LISTED]
        lines = [self.fact(fact) for fact in answered]
        if missing:
            told = [
                self.say(
                    "fact.fit.missing_one",
                    category=self._value(fact.details["category"]),
                    part=percent(float(str(fact.details["part"]))),
                )
                for fact in missing
            ]
            lines.append(self.say("fact.fit.missing", categories=self.joined(told)))
        return lines

    def _fit_category(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        needs = [
            self.say(f"fact.fit.needs_{kind}", count=raw[f"needs_{kind}"])
            for kind in NEEDS
            if raw.get(f"needs_{kind}")
        ]
        has = [
            self.say(f"fact.fit.has_{kind}", count=raw[f"has_{kind}"])
            for kind in HAS
            if raw.get(f"has_{kind}")
        ]
        if abs(float(str(raw["factor"])) - 1) > NEARLY:
            has.append(self.say("fact.fit.factor", factor=details["factor"]))
        return self.say(
            "fact.fit.category",
            category=details["category"],
            points=details["points"],
            needs=self.joined(needs),
            has=self.joined(has),
        )

    def _needs(self, facts: Sequence[Fact]) -> list[str]:
        """Needs that are met in full, and those that are not, the largest first."""
        lines = []
        for key, wanted in (("met", True), ("unmet", False)):
            told = [
                self.fact(fact)
                for fact in facts
                if (float(str(fact.details["supplied"])) >= float(str(fact.details["need"]))) is wanted
            ]
            if told:
                lines.append(self.say(f"fact.coverage.{key}", needs=self.joined(told)))
        return lines

    def _wish_rank(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del details
        rank = rank_words(int(str(raw["rank"])), self._language)
        part = float(str(raw["part"]))
        key = "fact.wish.rank" if part >= 1 - NEARLY else "fact.wish.rank_part"
        return self.say(key, by=self._by(raw), rank=rank, part=percent(part))

    def _wish_refused(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del details
        return self.say("fact.wish.refused", by=self._by(raw))

    def _wish_unnamed(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del details
        return self.say("fact.wish.unnamed", by=self._by(raw))

    def _by(self, raw: Mapping[str, Value]) -> str:
        by, count = raw["by"], int(str(raw["count"]))
        named = self._value(by)
        many = isinstance(by, tuple) and count > len(by)
        return self.say("fact.wish.by_several", by=named, count=count) if many else named

    def _tenure_years(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        limits = "".join(
            self.say(f"fact.tenure.{name}", **{name: details[name]})
            for name in ("most", "least")
            if raw[name]
        )
        return self.say("fact.tenure.years", years=details["years"], limits=limits)

    def _degrees_count(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        kind = "least" if "most" not in raw else "exactly" if raw["most"] == raw["least"] else "between"
        limits = self.say(f"fact.degrees.{kind}", **{"most": "", **details})
        return self.say("fact.degrees.count", count=details["count"], limits=limits)

    def _explain_excluded(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del raw
        reason = details.get("reason", "")
        why = self.say("fact.explain.excluded_why", reason=reason) if reason else ""
        return self.say("fact.explain.excluded", row=details["row"], why=why)

    def _explain_placed(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        partners = details["partners"] or self.say("explain.nobody")
        many = isinstance(raw["partners"], tuple) and int(str(raw["count"])) > len(raw["partners"])
        return self.say(
            "fact.explain.placed",
            row=details["row"],
            partners=partners + (self.say("explain.more") if many else ""),
        )

    def _pair_within(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del details
        return self.say("fact.pair.within", stage=self._scheme.stage(str(raw["stage"])).title)

    def _pair_not_within(self, raw: Mapping[str, Value], details: Mapping[str, str]) -> str:
        del details
        return self.say("fact.pair.not_within", stage=self._scheme.stage(str(raw["stage"])).title)
