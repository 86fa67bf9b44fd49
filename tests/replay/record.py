"""Records a run's history: `python -m tests.replay.record NAME --database FILE [--run ID]`.

Writes `tests/replay/histories/NAME.json` with the run and its children, for `test_recorded_histories.py` to replay.
Read the file before it is committed: messages and paths are those of the run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.store import Store
from ctxtui.core.store.opening import open_store
from tests.replay.histories import record

FOLDER = Path(__file__).parent / "histories"


def record_run(store: Store, scope: Scope, run_id: str) -> str:
    """The JSON text of a run and of its children, in the order they are worked on."""
    parent = store.sessions.load(scope, run_id)
    children = [store.sessions.load(scope, child.id) for child in parent.children]
    return json.dumps([record(session) for session in (parent, *children)], indent=1, ensure_ascii=False) + "\n"


def run_named(store: Store, account: str, run: str) -> tuple[Scope, str]:
    """The newest run of an account whose id starts like that: its scope and its id."""
    found = [(row.scope, row.id) for row in store.sessions.runs(None, account) if row.id.startswith(run)]
    if not found:
        raise SystemExit(f"No run of account {account!r} has an id that starts with {run!r}.")
    return found[0]


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--database", required=True)
    parser.add_argument("--account", default="local")
    parser.add_argument("--run", default="", help="how the run's id starts; without it the newest run")
    parser.add_argument("--into", type=Path, default=FOLDER)
    options = parser.parse_args(words)
    store = open_store(options.database, clock=lambda: datetime.now(UTC))
    try:
        text = record_run(store, *run_named(store, options.account, options.run))
    finally:
        store.close()
    (options.into / f"{options.name}.json").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
