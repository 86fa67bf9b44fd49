"""The folders of a turn's launches: one a launch, numbered, so that a new runner finds what an old one started."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.run import Run
from ctxtui.core.ports.executors import Claim

STOPPED = "stopped"


def turn_folder(run: Run, session_id: str, interaction_id: str) -> Path:
    return run.parts.turns_dir / run.run_id / session_id / interaction_id


def launches_in(folder: Path) -> list[Path]:
    """The launches of one turn, oldest first."""
    return sorted((path for path in folder.glob("*") if path.name.isdigit()), key=lambda path: int(path.name))


def mark_stopped(launch: Path) -> None:
    """Notes that the launch is about to be ended from here, so that its exit code is not taken for the agent's own."""
    (launch / STOPPED).touch()


def was_stopped(launch: Path) -> bool:
    return (launch / STOPPED).exists()


def end_turn_left_running(run: Run, session: Session) -> None:
    """Ends an agent that a former runner started for this session and that nobody follows any more."""
    pending = session.pending
    if pending is None or pending.command.action is not Action.ASK_AGENT:
        return
    for launch in launches_in(turn_folder(run, session.id, pending.id)):
        if run.parts.executor.claim(launch) in (Claim.ALIVE, Claim.ENDED):
            run.parts.executor.adopt(launch).stop()
