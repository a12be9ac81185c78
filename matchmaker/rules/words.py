"""Words that rules use of themselves: for the codes that they name, for how they group rows."""

from __future__ import annotations

from matchmaker.grouping import By
from matchmaker.messages import Language
from matchmaker.tables import TABLES

__all__ = ["by_words", "label"]


def label(path: str | None, code: str, language: Language) -> str:
    """What a code of a column (or path) is called; the code itself where no list knows it.

    A rule does not know its stage's tables when it describes itself, so that the first
    table whose column of that name knows the code decides: lists are shared by tables.
    """
    name = (path or "").rpartition(".")[2]
    for table in TABLES.values():
        for column in table.columns:
            if column.id == name and column.choices is not None and code in column.choices.names:
                option = next(each for each in column.choices.options if each.code == code)
                return option.zh if language == "zh" else option.en or code
    return code


def by_words(by: By, language: Language) -> str:
    """What the rows of one group have in common: a column, or the partner that a stage gave them."""
    if isinstance(by, str):
        return f"“{by}”" if language == "zh" else by
    return f"环节 {by.stage} 的对象" if language == "zh" else f"partner of stage {by.stage}"
