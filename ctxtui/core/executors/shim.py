"""The small shell program that stands between the runner and a turn's program, and outlives the runner."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.domain.errors import AgentError
from ctxtui.core.ports.agents import Launch
from ctxtui.core.processes.owners import pid_space

CLAIM = "claim"
EXIT = "exit"
ALIVE = "alive"
"""A file that the turn's processes hold locked: also those of another container see by it whether they live."""
STDOUT = "out"
STDERR = "err"
MARKER = "CTXTUI_TURN"

_SHELL = "/bin/sh"
_ADDED_BY_SHELLS = ("PWD", "OLDPWD", "SHLVL", "_")

# Room for the exit code is taken before the program runs and written over in place, so that a disk that the program
# filled cannot lose it.
# The claim is linked into place complete, so nobody ever reads half of one. The trap keeps the shim alive through
# the SIGTERM that ends its program (a handler, unlike "ignore", is not inherited), and running the program in the
# foreground keeps its SIGINT and its standard input as they are. Variable names are long so as not to meet one of
# the program's own.
_SCRIPT = """\
ctxtui_shim_told=
trap 'ctxtui_shim_told=1' HUP INT QUIT TERM
exec 3>&2 2>/dev/null
ctxtui_shim_turn=$1 ctxtui_shim_ln=$2 ctxtui_shim_mv=$3 ctxtui_shim_space=$4
unset $5
shift 5
ctxtui_shim_take_start() { shift 19; ctxtui_shim_start=$1; }
ctxtui_shim_stat= ctxtui_shim_start=-
read -r ctxtui_shim_stat </proc/self/stat
[ -z "$ctxtui_shim_stat" ] || ctxtui_shim_take_start ${ctxtui_shim_stat##*) }
ctxtui_shim_draft=$ctxtui_shim_turn/claim.$$
printf '%s\\n' shim "$$" "$ctxtui_shim_start" "$ctxtui_shim_space" >"$ctxtui_shim_draft" || exit 75
printf '%-7s\\n' '' >"$ctxtui_shim_turn/exit.draft" || exit 75
"$ctxtui_shim_ln" "$ctxtui_shim_draft" "$ctxtui_shim_turn/claim" || exit 75
if [ -n "$ctxtui_shim_told" ]; then
    ctxtui_shim_code=143
else
    "$@" 2>&3 3>&-
    ctxtui_shim_code=$?
fi
printf '%-7s\\n' "$ctxtui_shim_code" 1<>"$ctxtui_shim_turn/exit.draft" &&
    "$ctxtui_shim_mv" -f "$ctxtui_shim_turn/exit.draft" "$ctxtui_shim_turn/exit"
"""


def mark(turn_dir: Path) -> str:
    """What the marker variable holds in every process of the turn in that folder."""
    return hashlib.sha256(os.fsencode(turn_dir.resolve())).hexdigest()[:32]


def shim_argv(program: str, arguments: tuple[str, ...], env: Mapping[str, str], turn_dir: Path) -> list[str]:
    """The command line of the shim that runs the program with exactly `env`, whatever the shell would add to it."""
    unset = " ".join(name for name in _ADDED_BY_SHELLS if name not in env)
    tools = [_tool(name) for name in ("ln", "mv")]
    return [_SHELL, "-c", _SCRIPT, "ctxtui-turn", str(turn_dir), *tools, pid_space(), unset, program, *arguments]


def find_program(launch: Launch) -> str:
    """The absolute path of the launch's program. Raises AgentError naming it when it cannot be run."""
    if not launch.argv:
        raise AgentError("The agent's command line is empty: name a program to run in its descriptor.")
    name = launch.argv[0]
    if not launch.cwd.is_dir():
        raise AgentError(f"{name} cannot be started: its working directory {launch.cwd} does not exist.")
    if os.sep not in name:
        return _on_path(name, launch)
    path = launch.cwd / name
    if not path.is_file():
        raise AgentError(f"{name} was not found: install it, or correct its path in the agent's descriptor.")
    if not os.access(path, os.X_OK):
        raise AgentError(f"{name} is not executable: run `chmod +x {path}`.")
    _check_interpreter(path)
    return str(path)


def _on_path(name: str, launch: Launch) -> str:
    path = launch.env.get("PATH", os.defpath)
    found = shutil.which(name, path=path)
    if found is None:
        raise AgentError(f"{name} was not found on PATH ({path}): install it, or give its full path.")
    program = launch.cwd / found
    _check_interpreter(program)
    return str(program)


def _check_interpreter(program: Path) -> None:
    """A script whose first line names an interpreter that is gone fails like a missing program, only less clearly."""
    try:
        with program.open("rb") as file:
            first = file.readline(512)
    except OSError:
        return  # a program may be executable without being readable
    if not first.startswith(b"#!"):
        return
    words = os.fsdecode(first[2:]).split()
    if words and not os.access(words[0], os.X_OK):
        raise AgentError(f"{program} cannot be started: its interpreter {words[0]} is missing; reinstall the program.")


def _tool(name: str) -> str:
    """The shim's own tools come from the system, whatever PATH the program is given."""
    found = shutil.which(name, path=os.pathsep.join((os.defpath, "/usr/bin", "/bin")))
    if found is None:
        raise AgentError(f"No agent can be started: the system has no `{name}` in /bin or /usr/bin.")
    return found
