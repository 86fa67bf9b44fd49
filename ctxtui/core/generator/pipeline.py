"""The generator: harvest, probe, replay, select, render, write."""

from __future__ import annotations

from collections.abc import Sequence

from ctxtui.core.generator.choosing.locality import is_local, names_here
from ctxtui.core.generator.choosing.mending import Memory, fingerprint, load_memory, mend
from ctxtui.core.generator.choosing.selection import select
from ctxtui.core.generator.choosing.trimming import trimmed
from ctxtui.core.generator.generation import Generation, Say, few
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.protocol.task import MEMORY_FILE, Task
from ctxtui.core.generator.reading.harvest import positions_of
from ctxtui.core.generator.reading.signatures import signatures_of
from ctxtui.core.generator.reading.style import style_of
from ctxtui.core.generator.rehearsal import rehearse
from ctxtui.core.generator.writing.fixtures import unset_by_many, without_statements
from ctxtui.core.generator.writing.rendering import Rendered, render

MOST_REHEARSALS = 4


def generate(task: Task, say: Say) -> None:
    """Writes the test file, or says why there is nothing to test."""
    memory = load_memory(task.memory)
    mending = mend(memory, task.feedback)
    if mending.dropped:
        tests = "1 test" if len(mending.dropped) == 1 else f"{len(mending.dropped)} tests"
        say("progress", text=f"dropping {tests}: {', '.join(mending.dropped[:5])}")
    generation = Generation(task, say, memory, mending)
    known = [case for case in memory.cases if memory.allows(case)]
    if not (mending.is_enough and known):
        known = [case for case in generation.probe() if memory.allows(case)]
    names = names_here()
    memory.cases = generation.reaching([case for case in generation.prove(known) if not is_local(case, names)])
    left_out: list[str] = []
    chosen, rendered = _proved(task, say, memory, generation.wanted_targets, left_out)
    if chosen:
        say("file", path=task.test_path)
        less = f"; left out what failed when the file was run: {few(left_out)}" if left_out else ""
        say("message", text=f"wrote {len(rendered.tests)} tests with {len(chosen)} cases for {task.module}{less}")
    else:
        say("message" if generation.was_cut_short else "nothing", text=generation.nothing(left_out))
    path = task.folder / MEMORY_FILE
    memory.save(path)
    say("end", conversation=str(path))


def _proved(
    task: Task, say: Say, memory: Memory, wanted: frozenset[str], left_out: list[str]
) -> tuple[list[Case], Rendered]:
    """The file, run as it will be judged, without what failed then; the last time nothing new is put in instead."""
    chosen: list[Case] = []
    rendered = Rendered("", {})
    for turn in range(MOST_REHEARSALS):
        is_last = turn == MOST_REHEARSALS - 1
        allowed = [case for case in memory.cases if memory.allows(case)]
        if is_last and memory.proved:
            allowed = [case for case in allowed if fingerprint(case) in memory.proved]
        chosen, rendered = file_for(task, allowed, wanted)
        if not chosen:
            if turn:
                (task.worktree / task.test_path).unlink()
            break
        _write(task, rendered)
        _remember(memory, rendered, chosen)
        if not task.test_command or is_last:
            break
        say("progress", text=f"running {len(rendered.tests)} tests as they will be judged")
        rehearsal = rehearse(task.test_command)
        memory.prove(rehearsal.passed)
        failed = rehearsal.failed_in(rendered.text)
        memory.drop(failed)
        if not failed:
            if rehearsal.trouble:
                say("progress", text=f"the tests could not be run as they will be judged: {rehearsal.trouble}")
            break
        left_out += failed
        say("progress", text=f"leaving out {few(list(failed))}: {next(iter(failed.values()))}")
    return chosen, rendered


def file_for(task: Task, cases: Sequence[Case], wanted: frozenset[str]) -> tuple[list[Case], Rendered]:
    """The cases worth telling, and the file that tells them."""
    source = task.worktree / task.source_path
    style = style_of(task.worktree, task.test_path, task.package_name)
    unset = frozenset[str]() if style.is_unittest else unset_by_many(cases)
    chosen = trimmed(select([without_statements(case, unset) for case in cases], wanted, positions_of(source)))
    by_id = {case.id: case for case in cases}
    whole = [by_id[case.id] for case in chosen]
    used = sorted(unset.intersection(line for case in whole for line in case.setup))
    return whole, render(task.module, chosen, style, signatures_of(source), used)


def _write(task: Task, rendered: Rendered) -> None:
    path = task.worktree / task.test_path
    for folder in reversed([parent for parent in path.parents if parent.is_relative_to(task.worktree)]):
        if not folder.exists():
            folder.mkdir()
            if (folder.parent / "__init__.py").exists() and folder.parent != task.worktree:
                (folder / "__init__.py").touch()
    path.write_text(rendered.text, encoding="utf-8")


def _remember(memory: Memory, rendered: Rendered, cases: Sequence[Case]) -> None:
    by_id = {case.id: fingerprint(case) for case in cases}
    memory.tests = {name: [by_id[number] for number in ids] for name, ids in rendered.tests.items()}
