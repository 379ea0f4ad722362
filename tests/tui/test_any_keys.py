"""Whatever is pressed, wherever: the app goes on, and the ledger stays one that can be proved.

EXPENSE_AGENT_ANY_KEYS=5000 presses so many, in windows of every size; one number, one order.
"""

import os
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

import pytest

from expense_agent.domain.policy import Approver, Policy
from tests.agents import an_office, take
from tests.builders import OTHER_IBAN, an_invoice
from tests.tui.driving import SIZES, a_running_app
from tui.choices import Choices
from tui.key_table import KEYS
from tui.switchboard import Switchboard

MOST_KEYS = int(os.environ.get("EXPENSE_AGENT_ANY_KEYS", "120"))
EVERY_KEY = sorted({key for row in KEYS for key in row.keys.split(",")})
LETTERS = [*"abcn123", "space", "comma", "full_stop", "slash", "minus", "colon"]
WORK = (
    ("escape", "1", "j", "a", "y"),
    ("escape", "1", "j", "r", "n", "o", "enter", "y"),
    ("escape", "1", "space", "space", "a", "2", "enter", "y"),
    ("escape", "1", "j", "e", "tab", "7", "f2", "y"),
    ("escape", "1", "j", "h", "enter", "w", "enter", "y"),
    ("escape", "1", "enter", "a", "y", "n", "r"),
    ("escape", "3", "j", "V", "n", "o", "enter", "y"),
    ("escape", "C", "j", "1", "e", "enter"),
)
"""What people do on purpose, cut off anywhere: chance alone seldom decides anything."""


def keys(chance: Random) -> Iterator[tuple[str, ...]]:
    while True:
        what = chance.random()
        if what < 0.3:
            work = chance.choice(WORK)
            yield work[: chance.randint(1, len(work))]
        else:
            yield (chance.choice(LETTERS if what < 0.5 else EVERY_KEY),)


@pytest.mark.process
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("read_only", [False, True])
async def test_any_keys_in_any_order_leave_a_running_app_and_a_sound_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, read_only: bool
) -> None:
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")  # what is exported or written at random lands here
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr(Switchboard, "on_quit_wanted", lambda *_: None)  # or it would soon be over
    chance, pressed, screens, steps = Random(MOST_KEYS), 0, set(), count()
    policy = Policy(approvers=(Approver("ann"), Approver("ines")))
    async with an_office(tmp_path, policy) as office:
        ines = office.person("ines")
        await take(ines, an_invoice("10.00 EUR", number="clean"))
        await take(ines, *(an_invoice(f"{600 + n}.00 EUR", number=f"large-{n}") for n in range(8)))
        await take(ines, an_invoice("20.00 EUR", number="bank", account=OTHER_IBAN))
        before = ines.verify().head
        choices = Choices(read_only=read_only, ticks=lambda: float(next(steps)))
        person = partial(office.person, "ann")
        async with a_running_app(person, choices, SIZES[0]) as (app, board, pilot):
            while board.session.engine != "ready" or not board.session.inbox.loaded:
                await pilot.pause(0.01)
            for some in keys(chance):
                await pilot.press(*some)
                pressed += len(some)
                screens.add(type(app.screen).__name__)
                if chance.random() < 0.1:
                    await pilot.resize_terminal(*chance.choice([*SIZES, (60, 15), (40, 10)]))
                assert app.is_running, some
                if pressed > MOST_KEYS:
                    break
        proof = office.person("auditor").verify()
    assert len(screens) > 2, "the keys led somewhere"
    assert proof.ok, proof.findings
    assert proof.head == before or not read_only
