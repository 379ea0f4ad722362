from dataclasses import fields, replace
from decimal import Decimal

import pytest

from expense_agent.domain.approval import (
    fingerprint,
    holds_from_plain,
    holds_to_plain,
)
from expense_agent.domain.invoice import Invoice, Source, from_plain, to_plain
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.domain.test_invoice import OTHER_CONTENT

OVER = Hold("over_limit", "block", "too much", ("rate of today",))
STUCK = Hold("account_unknown", "block", "no account", overridable=False)
SHOWN = (an_invoice(), NORDWIND_IBAN, "vehicles", (OVER,), "v1")


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")


# --- the fingerprint


def test_the_same_picture_has_the_same_fingerprint_after_a_round_through_the_state() -> None:
    again = from_plain(to_plain(SHOWN[0]))
    holds = holds_from_plain(holds_to_plain(SHOWN[3]))
    assert fingerprint(again, SHOWN[1], SHOWN[2], holds, "v1") == fingerprint(*SHOWN)
    assert len(fingerprint(*SHOWN)) == 16


@pytest.mark.parametrize("name", sorted(OTHER_CONTENT))
def test_the_fingerprint_changes_with_every_field_of_the_invoice(name: str) -> None:
    changed = replace(an_invoice(), **{name: OTHER_CONTENT[name]})
    assert fingerprint(changed, *SHOWN[1:]) != fingerprint(*SHOWN)


def test_every_field_of_an_invoice_but_its_source_is_shown() -> None:
    assert {f.name for f in fields(Invoice)} == {*OTHER_CONTENT, "flags", "source"}
    noticed = an_invoice(flags=("deceptive_text: x",))
    assert fingerprint(noticed, *SHOWN[1:]) != fingerprint(*SHOWN)


@pytest.mark.parametrize(
    "changed",
    [
        (SHOWN[0], OTHER_IBAN, "vehicles", (OVER,), "v1"),
        (SHOWN[0], None, "vehicles", (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "travel", (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, None, (OVER,), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (OVER, STUCK), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, rule="duplicate"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, severity="warn"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (replace(OVER, reason="other"),), "v1"),
        (SHOWN[0], NORDWIND_IBAN, "vehicles", (OVER,), "v2"),
    ],
)
def test_the_fingerprint_changes_with_account_category_holds_and_policy(
    changed: tuple[Invoice, str | None, str | None, tuple[Hold, ...], str],
) -> None:
    assert fingerprint(*changed) != fingerprint(*SHOWN)


def test_the_file_an_invoice_came_from_is_not_part_of_the_fingerprint() -> None:
    moved = replace(an_invoice(), source=Source("other.csv", "1" * 64, 5))
    assert fingerprint(moved, *SHOWN[1:]) == fingerprint(*SHOWN)
