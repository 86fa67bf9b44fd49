"""Fills a real store with a believable run in every state, and lets it be looked at by hand.

.venv/bin/python tests/screens/demo_store.py [home|run] [--live]
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ctxtui.app import CtxtuiApp
from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome, AttemptStart, Usage
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, Session, SessionStatus, SessionUpdates
from ctxtui.core.domain.verdict import Evidence, MarkedLines, RungOutcome, RungVerdict
from ctxtui.core.ports.store import Store
from ctxtui.core.ports.toolchains import ToolchainCheck
from ctxtui.core.processes.owners import this_process
from ctxtui.core.store.glance import glance_runs
from ctxtui.core.store.opening import open_store
from ctxtui.core.workflow.identity import child_session_id
from ctxtui.screens.launcher import (
    Choice,
    Conversation,
    FileTexts,
    PlanModule,
    PlanView,
    RunWish,
    SourceText,
    WorkingArea,
)
from ctxtui.screens.services import HomeStart, RunRef, RunStart, UiSettings

SCOPE = Scope("demo", "shop")
RUN_ID = "5f0c7d1e9a2b4c6d8e0f1a2b3c4d5e6f"
BRANCH = "test-context-testing-session-for-billing"
START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
NAMES = (
    "money",
    "invoice",
    "tax",
    "ledger",
    "discounts",
    "currency",
    "export",
    "reports",
    "legacy",
    "rates",
    "codes",
)

TEST_TEXT = '''"""Tests of billing.money."""

from decimal import Decimal

import pytest

from billing.money import Money, split


class TestMoney:
    def test_amounts_of_one_currency_add_up(self):
        assert Money("1.10", "EUR") + Money("2.20", "EUR") == Money("3.30", "EUR")

    def test_amounts_of_two_currencies_do_not_mix(self):
        with pytest.raises(ValueError, match="EUR and USD"):
            Money("1.00", "EUR") + Money("1.00", "USD")


@pytest.mark.parametrize(("parts", "expected"), [(1, ["10.00"]), (3, ["3.34", "3.33", "3.33"])])
def test_a_split_loses_no_cent(parts, expected):
    assert split(Decimal("10.00"), parts) == [Decimal(one) for one in expected]
'''
LIVED = "-    share = amount / parts\n+    share = amount // parts"
SOURCE = """def split(amount, parts):
    if parts < 1:
        raise ValueError(parts)
    share = amount / parts
    return [share] * parts
"""
BEFORE_TEXT = TEST_TEXT.replace(
    '        with pytest.raises(ValueError, match="EUR and USD"):\n', "        with pytest.raises(ValueError):\n"
)

NEW_TEXT = """def test_an_invoice_adds_up():
    assert total([1, 2]) == 3


def test_an_empty_invoice_is_free():
    assert total([]) == 0
"""

PROMPT = """Write tests for the module `billing.discounts` (src/billing/discounts.py).

Put them into tests/billing/test_discounts.py. Touch no other file.

Rules of this project:
- pytest, plain functions, names that read as rules
- no network, no clock, no sleeping

What the last attempt was refused for:
  stable: test_expired_discount_is_ignored failed with seed 2
"""


class Clock:
    """Time that stands still until it is told to move."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def living_owner() -> Owner:
    """This very process."""
    return this_process()


def dead_owner() -> Owner:
    return replace(this_process(), process_start=1.0)


def passed(rung: str, summary: str, seconds: float = 0.4) -> RungVerdict:
    return RungVerdict(rung, RungOutcome.PASSED, summary, duration=seconds)


LADDER = (
    passed("fence", "1 file, inside its tests"),
    passed("collects", "14 tests"),
    passed("passes", "14 passed in 0.8 s"),
    passed("stable", "the same with seeds 1 and 2"),
    RungVerdict(
        "covers",
        RungOutcome.PASSED,
        "96 % of lines, 31 gained",
        duration=0.4,
        lines=MarkedLines("src/billing/money.py", ((1, 2), (4, 5)), ((3, 3),), ((2, 2),)),
    ),
    RungVerdict(
        "kills",
        RungOutcome.PASSED,
        "18 of 20 mutants noticed",
        (Evidence("survivor", "it lived", lines=(4,), change=LIVED),),
        duration=0.4,
        lines=MarkedLines("src/billing/money.py", survived=((4, 4),)),
    ),
)
UNSTABLE = RungVerdict(
    "stable",
    RungOutcome.FAILED,
    "test_expired_discount_is_ignored failed with seed 2",
    (
        Evidence(
            "unstable",
            "It passes alone and fails after test_discounts_stack.",
            test="tests/billing/test_discounts.py::test_expired_discount_is_ignored",
            detail="    def test_expired_discount_is_ignored():\n>       assert price(cart, today=MARCH) == 90\n"
            "E       assert 81 == 90\nE        +  where 81 = price(Cart(items=3), today=date(2026, 3, 1))",
        ),
    ),
    1.9,
)
SURVIVORS = RungVerdict(
    "kills",
    RungOutcome.FAILED,
    "4 of 20 mutants survived",
    (
        Evidence(
            "survivor",
            "Nothing fails when the rounding changes.",
            path="src/billing/export.py",
            detail="-    return amount.quantize(CENT, ROUND_HALF_EVEN)\n+    return amount.quantize(CENT, ROUND_DOWN)",
        ),
    ),
    14.2,
)


@dataclass
class Story:
    """Writes a run into a store, the way its owner would."""

    store: Store
    clock: Clock
    run_id: str = RUN_ID
    scope: Scope = SCOPE
    names: Sequence[str] = NAMES
    context: str = "billing"
    number: int = 0
    children: dict[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> RunRef:
        return RunRef(self.scope, self.run_id)

    def component(self) -> Component:
        children = tuple(
            Component(
                f"{self.context}.{name}",
                name,
                f"src/{self.context}/{name}.py",
                f"tests/{self.context}/test_{name}.py",
                priority=len(self.names) - place,
                parent_id=self.context,
            )
            for place, name in enumerate(self.names)
        )
        return Component(
            self.context, self.context, f"src/{self.context}", f"tests/{self.context}", child_components=children
        )

    def begin_run(self, *, jobs: int = 4) -> None:
        component = self.component()
        self.store.sessions.save_component(self.scope, component)
        self.store.sessions.create(
            Session(
                self.run_id,
                self.scope,
                "context_testing",
                component,
                "builtin",
                "local",
                self.clock(),
                state={"plan": {"package_name": self.context, "base": "9df1ede0c1d2", "jobs": jobs}, "jobs": jobs},
            )
        )
        step = self.begin(self.run_id, "initialize", Action.PREPARE_RUN)
        self.finish(
            step,
            message="The branch is made.",
            state={"branch_name": BRANCH, "component_ids": [one.id for one in component.child_components]},
        )
        for name in self.names:
            self.children[name] = child_session_id(self.run_id, f"{self.context}.{name}")
        self.store.sessions.spawn(
            self.scope,
            self.run_id,
            [
                ChildSpec(
                    session_id,
                    f"{self.context}.{name}",
                    name,
                    "component_testing",
                    ExecutionMode.AGENTIC,
                    "builtin",
                    "local",
                    {"parent_branch_name": BRANCH},
                )
                for name, session_id in self.children.items()
            ],
        )

    def own(self, owner: Owner) -> Lease:
        return self.store.leases.acquire(self.scope, self.run_id, owner, replace=None)

    def begin_round(self) -> str:
        return self.begin(
            self.run_id,
            "spawn_component_testing_sessions",
            Action.RUN_CHILDREN,
            child_session_ids=list(self.children.values()),
        )

    def begin(self, session_id: str, step: str, action: Action, attempt: AttemptStart | None = None, **metadata) -> str:
        self.number += 1
        interaction_id = f"{self.run_id[:6]}-step-{self.number}"
        command = Command(step, action, metadata, self.clock())
        self.store.history.begin(self.scope, session_id, interaction_id, command, attempt)
        return interaction_id

    def finish(
        self,
        interaction_id: str,
        *,
        status: ResultStatus = ResultStatus.OK,
        message: str = "",
        state: dict | None = None,
        session_status: SessionStatus | None = None,
        attempt: AttemptEnd | None = None,
        files: Sequence[AcceptedFile] | None = None,
    ) -> None:
        self.store.history.finish(
            self.scope,
            interaction_id,
            Result(status, message, duration=1.0),
            SessionUpdates(session_status, state or {}),
            attempt,
            files,
        )

    def say(self, name: str, interaction_id: str, *lines: tuple[EventKind, str]) -> None:
        for kind, text in lines:
            self.clock.advance(1)
            data = {"outcome": "failed"} if kind is EventKind.RUNG and " failed: " in text else {}
            self.store.history.record(
                self.scope, self.children[name], interaction_id, [Event(kind, self.clock(), text, data)]
            )

    def start(self, name: str) -> None:
        step = self.begin(self.children[name], "initialize", Action.PREPARE_WORKTREE)
        self.clock.advance(1)
        self.finish(step, message="The working area is ready.", state={"slot": name})

    def turn(self, name: str, n: int, reason: str) -> tuple[str, str]:
        """An agent's turn begins: its interaction and its attempt."""
        attempt = f"{self.children[name][:8]}-attempt-{n}"
        step, prompt = (
            ("generate_tests", f"Write tests for the module `billing.{name}`.\n")
            if n == 1
            else ("fix_failures", PROMPT)
        )
        interaction = self.begin(
            self.children[name], step, Action.ASK_AGENT, AttemptStart(attempt, reason), prompt=prompt
        )
        return interaction, attempt

    def write(self, name: str, n: int, reason: str, seconds: float = 20) -> str:
        """A whole turn, and the beginning of its validation."""
        interaction, attempt = self.turn(name, n, reason)
        self.say(
            name,
            interaction,
            (EventKind.MESSAGE, f"I read src/billing/{name}.py and the tests beside it."),
            (EventKind.TOOL, f"read src/billing/{name}.py"),
            (EventKind.FILE, f"writing tests/billing/test_{name}.py"),
            (
                EventKind.OUTPUT,
                "collected 14 items\n\ntests/billing/test_x.py ..............   [100%]\n\n14 passed in 0.81s",
            ),
        )
        self.clock.advance(seconds)
        usage = Usage(8200 + 90 * len(name), 2100, 0, 0.042, "builtin")
        self.store.history.update_attempt(
            self.scope, AttemptEnd(attempt, AttemptOutcome.VALIDATING, f"talk-{name}", usage)
        )
        self.finish(interaction, message="The agent ended its turn.")
        return attempt

    def judge(self, name: str, attempt: str, *verdicts: RungVerdict) -> str:
        step = self.begin(self.children[name], "run_tests", Action.JUDGE_TESTS)
        for verdict in verdicts:
            self.clock.advance(verdict.duration)
            self.store.history.rung(self.scope, attempt, verdict)
            self.say(name, step, (EventKind.RUNG, f"{verdict.rung} {verdict.outcome}: {verdict.summary}"))
        return step

    def pass_it(self, name: str, attempt: str, tests: int = 14) -> None:
        step = self.judge(name, attempt, *LADDER)
        self.finish(step, message="All checks passed.", attempt=AttemptEnd(attempt, AttemptOutcome.PASSED))
        step = self.begin(self.children[name], "finalize", Action.ACCEPT_FILES)
        file = AcceptedFile(f"tests/billing/test_{name}.py", "f00d" * 10, size=1200)
        self.finish(
            step,
            message="1 file accepted.",
            state={"tests": tests, "digest": "f00d"},
            session_status=SessionStatus.COMPLETE,
            files=[file],
        )

    def fail_it(self, name: str, attempt: str, verdict: RungVerdict, good: int = 3) -> None:
        step = self.judge(name, attempt, *LADDER[:good], verdict)
        self.finish(
            step,
            status=ResultStatus.ERROR,
            message=f"{verdict.rung}: {verdict.summary}",
            attempt=AttemptEnd(attempt, AttemptOutcome.FAILED),
        )

    def update(self, name: str, state: dict, status: SessionStatus | None = None) -> None:
        self.store.sessions.change(
            self.scope,
            self.children[name],
            SessionStatus.ACTIVE,
            SessionUpdates(status, state),
            by="ana",
            reason="demo",
        )


def tell_the_whole_story(story: Story, owner: Owner | None = None) -> Lease:
    """Every state at once."""
    story.begin_run()
    lease = story.own(owner or living_owner())
    story.clock.advance(2)
    story.begin_round()
    for name in ("money", "invoice", "tax", "ledger", "discounts", "currency", "export"):
        story.start(name)
    story.pass_it("money", story.write("money", 1, ""))
    first = story.write("invoice", 1, "", 14)
    story.fail_it("invoice", first, UNSTABLE)
    story.pass_it("invoice", story.write("invoice", 2, f"stable: {UNSTABLE.summary}", 11), tests=9)
    story.update("codes", {"reused_from": "4e11", "tests": 6}, SessionStatus.COMPLETE)
    story.update(
        "legacy",
        {"skipped": {"by": "ana", "at": START.isoformat(), "note": "goes away in May"}},
        SessionStatus.CANCELLED,
    )
    for n in (1, 2, 3):
        attempt = story.write("export", n, "" if n == 1 else f"kills: {SURVIVORS.summary}", 9)
        story.fail_it("export", attempt, SURVIVORS, good=5)
    story.update("export", {"failure": {"rung": "kills", "reason": SURVIVORS.summary}}, SessionStatus.FAILED)
    story.fail_it("currency", story.write("currency", 1, "", 16), UNSTABLE)
    story.update(
        "currency", {"waiting": {"kind": "not_logged_in", "reason": "The agent is not logged in: run its login once."}}
    )
    story.fail_it("discounts", story.write("discounts", 1, "", 12), UNSTABLE)
    interaction, _ = story.turn("discounts", 2, f"stable: {UNSTABLE.summary}")
    story.say("discounts", interaction, (EventKind.MESSAGE, "The order matters: a module-level cache keeps the cart."))
    ledger = story.write("ledger", 1, "", 22)
    step = story.judge("ledger", ledger, *LADDER[:3])
    story.say("ledger", step, (EventKind.STATUS, "pytest 12/30"))
    story.begin(story.children["rates"], "initialize", Action.PREPARE_WORKTREE)
    interaction, _ = story.turn("tax", 1, "")
    story.say(
        "tax",
        interaction,
        (EventKind.TOOL, "read src/billing/tax.py"),
        (EventKind.FILE, "writing tests/billing/test_tax.py"),
    )
    story.store.requests.ask(
        story.scope,
        Request(
            "ask-1",
            story.run_id,
            story.children["invoice"],
            RequestKind.RETRY,
            "ana",
            story.clock(),
            {"note": "Freeze the clock."},
        ),
    )
    story.store.requests.answer(story.scope, "ask-1", is_granted=False, answer="invoice has passed.")
    story.clock.advance(5)
    story.store.leases.heartbeat(story.scope, lease)
    return lease


class DemoLauncher:
    """Stands in for the program's start: plans, starts and resumes nothing real, but says what it was asked."""

    def __init__(self, ref: RunRef) -> None:
        self.ref = ref
        self.resumed: list[RunRef] = []
        self.attended: list[RunRef] = []
        self.left: list[WorkingArea] = []
        self.started: list[PlanView] = []
        self.wishes: list[RunWish] = []
        self.same: set[str] = set()
        self.changed: list[dict[str, str]] = []
        self.texts: dict[str, str] = {}
        self.folder = Path(tempfile.gettempdir())
        self.asked: list[tuple[RunRef, RequestKind]] = []
        self.removed: list[RunRef] = []
        self.checks = (
            ToolchainCheck("git", is_good=True, finding="git 2.47"),
            ToolchainCheck("python", is_good=True, finding="Python 3.12 with pytest 8.4"),
            ToolchainCheck(
                "sandbox", is_good=False, finding="bubblewrap is not installed", remedy="apt install bubblewrap"
            ),
        )

    def plan(self, wish: RunWish) -> PlanView:
        self.wishes.append(wish)
        modules = tuple(
            PlanModule(name, f"src/billing/{name}.py", f"tests/billing/test_{name}.py", 40 + 7 * place, 9.0 * place)
            for place, name in enumerate(NAMES)
        )
        return PlanView(
            wish,
            "billing",
            BRANCH,
            modules,
            {"src/billing/_version.py": "generated"},
            "",
            notes=("tests go to tests/billing, as the existing ones do",),
            jobs=wish.jobs or 4,
            agent=wish.agent or "builtin",
        )

    def packages(self) -> tuple[Choice, ...]:
        return (Choice("src/billing", "billing", "11 modules"), Choice("src/tools", "tools", "2 modules"))

    def agents(self) -> tuple[Choice, ...]:
        return (
            Choice("builtin", "builtin", "ready"),
            Choice("codex", "codex", "codex 0.9"),
            Choice("claude", "claude", "It is not installed.", is_usable=False),
            Choice("pi", "pi", "The program `pi` is not on the path. Install it.", is_usable=False, brief="not here"),
        )

    def start(self, plan: PlanView, leave_out: tuple[str, ...] = ()) -> RunRef:
        self.left_out = leave_out
        self.started.append(plan)
        return self.ref

    def resume(self, run: RunRef) -> None:
        self.resumed.append(run)

    def attend(self, run: RunRef) -> None:
        self.attended.append(run)

    def source(self, run: RunRef, session_id: str) -> SourceText:
        return SourceText("src/billing/money.py", SOURCE)

    def working_area(self, run: RunRef, session_id: str) -> WorkingArea:
        return WorkingArea(
            "money", self.folder, "tests/test_money.py", ("python", "-m", "pytest", "tests/test_money.py")
        )

    def leave(self, run: RunRef, area: WorkingArea) -> None:
        self.left.append(area)

    def conversation(self, run: RunRef, session_id: str) -> Conversation:
        return Conversation(("talk", "c-1"), self.working_area(run, session_id))

    def changed_files(self, run: RunRef, session_id: str, folder: Path) -> list[dict[str, str]]:
        return self.changed

    def changed_texts(self, run: RunRef, session_id: str, texts: dict[str, str]) -> list[dict[str, str]]:
        self.texts = texts
        return [{"path": path, "digest": "1" * 40} for path in texts]

    def needs_note(self, run: RunRef, session_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(session_id for session_id in session_ids if session_id in self.same)

    def ask(self, run: RunRef, kind: RequestKind) -> Request:
        self.asked.append((run, kind))
        return Request("ask", run.run_id, run.run_id, kind, "ana", START, is_granted=True, answer="It is done.")

    def size(self, run: RunRef) -> int:
        return 4_200_000

    def remove(self, run: RunRef) -> None:
        self.removed.append(run)

    def doctor(self) -> tuple[ToolchainCheck, ...]:
        return self.checks

    def diff(self, run: RunRef, session_id: str) -> tuple[FileTexts, ...]:
        money = FileTexts("tests/billing/test_money.py", BEFORE_TEXT, TEST_TEXT, is_accepted=True, component="money")
        invoice = FileTexts("tests/billing/test_invoice.py", "", NEW_TEXT, is_accepted=True, component="invoice")
        money, invoice = (
            replace(file, session_id=child_session_id(RUN_ID, f"billing.{file.component}")) for file in (money, invoice)
        )
        return (money, invoice) if session_id == RUN_ID else (money,)


class DemoServices:
    """A real store in a folder."""

    account = SCOPE.account
    requested_by = "ana"
    deleted_runs = ()
    default_wish = RunWish("src/billing", "builtin", 4)

    def __init__(self, path: Path, clock: Clock, ref: RunRef) -> None:
        self.path = path
        self.clock = clock
        self.launcher = DemoLauncher(ref)

    def remember_theme(self, name):
        self.theme = name

    def glance(self):
        return glance_runs(self.path, self.account)

    def open_store(self) -> Store:
        return open_store(self.path, clock=self.clock)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("where", choices=("home", "run"), default="run", nargs="?")
    parser.add_argument("--theme", default="")
    parser.add_argument("--empty", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        clock = Clock(datetime.now(UTC) - timedelta(seconds=420))
        story = Story(None, clock)
        if not asked.empty:
            story.store = open_store(path, clock=clock)
            lease = tell_the_whole_story(story)
            stop = threading.Event()

            def answer() -> None:
                while not stop.wait(0.5):
                    clock.now = datetime.now(UTC)
                    story.store.leases.heartbeat(SCOPE, lease)
                    for request in story.store.requests.open(SCOPE, RUN_ID):
                        time.sleep(0.5)
                        story.store.requests.answer(SCOPE, request.id, is_granted=True, answer="")

            thread = threading.Thread(target=answer)
            thread.start()
        start = HomeStart() if asked.where == "home" else RunStart(story.ref)
        app = CtxtuiApp(DemoServices(path, lambda: datetime.now(UTC), story.ref), start, UiSettings(theme=asked.theme))
        print(app.run())  # noqa: T201 - what stays in the scrollback
        if not asked.empty:
            stop.set()
            thread.join()
            story.store.close()


if __name__ == "__main__":
    main()
