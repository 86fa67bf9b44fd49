"""Something done once, a moment from now, without fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


def once_later(pump: MessagePump, seconds: float, act: Callable[[], object]) -> None:
    """Acts on the pump's turn; from the interface's thread.

    Textual's `set_timer` takes a time that passed before it looked at the clock for a tick to be left out, and its only
    tick is left out then: on a busy machine a short timer never comes.
    """
    asyncio.get_running_loop().call_later(seconds, pump.call_later, act)
