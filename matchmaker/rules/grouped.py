"""Words for how a rule groups rows."""

from __future__ import annotations

from matchmaker.grouping import By
from matchmaker.messages import Language

__all__ = ["by_words"]


def by_words(by: By, language: Language) -> str:
    """What the rows of one group have in common: a column, or the partner that a stage gave them."""
    if isinstance(by, str):
        return f"“{by}”" if language == "zh" else by
    return f"环节 {by.stage} 的对象" if language == "zh" else f"partner of stage {by.stage}"
