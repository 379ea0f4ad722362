"""No wrong row, ever: whatever happens between the look and the key.

A person looks, marks, folds, filters and decides at random, while others insert, answer, edit and
change what waits. What a decision must be about is read off the screen, as the person would: every
version of an invoice has an amount of its own. EXPENSE_AGENT_WRONG_ROWS=500 tries so many mornings.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

import pytest

from expense_agent.domain.approval import Seen
from expense_agent.service import QueueRow
from tests.tui.driving import Driver, driven
from tests.tui.fake_service import CHANGED_BANK, NO_ACCOUNT, OVER_LIMIT, FakeService, a_row
from tui.messages import CarryOutWanted
from tui.model.grace import LONGEST_SECONDS
from tui.screens.detail import DetailScreen
from tui.screens.queue_screen import QueueScreen
from tui.screens.review import ReviewScreen
from tui.screens.words import HoldUntilScreen, ReasonScreen

MORNINGS = int(os.environ.get("EXPENSE_AGENT_WRONG_ROWS", "2"))
ACTIONS = 32
MOST_WAITING = 11
"""No more than a page that asks to confirm shows without scrolling."""
AN_INVOICE = re.compile(r"(R-\d+)\b.*?([\d,]+\.\d\d) EUR")
Shown = tuple[str, str]
"""Number and amount, as they stand on the screen."""


class Clock:
    """Time passes before a look only: what comes between look and key comes at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """The work of others; it remembers how each request is shown."""

    chance: Random
    service: FakeService = field(default_factory=FakeService)
    versions: dict[Seen, Shown] = field(default_factory=dict)
    keys: int = 0
    amounts: int = 0

    def arrive(self, how_many: int) -> None:
        self.service.add(*(self._new() for _ in range(how_many)))

    def happen(self) -> None:
        """Do one thing behind the terminal's back."""
        opened = [row for row in self.service._rows.values() if row.status == "open"]
        deeds = ["answer", "edit", "change"] if opened else ["arrive"]
        deeds += ["arrive"] if len(opened) < MOST_WAITING else []
        match self.chance.choice(deeds):
            case "arrive":
                self.arrive(self.chance.randint(1, 3))
            case "answer":
                self.service.answer(self.chance.choice(opened).key, "approve", "bob")
            case "edit":
                self._edit(self.chance.choice(opened))
            case "change":
                row = self.chance.choice(opened)
                self.versions.setdefault(row.seen, _shown(row))
                changed = self._known(replace(row, payable_amount=self._amount()))
                self.service.alter(
                    row.key, payable_amount=changed.payable_amount, seen=changed.seen
                )

    def _new(self) -> QueueRow:
        self.keys += 1
        holds = self.chance.choice(((OVER_LIMIT,), (CHANGED_BANK, OVER_LIMIT), (NO_ACCOUNT,)))
        supplier = self.chance.choice(("Nordwind Logistik AG", "Contoso Ltd", "Acme Studios"))
        return self._known(a_row(self.keys, self._amount(), holds=holds, supplier=supplier))

    def _edit(self, row: QueueRow) -> None:
        self.service.answer(row.key, "edited", "bob")
        self.keys += 1
        self.service.add(self._known(replace(row, key=self.keys, payable_amount=self._amount())))

    def _amount(self) -> str:
        self.amounts += 1
        return f"{self.chance.randint(100, 999)}{self.amounts // 100}.{self.amounts % 100:02d}"

    def _known(self, row: QueueRow) -> QueueRow:
        """Return a version its request, and remember what the screen will show of it."""
        seen = Seen(row.seen.invoice_id, f"interrupt-{row.key}", f"fp-{row.payable_amount}")
        self.versions[seen] = _shown(row)
        return replace(row, seen=seen)

    def decided(self) -> Counter[Shown]:
        """Return what the decisions that came to the service were about, as it was shown."""
        asked_again = {row.seen: _shown(row) for row in self.service._rows.values()}
        return Counter((asked_again | self.versions)[seen] for seen in self.service.seen)


def _shown(row: QueueRow) -> Shown:
    return row.number, f"{Decimal(row.payable_amount or 0):,.2f}"


class Person:
    """Looks, presses keys at random, and remembers what each decision was meant to be about."""

    def __init__(self, driver: Driver, world: World, clock: Clock) -> None:
        self.driver, self.world, self.clock = driver, world, clock
        self.chance = world.chance
        self.meant: list[tuple[str, list[Shown]]] = []

    # --- looking

    def cursor(self) -> Shown | None:
        """Read the invoice under the cursor, in the list or on its own page."""
        if isinstance(self.driver.app.screen, DetailScreen):
            found = AN_INVOICE.search(self.driver.text.splitlines()[0])
        else:
            line = next((li for li in self.driver.text.splitlines() if li.startswith(" >")), "")
            found = AN_INVOICE.search(line)
        return (found[1], found[2]) if found else None

    def marked(self) -> set[Shown]:
        """Read what is marked, as far as it can be seen."""
        lines = [li for li in self.driver.text.splitlines() if li[2:3] == "x" and li[:1] == " "]
        return {(found[1], found[2]) for li in lines if (found := AN_INVOICE.search(li))}

    def listed(self) -> tuple[set[Shown], set[Shown]]:
        """Read who is in and who is out on the page that asks to confirm."""
        inside, out = set[Shown](), set[Shown]()
        page = self.driver.app.screen.query_one(".dialog").region
        for line in self.driver.text.splitlines()[page.y : page.bottom]:
            found = AN_INVOICE.search(line[page.x : page.right])
            if found and "largest:" not in line:
                (out if "OUT " in line else inside).add((found[1], found[2]))
        return inside, out

    # --- acting

    async def press(self, *keys: str) -> None:
        """Let time pass, look, let others act, and press."""
        for key in keys:
            self.clock.now += 1
            await self.driver.press(key)

    async def interfere(self) -> None:
        """Let others act or not; the app notices or not, at once or while the key is pressed."""
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            self.world.happen()
        if self.chance.random() < 0.6:
            self.driver.board.reader.poll()
        if self.chance.random() < 0.5:
            await self.driver.pilot.pause()

    async def act(self) -> None:
        """Do one thing: mostly move, mark and look, often decide."""
        await self.interfere()
        if isinstance(self.driver.app.screen, DetailScreen):
            await self.decide("arx"[self.chance.randint(0, 2)].replace("x", "escape"))
            return
        key = self.chance.choice(
            ("j", "j", "j", "k", "g", "G", "n", "N", "pagedown", "f", "enter", "s", "t", "R", "R",
             "right_square_bracket", "left_square_bracket", "space", "space", "asterisk", "u", "v",
             "shift+down", "shift+up", "slash", "z", "a", "a", "a", "r", "h", "b", "carry out")
        )  # fmt: skip
        if key in ("a", "r", "h", "b"):
            await self.decide(key)
        elif key == "slash":
            await self.press("slash")
            await self.driver.type(self.chance.choice(("amount>5000", "supplier:nord", "")))
            await self.press("enter")
        elif key == "carry out":
            self.driver.app.screen.post_message(CarryOutWanted())
        elif key == "z":
            await self.undo()
        else:
            await self.press(key)

    async def undo(self) -> None:
        """Take the newest decision back, if the screen says that it can be."""
        await self.press("z")
        if "taken back; nothing was" in self.driver.board.session.inbox.status.sentence:
            self.meant.pop()

    async def decide(self, key: str) -> None:
        """Press a deciding key and go through its pages to the end."""
        self.clock.now += 1
        await self.driver.pilot.pause()
        self.driver.board.session.inbox.status.tell("")
        looked, marks = self.cursor(), self.marked()
        await self.interfere_unseen()
        await self.driver.press(key)
        while not isinstance(self.driver.app.screen, QueueScreen | DetailScreen):
            self.clock.now += 1
            match self.driver.app.screen:
                case ReasonScreen() | HoldUntilScreen():
                    await self.interfere()
                    await self.press("1", "enter")
                case ReviewScreen():
                    await self.confirm(marks)
                    return
        if key != "escape":
            self.sent([looked] if looked else [])

    async def interfere_unseen(self) -> None:
        """Let others act after the look: nothing is waited for, so it comes with the key."""
        if self.chance.random() < 0.5:
            self.world.happen()
            self.driver.board.reader.poll()

    async def confirm(self, marks: set[Shown]) -> None:
        """Read the page, let others act, then carry it out."""
        inside, out = self.listed()
        if len(inside | out) > 1:
            numbers = {number for number, _ in inside | out}
            assert {number for number, _ in marks} <= numbers
            assert not {number for number, _ in marks - inside} & {number for number, _ in inside}
        await self.interfere()
        if self.driver.app.screen.query("#typed"):
            await self.press(*str(len(inside)), "enter")
        else:
            await self.press("y")
        if isinstance(self.driver.app.screen, ReviewScreen):
            await self.press("escape")
        else:
            self.sent(sorted(inside))

    def sent(self, shown: list[Shown]) -> None:
        """Remember what was meant if something was decided; if not, the screen must say why."""
        said = self.driver.board.session.inbox.status.sentence
        assert said, f"a key did nothing and said nothing\n{self.driver.text}"
        if "cannot" not in said and "not counted" not in said and "nothing" not in said:
            self.meant.append((said, shown))


@pytest.mark.parametrize("morning", range(MORNINGS))
async def test_what_is_decided_is_what_the_screen_showed_whatever_others_do(morning: int) -> None:
    world, clock, grace = World(Random(morning)), Clock(), LONGEST_SECONDS if morning % 2 else 0.0
    world.arrive(11)
    async with driven(
        world.service, (130, 72), ticks=clock, grace_seconds=grace, waits_for="engine ready",
        group="hold",
    ) as driver:  # fmt: skip
        person = Person(driver, world, clock)
        for _ in range(ACTIONS):
            await person.act()
        driver.app.screen.post_message(CarryOutWanted())
        await driver.until(lambda: not driver.board.session.busy)
    meant = Counter(one for _, shown in person.meant for one in shown)
    assert world.decided() == meant, person.meant
