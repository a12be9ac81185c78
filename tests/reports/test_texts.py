"""Texts of reports: both languages fill in the same details; every figure and reason has words."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from matchmaker.messages import catalogue
from matchmaker.messages.reports import TEXTS
from matchmaker.model import Status

_CHINESE = re.compile("[\u4e00-\u9fff]")
_BOTH = {"book.demo", "book.demo_short", "show.demo"}
"""Marks that the English text repeats in Chinese, because the data say them so."""


def details(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key: str) -> None:
    zh, en = TEXTS[key]
    assert details(zh) == details(en)
    assert zh
    assert en
    assert not _CHINESE.search(en) or key in _BOTH


def test_every_status_has_words() -> None:
    for status in Status:
        assert {f"status.{status.value}", f"compare.status.{status.value}"} <= catalogue().keys()


def test_texts_use_the_words_of_the_office() -> None:
    told = "".join(zh for zh, _ in TEXTS.values())
    assert not [word for word in ("志愿", "契合", "贫困", "补位", "疫情") if word in told]
