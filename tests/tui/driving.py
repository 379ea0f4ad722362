"""Drives the app in tests: starts it at a size, waits without sleeping, reads it as text."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from time import monotonic

from textual.events import Paste
from textual.pilot import Pilot

from expense_agent.service import ApprovalService, GroupKey
from tests.tui.fake_service import FakeService
from tui.app import ApprovalsApp
from tui.choices import Choices, Config, Memory
from tui.guarded_app import GuardedApp
from tui.model.look import Look
from tui.session import Session
from tui.switchboard import Switchboard
from tui.unfinished import Unfinished

SIZES = ((80, 24), (120, 40), (160, 45))
CLOCK = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_PATIENCE = 400
"""Rounds of the message loop before a test gives up; each waits for the app to be idle."""
_SECONDS = 5.0
"""How long they last at least: idle rounds are quick, and the reader may not have had a turn."""


@dataclass
class Driver:
    """One running app and how a person would use it."""

    app: ApprovalsApp
    board: Switchboard
    pilot: Pilot[None]
    service: FakeService

    @property
    def session(self) -> Session:
        """The state the app's screens share."""
        return self.board.session

    @property
    def text(self) -> str:
        """The screen as a person reads it."""
        screen = self.app.screen
        strips = screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        began, rounds = monotonic(), 0
        while rounds < _PATIENCE or monotonic() - began < _SECONDS:
            if condition():
                return
            await self.pilot.pause()
            rounds += 1
        raise AssertionError(f"it never came to that; the screen says:\n{self.text}")

    async def sees(self, *words: str) -> None:
        """Wait until all these words are on the screen."""
        await self.until(lambda: all(word in self.text for word in words))

    async def press(self, *keys: str) -> None:
        """Press keys, then let the app settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Put text into the focused field, as a terminal with bracketed paste does."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def poll(self) -> None:
        """Let the app notice other people's changes now."""
        self.board.reader.poll()
        await self.pilot.pause()

    def line_of(self, word: str) -> str:
        """Return the first line that has this word."""
        return next(line for line in self.text.splitlines() if word in line)


@asynccontextmanager
async def a_running_app(
    open_service: Callable[[], ApprovalService], choices: Choices, size: tuple[int, int]
) -> AsyncIterator[tuple[ApprovalsApp, Switchboard, Pilot[None]]]:
    """Run the app until it has its board; wait for its engine in the end."""
    boards: list[Switchboard] = []

    def connect(app: GuardedApp) -> Switchboard:
        boards.append(Switchboard(app, open_service, choices))
        return boards[0]

    app = ApprovalsApp(lambda: connect)
    async with app.run_test(size=size) as pilot:
        while not boards:
            await pilot.pause(0.001)
        yield app, boards[0], pilot
    assert boards[0].engine
    assert boards[0].ended(60)


@asynccontextmanager
async def driven(
    service: FakeService,
    size: tuple[int, int] = (80, 24),
    *,
    ticks: Callable[[], float] | None = None,
    read_only: bool = False,
    ascii_only: bool = False,
    grace_seconds: float = 0.0,
    waits_for: str = "",
    group: GroupKey = "none",
    config: Config | None = None,
    memory: Memory | None = None,
    unfinished: Unfinished | None = None,
) -> AsyncIterator[Driver]:
    """Run the app until its list is drawn; by default time passes between two keys.

    The list is not grouped unless that is what a test is about. Decisions go at once unless there
    is a grace time, which then runs on `ticks`, too.
    """
    steps = count()
    choices = Choices(
        read_only=read_only,
        ascii_only=ascii_only,
        grace_seconds=grace_seconds,
        look=Look(group=group),
        config=config or Config(),
        memory=memory,
        unfinished=unfinished,
        now=lambda: CLOCK,
        ticks=ticks or (lambda: float(next(steps))),
    )
    async with a_running_app(lambda: service, choices, size) as (app, board, pilot):
        driver = Driver(app, board, pilot, service)
        await driver.until(lambda: board.session.inbox.loaded and board.session.policy)
        keys = board.session.inbox.order.lines(0, 10)
        await driver.until(lambda: not board.session.inbox.wanted(keys))
        if waits_for:
            await driver.sees(waits_for)
        yield driver
