"""The same small world twice: on the real engine, and in the fake service of the terminal."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from expense_agent.domain.policy import Policy
from expense_agent.service import Action, ApprovalService, Event, QueueQuery, QueueRow
from tests.agents import Office, an_office, take
from tests.builders import an_invoice
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_step
from tui.model.progress import advanced, begun

SECOND_ABOVE = Decimal("10000.00")
POLICY = Policy(second_above=SECOND_ABOVE)
STEPWISE = Policy(mode="step_by_step")
_TIME = re.compile(r"\d\d:\d\d:\d\d")
_PRINT = re.compile(r"\(now [\w-]+\)")


class World(Protocol):
    """A store and the people who work on it; all see the same requests."""

    async def waits(self, payable: str = "1240.00", number: str = "R-1") -> None:
        """Let an invoice wait for a person, or in front of its first step."""
        ...

    def person(self, name: str = "ann") -> ApprovalService:
        """Return the service as this person has it open."""
        ...


@dataclass
class RealWorld:
    """The engine on a store in a folder."""

    office: Office
    _sessions: dict[str, ApprovalService] = field(default_factory=dict)

    async def waits(self, payable: str = "1240.00", number: str = "R-1") -> None:
        importer = self.office.person("importer")
        await take(
            importer, an_invoice(f"{payable} EUR", number=number, due_date=date(2026, 12, 1))
        )

    def person(self, name: str = "ann") -> ApprovalService:
        if name not in self._sessions:
            self._sessions[name] = self.office.person(name)
        return self._sessions[name]


@dataclass
class FakeWorld:
    """The fake service, which several people share."""

    policy: Policy
    service: FakeService = field(default_factory=FakeService)
    _count: int = 0

    async def waits(self, payable: str = "1240.00", number: str = "R-1") -> None:
        self._count += 1
        if self.policy.mode == "step_by_step":
            self.service.step_rows.append(a_step(f"inv-{self._count}", number))
            return
        needed = 2 if Decimal(payable) > SECOND_ABOVE else 1
        row = a_row(self._count, payable, number=number, due="2026-12-01", needed=needed)
        self.service.add(row)

    def person(self, name: str = "ann") -> ApprovalService:
        return self.service.as_seen_by(name)


@asynccontextmanager
async def a_real_world(folder: Path, policy: Policy) -> AsyncIterator[World]:
    async with an_office(folder, policy) as office:
        yield RealWorld(office)


@asynccontextmanager
async def a_fake_world(_folder: Path, policy: Policy) -> AsyncIterator[World]:
    yield FakeWorld(policy)


MakeWorld = Callable[[Path, Policy], AbstractAsyncContextManager[World]]
WORLDS: dict[str, MakeWorld] = {"engine": a_real_world, "fake": a_fake_world}


def the_row(service: ApprovalService, *, held: bool = False) -> QueueRow:
    """Return the only request that waits, or the only one on hold."""
    (row,) = service.rows(service.overview(QueueQuery(held=held)).keys)
    return row


async def told(service: ApprovalService, action: Action) -> list[Event]:
    """Act; return everything that is told."""
    return [event async for event in service.act(action)]


async def said(service: ApprovalService, action: Action) -> str:
    """Act; return the sentence a person reads in the end, times and fingerprints left out."""
    progress = begun(action.verb, "R-1")
    for event in await told(service, action):
        progress = advanced(progress, event)
    return _PRINT.sub("(now ...)", _TIME.sub("hh:mm:ss", progress.sentence))
