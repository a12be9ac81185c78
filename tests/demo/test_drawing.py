"""What is drawn for many rows at once, and how rows are numbered and named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matchmaker.demo.drawing import among, draw_days, draw_skills, take_up
from matchmaker.demo.frames import births, numbered, require_scale, seed_of
from matchmaker.demo.names import branch_names, grid_names


def test_numbers_start_anew_with_each_owner() -> None:
    assert numbered(np.array([0, 0, 2, 2, 2, 3])).tolist() == [0, 1, 0, 1, 2, 0]
    assert numbered(np.array([], np.int64)).tolist() == []


def test_only_branches_have_no_number() -> None:
    names = branch_names(np.array(["甲", "乙"], object), np.array([0, 1, 1]))
    assert names.tolist() == ["甲党支部", "乙第一党支部", "乙第二党支部"]


def test_grids_are_numbered_within_their_community() -> None:
    names = grid_names(np.array(["甲社区", "乙社区"], object), np.array([0, 0, 1]))
    assert names.tolist() == ["甲社区第01网格", "甲社区第02网格", "乙社区第01网格"]


def test_births_of_ages_at_the_turn_of_the_year() -> None:
    assert births(2027, np.array([30]), np.array([4])).tolist() == ["1996-04-01"]


def test_parts_are_drawn_among_their_owners_own() -> None:
    owner = np.array([0, 1, 1, 2])
    assert among(owner, np.array([2, 3, 1]), np.array([0.99, 0.0, 0.99, 0.5])).tolist() == [1, 2, 4, 5]


def test_functions_are_never_lost_and_one_more_at_most_is_taken_up() -> None:
    own = np.eye(16, dtype=bool)
    more = take_up(own, 1.0, np.random.default_rng(1))
    assert more[own].all()
    assert set(more.sum(axis=1).tolist()) <= {1, 2}
    assert (take_up(own, 0.0, np.random.default_rng(1)) == own).all()
    nobody = np.zeros((40, 16), bool)
    assert (
        take_up(nobody, 0.0, np.random.default_rng(1), also=np.ones(40, bool)).sum(axis=1).tolist()
        == [1] * 40
    )


def test_skills_are_of_the_trade_unless_one_more_is_drawn() -> None:
    functions = np.zeros((200, 16), bool)
    functions[:, :4] = True
    assert not draw_skills(functions, 0.5, 0.0, np.random.default_rng(1))[:, 4:].any()
    assert draw_skills(functions, 0.5, 0.5, np.random.default_rng(1))[:, 4:].any()


def test_days_lie_within_the_days_asked_for() -> None:
    days = draw_days(pd.Timestamp(2026, 12, 30), 3, 50, np.random.default_rng(1))
    assert set(days) == {"2026-12-30", "2026-12-31", "2027-01-01"}


def test_scales_and_seeds_out_of_range() -> None:
    for scale in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="scale"):
            require_scale(scale)
    with pytest.raises(ValueError, match="seed"):
        seed_of(-1, False)
    assert seed_of(3, False) == 3
    assert seed_of(3, True) not in range(2**32)
