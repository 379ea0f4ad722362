"""Check digits of VAT ids: a wrong one is pointed out on an e-invoice, and stops nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain import rules
from expense_agent.domain.category import UNSURE
from expense_agent.domain.facts import Facts
from expense_agent.domain.policy import Policy
from expense_agent.domain.supplier import vat_id_problem
from tests.builders import a_supplier, an_invoice
from tests.domain.test_en16931 import an_e_invoice

# Published examples of the tax offices and of well-known companies; Python's stdnum agrees.
RIGHT = """
ATU13585627 BE0428759497 BE0776091951 DE136695976 DE811569869 DK13585628 FI20774740 FR40303265045
FR23334175221 IT00743110157 LU15027442 PL8567346215 SE123456789701
"""


@pytest.mark.parametrize("vat_id", RIGHT.split())
def test_a_right_vat_id_has_no_problem(vat_id: str) -> None:
    assert vat_id_problem(vat_id) is None


@pytest.mark.parametrize("vat_id", RIGHT.split())
def test_a_single_wrong_digit_is_found(vat_id: str) -> None:
    last = -3 if vat_id.startswith("SE") else -1
    digit = vat_id[last]
    other = str((int(digit) + 1) % 10)
    wrong = vat_id[:last] + other + (vat_id[last + 1 :] if last != -1 else "")
    assert vat_id_problem(wrong) == (
        f"the VAT id {wrong} cannot be right: its check digits are wrong"
    )


@pytest.mark.parametrize(
    "vat_id", ["", "DE", "DE1", "GB999999973", "XX123456789", "DE12345678X", "NL123456789B01",
               "DE\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "ATU1358562"],
)  # fmt: skip
def test_what_is_not_of_a_known_form_is_not_judged(vat_id: str) -> None:
    assert vat_id_problem(vat_id) is None


@given(st.text(max_size=16))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    for country in ("", "DE", "FR", "ATU"):
        vat_id_problem(country + text)


def test_a_wrong_one_warns_on_an_e_invoice_and_says_nothing_of_a_table() -> None:
    wrong = a_supplier(vat_id="DE811569860")
    invoice = replace(an_e_invoice(), supplier=wrong)
    [hold] = rules.vat_id_wrong(invoice, UNSURE, Facts(), Policy())
    assert (hold.severity, hold.overridable) == ("warn", True)
    table = an_invoice(supplier=wrong)
    assert rules.vat_id_wrong(table, UNSURE, Facts(), Policy()) == []
