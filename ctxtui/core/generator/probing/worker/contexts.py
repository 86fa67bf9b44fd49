"""Makes a call inside of what it asks to be inside of: a request, a command, a running loop."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple, Sequence

from .calls import Call
from .names import Names
from .subjects import INNER_BREAK, Subject, as_statement


class Context(NamedTuple):
    """What defines a helper, what stands before and behind a call in it, and the modules that it needs."""

    definition: str
    before: str
    behind: str
    modules: Sequence[str]


def context_asked_for(error: BaseException | None, names: Names) -> Context | None:
    """The context that an error says is missing, where a test can make it."""
    if not isinstance(error, (RuntimeError, LookupError, AttributeError)):
        return None
    for pattern, context in _CONTEXTS:
        if context.modules[0] in sys.modules and re.search(pattern, str(error)):
            names.adopt({module: (module, "") for module in context.modules})
            return context if all(names.get(one) is sys.modules[one] for one in context.modules) else None
    return None


def inside(context: Context, subject: Subject, call: Call) -> tuple[Subject, Call]:
    """The subject and a call of it in the context, where they are not yet."""
    definition, before, behind, _ = context
    if call.act.startswith(before):
        return subject, call
    others = [line for line in subject.setup if line != definition]
    steps = [line for line in call.setup if line != as_statement(definition)]
    return (
        subject._replace(template=f"{before}{subject.template}{behind}", setup=(definition, *others)),
        call._replace(act=f"{before}{call.act}{behind}", setup=(as_statement(definition), *steps)),
    )


def _with(name: str, made: str, library: str) -> Context:
    lines = (f"def {name}(call):", f"    with {made}:", "        return call()")
    return Context(INNER_BREAK.join(lines), f"{name}(lambda: ", ")", (library,))


def _running(name: str, library: str, before: str, behind: str) -> Context:
    lines = (
        f"async def {name}(call):",
        "    found = call()",
        "    return await found if inspect.isawaitable(found) else found",
    )
    return Context(INNER_BREAK.join(lines), before, behind, (library, "inspect"))


_CONTEXTS: Sequence[tuple[str, Context]] = (
    (
        r"[Ww]orking outside of (application|request) context",
        _with("inside_request", "flask.Flask('flask').test_request_context()", "flask"),
    ),
    (r"no active click context", _with("inside_command", "click.Context(click.Command('command'))", "click")),
    (
        r"must be called from async context|got bad yield: .*trio|'RunContext' object has no",
        _running("inside_trio", "trio", "trio.run(inside_trio, lambda: ", ")"),
    ),
    (
        r"no (running|current) event loop",
        _running("inside_loop", "asyncio", "asyncio.run(inside_loop(lambda: ", "))"),
    ),
)
"""The names of the helpers begin alike: that is how the writer knows them."""
