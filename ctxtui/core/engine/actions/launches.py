"""The folders of a turn's launches: one a launch, numbered, so that a new owner finds what an old one started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from ctxtui.core.ports.agents import TurnOutcome
from ctxtui.core.ports.executors import Claim, Executor, TurnProcess
from ctxtui.core.typed import decoded

STOPPED = "stopped"
TOLD = "told.json"


def turn_folder(turns_dir: Path, run_id: str, session_id: str, interaction_id: str) -> Path:
    return turns_dir / run_id / session_id / interaction_id


def scratch_folder(turns_dir: Path, run_id: str) -> Path:
    """Where the run's turns have their temporary files, a folder for each worktree; apart from the turns themselves."""
    return turns_dir.with_name("scratch") / run_id


def launches_in(folder: Path) -> list[Path]:
    """The launches of one turn, oldest first."""
    return sorted((path for path in folder.glob("*") if path.name.isdigit()), key=lambda path: int(path.name))


def stop_launch(launch: Path, process: TurnProcess) -> None:
    """Ends a launch from here, and notes that first: its exit code is then not taken for the agent's own."""
    if process.exit_code() is None:
        (launch / STOPPED).touch()
        if process.exit_code() is not None:
            # It ended by itself between the look and the note: nobody has told it to yet.
            (launch / STOPPED).unlink(missing_ok=True)
    process.stop()


def was_stopped(launch: Path) -> bool:
    return (launch / STOPPED).exists()


def told_once(launch: Path, tell: Callable[[], TurnOutcome]) -> TurnOutcome:
    """What came of a launch that is over, as it was told first: a later one goes on in the same conversation."""
    kept = launch / TOLD
    with suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
        return decoded(kept.read_bytes(), TurnOutcome)
    outcome = tell()
    fresh = kept.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(outcome))
    fresh.replace(kept)
    return outcome


def turns_of(turns_dir: Path, run_id: str) -> Iterator[tuple[str, Path]]:
    """Every turn of a run that has a folder: the id of its interaction, and the folder."""
    for folder in sorted((turns_dir / run_id).glob("*/*")):
        if folder.is_dir():
            yield folder.name, folder


def end_leftover(executor: Executor, folder: Path) -> bool:
    """Ends whatever a former owner's launches of a turn left running; whether there was something."""
    was_running = False
    for launch in launches_in(folder):
        claim = executor.claim(launch)
        if claim in (Claim.ALIVE, Claim.ENDED):
            was_running |= claim is Claim.ALIVE
            executor.adopt(launch).stop()
    return was_running
