"""The Qidong data set: the programme's counts, the real structure, nothing real but that."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from matchmaker.demo.qidong import generate_qidong
from matchmaker.demo.qidong.catalogues import agency_kinds, themes, towns


@cache
def year() -> dict[str, pd.DataFrame]:
    return generate_qidong()


def test_the_programme_s_counts() -> None:
    tables = year()
    assert len(tables["agencies"]) == 58
    assert tables["agencies"]["member_count"].sum() == 6423
    assert len(tables["groups"]) == 8
    communities = tables["communities"]
    assert communities["zone"].notna().sum() == 37
    assert (communities["kind"] == "village").sum() == 100
    enterprises = (tables["partners"]["kind"] == "enterprise").sum()
    assert enterprises + communities["zone"].isna().sum() == 207
    young = tables["cadres"].query("cadre_kind == 'young' and excellent and eligible")
    assert len(young) > 100


def test_sizes_add_up_with_the_lead_counted() -> None:
    groups = year()["groups"]
    assert groups["min_size"].sum() <= 58 <= groups["max_size"].sum()


def test_the_main_town_has_40_urban_communities() -> None:
    main = towns()[0]
    assert (len(main.city), len(main.outside)) == (37, 3)


def test_every_category_has_a_theme_and_every_organisation_functions() -> None:
    assert len({code for theme in themes() for code in theme.codes}) == 16
    assert len(agency_kinds()) == 58
    assert all(kind.functions for kind in agency_kinds())


@pytest.mark.parametrize("scale", [0.01, 0.25, 0.5, 1.5])
def test_groups_keep_their_size_at_every_scale(scale: float) -> None:
    tables = generate_qidong(scale, 3)
    assert 7 * len(tables["groups"]) <= len(tables["agencies"]) <= 8 * len(tables["groups"])


def test_every_row_says_that_it_is_made_up() -> None:
    for frame in year().values():
        assert (frame["note"] == "模拟数据").all()


def test_the_same_seed_gives_the_same_tables() -> None:
    again, other = generate_qidong(0.25, 7), generate_qidong(0.25, 8)
    for name, frame in generate_qidong(0.25, 7).items():
        pd.testing.assert_frame_equal(frame, again[name])
    assert not other["agencies"].equals(again["agencies"])


def test_real_names_come_without_judgements_and_points() -> None:
    communities = generate_qidong(0.25, 1, real_names=True)["communities"]
    assert communities["division_code"].notna().all()
    assert not {"weak", "strength_level", "lng", "lat"} & set(communities.columns)
    assert not communities["name"].str.startswith("示例").any()
    assert year()["communities"]["name"].str.startswith("示例").all()


def test_numbers_that_make_no_sense() -> None:
    for scale, seed in ((0, 1), (np.nan, 1), (1, -1)):
        with pytest.raises(ValueError, match="must be"):
            generate_qidong(scale, seed)
