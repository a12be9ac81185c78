"""How the workbook looks: fonts, borders and colours of the office's forms, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaker.messages import Language

__all__ = ["Styles"]

HEAD_FILL = "#DCE6F1"
BAND_FILL = "#F7F9FC"
LABEL_FILL = "#F2F2F2"
TOTAL_FILL = "#EDEDED"
NEW_FILL, MOVED_FILL, LOW_FILL = "#E2EFDA", "#FFF2CC", "#F8CBAD"
LINE = "#A6A6A6"

_NUMBERS = {
    "points": "0.0", "whole": "#,##0", "share": "0.0%", "km": "0.00", "decimal": "#,##0.00",
    "change": "+#,##0.0;[Red]-#,##0.0;0.0",
}  # fmt: skip

_FONTS = {"zh": ("黑体", "宋体"), "en": ("Calibri", "Calibri")}
"""Of titles and heads, and of everything else."""


@dataclass
class Styles:
    """The formats of one workbook; each is made the first time it is asked for."""

    book: Any
    language: Language

    def __post_init__(self) -> None:
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **properties: object) -> Any:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(
                {"font_name": _FONTS[self.language][1], "font_size": 10, "valign": "vcenter", **properties}
            )
        return self._made[key]

    def heading(self, **properties: object) -> Any:
        """The format of a title, in the font of titles."""
        return self.of(**{"font_name": _FONTS[self.language][0], **properties})

    @property
    def title(self) -> Any:
        """Centred title of a sheet."""
        return self.heading(font_size=18, bold=True, align="center")

    @property
    def section(self) -> Any:
        """Heading of a part of the overview."""
        return self.heading(font_size=12, bold=True)

    @property
    def head(self) -> Any:
        """Column heads."""
        return self.heading(
            bold=True, align="center", text_wrap=True, border=1, border_color=LINE, bg_color=HEAD_FILL
        )

    def cell(self, kind: str, *, band: bool = False, quoted: bool = False) -> Any:
        """A cell of a table; `quoted` keeps its text from ever being taken for a formula."""
        properties: dict[str, object] = {"border": 1, "border_color": LINE}
        if kind == "text":
            properties |= {"align": "left", "indent": 1, "text_wrap": True}
        elif kind in ("centre", "number"):
            properties |= {"align": "center", "text_wrap": kind == "centre"}
        elif kind == "label":
            properties |= {"align": "left", "indent": 1, "text_wrap": True, "bg_color": LABEL_FILL}
        else:
            properties |= {"align": "right", "indent": 1, "num_format": _NUMBERS[kind]}
        if band:
            properties["bg_color"] = BAND_FILL
        if quoted:
            properties["quote_prefix"] = True
        return self.of(**properties)

    def total(self, kind: str) -> Any:
        """A cell of the total row."""
        numbers = _NUMBERS.get(kind)
        properties: dict[str, object] = {
            "bold": True, "border": 1, "border_color": LINE, "bg_color": TOTAL_FILL,
            **({"align": "right", "indent": 1, "num_format": numbers} if numbers else {"align": "center"}),
        }  # fmt: skip
        return self.of(**properties)

    def highlight(self, fill: str, **properties: object) -> Any:
        """A fill that a condition puts over a cell."""
        return self.book.add_format({"bg_color": fill, **properties})
