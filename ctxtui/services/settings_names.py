"""Names in the settings that stand for parts of the program: agents, the language, the session type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ctxtui import bootstrap
from ctxtui.config import LoadedSettings
from ctxtui.core.domain.errors import CtxtuiError


def misnamed(loaded: LoadedSettings) -> Iterator[str]:
    """A sentence for each description of an agent that cannot be used, and each limit of an agent there is none of.

    They are wrong whatever is asked for: a misspelt key of `[agents.NAME]` would be found out when that agent takes
    over in the middle of a run, a misspelt agent of `[agent_jobs]` never.
    """
    settings = loaded.settings
    if not (settings.agents or settings.agent_jobs):
        return
    agents = bootstrap.open_agents(settings)
    for table, names in (("agents", settings.agents), ("agent_jobs", settings.agent_jobs)):
        for name in names:
            yield from _trouble(partial(agents.get, name), loaded.origins.get(f"{table}.{name}", ""))


def unusable(loaded: LoadedSettings) -> Iterator[str]:
    """What a run with these settings would be refused for, too: agents, language and session type by their names."""
    settings, origins = loaded.settings, loaded.origins
    yield from misnamed(loaded)
    agents = bootstrap.open_agents(settings)
    for setting, names in (("agent", [settings.agent]), ("escalate", settings.escalate)):
        for name in names:
            if name.partition(":")[0] not in settings.agents:
                yield from _trouble(partial(agents.get, name), origins[setting])
    yield from _trouble(lambda: bootstrap.check_kinds(settings))
    yield from unusable_in_screens(loaded)


def unusable_in_screens(loaded: LoadedSettings) -> Iterator[str]:
    """A sentence for a theme that there is none of, and for keys that cannot be set."""
    ui, origins = loaded.settings.ui, loaded.origins
    if ui.theme:
        from ctxtui.screens.theme.themes import refuse_unknown  # noqa: PLC0415 - Textual, which the commands do not need

        yield from _trouble(lambda: refuse_unknown(ui.theme), origins["ui.theme"])
    if ui.keymap:
        from ctxtui.screens.keymap import refuse_unusable  # noqa: PLC0415 - as above

        for name, keys in ui.keymap.items():
            yield from _trouble(partial(refuse_unusable, name, keys), origins[f"ui.keymap.{name}"])


def _trouble(look: Callable[[], object], origin: str = "") -> Iterator[str]:
    try:
        look()
    except CtxtuiError as error:
        yield f"{error} It stands in {origin}." if origin else str(error)
