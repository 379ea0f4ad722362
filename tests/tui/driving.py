"""Drives the app in tests: starts it at a size, waits without sleeping, reads it as text."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from textual.events import Paste
from textual.pilot import Pilot

from expense_agent.service import GroupKey
from tests.tui.fake_service import FakeService
from tui.app import ApprovalsApp
from tui.config import Config
from tui.memory import Memory
from tui.model.look import Look

SIZES = ((80, 24), (120, 40), (160, 45))
CLOCK = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_PATIENCE = 400
"""Rounds of the message loop before a test gives up; each waits for the app to be idle."""


@dataclass
class Driver:
    """One running app and how a person would use it."""

    app: ApprovalsApp
    pilot: Pilot[None]
    service: FakeService

    @property
    def text(self) -> str:
        """What a person reads on the screen."""
        screen = self.app.screen
        strips = screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        for _ in range(_PATIENCE):
            if condition():
                return
            await self.pilot.pause()
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
        self.app._reader.poll()
        await self.pilot.pause()

    def line_of(self, word: str) -> str:
        """Give the first line that has this word."""
        return next(line for line in self.text.splitlines() if word in line)


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
) -> AsyncIterator[Driver]:
    """Run the app until its list is drawn; by default time passes between two keys.

    The list is not grouped unless that is what a test is about. Decisions go at once unless there
    is a grace time, which then runs on `ticks`, too.
    """
    steps = count()
    app = ApprovalsApp(
        lambda: service,
        read_only=read_only,
        ascii_only=ascii_only,
        grace_seconds=grace_seconds,
        now=lambda: CLOCK,
        ticks=ticks or (lambda: float(next(steps))),
        look=Look(group=group),
        config=config,
        memory=memory,
    )
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot, service)
        await driver.until(lambda: app.session.inbox.loaded and app.session.policy)
        keys = app.session.inbox.order.lines(0, 10)
        await driver.until(lambda: not app.session.inbox.wanted(keys))
        if waits_for:
            await driver.sees(waits_for)
        yield driver
    assert app.engine
    assert app.engine.join(5)
