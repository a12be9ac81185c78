"""publish: what was decided is locked, and says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import Cli


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "已于 2027-01-20 公布"), ("en", "published as of 2027-01-20")]
)
def test_a_plan_is_published_once(cli: Cli, plan: Path, language: str, words: str) -> None:
    said = ("publish", plan, "--signed-off", "区委组织部", "--on", "2027-01-20", "--lang", language)
    answer = cli(*said)
    assert answer.code == 0
    assert words in answer.out
    record = json.loads((plan / "publication.json").read_text("utf-8"))
    assert (record["published"], record["signed_off"], record["parent"]) == (
        "2027-01-20",
        ["区委组织部"],
        None,
    )
    assert record["plan"] in answer.out
    assert all(not path.stat().st_mode & 0o222 for path in plan.rglob("*") if path.is_file())
    assert cli("verify", plan).code == 0
    again = cli(*said)
    assert again.code == 2
    assert "2027-01-20" in again.err


def test_a_published_plan_is_not_overwritten(cli: Cli, demo: Path, plan: Path) -> None:
    assert cli("publish", plan, "--signed-off", "区委组织部", "--quiet").code == 0
    before = {path: path.read_bytes() for path in plan.rglob("*") if path.is_file()}
    assert cli("solve", demo / "scenario.yaml", "--out", plan).code == 2
    assert {path: path.read_bytes() for path in plan.rglob("*") if path.is_file()} == before


def test_changed_before_or_after_it_is_found(cli: Cli, plan: Path) -> None:
    findings = plan / "findings.csv"
    good = findings.read_bytes()
    findings.write_bytes(good + b"x,,,0,0,pairs\n")
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 5
    assert not (plan / "publication.json").exists()
    findings.write_bytes(good)
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 0
    manifest = plan / "plan.json"
    manifest.chmod(0o600)
    manifest.write_text(manifest.read_text("utf-8").replace('"seconds": ', '"seconds":  ', 1), "utf-8")
    answer = cli("verify", plan, "--lang", "en")
    assert answer.code == 5
    assert "changed after it was published" in answer.err


def test_a_correction_names_its_parent(cli: Cli, plan: Path, plan_once: Path, tmp_path: Path) -> None:
    refused = cli("publish", plan, "--signed-off", "区委组织部", "--parent", plan_once)
    assert refused.code == 2
    assert not (plan / "publication.json").exists()
    first = tmp_path / "first"
    shutil.copytree(plan, first)
    assert cli("publish", first, "--signed-off", "区委组织部").code == 0
    data = cli(
        "publish", plan, "--signed-off", "区委组织部", "--parent", first, "--note", "公示意见", "--json"
    ).data
    assert data["parent"]["name"] == json.loads((first / "plan.json").read_text("utf-8"))["name"]
    assert data["note"] == "公示意见"


@pytest.mark.parametrize(
    ("options", "code"), [(("--on", "20270101x"), "--on"), (("--signed-off", " "), "--signed-off")]
)
def test_wrong_words_are_faults(cli: Cli, plan: Path, options: tuple[str, str], code: str) -> None:
    signed = () if "--signed-off" in options else ("--signed-off", "区委组织部")
    answer = cli("publish", plan, *signed, *options)
    assert answer.code == 2
    assert code in answer.err
    assert not (plan / "publication.json").exists()


def test_a_file_changed_afterwards_is_a_fault_wherever_the_plan_is_used(
    cli: Cli, demo: Path, plan: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(plan, other)
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 0
    pairs = min((plan / "assignments").iterdir())
    pairs.chmod(0o600)
    lines = pairs.read_text("utf-8").splitlines(keepends=True)
    pairs.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    written = (demo / "scenario.yaml").read_text("utf-8")
    later = demo / "later.yaml"
    years = [line for line in written.splitlines() if not line.startswith(("year:", "history:"))]
    later.write_text("\n".join([*years, "year: 2028", f"history: [{json.dumps(str(plan))}]"]), "utf-8")
    for arguments in (
        ("show", plan),
        ("compare", plan, other),
        ("check", later),
        ("publish", other, "--signed-off", "区委组织部", "--parent", plan),
        ("solve", demo / "scenario.yaml", "--stage", pairs.stem, "--given", plan, "--out", tmp_path / "new"),
    ):
        answer = cli(*arguments, "--lang", "en")
        assert answer.code == 2, arguments
        assert "changed after it was published" in answer.err
        assert pairs.name in answer.err
    assert not (other / "publication.json").exists()


@pytest.mark.parametrize(
    "wrong", [{"signed_off": [1]}, {"year": "2027"}, {"plan": 5}, {"parent": {"name": 1}}]
)
def test_a_damaged_record_is_a_fault(cli: Cli, plan: Path, wrong: dict[str, object]) -> None:
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 0
    record = plan / "publication.json"
    written = json.loads(record.read_text("utf-8"))
    record.chmod(0o600)
    record.write_text(json.dumps({**written, **wrong}), "utf-8")
    answer = cli("publish", plan, "--signed-off", "区委组织部", "--lang", "en")
    assert answer.code == 2
    assert "the record of publication is damaged" in answer.err


def test_what_cannot_be_locked_is_not_published(
    cli: Cli, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refused)
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 2
    assert not (plan / "publication.json").exists()


def test_an_unpublished_plan_of_the_history_is_warned_of(
    cli: Cli, demo: Path, plan: Path, tmp_path: Path
) -> None:
    later = demo / "later.yaml"
    history = json.dumps(str(plan))
    later.write_text(f"extends: small.yaml\nyear: 2028\nhistory: [{history}]\n", "utf-8")
    words = f"the plan {plan} of the history is not published"
    for command in (("check", later), ("solve", later, "--out", tmp_path / "first")):
        answer = cli(*command, "--lang", "en")
        assert answer.code == 0
        assert words in answer.out + answer.err
    assert cli("publish", plan, "--signed-off", "区委组织部").code == 0
    for command in (("check", later), ("solve", later, "--out", tmp_path / "second")):
        answer = cli(*command, "--lang", "en")
        assert answer.code == 0
        assert "is not published" not in answer.out + answer.err
