"""The catalogue of rule kinds: adding one means one file beside this one and one line here."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from matchmaker.model import Stage
from matchmaker.rules.apart import Apart
from matchmaker.rules.balance import Balance
from matchmaker.rules.base import Check, Hardness, Rule
from matchmaker.rules.capacity import Capacity
from matchmaker.rules.contiguous import Contiguous
from matchmaker.rules.coverage import Coverage
from matchmaker.rules.degrees import Degrees
from matchmaker.rules.distance import Distance
from matchmaker.rules.duties import Duties
from matchmaker.rules.fair import Fair
from matchmaker.rules.fit import Fit
from matchmaker.rules.floor import Floor
from matchmaker.rules.forbid import Forbid
from matchmaker.rules.keep import Keep
from matchmaker.rules.located import Located
from matchmaker.rules.no_self import NoSelf
from matchmaker.rules.one_place import OnePlace
from matchmaker.rules.pin import Pin
from matchmaker.rules.pins_sheet import PinsSheet
from matchmaker.rules.prefer import Prefer
from matchmaker.rules.quota import Quota
from matchmaker.rules.require import Require
from matchmaker.rules.stable import Stable
from matchmaker.rules.strength_mix import StrengthMix
from matchmaker.rules.tenure import Tenure
from matchmaker.rules.together import Together
from matchmaker.rules.wish import Wish

__all__ = ["KINDS", "AnyRule", "Check", "Hardness", "Rule", "implicit_rules"]

AnyRule = Annotated[
    Apart
    | Balance
    | Capacity
    | Contiguous
    | Coverage
    | Distance
    | Duties
    | Fair
    | Fit
    | Floor
    | Forbid
    | Keep
    | Located
    | NoSelf
    | OnePlace
    | Pin
    | Prefer
    | Quota
    | Require
    | Stable
    | StrengthMix
    | Tenure
    | Together
    | Wish,
    Field(discriminator="kind"),
]
"""Any rule that a scheme may write, told apart by its ``kind``."""

KINDS: dict[str, type[Rule]] = {
    str(kind.model_fields["kind"].default): kind for kind in get_args(get_args(AnyRule)[0])
}
"""Every kind by the name that a scheme writes, in alphabetical order."""


def implicit_rules(stage: Stage) -> tuple[Rule, ...]:
    """The rules that every stage has without being asked: degrees of both sides, and the pins sheet."""
    return (
        Degrees(id=f"{stage.id}.sources", stage=stage.id, side="source"),
        Degrees(id=f"{stage.id}.targets", stage=stage.id, side="target"),
        PinsSheet(id=f"{stage.id}.pins", stage=stage.id),
    )
