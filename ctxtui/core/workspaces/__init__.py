"""Git: branches, worktrees and commits."""
