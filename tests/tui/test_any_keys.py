"""Any keys at any time: no traceback, nothing forgotten, and a ledger that can be proved.

Keys come in bursts from the first frame on, while windows change their size and after the app was
told to end. One seed, one order; `EXPENSE_AGENT_CHAOS=50` presses 600 keys so many times, from the
seed `EXPENSE_AGENT_CHAOS_SEED` on.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from textual.app import App
from textual.events import Key, Resize
from textual.geometry import Size

from expense_agent.domain.policy import Approver, Policy
from tests.agents import Office, an_office, take
from tests.builders import OTHER_IBAN, an_invoice
from tests.tui.driving import SIZES
from tui.app import ApprovalsApp
from tui.choices import Choices
from tui.guarded_app import GuardedApp
from tui.key_table import KEYS
from tui.switchboard import Switchboard
from tui.unfinished import Unfinished

ROUNDS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "0"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
KEYS_A_ROUND, KEYS_A_RUN = (600, 150) if ROUNDS else (80, 40)
"""Keys pressed on one store, and at most in one run of the app: some of them end it."""
EVERY_KEY = sorted({key for row in KEYS for key in row.keys.split(",")})
LETTERS = [*"abcn123", "space", "comma", "full_stop", "slash", "minus", "colon"]
HELD = [*"stqeayjz", "right_square_bracket", "escape", "enter", "question_mark", "slash"]
CHARACTERS = {
    "space": " ", "comma": ",", "full_stop": ".", "slash": "/", "minus": "-", "colon": ":",
    "question_mark": "?", "asterisk": "*", "plus": "+", "equals_sign": "=",
    "left_square_bracket": "[", "right_square_bracket": "]", "enter": "\r",
}  # fmt: skip
WORK = (
    ("escape", "1", "j", "a", "y"),
    ("escape", "1", "j", "r", "n", "o", "enter", "y"),
    ("escape", "1", "space", "space", "a", "2", "enter", "y"),
    ("escape", "1", "j", "e", "tab", "7", "f2", "y"),
    ("escape", "1", "j", "h", "enter", "w", "enter", "y"),
    ("escape", "1", "enter", "a", "y", "n", "r"),
    ("escape", "3", "j", "V", "n", "o", "enter", "y"),
    ("escape", "C", "j", "1", "e", "enter"),
    ("escape", "1", "plus", "down", "enter", "tab", "slash", "down", "down", "enter"),
    ("escape", "2", "i", "slash", "down", "enter", "escape"),
)
"""People's work on purpose, cut off anywhere: chance alone seldom decides anything."""


def bursts(chance: Random) -> Iterator[tuple[str, ...]]:
    while True:
        what = chance.random()
        if what < 0.3:
            work = chance.choice(WORK)
            burst = work[: chance.randint(1, len(work))]
        elif what < 0.4:
            burst = (chance.choice(HELD),) * chance.randint(2, 6)
        else:
            burst = (chance.choice(LETTERS if what < 0.6 else EVERY_KEY),)
        yield burst


def press(app: App[None], key: str) -> None:
    app.post_message(Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))


def resize(app: App[None], width: int, height: int) -> None:
    size = Size(width, height)
    app._driver._size = size  # type: ignore[union-attr]
    app.post_message(Resize(size, size))


async def run_of_the_app(office: Office, chance: Random) -> int:
    """Run it until chance, or one of the keys, ends it; return how many keys were pressed."""
    read_only = chance.random() < 0.2
    boards: list[Switchboard] = []
    choices = Choices(
        read_only=read_only,
        grace_seconds=chance.choice([0.0, 0.3, 30.0]),
        unfinished=None if read_only else kept(office),
    )

    def connect(app: GuardedApp) -> Switchboard:
        boards.append(Switchboard(app, lambda: office.person("ann"), choices))
        return boards[0]

    app = ApprovalsApp(lambda: connect)
    try:
        keys = await pressed(app, chance)
    finally:
        assert all(board.ended(60) for board in boards)
    for board in boards:
        assert read_only or set(counting_down(board)) <= set(left(office)), "forgotten"
    return keys


def counting_down(board: Switchboard) -> list[int]:
    return [intent.row.key for intent in board.session.inbox.grace.withdraw_all()]


def left(office: Office) -> list[int]:
    """Return what the next start would find."""
    found = kept(office)
    keys = list(found.begin("ann"))
    found.close()
    return keys


def kept(office: Office) -> Unfinished:
    return Unfinished(office.folder, office.folder.parent / "state")


async def pressed(app: ApprovalsApp, chance: Random) -> int:
    keys = 0
    async with app.run_test(size=SIZES[0]) as pilot:
        for burst in bursts(chance):
            keys += len(burst)
            for key in burst:
                press(app, key)
            if chance.random() < 0.15:
                resize(app, *chance.choice([*SIZES, (60, 15), (40, 10)]))
            await asyncio.sleep(chance.choice([0, 0, 0.001, 0.05, 0.4]))
            if chance.random() < 0.3:
                await pilot.pause()
            if app.is_ending or keys >= KEYS_A_RUN:
                break
        app.exit(return_code=143)
        press(app, chance.choice(EVERY_KEY))
        while app.is_running:  # noqa: ASYNC110 - as the launcher waits before it takes all away
            await asyncio.sleep(0.01)
    return keys


@pytest.mark.process
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, ROUNDS)))
async def test_any_keys_at_any_time_leave_no_traceback_and_a_sound_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")  # what is exported or written at random lands here
    monkeypatch.setenv("EDITOR", "true")
    runs = (Random(f"{seed} {number}") for number in count())
    policy = Policy(approvers=(Approver("ann"), Approver("ines")))
    async with an_office(tmp_path, policy) as office:
        ines = office.person("ines")
        await take(ines, an_invoice("10.00 EUR", number="clean"))
        await take(ines, *(an_invoice(f"{600 + n}.00 EUR", number=f"large-{n}") for n in range(8)))
        await take(ines, an_invoice("20.00 EUR", number="bank", account=OTHER_IBAN))
        keys = 0
        while keys < KEYS_A_ROUND:
            keys += await run_of_the_app(office, next(runs))
        proof = office.person("auditor").verify()
    assert proof.ok, proof.findings
