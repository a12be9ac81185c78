from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import Fault, InputError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.scheme.yaml_reader import MAXIMUM_DEPTH, parse_yaml, read_yaml, scalar
from matchmaker.scheme.yaml_writer import write_yaml


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "scheme.yaml")
    for fault in caught.value.faults:
        assert fault.place.file == "scheme.yaml"
        for language in LANGUAGES:
            assert render_fault(fault, language).startswith("scheme.yaml")
    return caught.value.faults


def told(text: str) -> list[tuple[str, int, str]]:
    return [(fault.code, fault.place.line, fault.place.key) for fault in faults_of(text)]


def test_values_and_lines() -> None:
    document = parse_yaml(
        "# remark\nname: 三定三联\nstages:\n  - id: a\n    each_source: {min: 1, max: 2}\n  - id: b\n"
    )
    assert document.value == {
        "name": "三定三联",
        "stages": [{"id": "a", "each_source": {"min": 1, "max": 2}}, {"id": "b"}],
    }
    assert document.lines[("name",)] == 2
    assert document.lines[("stages", 0)] == 4
    assert document.lines[("stages", 0, "each_source", "max")] == 5
    assert document.lines[("stages", 1, "id")] == 6
    place = document.root.place_of(("stages", 1, "to"))
    assert (place.line, place.key) == (6, "stages.1.to")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0012", "0012"),
        ("010", "010"),
        ("12:30", "12:30"),
        ("2027-01-02", "2027-01-02"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("440000000000000000001", "440000000000000000001"),
        ("y", "y"),
        ("'no'", "no"),
        ('"true"', "true"),
        ("'12'", "12"),
        ("true", True),
        ("false", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("0.05", 0.05),
        ("1e-4", 0.0001),
        ("1.5e3", 1500.0),
        ("~", None),
        ("null", None),
        ("", None),
    ],
)
def test_scalars(written: str, meant: object) -> None:
    value = parse_yaml(f"a: {written}\n").value["a"]
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize("word", ["no", "No", "NO", "yes", "on", "off", "OFF"])
def test_words_that_may_be_truth_values(word: str) -> None:
    assert told(f"rules:\n  - where: {{active: {word}}}\n") == [("yaml.ambiguous", 2, "rules.0.where.active")]


@pytest.mark.parametrize("number", [".nan", ".NaN", ".inf", "-.INF", "1e999", "nan", "Infinity"])
def test_numbers_that_are_not_finite(number: str) -> None:
    assert told(f"a: 1\nb: [2, {number}]\n") == [("yaml.not_finite", 2, "b.1")]


def test_repeated_keys_are_all_told_with_the_first() -> None:
    faults = faults_of("a: 1\nb: {c: 1, c: 2}\na:\n  d: 1\n")
    assert [(f.code, f.place.line, f.place.key, f.details["first"]) for f in faults] == [
        ("yaml.duplicate_key", 2, "b.c", 2),
        ("yaml.duplicate_key", 3, "a", 1),
    ]


def test_aliases_and_anchors() -> None:
    assert told("a: &x [1]\nb: *x\n<<: *x\n") == [
        ("yaml.alias", 1, "a"),
        ("yaml.alias", 2, "b"),
        ("yaml.alias", 3, "<<"),
    ]


def test_a_few_lines_of_aliases_do_not_grow() -> None:
    text = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert {code for code, _, _ in told(text)} == {"yaml.alias"}


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['true']", "!!str 1", "!own x"])
def test_tags(tag: str) -> None:
    assert told(f"a:\n  b: {tag}\n") == [("yaml.tag", 2, "a.b")]


def test_nesting() -> None:
    inner = MAXIMUM_DEPTH - 1
    assert parse_yaml("a: " + "[" * inner + "]" * inner).value
    assert told("x: 1\na: " + "[" * (inner + 1) + "]" * (inner + 1)) == [("yaml.too_deep", 2, "a.0.0.0.0")]
    assert told("[" * 100_000)[0][0] == "yaml.too_deep"


def test_tabs() -> None:
    faults = faults_of("# a\tremark\na:\n\tb: 1\n\tc: 2\n")
    assert [(f.code, f.place.line, f.details["column"]) for f in faults] == [
        ("yaml.tab", 3, 1),
        ("yaml.tab", 4, 1),
    ]


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("name：三定三联\n", 1, "name"),
        ("name：三定\nstages:\n  - id: a\n", 1, "name"),
        ("name: x\nlimits:\n  gap：0.1\n  seconds: 3\n", 3, "limits.gap"),
        ("name: x\nlimits: {gap：0.1, seconds: 3}\n", 2, "limits.gap"),
        ("rules:\n  - id: a\n  - kind：fit\n", 3, "rules.1.kind"),
        ("where:\n  单位类别：政法\n", 2, "where.单位类别"),
    ],
)
def test_full_width_colon(text: str, line: int, key: str) -> None:
    faults = faults_of(text)
    assert [(f.code, f.place.line, f.place.key) for f in faults] == [("yaml.wide_colon", line, key)]
    assert render_fault(faults[0], "en").count(f"{faults[0].details['key']}: …") == 1


def test_every_full_width_colon_is_told() -> None:
    text = "name：三定\nstages:\n  - id: a\n    to：b\nrules：[]\n"
    assert [(code, line) for code, line, _ in told(text)] == [
        ("yaml.wide_colon", 1),
        ("yaml.wide_colon", 4),
        ("yaml.wide_colon", 5),
    ]


def test_full_width_colon_in_the_words_of_a_value() -> None:
    text = 'name: 方案：意向优先\nlist:\n  - 说明：甲\n"a：b": 1 # 注：x\n'
    assert parse_yaml(text).value == {"name": "方案：意向优先", "list": ["说明：甲"], "a：b": 1}


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n", "\n\n"])
def test_empty(text: str) -> None:
    assert told(text) == [("yaml.empty", 0, "")]


def test_several_documents() -> None:
    assert told("a: 1\n---\nb: 2\n") == [("yaml.several_documents", 2, "")]


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a: 1\nb: c: d\n", 2, "b"),
        ("a: [1, 2\n", 2, "a.2"),
        ('a: "x\n', 2, "a"),
        ("a:\n  - 1\n b: 2\n", 3, ""),
    ],
)
def test_syntax(text: str, line: int, key: str) -> None:
    assert [(code, at) for code, at, _ in told(text)] == [("yaml.syntax", line)]


def test_faults_before_a_syntax_fault_are_kept() -> None:
    assert [(code, line) for code, line, _ in told("a: no\na: 1\nb: c: d\n")] == [
        ("yaml.ambiguous", 1),
        ("yaml.duplicate_key", 2),
        ("yaml.syntax", 3),
    ]


def test_keys_are_text() -> None:
    assert parse_yaml("1: a\ntrue: b\nno: c\n").value == {"1": "a", "true": "b", "no": "c"}
    assert told("a: 1\n[x]: 2\n") == [("yaml.key_not_text", 2, "")]
    assert told("? {b: 1}\n: 2\nc: 3\n") == [("yaml.key_not_text", 1, "")]


def test_control_characters() -> None:
    assert told("a: 1\nb: \x07\n") == [("yaml.control_character", 2, "")]


def test_files(tmp_path) -> None:
    def told_of(path) -> tuple[str, int]:
        with pytest.raises(InputError) as caught:
            read_yaml(path)
        (fault,) = caught.value.faults
        assert fault.place.file == str(path)
        return fault.code, fault.place.line

    assert told_of(tmp_path / "none.yaml") == ("yaml.no_file", 0)
    assert told_of(tmp_path) == ("yaml.unreadable", 0)
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nname: 轮换\n".encode("gb18030"))
    assert told_of(path) == ("yaml.encoding", 2)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes("a: 1\r\nname: 轮换\r\n".encode(encoding))
        assert read_yaml(path).value == {"a": 1, "name": "轮换"}


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(
        [
            "no",
            "on",
            "1e5",
            "1e999",
            "nan",
            ".inf",
            "0012",
            "12:30",
            "true",
            "~",
            "a：b",
            "- x",
            "#",
            "a\tb",
            "2027-01-02",
            "<<",
            "=",
            " x ",
        ]
    )
)
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ["no", "kind", "a：b", "1"]
)


values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_written_values_are_read_back(value: dict[str, object]) -> None:
    assert parse_yaml(write_yaml(value)).value == value


@given(st.text(max_size=40))
def test_any_plain_word_is_itself_or_a_finite_value(text: str) -> None:
    try:
        value = scalar(text)
    except ValueError:
        return
    assert value == text or value is None or math.isfinite(float(value))


@given(st.text(st.sampled_from("ab:： -[]{}\n\t'\"&*!#|>?%@,1.~"), max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    try:
        files = {node.place.file for _, node in parse_yaml(text, "f.yaml").root.walk()}
    except InputError as error:
        files = {fault.place.file for fault in error.faults}
    assert files == {"f.yaml"}
