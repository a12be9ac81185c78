"""Publishing a plan: from then on it is what happened, and nothing in it changes.

``publication.json`` in the plan's folder says of what (the checksum of ``plan.json``, which has
those of all other files), for which year, when and signed off by whom, and which published plan
it continues or corrects. A folder that holds one is never overwritten.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from matchmaker.errors import Fault, InputError, Place, VerificationError
from matchmaker.plan_files import DAMAGED
from matchmaker.plan_folder import changed_files, checksum, read_results
from matchmaker.plan_formats import PUBLICATION, migrated
from matchmaker.plans import Results
from matchmaker.tables import read_dataset

__all__ = [
    "FILE",
    "Parent",
    "Publication",
    "checksum_differences",
    "publication_differences",
    "publish",
    "read_publication",
    "require_as_published",
    "require_as_written",
    "require_unchanged",
    "require_unpublished",
]

FILE = "publication.json"
DECIDED = ("accepted", "rejected")
"""Decisions on an objection; others are pending."""


@dataclass(frozen=True)
class Parent:
    """The published plan that one continues or corrects: by name, year and checksum of its publication."""

    name: str
    year: int
    checksum: str


@dataclass(frozen=True)
class Publication:
    """One entry of the ledger.

    Parameters
    ----------
    name, year
        Of the plan.
    plan : str
        SHA-256 of ``plan.json``.
    published : str
        Date, YYYY-MM-DD.
    signed_off : tuple of str
        Who answers for it: bodies or posts, as the office writes them.
    parent : Parent or None
        The published plan before it.
    note : str
        What else the office wants to remember.
    objections : tuple of str
        Ids of the objections that the plan answers, accepted or not; whose and why is in its inputs.
    """

    name: str
    year: int
    plan: str
    published: str
    signed_off: tuple[str, ...]
    parent: Parent | None = None
    note: str = ""
    format: int = PUBLICATION.current
    objections: tuple[str, ...] = ()


def publish(
    folder: Path | str,
    signed_off: tuple[str, ...],
    published: date,
    parent: Path | str | None = None,
    note: str = "",
) -> Publication:
    """Publish a plan that agrees with itself; its files become read-only.

    `folder` must have been verified (`matchmaker.verify.verify`). Without `parent`, a correction of a
    published plan (its scenario's ``baseline``) names that one.

    Raises
    ------
    InputError
        When the plan is published already, or the parent is no published plan, is no longer the one
        that was published, or is of a later year.
    """
    folder = Path(folder)
    results = read_results(folder)
    require_unpublished(folder)
    before = _corrected(results) if parent is None else _parent(Path(parent), int(results.origin["year"]))
    publication = Publication(
        name=str(results.origin["name"]),
        year=int(results.origin["year"]),
        plan=str(results.origin["checksum"]),
        published=published.isoformat(),
        signed_off=signed_off,
        parent=before,
        note=note,
        objections=_answered(folder),
    )
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(0o400)  # first: what cannot be locked is not published
    aside = folder / f".{FILE}.{os.getpid()}.part"
    try:
        text = json.dumps(asdict(publication), ensure_ascii=False, indent=2)
        aside.write_text(text + "\n", encoding="utf-8", newline="\n")
        aside.chmod(0o400)
        aside.replace(folder / FILE)
    finally:
        aside.unlink(missing_ok=True)
    return publication


def require_unpublished(folder: Path | str) -> None:
    """Raise `InputError` when the folder's plan is published already."""
    if (Path(folder) / FILE).exists():
        earlier = read_publication(folder)
        details = {"signed_off": "、".join(earlier.signed_off)}
        raise InputError(
            [Fault("publish.already", Place(file=str(folder)), earlier.published, dict(details))]
        )


def read_publication(folder: Path | str) -> Publication:
    """The publication of a plan's folder.

    Raises
    ------
    InputError
        When the folder has none, or one that cannot be read.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise InputError([Fault("publish.none", Place(file=str(folder)))])
    try:
        written = migrated(json.loads(path.read_text("utf-8")), PUBLICATION, Place(file=str(path)))
        before = written["parent"]
        publication = Publication(
            **{
                **written,
                "signed_off": tuple(written["signed_off"]),
                "objections": tuple(written["objections"]),
                "parent": None if before is None else Parent(**before),
            }
        )
        date.fromisoformat(publication.published)
        _require_types(publication)
    except DAMAGED as error:
        raise InputError([Fault("publish.damaged", Place(file=str(path)), str(error))]) from error
    return publication


def publication_differences(folder: Path | str) -> tuple[Fault, ...]:
    """What shows that a published plan is no longer the one that was published; empty for one that is not."""
    if not (Path(folder) / FILE).exists():
        return ()
    try:
        publication = read_publication(folder)
    except InputError as error:
        return error.faults
    found = checksum(Path(folder) / "plan.json")
    if found == publication.plan:
        return ()
    place = Place(file=str(Path(folder) / "plan.json"))
    return (Fault("publish.changed", place, found, {"recorded": publication.plan}),)


def require_as_published(folder: Path | str) -> None:
    """Raise `InputError` when a published plan has any file that is not as it was; others are let pass."""
    if not (Path(folder) / FILE).exists():
        return
    faults = publication_differences(folder) or tuple(
        Fault("publish.changed", Place(file=str(Path(folder) / name)), found, {"recorded": recorded})
        for name, found, recorded in changed_files(folder)
    )
    if faults:
        raise InputError(faults)


def checksum_differences(folder: Path | str) -> tuple[Fault, ...]:
    """Files of a plan folder that are no longer as they were written or published."""
    changed = tuple(
        Fault("verify.checksum", Place(file=name), found[:12], {"expected": recorded[:12]})
        for name, found, recorded in changed_files(folder)
    )
    return (*changed, *publication_differences(folder))


def require_unchanged(folder: Path | str) -> None:
    """Raise `VerificationError` when a plan has a file that is not as it was written or published."""
    faults = checksum_differences(folder)
    if faults:
        raise VerificationError(faults)


def require_as_written(folder: Path | str) -> None:
    """Raise `InputError` when a plan on which another year rests has a file that is not as it was written."""
    require_as_published(folder)
    faults = tuple(
        Fault(
            "verify.checksum", Place(file=str(Path(folder) / name)), found[:12], {"expected": recorded[:12]}
        )
        for name, found, recorded in changed_files(folder)
    )
    if faults:
        raise InputError(faults)


def _require_types(publication: Publication) -> None:
    """Raise `TypeError` where a value is not of the kind that `publish` writes."""
    parent = publication.parent
    texts = [publication.name, publication.plan, publication.published, publication.note]
    texts += [
        *publication.signed_off,
        *publication.objections,
        *(() if parent is None else (parent.name, parent.checksum)),
    ]
    years = [publication.year, publication.year if parent is None else parent.year]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(year, int) for year in years):
        raise TypeError("name, plan, published, signed_off, note, objections: text; year: number")


def _corrected(results: Results) -> Parent | None:
    """The published plan that a plan corrects by its own words; None where it corrects none."""
    before = results.baseline
    if not before.get("publication"):
        return None
    return Parent(str(before["name"]), int(before["year"]), str(before["publication"]))


def _answered(folder: Path) -> tuple[str, ...]:
    """Ids of the objections that were decided on."""
    sheet = folder / "inputs" / "objections.csv"
    if not sheet.is_file():
        return ()
    rows = read_dataset(sheet).dataset.frame("objections")
    if "decision" not in rows:
        return ()
    return tuple(map(str, rows["objection_id"][rows["decision"].isin(DECIDED).to_numpy(bool)]))


def _parent(folder: Path, year: int) -> Parent:
    publication = read_publication(folder)
    require_as_published(folder)
    if publication.year > year:
        details = {"parent": publication.year, "year": year}
        raise InputError([Fault("publish.later_parent", Place(file=str(folder)), details=dict(details))])
    return Parent(publication.name, publication.year, checksum(folder / FILE))
