from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import matchmaker

ROOT = Path(matchmaker.__file__).parent.parent


@pytest.mark.parametrize(
    "before",
    ["", "import matchmaker.verify, matchmaker.compare, matchmaker.assign; ", "import matchmaker.commands; "],
)
def test_names_are_functions_whatever_was_imported_before(before: str) -> None:
    program = before + (
        "from matchmaker import load_scenario, solve, verify, compare, assign; "
        "from matchmaker.verify import verify_plan; "
        "print([each.__name__ for each in (load_scenario, solve, verify, compare, assign, verify_plan)])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = ["load_scenario", "solve", "verify", "compare", "assign", "verify_plan"]
    assert result.stdout.strip() == str(names)


def test_the_package_lists_its_functions_and_has_no_others() -> None:
    assert {"load_scenario", "solve", "verify", "compare", "assign"} <= set(dir(matchmaker))
    with pytest.raises(AttributeError, match="no attribute 'solved'"):
        _ = matchmaker.solved
