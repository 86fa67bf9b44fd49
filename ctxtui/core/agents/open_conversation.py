"""An agent's conversation opened in a terminal, for a person to go on with."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.agents.conversation import FORGOTTEN, Conversation
from ctxtui.core.agents.descriptor import Descriptor, fill
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.ports.agents import Talk


def open_command(name: str, descriptor: Descriptor, talk: Talk) -> tuple[str, ...]:
    """Raises AgentError where the agent has no such command, or does not know the conversation any more."""
    if not descriptor.open_command:
        raise AgentError(
            f"Nothing is known that opens a conversation of agent `{name}`: set `open_command` in its description."
        )
    conversation = Conversation.from_text(talk.conversation)
    if not conversation.id or talk.conversation == FORGOTTEN:
        raise AgentError(f"Agent `{name}` does not know the conversation about {talk.component_name} any more.")
    values = {
        "component": talk.component_name,
        "conversation": conversation.id,
        "conversation_file": str(Path(conversation.folder) / conversation.id),
        "model": descriptor.model,
        "program": descriptor.command[0],
        "source_path": talk.source_path,
        "test_path": talk.test_path,
    }
    model_args = descriptor.model_args if descriptor.model else ()
    words = [word for text in descriptor.open_command for word in (model_args if text == "{model_args}" else (text,))]
    return tuple(fill(word, values) for word in words)
