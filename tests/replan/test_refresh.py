"""New lists: pairs stay, what they are worth is counted anew, claims and orders are decided again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matchmaker.errors import InputError
from matchmaker.plan_folder import write_plan
from matchmaker.replan.refresh import decided_again, refresh
from matchmaker.replan.run import Replanned
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import load_scheme
from matchmaker.tables import write_dataset
from matchmaker.verify import verify
from tests.conftest import SolvedYear

AGAIN = ("need_claim", "backstop")


@pytest.fixture(scope="module")
def lists(year: SolvedYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter later: every fifth need is settled, ten are new."""
    folder = tmp_path_factory.mktemp("quarter")
    needs = year.plan.dataset.frame("needs").copy()
    needs.loc[::5, "status"] = "已办结"
    new = needs.iloc[:10].assign(need_id=[f"Q{at:04d}" for at in range(10)], status="待认领")
    write_dataset({"needs": pd.concat([needs, new], ignore_index=True)}, folder)
    return folder


@pytest.fixture(scope="module")
def after(lists: Path, year: SolvedYear) -> Replanned:
    return refresh(year.plan_folder, lists)


def test_all_pairs_stay_but_for_claims_and_orders(after: Replanned, year: SolvedYear) -> None:
    for stage in year.plan.assignments:
        if stage not in AGAIN:
            columns = ["source_id", "target_id"]
            assert after.plan.assignments[stage][columns].equals(year.plan.assignments[stage][columns]), stage
    assert after.plan.replan["again"] == list(AGAIN)


def test_new_needs_are_claimed_and_settled_ones_are_not(after: Replanned) -> None:
    claimed = {one for stage in AGAIN for one in after.plan.assignments[stage]["target_id"]}
    needs = after.plan.dataset.frame("needs").set_index("need_id")
    assert set(needs.loc[sorted(claimed), "status"]) == {"待认领"}
    assert any(one.startswith("Q") for one in claimed)


def test_what_pairs_are_worth_is_counted_anew(after: Replanned, year: SolvedYear, tmp_path: Path) -> None:
    first = "agency_sub_district"
    assert after.plan.stage(first).levels[0].value != year.plan.stage(first).levels[0].value
    write_plan(after.plan, tmp_path / "after")
    found = verify(tmp_path / "after")
    assert found.differences == ()
    standing = {check.stage: check.standing for check in found.bounds}
    assert (standing[first], standing[AGAIN[0]]) == ("given", "certified")


def test_a_list_that_the_plan_does_not_have_is_a_fault(year: SolvedYear, tmp_path: Path) -> None:
    write_dataset(
        {"groups": pd.DataFrame({"group_id": ["X1"], "name": ["示例组"], "zone": ["东"]})}, tmp_path
    )
    with pytest.raises(InputError) as error:
        refresh(year.plan_folder, tmp_path)
    assert {fault.code for fault in error.value.faults} <= {"replan.unknown_lists", "tables.missing_column"}


@pytest.mark.parametrize(
    ("programme", "tables", "stages"),
    [
        ("longgang", {"needs"}, {"need_claim", "backstop"}),
        ("longgang", {"services"}, set()),
        ("yungang", {"needs", "orders"}, {"need_claim", "order_branch", "order_member"}),
        ("yungang", {"orders"}, {"order_branch", "order_member"}),
        ("meihekou", {"recipients"}, set()),
    ],
)
def test_the_scheme_says_what_is_decided_again(programme: str, tables: set[str], stages: set[str]) -> None:
    assert decided_again(load_scheme(SCENARIOS / programme / "scheme.yaml"), tables) == stages
