"""`diagnose`: why a scenario has no plan, and what would give it one."""

from __future__ import annotations

from matchmaker.diagnosis.diagnose import Diagnosis, StageDiagnosis, diagnose

__all__ = ["Diagnosis", "StageDiagnosis", "diagnose"]
