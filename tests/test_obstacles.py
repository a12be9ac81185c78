"""Why there is no plan, in numbers: each reason by a planted case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.errors import Fault
from matchmaker.formulation import Formulation, RowSide
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Problem, Stage, Status
from matchmaker.obstacles import LOOK_AHEAD, NAMED, Demand, obstacles
from matchmaker.rules import Rule, implicit_rules
from matchmaker.rules.apart import Apart
from matchmaker.rules.forbid import Forbid
from matchmaker.rules.pin import Pin
from matchmaker.solver import optimise
from tests.rules.instances import dataset_from, problem_of, side_of

STAGE = "agency_sub_district"


def problem(
    sources: tuple[int, int | None],
    targets: tuple[int, int | None],
    keep: Sequence[int] | None = None,
    size: int = 2,
) -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i:02}", "line": "one"} for i in range(size)],
            "sub_districts": [{"sub_district_id": f"S{i}"} for i in range(2)],
        }
    )
    stage = Stage(STAGE, "agencies", "sub_districts")
    sides = (side_of(dataset, "agencies", sources), side_of(dataset, "sub_districts", targets))
    return problem_of(dataset, stage, *sides, keep=keep)


def found(given: Problem, *rules: Rule) -> list[Fault]:
    """What is told of a problem that is infeasible indeed."""
    formulation = Formulation(given.pair_source, given.pair_target)
    for rule in (*implicit_rules(given.stage), *rules):
        rule.formulate(given, formulation, False)
    optimum = optimise(formulation.program([]), Settings())
    assert optimum.status is Status.INFEASIBLE
    demands = [Demand(rule.id, *rule.demanded(given)) for rule in rules]
    faults = list(obstacles(given, formulation, optimum.infeasible, demands))
    for fault in faults:
        assert fault.place.key == f"stages.{STAGE}"
        assert all(render_fault(fault, language) for language in LANGUAGES)
    return faults


def told(faults: Sequence[Fault]) -> list[tuple[str, str]]:
    return [(fault.code, fault.found) for fault in faults]


def pin(source: str, target: str) -> Pin:
    return Pin(id=f"pin_{source}_{target}", stage=STAGE, source=source, target=target)


def forbid(source: str, target: str) -> Forbid:
    return Forbid(id="forbid_it", stage=STAGE, source=source, target=target)


def test_sources_and_targets_without_candidates() -> None:
    assert told(found(problem((1, 1), (0, None), [0, 0, 1, 1]))) == [("solve.no_candidates.source", "A00")]
    assert told(found(problem((0, None), (1, None), [1, 0, 1, 0]))) == [("solve.no_candidates.target", "S1")]
    assert told(found(problem((2, 2), (0, None), [1, 0, 1, 1]))) == [("solve.no_candidates.source", "A00")]


def test_too_little_capacity() -> None:
    (fault,) = found(problem((0, 1), (2, None)))
    assert (fault.code, fault.found) == ("solve.too_little_capacity", "2")
    assert (fault.details["needed"], fault.details["short"]) == (4, 2)


def test_too_few_places() -> None:
    (fault,) = found(problem((2, 2), (0, 1)))
    assert (fault.code, fault.found) == ("solve.too_few_places", "2")
    assert (fault.details["needed"], fault.details["short"]) == (4, 2)


def test_a_pair_pinned_and_forbidden() -> None:
    (fault,) = found(problem((0, 1), (0, None)), pin("A00", "S1"), forbid("A00", "S1"))
    assert (fault.code, fault.found) == ("solve.contradiction", "A00–S1")
    assert (fault.details["one"], fault.details["other"]) == ("pin_A00_S1", "forbid_it")


def test_more_pins_than_the_maximum() -> None:
    (fault,) = found(problem((0, 1), (0, None)), pin("A00", "S0"), pin("A00", "S1"))
    assert (fault.code, fault.found) == ("solve.too_many_pins", "2")
    assert (fault.details["id"], fault.details["most"]) == ("A00", 1)
    (fault,) = found(problem((0, 2), (0, 1)), pin("A00", "S0"), pin("A01", "S0"))
    assert fault.details["id"] == "S0"


def test_otherwise_where_it_fails() -> None:
    given = problem((1, 1), (0, None))
    formulation = Formulation(given.pair_source, given.pair_target)
    formulation.add_rows("one", [0, 0], [0, 1], 1, [1], [1], RowSide.SOURCE)
    formulation.add_rows("other", [0, 0], [0, 1], 2, [1], [1])
    optimum = optimise(formulation.program([]), Settings())
    (fault,) = obstacles(given, formulation, optimum.infeasible)
    assert fault.code == "solve.infeasible"
    assert (fault.details["sources"], fault.details["targets"]) == ("A00", "S0、S1")
    assert fault.details["rules"] == "other"  # by itself


def test_rules_that_cost_points_only_are_not_blamed() -> None:
    given = problem((1, 1), (0, None))
    formulation = Formulation(given.pair_source, given.pair_target)
    for rule in implicit_rules(given.stage):
        rule.formulate(given, formulation, False)
    formulation.add_rows("hard", [0, 0], [0, 1], 1, [2], [2])
    short = formulation.add_columns("soft", 0, [9])
    formulation.add_points("soft", short, -1)
    formulation.add_rows("soft", [0, 0, 0], [0, 1, short[0]], 1, [9], [9])
    optimum = optimise(formulation.program([]), Settings())
    (fault,) = obstacles(given, formulation, optimum.infeasible)
    assert (fault.code, fault.details["rules"]) == ("solve.infeasible", "hard")


def test_a_rule_that_nothing_can_fulfil() -> None:
    given = problem((0, 1), (0, None), np.zeros(0, np.int64))
    formulation = Formulation(given.pair_source, given.pair_target)
    formulation.add_rows("floor", [], [], [], [1], [9])
    optimum = optimise(formulation.program([]), Settings())
    (fault,) = obstacles(given, formulation, optimum.infeasible)
    assert fault.code == "solve.infeasible"
    assert (fault.details["rules"], fault.details["sources"]) == ("floor", "—")


def test_rules_that_forbid_all_candidates_of_a_row() -> None:
    (fault,) = found(problem((1, 1), (0, None)), forbid("A01", "S0"), forbid("A01", "S1"))
    assert (fault.code, fault.found) == ("solve.forbidden.source", "A01")
    assert fault.details["rules"] == "forbid_it"
    (fault,) = found(problem((0, 1), (1, None)), forbid("A00", "S1"), forbid("A01", "S1"))
    assert (fault.code, fault.found) == ("solve.forbidden.target", "S1")


def test_long_lists_are_cut_and_counted() -> None:
    size = NAMED + 5
    (fault,) = found(problem((1, 1), (0, None), np.zeros(2 * size), size))
    assert fault.found.endswith(f"({size})")
    assert fault.found.count("、") == NAMED - 1


def test_pins_of_rows_that_are_not_there_or_take_no_part() -> None:
    given = problem((0, 1), (0, None))
    left_out = replace(
        given,
        sources=side_of(given.dataset, "agencies", (0, 1), ["A01"]),
        pair_source=given.pair_source[:2],
        pair_target=given.pair_target[:2],
    )
    (fault,) = found(left_out, pin("A01", "S0"))
    assert (fault.code, fault.found, fault.details["id"]) == ("solve.pin_left_out", "A01–S0", "A01")
    assert fault.details["rule"] == "pin_A01_S0"
    (fault,) = found(given, pin("A00", "S7"))
    assert (fault.code, fault.found, fault.details["id"]) == ("solve.pin_not_there", "A00–S7", "S7")


def test_pins_of_pairs_that_are_no_candidates() -> None:
    (fault,) = found(problem((0, 1), (0, None), [1, 0, 1, 1]), pin("A00", "S1"))
    assert (fault.code, fault.found) == ("solve.pin_no_candidate", "A00–S1")


def test_who_keeps_a_pair_that_never_was_and_what_later_stages_pin() -> None:
    given = problem((0, 1), (0, None), [1, 0, 1, 1])
    formulation = Formulation(given.pair_source, given.pair_target)
    formulation.add_rows("x", [], [], [], [1], [1])
    ids = np.array(["A00"], object), np.array([None], object), np.array(["S1"], object)
    demands = [Demand("sheet", ids[0], ids[1]), Demand(f"{LOOK_AHEAD}later", ids[0], ids[2])]
    kept, above = obstacles(given, formulation, [], demands)
    assert (kept.code, kept.found) == ("solve.nothing_to_keep", "A00")
    assert (above.code, above.found, above.details["later"]) == ("solve.pin_above", "A00–S1", "later")


def test_pins_that_a_rule_does_not_bear() -> None:
    apart = Apart(id="apart", kind="apart", stage=STAGE, by="line", max=1)
    pins = [pin("A00", "S0"), pin("A01", "S0"), pin("A02", "S1")]
    (fault,) = found(problem((0, 1), (0, None), size=3), *pins, apart)
    assert fault.code == "solve.pins_clash"
    assert fault.found == "A00–S0 (pin_A00_S0)、A01–S0 (pin_A01_S0)"  # the third has no part in it
    assert fault.details["rules"] == "apart"
