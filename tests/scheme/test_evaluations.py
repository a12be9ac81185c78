"""How a scheme evaluates: read, refused with places, and written back."""

from __future__ import annotations

import pytest

from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import as_written, json_schema, load_scheme
from tests.scheme.test_scheme import STAGES, scheme_of, told

SOUND = """\
evaluations:
  - id: places
    name: 社区得分
    rows: communities
    parts:
      - {id: by, rating: agency_community, weight: 60}
      - {id: orders, orders: true, weight: 40}
  - id: units
    name: 单位得分
    rows: agencies
    where: {active: true}
    parts:
      - {id: shared, score_of: places, stage: second, weight: 3}
      - {id: visits, visits: {stage: first, per: quarter}, weight: 2}
      - {id: extra, adjust: bonus}
    grades: {优秀: 90, 其他: 0}
    excellent_at_most: 0.3
"""  # begins in line 8


def test_a_formula_is_read_and_written_back() -> None:
    scheme = scheme_of(STAGES + SOUND)
    assert [entry.id for entry in scheme.evaluations] == ["places", "units"]
    assert scheme.evaluations[1].stages() == ("second", "first")
    assert Scheme.model_validate(as_written(scheme)) == scheme
    assert "evaluations" in json_schema()["scheme"]["properties"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("id: units", "id: places", ("scheme.repeated_evaluation", 15)),
        ("id: orders, orders", "id: by, orders", ("scheme.repeated_part", 14)),
        ("score_of: places", "score_of: place", ("scheme.unknown_score", 20)),
        ("score_of: places", "score_of: units", ("scheme.score_later", 20)),
        ("stage: second, w", "stage: secund, w", ("scheme.unknown_stage", 20)),
        ("visits: {stage: first", "visits: {stage: zeroth", ("scheme.unknown_stage", 21)),
        ("rows: agencies", "rows: agency", ("scheme.not_scored", 17)),
        ("rating: agency_community", "rating: community_agency", ("scheme.rating_of_others", 13)),
        ("rating: agency_community", "rating: agency", ("scheme.not_among", 13)),
        ("weight: 3}", "weight: 2}", ("form.evaluation_quality", 15)),
        ("weight: 3}", "weight: 0}", ("scheme.out_of_bounds", 20)),
        ("adjust: bonus", "adjust: bonus, weight: 1", ("form.evaluation_weight", 22)),
        ("orders: true", "order: true", ("scheme.unknown_key", 14)),
        ("per: quarter", "per: week", ("scheme.not_among", 21)),
        ("excellent_at_most: 0.3", "excellent_at_most: 3", ("scheme.out_of_bounds", 24)),
    ],
)
def test_faults_have_places(before: str, after: str, fault: tuple[str, int]) -> None:
    assert before in SOUND
    found = told(STAGES + SOUND.replace(before, after, 1))
    assert fault in [(code, line) for code, line, _, _ in found], found


def test_one_score_a_row() -> None:
    twice = SOUND.replace("rows: agencies", "rows: communities").replace("    where: {active: true}\n", "")
    assert ("scheme.scored_twice", 17) in [(code, line) for code, line, _, _ in told(STAGES + twice)]


def test_the_delivered_formulas_are_sound() -> None:
    for path in sorted(SCENARIOS.glob("*/scheme.yaml")):
        load_scheme(path)
