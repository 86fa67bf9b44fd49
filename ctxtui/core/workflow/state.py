"""The keys of a session's state, by session type, and the one place that spells them.

Parent (`context_testing`): BRANCH_NAME, COMPONENT_IDS, PLAN, WAITING, PAUSED, JOBS, COMMIT, COMMITTED_FILES,
FINALIZED_AT, ERROR, LOOP_FROM. Child (`component_testing`): PARENT_BRANCH_NAME, SLOT, LAST_SLOT, CONTEXT, CANDIDATE,
FILES, TESTS, DIGEST, ATTEMPTS_FROM, NOTE, FAILURE, SKIPPED, WAITING, COOLDOWN_UNTIL, REUSED_FROM, LOOP_FROM, CONVERSATION.
"""

from __future__ import annotations

from typing import Final

BRANCH_NAME: Final = "branch_name"
"""The run's branch; written once by Initialize, read by everybody else."""
COMPONENT_IDS: Final = "component_ids"
"""Ids of the child components, in the order they are worked on."""
PLAN: Final = "plan"
"""What the run was started with: root, base, package, jobs, interpreter, import roots, limits."""
WAITING: Final = "waiting"
"""Why a person is needed, or None."""
PAUSED: Final = "paused"
JOBS: Final = "jobs"
COMMIT: Final = "commit"
COMMITTED_FILES: Final = "committed_files"
FINALIZED_AT: Final = "finalized_at"
ERROR: Final = "error"
LOOP_FROM: Final = "loop_from"
"""Failures up to this interaction no longer count: a person let the loop turn anew."""

ATTEMPTS_FROM: Final = "attempts_from"
"""Attempts up to this number were before a person's retry."""
PARENT_BRANCH_NAME: Final = "parent_branch_name"
SLOT: Final = "slot"
"""The worktree that holds this child's work, None when it holds none."""
LAST_SLOT: Final = "last_slot"
CONTEXT: Final = "context"
"""What GenerateTests tells the agent: specs, examples, rules, siblings."""
CANDIDATE: Final = "candidate"
"""The files of the last judged attempt, stored in the hub."""
FILES: Final = "files"
"""The accepted files."""
TESTS: Final = "tests"
DIGEST: Final = "digest"
NOTE: Final = "note"
FAILURE: Final = "failure"
SKIPPED: Final = "skipped"
COOLDOWN_UNTIL: Final = "cooldown_until"
REUSED_FROM: Final = "reused_from"
CONVERSATION: Final = "conversation"
"""The agent's conversation to continue: id and working directory."""
