"""The mix of a target's partners: at least so many, at most so many of each class."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Fault, Note
from matchmaker.grouping import By, Groups
from matchmaker.messages import Language
from matchmaker.model import Problem
from matchmaker.pairs import side_values
from matchmaker.rules.amounts import Amount
from matchmaker.rules.class_faults import count_faults, foreseen, unknown_classes
from matchmaker.rules.counts import Counts, Prices, classes_of, names_in, same_for_all
from matchmaker.rules.words import label

__all__ = ["Mix"]


class Mix(BaseModel):
    """Limits on the number of partners of each class, for `coverage`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(description="Column or path of the source that tells its class; it may hold several")
    min: int = Field(0, ge=0, description="At least so many partners of each class")
    max: int | None = Field(None, ge=0, description="At most so many; no limit if missing")
    only: tuple[str, ...] = Field((), description="The classes that count; if missing, all that sources have")
    each: dict[str, Amount] = Field({}, description="Limits of single classes instead")
    points: float = Field(
        100, ge=0, le=10_000, description="Points lost per partner short or over, where soft"
    )

    @model_validator(mode="after")
    def _limits(self) -> Mix:
        if not self.min and self.max is None and not self.each:
            raise PydanticCustomError("form.mix", "a mix needs min, max or each")
        if self.max is not None and self.max < self.min:
            raise PydanticCustomError("form.min_over_max", "min is greater than max")
        if any(amount.wanted > amount.min for amount in self.each.values()):
            raise PydanticCustomError("form.mix_target", "a mix has min and max, but no target")
        return self

    def _of(self, name: str) -> Amount:
        return self.each.get(name) or Amount(min=self.min, max=self.max)

    def _names(self, problem: Problem) -> tuple[str, ...]:
        found = self.only or names_in(side_values(problem, problem.sources, self.column))
        return tuple(sorted({*found, *self.each}))

    def counts(self, problem: Problem, places: Groups, soft: bool) -> Counts:
        """The limits of each target, or group of targets, and class."""
        names = self._names(problem)
        classes = classes_of(side_values(problem, problem.sources, self.column), names)
        return same_for_all(places, classes, [self._of(name) for name in names], soft)

    def prices(self, soft: bool) -> Prices | None:
        """The same points for a partner short and for one over."""
        return Prices(self.points, self.points) if soft else None

    def data_faults(self, problem: Problem, by: By | None) -> tuple[Fault, ...]:
        """Classes of which the targets must have more partners than there are, or may have too few."""
        groups, complete = foreseen(problem, "target", by)
        return count_faults(problem, self.counts(problem, groups, soft=False), complete, True)

    def warnings(self, rule: str, problem: Problem) -> tuple[Note, ...]:
        """Classes that no source has: often a slip of the pen."""
        return unknown_classes(rule, problem, "source", self.column, {*self.only, *self.each})

    def describe(self, language: Language, soft: bool, by: By | None) -> str:
        """The mix in one sentence."""
        zh = language == "zh"
        which = "、" if zh else ", "
        names = which.join(label(self.column, name, language) for name in self.only)
        parts = [f"{label(self.column, name, language)} {a.told(language)}" for name, a in self.each.items()]
        if self.min or self.max is not None:
            general = Amount(min=self.min, max=self.max).told(language)
            if zh:
                parts.insert(0, f"{names or '每一类'}{'各' if self.only else ''} {general}")
            else:
                parts.insert(0, f"{names or 'each class'} {general}")
        said = which.join(parts)
        if zh:
            tail = f"；每缺一个或多一个扣 {self.points:g} 分" if soft else ""
            return f"{'每组对象' if by is not None else '每个对象'}的结对来源按类别：{said}{tail}"
        tail = f"; {self.points:g} points lost per partner short or over" if soft else ""
        return f"partners of each {'group of targets' if by is not None else 'target'} by class: {said}{tail}"
