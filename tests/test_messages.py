"""The catalogue: both languages alike, and a text for whatever the package asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

import matchmaker
from matchmaker.errors import Fault, InputError, Place
from matchmaker.messages import LANGUAGES, catalogue, default_language, render_fault, text

TEXTS = catalogue()
PACKAGE = Path(matchmaker.__file__).parent
PARTS = ("", ".expected", ".remedy")
FAULTS = sorted({key.removesuffix(".remedy") for key in TEXTS if key.endswith(".remedy")} - {"fault"})

CHINESE = re.compile("[\u4e00-\u9fff]")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def same_details(sentence: str) -> set[str]:
    """Placeholders, a column's Chinese header and its English id being one."""
    one = {"header": "column", "headers": "columns"}
    return {one.get(name, name) for name in placeholders(sentence)}


@dataclass(frozen=True)
class Asked:
    """A text that a call in the package asks for; `details` are those of the call, None where unknown."""

    key: str
    place: str
    is_fault: bool
    details: frozenset[str] | None


def asked() -> Iterator[Asked]:
    """Every call of `Fault`, `text` and `say` whose key is written out."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name not in ("Fault", "text", "say") or not node.args:
                continue
            place = f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
            for key in constants(node.args[0]):
                details = fault_details(node) if name == "Fault" else keyword_details(node)
                yield Asked(key, place, name == "Fault", details)


def constants(node: ast.expr) -> list[str]:
    """A string written out, or both of a choice between two; nothing for what is put together."""
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def fault_details(call: ast.Call) -> frozenset[str] | None:
    """Names of the details of a `Fault`: the fourth argument, or the keyword."""
    given = [word.value for word in call.keywords if word.arg == "details"] + list(call.args[3:4])
    if not given:
        return frozenset({"found"})
    if not isinstance(given[0], ast.Dict) or not all(isinstance(key, ast.Constant) for key in given[0].keys):
        return None
    return frozenset({"found", *(str(key.value) for key in given[0].keys if isinstance(key, ast.Constant))})


def keyword_details(call: ast.Call) -> frozenset[str] | None:
    names = [word.arg for word in call.keywords]
    return None if None in names else frozenset(name for name in names if name is not None)


ASKED = list(asked())


# the two languages


@pytest.mark.parametrize("subject", sorted({key.split(".")[0] for key in TEXTS}))
def test_both_languages_have_the_same_placeholders(subject: str) -> None:
    for key, sentences in TEXTS.items():
        if key.split(".")[0] == subject:
            assert len(sentences) == len(LANGUAGES), key
            zh, en = sentences
            assert same_details(zh) == same_details(en), key
            assert bool(zh) == bool(en), key
            assert all(name.isidentifier() for name in placeholders(zh)), key


def test_nothing_is_left_untranslated() -> None:
    words = {key: (zh, re.sub(r"\{.*?\}", "", en)) for key, (zh, en) in TEXTS.items()}
    same = [
        key
        for key, (zh, en) in words.items()
        if zh == TEXTS[key][1] and re.search("[a-z]{4}", en, re.IGNORECASE) and not CHINESE.search(zh)
    ]
    assert same == []


def test_the_chinese_uses_the_words_of_the_office() -> None:
    told = {key: zh for key, (zh, _) in TEXTS.items()}
    for word in ("志愿填报", "志愿顺序", "契合", "鲁棒", "用户体验"):
        assert not [key for key, zh in told.items() if word in zh], word


def test_chinese_sentences_have_chinese_punctuation() -> None:
    written = re.compile(r"“[^”]*”|\[[^]]*\]|\{\{.*?\}\}")  # what stands in a file, as it stands there
    odd = re.compile("[\u4e00-\u9fff][,;:!?]|[,;!?][\u4e00-\u9fff]")
    assert {key: zh for key, (zh, _) in TEXTS.items() if odd.search(written.sub("", zh))} == {}


# what the package asks for


def test_every_fault_has_its_three_texts() -> None:
    told = [one for one in ASKED if one.is_fault]
    assert len(told) > 60  # the search itself finds them
    missing = {(one.key + part, one.place) for one in told for part in PARTS if one.key + part not in TEXTS}
    assert missing == set()


def test_every_text_that_is_asked_for_exists() -> None:
    told = [one for one in ASKED if not one.is_fault]
    assert len(told) > 60
    assert {(one.key, one.place) for one in told if one.key not in TEXTS} == set()


def test_faults_come_with_the_details_of_their_sentences() -> None:
    for one in ASKED:
        if one.is_fault and one.details is not None:
            for part in PARTS:
                for sentence in TEXTS[one.key + part]:
                    assert placeholders(sentence) <= one.details, (one.key + part, one.place)


def test_texts_come_with_the_details_of_their_sentences() -> None:
    for one in ASKED:
        if not one.is_fault and one.details is not None:
            for sentence in TEXTS[one.key]:
                assert placeholders(sentence) <= one.details, (one.key, one.place)


@pytest.mark.parametrize("part", PARTS)
def test_the_three_texts_of_a_fault_stand_together(part: str) -> None:
    assert [code for code in FAULTS if code + part not in TEXTS] == []
    halves = {key.rsplit(".", 1)[0] for key in TEXTS if key.endswith((".expected", ".remedy"))} - {"fault"}
    assert halves == set(FAULTS)


def test_faults_say_what_to_do() -> None:
    for code in FAULTS:
        assert all(TEXTS[code]), code
        assert all(TEXTS[f"{code}.remedy"]), code


def test_no_fault_is_without_use() -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.parent.name != "messages"
    )
    made = set(re.findall(r'f"([a-z_]+\.[a-z_.]*)\{', source))
    unused = [code for code in FAULTS if f'"{code}"' not in source and not code.startswith(tuple(made))]
    assert unused == []


# putting a sentence together


def test_what_a_model_of_ours_refuses_is_told_in_both_languages() -> None:
    raised = []
    for path in (PACKAGE / "columns.py", *sorted((PACKAGE / "rules").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                assert getattr(node.exc.func, "id", "") != "ValueError", path
                if getattr(node.exc.func, "id", "") == "PydanticCustomError":
                    raised += constants(node.exc.args[0])
    assert raised
    assert [key for key in raised if key not in FAULTS] == []


def test_a_fault_in_one_line() -> None:
    place = Place(file="agencies.csv", sheet="单位", cell="C17", line=17, key="rules.3")
    fault = Fault("plan.locked", place, "另一个", {"lock": ".plan.lock"})
    assert render_fault(fault, "zh") == (
        "agencies.csv “单位”表 C17 单元格 第 17 行 rules.3：另一个运行正在写这个方案；发现：另一个；"
        "应为：同一输出文件夹同时只有一个运行；处理：等它结束；若确已中断，删除 .plan.lock"
    )
    assert render_fault(fault, "en") == (
        "agencies.csv sheet “单位” cell C17 line 17 rules.3: another run is writing this plan; "
        "found: 另一个; expected: one run at a time for one output folder; "
        "remedy: wait for it; if it has died, delete .plan.lock"
    )


def test_a_fault_without_place_or_finding() -> None:
    assert render_fault(Fault("plan.not_a_plan"), "en") == (
        "not a plan folder; expected: a folder with plan.json; remedy: name the folder that solve --out wrote"
    )


def test_braces_in_what_was_found_are_text() -> None:
    assert "{0}{lock}" in render_fault(Fault("plan.damaged", Place(file="{x}"), "{0}{lock}"), "zh")


def test_an_unknown_text_is_a_program_fault() -> None:
    with pytest.raises(KeyError):
        text("no.such.text", "zh")


def test_a_text_defined_twice_is_a_program_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from matchmaker.messages import faults, tables

    monkeypatch.setitem(tables.TEXTS, next(iter(faults.TEXTS)), ("一", "one"))
    with pytest.raises(KeyError, match="defined twice"):
        catalogue()


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({}, "zh"),
    ],
)
def test_the_default_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("matchmaker.messages._windows_locale", str)
    assert default_language() == language


def test_faults_survive_a_process_boundary() -> None:
    import pickle

    error = InputError([Fault("plan.locked", Place(file="a"), "b", {"lock": "c"})])
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.faults, again.exit_code) == (InputError, error.faults, 2)
