"""The names of the steps of the session types that come with the program."""

from __future__ import annotations

from enum import StrEnum


class StepName(StrEnum):
    INITIALIZE = "initialize"
    SPAWN = "spawn_component_testing_sessions"
    FINALIZE = "finalize"
    GENERATE = "generate_tests"
    RUN = "run_tests"
    FIX = "fix_failures"
