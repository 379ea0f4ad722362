"""A morning's work through the real app on a real ledger: ten reason groups, keyboard only.

EXPENSE_AGENT_TRIAGE=500 makes it the 500 invoices of the target; the keys are the same.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Policy
from tests.agents import an_office, queue, tables, take
from tests.builders import OTHER_IBAN, an_invoice
from tests.tui.driving import a_running_app
from tui.choices import Choices

ITEMS = int(os.environ.get("EXPENSE_AGENT_TRIAGE", "110"))
MOST_KEYS = 60
POLICY = Policy(
    default_severity="off",
    severities={
        **dict.fromkeys(
            ("account_changed", "supplier_lookalike", "account_unknown", "payee_differs",
             "deceptive_text", "not_payable", "missing_field", "over_limit", "near_limit"),
            "block",
        ),
        "active_content": "warn",
    },
)  # fmt: skip
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "account_changed": ("hold", {"account": OTHER_IBAN}),
    "supplier_lookalike": ("reject", {"supplier": "Nordwlnd Logistik AG"}),
    "account_unknown": ("send_back", {"supplier": "Nobody Knows {} Ltd", "account": None}),
    "payee_differs": ("hold", {"payee": "Other Factoring AG"}),
    "deceptive_text": ("reject", {"flags": ("deceptive_text: a hidden sign",)}),
    "not_payable": ("reject", {"payable": "0.00 EUR"}),
    "missing_field": ("send_back", {"issue_date": None}),
    "over_limit": ("approve", {"payable": "800.00 EUR", "flags": ("active_content: a script",)}),
    "near_limit": ("reject", {"payable": "499.00 EUR"}),
    "routine": ("approve", {"payable": "700.00 EUR"}),
}
"""Ten reasons in the order of the list, and what is decided about each."""


def invoices(kind: str, how_many: int) -> Iterator[Invoice]:
    for number in range(how_many):
        what = dict(KINDS[kind][1])
        payable = what.pop("payable", f"{100 + number}.00 EUR")
        if "{}" in (what.get("supplier") or ""):
            what["supplier"] = what["supplier"].format(number)
        what = {"due_date": date(2027, 1, 5), **what}
        yield an_invoice(payable, number=f"{kind}-{number}", **what)


TRIAGE = (
    *("f",),
    *("space", "j", "j", "space", "h", "1", "enter", "3", "enter", "y"),
    *("k", "k", "space", "j", "j", "j", "space", "b", "3", "enter", "y"),
    *("g", "j", "space", "j", "j", "space", "space", "j", "j", "space", "r", "1", "enter",
      "COUNT", "enter"),
    *("space", "k", "k", "space", "a", "COUNT", "enter"),
    *("q", "s"),
)  # fmt: skip


@pytest.mark.process
@pytest.mark.timeout(600)
async def test_a_queue_in_ten_reason_groups_is_triaged_by_sixty_keys_and_none_goes_wrong(
    tmp_path: Path,
) -> None:
    each = ITEMS // len(KINDS)
    counts = {verb: each * n for verb, n in Counter(verb for verb, _ in KINDS.values()).items()}
    async with an_office(tmp_path, POLICY) as office:
        importer = office.person("ines")
        await take(importer, an_invoice("10.00 EUR", number="paid before"))
        await take(importer, an_invoice("499.00 EUR", number="just under the limit"))
        for kind in KINDS:
            await take(importer, *invoices(kind, each))
        assert len(queue(importer)) == each * len(KINDS)
        steps, pressed = count(), 0
        choices = Choices(ticks=lambda: float(next(steps)))
        person = partial(office.person, "ann")
        async with a_running_app(person, choices, (120, 40)) as (app, board, pilot):
            session = board.session
            while session.engine != "ready" or not session.inbox.loaded:
                await pilot.pause(0.01)
            typed = iter((counts["reject"], counts["approve"]))
            for key in TRIAGE:
                keys = list(str(next(typed))) if key == "COUNT" else [key]
                await pilot.press(*keys)
                await pilot.pause()
                while session.marking.awaited:
                    await pilot.pause(0.01)
                pressed += len(keys)
            while app.is_running:
                await pilot.pause(0.02)
        sql = tables(office.person("auditor"))
        decided = sql(
            "SELECT json_extract(i.body, '$.number'), d.verdict FROM decisions d"
            " JOIN invoices i ON i.thread_id = d.thread_id"
        )
    expected = {
        f"{kind}-{number}": verb for kind, (verb, _) in KINDS.items() for number in range(each)
    }
    assert dict(decided) == expected  # type: ignore[arg-type]
    assert len(decided) == len(expected)
    assert pressed <= MOST_KEYS
