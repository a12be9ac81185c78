"""How a year is evaluated, as a scheme says it: who is scored, by which parts, with which weights.

Parts are of two sorts. *Quality* is what those say who were served or worked with: ratings,
residents' ratings of orders, the score of what one is answerable for. *Count* is how often:
points, visits. Quality must weigh more than count together.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.columns import Expression
from matchmaker.selectors import Conditions

__all__ = [
    "COUNTS",
    "KINDS",
    "PERIODS",
    "QUALITY",
    "EvaluationDefinition",
    "EvaluationPart",
    "Visits",
]

RaterKind = Literal["community_agency", "agency_community", "branch_member", "community_member", "resident"]

Period = Literal["month", "quarter", "half_year", "year"]

PERIODS = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}
"""Periods of each length in a year."""

QUALITY = ("rating", "orders", "score_of")
"""Kinds of parts that say how well."""

COUNTS = ("points", "visits")
"""Kinds of parts that say how often."""

CORRECTIONS = ("adjust", "deduct")
"""Kinds of parts that are added or taken off after the weighted mean."""

KINDS = (*QUALITY, *COUNTS, "column", *CORRECTIONS)
"""Keys of which each part has exactly one."""

WITH_STAGE = ("orders", "score_of", "points")
"""Kinds of parts that may be looked for by way of a stage."""

_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"


class Visits(BaseModel):
    """Visits that are due: to each partner of a stage, in each period of the year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str = Field(description="The stage whose pairs are visited")
    per: Period = Field("quarter", description="Length of a period")
    at_least: int = Field(1, ge=1, description="Visits of each pair in each period")


class EvaluationPart(BaseModel):
    """One part of a score: a value of 0 to 100 for each row, or a correction."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=_IDENTIFIER, description="Name of the part")
    name: str = Field("", description="Title for people")
    weight: float | None = Field(None, gt=0, description="Weight in the mean; corrections have none")
    rating: RaterKind | None = Field(
        None, description="Mean of the ratings of one kind in the evaluations sheet, each rater counting once"
    )
    orders: Literal[True] | None = Field(
        None, description="Residents' ratings of orders, 1 to 5 read as 0 to 100: those below the row"
    )
    score_of: str | None = Field(
        None, description="Mean score of the rows of an earlier entry that belong to it"
    )
    points: float | None = Field(
        None,
        gt=0,
        description="Points a member is to have: how far reached; of others: members who have",
    )
    visits: Visits | None = Field(None, description="Share of pairs and periods with enough visits")
    column: Expression | None = Field(None, description="A number of 0 to 100: a column, path or count")
    adjust: Expression | None = Field(None, description="A number that is added to the mean")
    deduct: Expression | None = Field(None, description="A number that is taken off the mean")
    stage: str | None = Field(
        None, description="Stage that gave the row those orders, scored rows or members, where no tree does"
    )
    where: Conditions | None = Field(None, description="With points: which members count")

    @model_validator(mode="after")
    def _one_kind(self) -> EvaluationPart:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise PydanticCustomError("form.evaluation_part", "give exactly one kind")
        if (self.weight is None) != (self.kind in CORRECTIONS):
            raise PydanticCustomError("form.evaluation_weight", "parts have a weight, corrections none")
        if self.stage is not None and self.kind not in WITH_STAGE:
            raise PydanticCustomError("form.evaluation_stage", "stage goes with orders, score_of and points")
        if self.where is not None and self.points is None:
            raise PydanticCustomError("form.evaluation_where", "where goes with points")
        return self

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def title(self) -> str:
        """The name for people, or the id."""
        return self.name or self.id

    @property
    def through(self) -> str | None:
        """The stage that it reads, if any."""
        return self.visits.stage if self.visits is not None else self.stage

    @property
    def expression(self) -> Expression | None:
        """The number of the row that it reads, if any."""
        return next((one for one in (self.column, self.adjust, self.deduct) if one is not None), None)


class EvaluationDefinition(BaseModel):
    """One score: of which rows, of which parts, with which grades."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=_IDENTIFIER, description="Name of the score, for score_of and reports")
    name: str = Field(min_length=1, description="Title for people")
    rows: str = Field(description="Table whose rows are scored")
    where: Conditions | None = Field(None, description="Which rows")
    parts: tuple[EvaluationPart, ...] = Field(min_length=1, description="What the score is made of")
    grades: dict[str, float] = Field(
        default_factory=dict, description="Name of each grade and its lowest score; below all: the last one"
    )
    excellent_at_most: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Largest share of rows with the first grade; others get the next",
    )

    @model_validator(mode="after")
    def _sound(self) -> EvaluationDefinition:
        weighted = [part for part in self.parts if part.weight is not None]
        if not weighted:
            raise PydanticCustomError("form.evaluation_no_weight", "some part needs a weight")
        quality, counts = (self.weight_of(kinds) for kinds in (QUALITY, COUNTS))
        if counts > 0 and quality <= counts:
            raise PydanticCustomError(
                "form.evaluation_quality",
                "quality must weigh more than count",
                {"quality": f"{quality:g}", "counts": f"{counts:g}"},
            )
        if len(set(self.grades.values())) < len(self.grades):
            raise PydanticCustomError("form.evaluation_grades", "two grades begin at one score")
        if self.excellent_at_most is not None and len(self.grades) < 2:
            raise PydanticCustomError("form.evaluation_excellent", "a limit needs two grades at least")
        return self

    def weight_of(self, kinds: tuple[str, ...]) -> float:
        """Weight of the parts of some kinds together."""
        return sum(part.weight or 0.0 for part in self.parts if part.kind in kinds)

    @property
    def weighted(self) -> tuple[EvaluationPart, ...]:
        """The parts of the mean."""
        return tuple(part for part in self.parts if part.kind not in CORRECTIONS)

    @property
    def corrections(self) -> tuple[EvaluationPart, ...]:
        """The parts that are added or taken off afterwards."""
        return tuple(part for part in self.parts if part.kind in CORRECTIONS)

    def stages(self) -> tuple[str, ...]:
        """Stages that its parts read."""
        return tuple(dict.fromkeys(part.through for part in self.parts if part.through is not None))
