"""``python -m matchmaker``."""

from __future__ import annotations

from matchmaker.commands import app

if __name__ == "__main__":
    app(prog_name="matchmaker")
