"""What a run tells without the interface while its agent wants to be left alone."""

from __future__ import annotations

import json
import re

from tests.doubles.scripted_agent import write_script
from tests.integration.cli.conftest import GOOD

LIMITED = [["stderr", "429 Too Many Requests: retry after 6 s"], ["exit", 1]]
WRITES = [["write", "{test_path}", GOOD]]


def test_a_wait_for_the_agent_is_told_with_its_length(person):
    write_script(person.folder / "agent", {"shop.money": [LIMITED, WRITES], "*": [WRITES]})
    told = person.runs("run", "shop", "--only", "money", "--headless")
    assert told.code == 0, told.err
    assert re.search(r"shop\.money · waits \d\.\d s for scripted, which is busy", told.err)


def test_programs_are_told_until_when_a_component_waits(person):
    write_script(person.folder / "agent", {"shop.money": [LIMITED, WRITES], "*": [WRITES]})
    told = person.runs("run", "shop", "--only", "money", "--json")
    assert told.code == 0, told.err
    events = [json.loads(line) for line in told.out.splitlines()]
    waits = {event["cooldown_until"] for event in events if event["type"] == "component"}
    assert waits > {None}
