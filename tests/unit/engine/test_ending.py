"""What is left on the disk when a run has ended."""

from __future__ import annotations

from unittest.mock import Mock

from ctxtui.core.engine.ending import put_away
from ctxtui.core.processes.temporary import name_of_ours
from ctxtui.core.workspaces.git_workspaces import GitWorkspaces


def test_what_a_killed_plan_had_left_goes_with_the_run(tmp_path):
    kind, pid, start, *rest = name_of_ours("trial").split("-")
    hub = tmp_path / "cache/hubs/repository"
    left, alive = hub / "-".join([kind, pid, f"1{start}", *rest]), hub / f"{name_of_ours('trial')}other"
    for folder in (left, alive):
        folder.mkdir(parents=True)
    workspace = Mock()
    put_away(GitWorkspaces(tmp_path / "cache", tmp_path / "data"), workspace, tmp_path / "turns", "run1")
    workspace.put_away.assert_called_once_with()
    assert [*hub.iterdir()] == [alive]
