"""The scheme: stages, rules and objective of one programme, as typed data.

`matchmaker.scheme.scenario` reads it from YAML; `matchmaker.scheme.checks` holds its parts
against one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from matchmaker.columns import Aggregate, Expression
from matchmaker.evaluation_forms import EvaluationDefinition
from matchmaker.grouping import ByStage
from matchmaker.lists import ListDefinition
from matchmaker.model import Stage
from matchmaker.rules import AnyRule, implicit_rules
from matchmaker.rules.base import Rule
from matchmaker.selectors import Selector

__all__ = ["IDENTIFIER", "DegreeBounds", "Scheme", "StageDefinition", "rule_stages"]

IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"


class DegreeBounds(BaseModel):
    """How many partners each row of one side has.

    A number or a column stands for both bounds. Without `min` there is no lower bound,
    without `max` no upper one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: Expression = Field(
        0, description="At least so many: a number, a column of that side's table, a count"
    )
    max: Expression | None = Field(None, description="At most so many; without it there is no upper bound")

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, given: Any) -> Any:
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            return {"min": given, "max": given}
        return given

    @model_validator(mode="after")
    def _whole_and_ordered(self) -> DegreeBounds:
        fixed = [bound for bound in (self.min, self.max) if isinstance(bound, int | float)]
        if any(bound < 0 or bound != int(bound) for bound in fixed):
            raise PydanticCustomError("scheme.degree", "bounds are whole numbers, not negative")
        if len(fixed) == 2 and fixed[0] > fixed[1]:
            raise PydanticCustomError("scheme.degree_order", "min is greater than max")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A number or a column may stand for the mapping."""
        mapping = handler.resolve_ref_schema(handler(core))
        short: list[JsonSchemaValue] = [{"type": "integer", "minimum": 0}, {"type": "string"}]
        return {"title": "DegreeBounds", "description": cls.__doc__, "anyOf": [*short, mapping]}


def _listed(given: Any) -> Any:
    # a tuple: strict validation takes no Python list for one
    return (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else given


class StageDefinition(BaseModel):
    """One relation to decide: rows of one table to rows of another."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(pattern=IDENTIFIER, description="Name of the stage, used by rules and later stages")
    name: str = Field("", description="Title of the stage for people, for instance 单位联街道")
    from_: str = Field(alias="from", min_length=1, description="Table of the sources")
    to: str = Field(min_length=1, description="Table of the targets")
    within: Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = (
        Field(
            (), description="Earlier stages that this one stays inside: an id, or a list meaning all of them"
        )
    )
    where: Selector | None = Field(None, description="Which rows take part and which pairs are possible")
    each_source: DegreeBounds = Field(default_factory=DegreeBounds, description="Partners of each source")
    each_target: DegreeBounds = Field(default_factory=DegreeBounds, description="Partners of each target")

    @property
    def title(self) -> str:
        """The name for people, or the id where none is given."""
        return self.name or self.id

    def names_read(self) -> frozenset[str]:
        """Tables, columns and steps of paths that its sides rest on: earlier stages may be among them."""
        bounds = (self.each_source.min, self.each_source.max, self.each_target.min, self.each_target.max)
        where = self.where or Selector()
        conditions = [each for each in (where.source, where.target) if each is not None]
        conditions += [
            bound.where for bound in bounds if isinstance(bound, Aggregate) and bound.where is not None
        ]
        paths = [bound.table if isinstance(bound, Aggregate) else str(bound) for bound in bounds]
        paths += [path for each in conditions for path in each.paths()]
        return frozenset({self.from_, self.to, *(step for path in paths for step in path.split("."))})

    def to_model(self) -> Stage:
        """The stage as the solving layers know it."""
        return Stage(self.id, self.from_, self.to, self.within)


class Scheme(BaseModel):
    """What one programme decides, which rules hold, and what is aimed at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="Name of the programme")
    organizer: str = Field("", description="Who organises, as sheets and notices print it")
    labels: dict[str, str] = Field(
        default_factory=dict, description="Titles of sheets by id of the stage or list, if not the usual ones"
    )
    stages: tuple[StageDefinition, ...] = Field(min_length=1, description="Relations to decide, in order")
    rules: tuple[AnyRule, ...] = Field((), description="What must hold or is wished for")
    objective: tuple[dict[str, float], ...] = Field(
        (), description="Levels, the most important first: each gives weights to rules"
    )
    lists: tuple[ListDefinition, ...] = Field((), description="Lists derived from a plan, without decisions")

    evaluations: tuple[EvaluationDefinition, ...] = Field(
        (), description="How the year is evaluated at its end: scores, in order"
    )

    def stage(self, stage_id: str) -> StageDefinition:
        """The stage with that id; KeyError where there is none."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def before(self, stage_id: str) -> tuple[StageDefinition, ...]:
        """The stages that are decided before a stage, in order."""
        ids = [stage.id for stage in self.stages]
        return self.stages[: ids.index(stage_id)]

    def rests_on(self, stage_id: str) -> frozenset[str]:
        """Stages whose results the rows and bounds of a stage's sides are made of, besides `within`."""
        stages = {stage.id for stage in self.before(stage_id)}
        return self.stage(stage_id).names_read() & stages

    def reads(self, stage_id: str) -> frozenset[str]:
        """Every earlier stage whose result counts for a stage: for its sides, `within` and its rules."""
        stages = {stage.id for stage in self.before(stage_id)}
        named = set(self.stage(stage_id).within) | self.rests_on(stage_id)
        named |= _pair_stages(self.stage(stage_id).where)
        for rule in self.rules_of(stage_id):
            named.update(rule_stages(rule))
            named.update(by.stage for _, by in rule.groupings() if isinstance(by, ByStage))
            named.update(_steps(rule))
            named |= _pair_stages(rule.selector())
        return frozenset(named & stages)

    def reads_results(self, rule: Rule, stage_id: str) -> bool:
        """Whether columns or conditions of a rule come from stages decided before the one given."""
        return not {stage.id for stage in self.before(stage_id)}.isdisjoint(_steps(rule))

    def rules_of(self, stage_id: str) -> tuple[Rule, ...]:
        """The rules about a stage, those that span several stages included, as written."""
        return tuple(rule for rule in self.rules if stage_id in rule_stages(rule))

    def is_soft(self, rule: Rule) -> bool:
        """Whether some level names the rule or a part of it."""
        return any(term in level for level in self.objective for term in rule.terms())

    def levels(self, stage_id: str) -> list[dict[str, float]]:
        """The objective's levels restricted to a stage's terms, empty ones dropped.

        A weight of 0 is kept: such a term is measured, not optimised.
        """
        rules = (*implicit_rules(self.stage(stage_id).to_model()), *self.rules_of(stage_id))
        terms = {term for rule in rules for term in rule.terms()}
        restricted = ({t: w for t, w in level.items() if t in terms} for level in self.objective)
        return [level for level in restricted if level]


def _pair_stages(selector: Selector | None) -> set[str]:
    """Names in conditions on pairs: earlier stages, and steps of paths, which may be stages too."""
    pair = None if selector is None else selector.pair
    found: set[str] = set()
    for each in pair.every() if pair is not None else ():
        found |= {each.within} if each.within is not None else set()
        found.update(step for path in each.same or () for step in path.split("."))
    return found


def _steps(rule: Rule) -> Iterator[str]:
    """Tables and steps of paths that a rule reads."""
    selector = rule.selector() or Selector()
    conditions = [each for each in (selector.source, selector.target) if each is not None]
    paths = [path for _, path in rule.paths()] + [by for _, by in rule.groupings() if isinstance(by, str)]
    for expression in (*(each for _, each in rule.columns()), *rule.numbers_elsewhere()):
        if isinstance(expression, Aggregate):
            paths.append(expression.table)
            conditions += [expression.where] if expression.where is not None else []
        else:
            paths.append(str(expression))
    paths += [path for each in conditions for path in each.paths()]
    for path in paths:
        yield from path.split(".")


def rule_stages(rule: Rule | Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the stages that a rule is about: its `stage`, or its `stages` where it spans several."""
    if isinstance(rule, Rule):
        return rule.of_stages()
    several, one = rule.get("stages"), rule.get("stage")
    named = list(several) if isinstance(several, list | tuple) else []
    if one and one not in named:
        named.append(one)
    return tuple(str(stage) for stage in named)
