"""Schemes and scenarios: from YAML to typed data, every fault with file, line and key.

``definitions`` holds what a programme says, ``checks`` holds its parts against one
another, ``scenario`` loads it with all it ``extends``, ``changes`` and ``row_changes``
make what-if edits.
"""

from __future__ import annotations

from matchmaker.scheme.definitions import DegreeBounds, Scheme, StageDefinition, rule_stages
from matchmaker.scheme.scenario import Scenario, dump_scenario, json_schema, load_scenario, load_scheme

__all__ = [
    "DegreeBounds",
    "Scenario",
    "Scheme",
    "StageDefinition",
    "dump_scenario",
    "json_schema",
    "load_scenario",
    "load_scheme",
    "rule_stages",
]
