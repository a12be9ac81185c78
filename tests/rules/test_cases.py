"""The cases in ``cases/<kind>.yaml``: tables, a rule and a plan, and what must come out.

A file has ``tables``, a ``stage`` and ``cases``. A case has a ``rule`` (``id`` and ``stage``
are filled in; ``{implicit: sources}`` names one that every stage has), maybe ``soft: true``,
``tables`` that replace the file's, ``sources``/``targets`` bounds, ``earlier`` stages (each
with ``id``, ``from``, ``to`` and the ``plan`` that was decided), stages ``coming`` (each with
``id``, ``from``, ``to`` and the bounds of its ``sources``), and

- ``plan``: each source with its target or targets;
- ``findings``: rows [source, target, found, required, unit]; none unless given;
- ``feasible``: whether the plan may be; for a hard rule this must go with the findings;
- ``points``: for a soft rule, of the whole or of each term;
- ``solvable`` instead of a plan: whether the rule leaves any plan at all.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

from matchmaker.decided import with_stages
from matchmaker.model import POINT, Assignment, Problem, Stage
from matchmaker.rules import KINDS, AnyRule, Rule, implicit_rules
from matchmaker.scheme.scenario import as_written
from matchmaker.scheme.yaml_writer import write_yaml
from tests.judge import allowed, best, hundredths
from tests.rules.instances import dataset_from, problem_of, program_of, side_of

FOLDER = Path(__file__).parent / "cases"
IMPLICIT = {"sources": 0, "targets": 1, "pins": 2}
_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, case in content["cases"].items():
            found.append(pytest.param(content, case, id=f"{path.stem}-{name}"))
    return found


def _problem(content: dict[str, Any], case: dict[str, Any]) -> Problem:
    stage = content["stage"]
    tables = {**content["tables"], **case.get("tables", {})}
    nouns = Stage(stage["id"], stage["from"], stage["to"])
    dataset, earlier = dataset_from(tables), {}
    for before in case.get("earlier", content.get("earlier", [])):
        earlier[before["id"]] = _assignment(before["id"], before["plan"])
        decided = Stage(before["id"], before["from"], before["to"])
        dataset = with_stages(dataset, [decided], earlier)
    sources = side_of(
        dataset,
        nouns.source_table,
        case.get("sources", stage.get("sources", [1, 1])),
        stage.get("excluded", ()),
    )
    targets = side_of(dataset, nouns.target_table, case.get("targets", stage.get("targets", [0, None])))
    coming = {
        later["id"]: (
            side_of(dataset, later["from"], later["sources"]),
            side_of(dataset, later["to"], (0, None)),
        )
        for later in case.get("coming", ())
    }
    problem = replace(problem_of(dataset, nouns, sources, targets), earlier=earlier, coming=coming)
    impossible = {(source, target) for source, target in case.get("impossible", [])}
    keep = [
        (problem.sources.ids[s], problem.targets.ids[t]) not in impossible
        for s, t in zip(problem.pair_source, problem.pair_target, strict=True)
    ]
    return problem.restricted(np.array(keep, bool))


def _rule(case: dict[str, Any], stage: str) -> Rule:
    fields = case["rule"]
    if "implicit" in fields:
        return implicit_rules(Stage(stage, "", ""))[IMPLICIT[fields["implicit"]]]
    about = {} if "stages" in fields else {"stage": stage}
    return _READ.validate_python({"id": "rule", **about, **fields})


def _assignment(stage: str, plan: dict[str, Any]) -> Assignment:
    pairs = [
        (source, target)
        for source, targets in plan.items()
        for target in (targets if isinstance(targets, list) else [targets])
    ]
    return Assignment.of(
        stage, np.array([s for s, _ in pairs], object), np.array([t for _, t in pairs], object)
    )


@pytest.mark.parametrize(("content", "case"), _cases())
def test_case(content: dict[str, Any], case: dict[str, Any]) -> None:
    problem = _problem(content, case)
    rule = _rule(case, problem.stage.id)
    soft = case.get("soft", False)
    assert not rule.misuse(soft)
    degrees = [(degree, False) for degree in implicit_rules(problem.stage)[:2] if degree.id != rule.id]
    program = program_of(problem, [(rule, soft), *degrees], rule.terms() if soft else ())
    if "plan" not in case:
        assert (best(program) is not None) == case["solvable"]
        return
    plan = _assignment(problem.stage.id, case["plan"])
    check = rule.check(problem, plan, soft)
    found = [[f.source_id, f.target_id, f.found, f.required, f.unit] for f in check.findings]
    assert sorted(found) == sorted(case.get("findings", []))
    chosen = problem.locate(plan).pair
    assert (chosen >= 0).all(), "the plan uses a pair that is no candidate"
    pairs = np.zeros(problem.pair_count, np.int64)
    pairs[chosen] = 1
    assert allowed(program, pairs) == case["feasible"]
    if not soft:
        assert case["feasible"] == (not found)
        return
    expected = case["points"] if isinstance(case["points"], dict) else {rule.id: case["points"]}
    assert {term: check.points[term] / POINT for term in expected} == expected
    for term, points in expected.items():
        if case["feasible"]:
            assert hundredths(program, pairs[None, :], rule.terms().index(term)) == [round(points * POINT)]


@pytest.mark.parametrize(("content", "case"), _cases())
def test_a_plan_s_scheme_says_the_same_rule(content: dict[str, Any], case: dict[str, Any]) -> None:
    rule = _rule(case, content["stage"]["id"])
    if "implicit" in case["rule"]:
        return  # no scheme writes it
    assert _READ.validate_python(yaml.safe_load(write_yaml(as_written(rule)))) == rule


def test_every_kind_has_cases() -> None:
    names = {path.stem for path in FOLDER.glob("*.yaml")}
    assert names == {*KINDS, "degrees", "pins_sheet"}
    for path in FOLDER.glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases = content["cases"].values()
        soft_only = path.stem in KINDS and KINDS[path.stem].hardness == {"soft"}
        if not soft_only:
            assert any(case.get("feasible") is True and not case.get("soft") for case in cases), path
            assert any(case.get("feasible") is False or case.get("solvable") is False for case in cases), path
        if path.stem in KINDS and "soft" in KINDS[path.stem].hardness:
            assert any("points" in case for case in cases), path
