"""Calls that only work inside of something, and objects that are only there to be told something."""

from __future__ import annotations

import re

LOOPING = """
import asyncio


def later(price: int) -> asyncio.Future:
    future = asyncio.get_running_loop().create_future()
    future.set_result(price * 2)
    return future
"""
COMMANDING = """
import click


def path_of_command(separator: str = "/") -> str:
    return separator.join(click.get_current_context().command_path.split())
"""
PLUGIN = """
class Basket:
    def __len__(self) -> int:
        return 0


def setup(app):
    app.add_setting("currency", default="EUR")
    app.add_kind(Basket)


def unload(app, name):
    app.remove(object(), name)
    app.close()
"""


def test_what_needs_a_running_loop_is_called_in_one(generate):
    written = generate(LOOPING)
    assert "async def inside_loop(call):" in written.text
    assert "asyncio.run(inside_loop(lambda: later(" in written.text
    assert written.run_pytest().returncode == 0


def test_what_needs_a_command_is_called_in_one(generate):
    written = generate(COMMANDING)
    assert "    with click.Context(click.Command" in written.text
    assert "inside_command(lambda: path_of_command(" in written.text
    assert written.run_pytest().returncode == 0


def test_what_a_plugin_tells_its_host_is_compared(generate):
    written = generate(PLUGIN)
    assert 'app.mock_calls == [\n        mock.call.add_setting("currency", default="EUR"),' in written.text
    assert "[name for name, _, _ in app.mock_calls] == [" in written.text
    assert written.run_pytest().returncode == 0


COMMAND = """
import click


@click.command()
@click.option("--count", default=1, type=int)
@click.option("--loud", is_flag=True)
@click.argument("kind", type=click.Choice(["plum", "pear"]))
def pick(count: int, loud: bool, kind: str) -> None:
    basket = " ".join([kind] * count)
    if loud:
        basket = basket.upper()
    click.echo(basket)
"""


def test_a_command_is_given_words_and_what_it_prints_is_compared(generate):
    written = generate(COMMAND)
    assert 'CliRunner().invoke(pick, ["--loud", "plum"])' in written.text
    assert '.output == "PLUM\\n"' in written.text
    assert written.run_pytest().returncode == 0


DEVICES = """
class Device:
    def __init__(self, port, address=1):
        self._port = port
        self.address = address

    def send(self, command, value):
        if value < 0:
            raise ValueError("below zero")
        self._port.transmit(self.address, command, value * 2)

    def stop(self):
        self._port.shut()
"""


def test_what_an_object_tells_one_that_it_was_made_with_is_compared(generate):
    written = generate(DEVICES)
    assert re.search(r"assert port.mock_calls == \[[^\]]*mock.call.shut\(\)", written.text), written.text
    assert re.search(r"assert port.mock_calls == \[mock.call.transmit\(1, .+, \d+\)\]", written.text), written.text
    assert written.run_pytest().returncode == 0
