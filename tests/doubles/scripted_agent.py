"""A coding agent that does what a script says, turn by turn: well behaved or hostile, always without a model.

Run as `scripted_agent.py SCRIPT.json COMPONENT ATTEMPT TEST_PATH SOURCE_PATH < prompt`. The script maps a component
name (or `*`) to a list of turns; turn n is what attempt n does, the last turn counts for all later ones. A turn is a
list of actions, each a list: a word and its arguments (see ACTIONS). Arguments may hold {test_path}, {source_path},
{component}, {attempt} and {script_dir}.

`write_script` and `descriptor` make the script file and the agent's description for a registry:

    path = write_script(tmp_path, {"*": [[["write", "{test_path}", BAD]], [["write", "{test_path}", GOOD]]]})
    registry = AgentRegistry(builtin, {"scripted": descriptor(path)})

In a sandbox only the worktree and the script's folder are writable: hostile scripts want a registry with
`sandbox="off"`. Every start appends `COMPONENT ATTEMPT PID` to `starts.log` beside the script, and every prompt is
kept there as `prompt-COMPONENT-ATTEMPT.md`: what a test may count and read.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

Script = dict[str, list[list[list[object]]]]


def write_script(folder: Path, turns: Script, name: str = "script.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(turns), encoding="utf-8")
    return path


def descriptor(script: Path, **changes: object) -> dict[str, object]:
    """The map that describes this agent to a registry or in `[tool.ctxtui.agents.NAME]`."""
    facts = ["{component}", "{attempt}", "{test_path}", "{source_path}"]
    return {
        "driver": "plain",
        "title": "Scripted agent",
        "command": [sys.executable, "-S", str(Path(__file__).resolve()), str(script), *facts],
        "version_args": [],
        "state_dirs": [str(script.parent)],
        **changes,
    }


def starts(script: Path) -> list[tuple[str, int, int]]:
    """Every start so far as (component, attempt, process id), in order."""
    log = script.parent / "starts.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(component, int(attempt), int(pid)) for component, attempt, pid in (line.split() for line in lines)]


def prompt(script: Path, component: str, attempt: int) -> str:
    return (script.parent / f"prompt-{component}-{attempt}.md").read_text(encoding="utf-8")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_to_stderr(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def say_bytes(hexadecimal: str, times: int = 1) -> None:
    for _ in range(times):
        sys.stdout.buffer.write(bytes.fromhex(hexadecimal))
    sys.stdout.buffer.flush()


def write(path: str, text: str) -> None:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In one step: ended meanwhile, an agent has written its file or has not.
    part = Path(sys.argv[1]).with_name(f"part-{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    shutil.move(part, target)


def append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(text)


def delete(path: str) -> None:
    Path(path).unlink()


def link(path: str, target: str) -> None:
    Path(path).symlink_to(target)


def make_executable(path: str) -> None:
    Path(path).chmod(0o755)


def git(*words: str) -> None:
    identity = ["-c", "user.name=Hostile", "-c", "user.email=hostile@example.org"]
    subprocess.run(["git", *identity, *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def commit(message: str = "an agent's own commit") -> None:
    git("add", "--all")
    git("commit", "--quiet", "--no-verify", "-m", message)


def switch(branch: str) -> None:
    git("checkout", "-q", "-b", branch)


def daemon(pid_file: str = "", words: str = "sleeps in its own session") -> None:
    """Double-forks a process that ignores a polite end, in a session of its own, holding the output open."""
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if pid_file:
        write(pid_file, str(os.getpid()))
    say(words)
    sleep_forever()


def sleep_forever() -> None:
    while True:
        time.sleep(3600)


def ignore_polite_end() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def wait_for(path: str, seconds: float = 60.0) -> None:
    """Goes on as soon as the file exists: how a test holds an agent at a point."""
    limit = time.monotonic() + seconds
    while not Path(path).exists():
        if time.monotonic() > limit:
            sys.exit(f"{path} did not appear within {seconds} s")
        time.sleep(0.01)


def pause(seconds: float) -> None:
    """Takes its time, as a model does: what faults are meant to meet it at work."""
    time.sleep(float(seconds))


def environment(name: str) -> None:
    say(os.environ.get(name, f"no {name}"))


def leave(exit_code: int) -> None:
    sys.exit(exit_code)


def die(signal_name: str = "SIGKILL") -> None:
    os.kill(os.getpid(), getattr(signal, signal_name))


ACTIONS = {
    "environment": environment,
    "say": say,
    "stderr": say_to_stderr,
    "bytes": say_bytes,
    "write": write,
    "append": append,
    "delete": delete,
    "link": link,
    "chmod": make_executable,
    "git": git,
    "commit": commit,
    "switch": switch,
    "daemon": daemon,
    "sleep_forever": sleep_forever,
    "ignore_term": ignore_polite_end,
    "wait_for": wait_for,
    "pause": pause,
    "exit": leave,
    "die": die,
}


def main(script_path: str, component: str, attempt: str, test_path: str, source_path: str) -> None:
    script = Path(script_path)
    append(str(script.parent / "starts.log"), f"{component} {attempt} {os.getpid()}\n")
    write(str(script.parent / f"prompt-{component}-{attempt}.md"), sys.stdin.read())
    turns: Script = json.loads(script.read_text(encoding="utf-8"))
    own = turns.get(component) or turns["*"]
    facts = {
        "{component}": component,
        "{attempt}": attempt,
        "{test_path}": test_path,
        "{source_path}": source_path,
        "{script_dir}": str(script.parent),
    }
    for word, *arguments in own[min(int(attempt), len(own)) - 1]:
        ACTIONS[str(word)](*(filled(argument, facts) for argument in arguments))


def filled(argument: object, facts: dict[str, str]) -> object:
    if isinstance(argument, str):
        for name, value in facts.items():
            argument = argument.replace(name, value)
    return argument


if __name__ == "__main__":
    main(*sys.argv[1:])
