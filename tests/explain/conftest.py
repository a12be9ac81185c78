from __future__ import annotations

from collections.abc import Callable

import pytest

from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan
from matchmaker.what_if.reopened import Reopened, reopen
from tests.conftest import SolvedYear


@pytest.fixture(scope="session")
def opened(year: SolvedYear) -> Plan:
    """The small year's plan, opened for questions."""
    return open_plan(year.plan_folder)


@pytest.fixture(scope="session")
def stage_of(opened: Plan) -> Callable[[str], Reopened]:
    """A stage of it reopened, once for all tests."""
    known: dict[str, Reopened] = {}

    def get(stage: str) -> Reopened:
        if stage not in known:
            known[stage] = reopen(opened, stage)
        return known[stage]

    return get
