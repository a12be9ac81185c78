"""Amounts as schemes write them: so many at least, so many wished for, so many at most."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from matchmaker.formulation import UNBOUNDED
from matchmaker.messages import Language

__all__ = ["Amount"]


class Amount(BaseModel):
    """A number of partners; one number stands for all three bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: int = Field(0, ge=0, description="At least so many")
    target: int | None = Field(None, ge=0, description="So many are wished for; as `min` if missing")
    max: int | None = Field(None, ge=0, description="At most so many; no limit if missing")

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, given: Any) -> Any:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"min": given, "target": given, "max": given}
        return given

    @model_validator(mode="after")
    def _ordered(self) -> Amount:
        if not self.min <= self.wanted <= self.most:
            raise PydanticCustomError("form.amount", "min, target and max must rise")
        return self

    @property
    def wanted(self) -> int:
        """`target`, or `min` where there is none."""
        return self.min if self.target is None else self.target

    @property
    def most(self) -> int:
        """`max`, or `UNBOUNDED` where there is none."""
        return int(UNBOUNDED) if self.max is None else self.max

    def told(self, language: Language) -> str:
        """The amount in words: ``2``, ``1–3``, ``at least 1``."""
        if self.min == self.max:
            return f"{self.min}"
        if self.max is None:
            if language == "zh":
                words = f"不少于 {self.min}" if self.min else "不限"
            else:
                words = f"at least {self.min}" if self.min else "any number"
        elif self.min:
            words = f"{self.min}–{self.max}"
        else:
            words = f"不超过 {self.max}" if language == "zh" else f"at most {self.max}"
        if self.wanted > self.min:
            words += f"（宜 {self.wanted}）" if language == "zh" else f" (better {self.wanted})"
        return words

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A number may stand for the mapping."""
        mapping = handler.resolve_ref_schema(handler(core))
        short: list[JsonSchemaValue] = [{"type": "integer", "minimum": 0}]
        return {"title": "Amount", "description": cls.__doc__, "anyOf": [*short, mapping]}
