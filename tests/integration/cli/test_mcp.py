"""The tools of the Model Context Protocol, asked by its own client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.doubles.scripted_agent import write_script

BAD = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 4\n"
GOOD = BAD.replace("== 4", "== 3")
OTHER = "from shop import stock\n\n\ndef test_put():\n    stock.ITEMS.clear()\n    assert stock.put('a') == 1\n"


class Asked:
    """One client's session: `asks` gives what a tool answers, `refused` the sentence of its error."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def _call(self, tool: str, given: dict[str, Any]) -> Any:
        return await self.client.call_tool(tool, given, read_timeout_seconds=300)

    async def asks(self, tool: str, **given: Any) -> dict[str, Any]:
        result = await self._call(tool, given)
        assert not result.is_error, result.content
        return json.loads(result.content[0].text)

    async def refused(self, tool: str, **given: Any) -> str:
        result = await self._call(tool, given)
        assert result.is_error
        return result.content[0].text


def with_client(person, conversation) -> None:
    # Here, because it takes seconds to import and every process that collects tests would pay for it; and without
    # what catches output, since it keeps the stream for errors that it finds.
    with person.capsys.disabled():
        mcp = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    parameters = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "ctxtui", "mcp"], env=person.environ, cwd=person.root
    )

    async def converse() -> None:
        async with mcp.Client(parameters) as client:
            await conversation(Asked(client))

    asyncio.run(converse())


@pytest.mark.slow
@pytest.mark.timeout(900)  # two runs, in processes of their own
def test_an_agent_starts_a_run_reads_why_a_module_failed_and_has_it_tried_again(person):
    bad_first = [[["write", "{test_path}", BAD]], [["write", "{test_path}", GOOD]]]
    write_script(person.script.parent, {"shop.money": bad_first, "shop.stock": [[["write", "{test_path}", OTHER]]]})
    person.more["CTXTUI_MAX_ATTEMPTS"] = "1"

    async def conversation(asked: Asked) -> None:
        started = await asked.asks("start", target="shop")
        seen = await asked.asks("wait", run=started["run"], seconds=280)
        assert (seen["is_over"], seen["status"]) == (True, "needs you")
        assert "retry" in seen["meaning"]
        assert {item["name"]: item["verdict"] for item in seen["components"]} == {
            "shop.money": "failed",
            "shop.stock": "passed",
        }
        (found,) = (await asked.asks("evidence", run=started["run"]))["modules"]
        assert found["name"] == "shop.money"
        failed = next(rung for rung in found["rungs"] if rung["outcome"] == "failed")
        assert "assert 3 == 4" in json.dumps(failed["evidence"])
        answers = (await asked.asks("retry", run=started["run"], note="one and two are three"))["answers"]
        assert answers == [{"granted": True, "answer": "shop.money is tried again"}]
        seen = await asked.asks("wait", run=started["run"], seconds=280)
        assert seen["status"] == "passed"
        assert seen["commit"]

    with_client(person, conversation)


def test_tools_say_in_one_sentence_what_cannot_be_done(person, tmp_path):
    async def conversation(asked: Asked) -> None:
        names = {tool.name for tool in (await asked.client.list_tools()).tools}
        assert names == {"start", "status", "wait", "evidence", "retry"}
        assert "There are no runs yet: start one" in await asked.refused("status", run="nope")
        assert "There is no folder" in await asked.refused("status", directory=str(tmp_path / "nowhere"))
        assert "nothing" in await asked.refused("start", target="nothing")
        assert await asked.refused("start") == "`start` needs `target`."
        assert await asked.refused("start", target="shop", jobs="x") == (
            "`jobs` of `start` cannot be used: input should be a valid integer, unable to parse string as an integer."
        )

    with_client(person, conversation)


def test_a_tool_refuses_an_argument_that_it_does_not_take_and_retries_nothing(person):
    async def conversation(asked: Asked) -> None:
        sentence = await asked.refused("retry", module="money")
        assert sentence == "`retry` takes no `module`: it takes run, modules, note, agent, directory."

    with_client(person, conversation)


def test_a_name_that_looks_like_an_option_is_a_name(person):
    async def conversation(asked: Asked) -> None:
        assert (await asked.refused("start", target="--help")).startswith("--help was not found in")
        assert "There are no runs yet" in await asked.refused("status", run="--help")
        assert "There are no runs yet" in await asked.refused("retry", modules=["--failed"], note="--help")

    with_client(person, conversation)


def test_the_skill_is_written_where_agents_look_and_never_over_an_own_one(person):
    answer = person.types("init", "--skill")
    assert answer.code == 0
    text = (person.root / ".claude/skills/ctxtui/SKILL.md").read_text()
    assert (person.root / ".agents/skills/ctxtui/SKILL.md").read_text() == text
    assert text.startswith("---\nname: ctxtui\ndescription: ")
    (person.root / ".claude/skills/ctxtui/SKILL.md").write_text("my own")
    assert "exists already" in person.types("init", "--skill").sentence
    assert (person.root / ".claude/skills/ctxtui/SKILL.md").read_text() == "my own"
