"""`groups_of`: by column, by path, by an earlier stage."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.decided import with_stages
from matchmaker.errors import InputError
from matchmaker.grouping import ByStage, groups_of, stage_partners
from matchmaker.model import Assignment, Stage
from tests.rules.instances import dataset_from, problem_of, side_of
from tests.triads import PAIRING, TABLES, decided


class TestGroups:
    """`groups_of`: by column, by path, by an earlier stage."""

    def test_by_path(self) -> None:
        dataset = decided()
        stage = Stage("claim", "partners", "communities")
        problem = problem_of(
            dataset, stage, side_of(dataset, "partners", (0, 1)), side_of(dataset, "communities", (0, None))
        )
        groups = groups_of(problem, "source", "community")
        assert list(groups.ids) == ["C0", "C1", "C2"]
        assert list(groups.of_row) == [0, 1, 2, 0]

    def test_by_an_earlier_stage_through_the_tree(self) -> None:
        dataset = decided()
        assert list(stage_partners(dataset, "partners", PAIRING.id)) == ["B1", "B0", "B2", "B1"]
        assert list(stage_partners(dataset, "branches", PAIRING.id)) == ["C1", "C0", "C2"]
        assert list(stage_partners(dataset, PAIRING.id, PAIRING.id)) == ["C1", "C0", "C2"]

    def test_rows_without_a_partner_are_in_no_group(self) -> None:
        pairs = Assignment.of(PAIRING.id, np.array(["B1"], object), np.array(["C0"], object))
        dataset = with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})
        problem = problem_of(
            dataset,
            Stage("next", "branches", "communities"),
            side_of(dataset, "branches", (0, 1)),
            side_of(dataset, "communities", (0, 1)),
        )
        groups = groups_of(problem, "source", ByStage(stage=PAIRING.id))
        assert (list(groups.ids), list(groups.of_row)) == (["C0"], [-1, 0, -1])

    def test_several_partners_are_no_group(self) -> None:
        pairs = Assignment.of(PAIRING.id, np.array(["B1", "B1"], object), np.array(["C0", "C1"], object))
        dataset = with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})
        with pytest.raises(InputError) as caught:
            stage_partners(dataset, "branches", PAIRING.id)
        assert [fault.code for fault in caught.value.faults] == ["grouping.several"]

    @pytest.mark.parametrize(
        ("table", "stage", "code"),
        [("branches", "nothing", "grouping.no_stage"), ("sub_districts", PAIRING.id, "grouping.no_path")],
    )
    def test_what_cannot_be_grouped(self, table: str, stage: str, code: str) -> None:
        with pytest.raises(InputError) as caught:
            stage_partners(decided(), table, stage)
        assert [fault.code for fault in caught.value.faults] == [code]
