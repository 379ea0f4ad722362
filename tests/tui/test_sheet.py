"""The sheet of one invoice: each test names a question of an approver."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from expense_agent.domain.category import Suggestion
from expense_agent.domain.invoice import InvoiceLine, VatLine
from expense_agent.domain.policy import Hold
from expense_agent.service import (
    BudgetPosition,
    CommentView,
    EditView,
    Headline,
    InvoiceDetail,
    KnownAccount,
    SupplierHistory,
    TraceStep,
)
from tests.builders import NORDWIND_IBAN, OTHER_IBAN
from tests.tui.fake_service import FakeService, a_row
from tui.screens.compare import side_by_side
from tui.sections import About, laid_out, sections, sheet
from tui.sections.money_section import same_amount, same_number, sparkline, twin_of, usual_amounts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_detail(**changes: Any) -> InvoiceDetail:
    return replace(FakeService([a_row(1)]).invoice("inv-1"), **changes)


def past_one(
    name: str, amount: str = "1000.00", number: str = "R-0", state: str = "scheduled"
) -> Headline:
    return Headline(name, number, "Nordwind Logistik AG", "2026-10-01", "2026-10-02T08:00:00Z",
                    amount, "EUR", state, NORDWIND_IBAN)  # fmt: skip


def read(
    detail: InvoiceDetail, *invoices: Headline, accounts: tuple[KnownAccount, ...] = ()
) -> str:
    about = About(detail, NOW, past=SupplierHistory(invoices, accounts))
    return "\n".join(laid_out(part.lines, 100).plain for part in sections(about))


def test_is_it_the_same_account_as_always() -> None:
    listed = KnownAccount(NORDWIND_IBAN, "supplier list", "2025-03-11T08:00:00Z")
    known = read(a_detail(), accounts=(listed,))
    assert "known: supplier list 2025-03-11" in known
    paid = KnownAccount(NORDWIND_IBAN, "last paid", "2026-11-01T08:00:00Z")
    other = read(a_detail(account=OTHER_IBAN), accounts=(listed, paid))
    assert "not the known one: DE89 3704 0044 0532 0130 00\n" in other, "named once"
    assert "no account of this supplier is known yet" in read(a_detail())


def test_is_the_amount_usual() -> None:
    text = read(a_detail(), *(past_one(f"past{n}", "620.00", f"R-{n}9") for n in range(5)))
    assert "5 before, 620.00 each time; this is 2.0 times the middle one" in text
    assert "the first of this supplier in this currency" in read(a_detail())


def test_what_was_never_paid_or_is_in_another_currency_is_no_measure() -> None:
    other = replace(past_one("past2"), currency="USD")
    found = usual_amounts(a_detail(), SupplierHistory((past_one("p", state="rejected"), other)))
    assert found
    assert found.before == ()


def test_an_invoice_without_an_amount_is_compared_with_nothing() -> None:
    without = a_detail(invoice=replace(a_detail().invoice, payable_amount=None))
    assert usual_amounts(without, SupplierHistory((past_one("past1"),))) is None
    assert "usual" not in read(without, past_one("past1"))


def test_the_plot_goes_from_the_oldest_to_this_one_and_has_an_ascii_form() -> None:
    past = SupplierHistory((past_one("b", "700.00"), past_one("a", "100.00")))
    found = usual_amounts(a_detail(), past)
    assert found
    assert sparkline(found, ascii_only=False) == "▁▄ █"
    assert sparkline(found, ascii_only=True) == "_- #"


def test_have_we_paid_this_before() -> None:
    text = read(a_detail(), past_one("past1", number="r 1"), past_one("past2", "1240.00"))
    said = "r 1, scheduled, 1,000.00 EUR, dated 2026-10-01, past1"
    assert f"paid already, same number: {said}" in text
    assert "paid already, same amount: R-0, scheduled, 1,240.00 EUR" in text
    assert "none with this number or this amount" in read(a_detail(), past_one("past3"))
    assert "before     nothing: the first of this supplier" in read(a_detail())


def test_of_several_alike_the_paid_ones_come_first_and_the_rest_is_counted() -> None:
    alike = [past_one(f"p{n}", number="R-1", state="waiting") for n in range(6)]
    paid = past_one("paid", number="R-1", state="booked")
    text = read(a_detail(), *alike, paid)
    assert text.index("paid already, same number") < text.index("p0")
    assert "and 3 more;" in text


def test_what_a_hold_names_as_its_twin_is_there_however_old_and_as_it_stands_now() -> None:
    about = About(a_detail(), NOW, past=SupplierHistory(twins=(past_one("old", number="R1"),)))
    text = "\n".join(laid_out(part.lines, 100).plain for part in sections(about))
    assert "paid already, same number: R1, scheduled" in text


def test_without_an_account_on_the_document_the_one_known_by_now_is_said() -> None:
    known = KnownAccount(NORDWIND_IBAN, "last paid", "2026-11-01T08:00:00Z")
    text = read(a_detail(account=None), accounts=(known,))
    assert "none   known by now: DE89 3704 0044 0532 0130 00, last paid 2026-11-01" in text


def test_quantities_prices_and_units_read_as_people_write_them() -> None:
    paper = InvoiceLine(name="Paper", quantity=Decimal("20.0000"), unit="H87",
                        price=Decimal("9.9000"), net_amount=Decimal("198.00"))  # fmt: skip
    odd = InvoiceLine(name="Odd", quantity=Decimal(0), unit="ZZ", net_amount=Decimal("0.00"))
    text = read(a_detail(invoice=replace(a_detail().invoice, lines=(paper, odd))))
    assert "Paper   20 pcs x 9.90   198.00" in text
    assert "Odd   0 ZZ   0.00" in text


def test_words_of_an_edit_or_a_decision_are_said_once() -> None:
    at = "2026-11-22T12:00:00Z"
    edit = EditView(2, "bob", "agreed", {}, {}, at)
    comments = CommentView("bob", "agreed", at), CommentView("bob", "also", NOW.isoformat())
    text = read(a_detail(edits=(edit,), comments=comments))
    assert text.count("agreed") == 1
    assert "also" in text


def test_where_nobody_has_done_anything_it_says_so() -> None:
    assert "0 of 1   nobody has decided, edited or commented yet" in read(a_detail())
    comment = CommentView("bob", "see it", "2026-11-22T12:00:00Z")
    assert "nobody has decided" not in read(a_detail(comments=(comment,)))


def test_numbers_are_the_same_but_for_case_spaces_signs_and_leading_zeros() -> None:
    past = SupplierHistory((past_one("p", number="00R 1"), past_one("q", number="")))
    assert [one.id for one in same_number(a_detail(), past)] == ["p"]
    assert same_amount(a_detail(), past) == []


@pytest.mark.parametrize(
    ("holds", "past", "twin"),
    [
        ((Hold("duplicate", "block", "twin", twins=("k7mbjd",)),), [past_one("p")], "k7mbjd"),
        ((), [past_one("p"), past_one("q", "1240.00"), past_one("r", number="R-1")], "r"),
        ((), [past_one("p"), past_one("q", "1240.00")], "q"),
        ((), [past_one("p")], "p"),
        ((), [], None),
    ],
)
def test_it_is_compared_with_what_holds_name_else_with_the_most_alike(
    holds: tuple[Hold, ...], past: list[Headline], twin: str | None
) -> None:
    assert twin_of(a_detail(holds=holds), SupplierHistory(tuple(past))) == twin


def test_what_a_person_changed_is_marked_where_the_next_approver_looks() -> None:
    before = {"payable_amount": "1300.00", "category": None}
    after = {"payable_amount": "1240.00", "category": "office"}
    edit = EditView(1, "bob", "credit note", before, after, "2026-11-22T09:00:00Z")
    text = read(a_detail(edits=(edit,)))
    assert "1,240.00 EUR   of it VAT 197.98   changed by bob, was 1300.00" in text
    assert "changed by bob, was empty" in text
    assert "payable amount  1300.00  ->  1240.00" in text


def test_steps_have_their_times_and_say_what_took_long() -> None:
    steps = (
        TraceStep("categorize", "2026-11-21T23:59:59.500Z", "vehicles"),
        TraceStep("check_policy", "2026-11-21T23:59:59.520Z", "1 hold"),
        TraceStep("await_decision", "2026-11-22T02:00:00.000Z", "approve by ann"),
    )
    text = read(a_detail(steps=steps))
    assert "2026-11-21 23:59:59  categorize  vehicles" in text
    assert "23:59:59  check policy  1 hold\n" in text
    assert "2026-11-22 02:00:00  await decision  approve by ann  +2.0 h" in text


def test_the_suggestion_names_what_else_is_possible_and_how_often_it_was_right() -> None:
    suggestion = Suggestion(
        "vehicles", 0.7, "history", "paid before", others=("office",), right=7, seen=9
    )
    about = About(a_detail(suggestion=suggestion), NOW, categories={"office": "Office supplies"})
    text = "\n".join(laid_out(part.lines, 100).plain for part in sections(about))
    assert "also possible: Office supplies" in text
    assert "right 7 of 9 times" in text


def test_vat_and_sums_stand_as_the_document_states_them() -> None:
    net, tax = Decimal("1042.02"), Decimal("197.98")
    rows = (VatLine("S", Decimal(19), net, tax),)
    invoice = replace(a_detail().invoice, vat_breakdown=rows, line_total=net)
    text = read(a_detail(invoice=invoice))
    assert "S 19 %   of 1,042.02   197.98" in text
    assert "sums       lines 1,042.02, VAT 197.98, payable 1,240.00" in text


def test_whose_budget_is_said_whether_it_holds_anything_or_not() -> None:
    position = BudgetPosition("vehicles", "quarter", "EUR", "5000.00", "2000.00", "3240.00")
    words = "2,000.00 used, 3,240.00 after this (65%) of 5,000.00 EUR this quarter"
    assert words in read(a_detail(budgets=(position,)))
    over = replace(position, after="6000.00")
    assert "6,000.00 after this (120%), 1,000.00 too much of 5,000.00 EUR" in (
        read(a_detail(budgets=(over,))))  # fmt: skip
    no_rate = replace(position, used=None, after=None)
    assert "no exchange rate to tell what is used" in read(a_detail(budgets=(no_rate,)))


def test_while_the_category_is_unsure_the_budget_of_each_candidate_is_said() -> None:
    office = BudgetPosition("office", "month", "EUR", "1000.00", "900.00", "2140.00")
    travel = BudgetPosition("travel", "month", "EUR", "5000.00", "0.00", "1240.00")
    text = read(a_detail(category="office", budgets=(office, travel)))
    assert " ".join(text.split()).count("if that is its category") == 2


def test_the_preview_says_nothing_of_a_past_that_was_not_read() -> None:
    text = laid_out(sheet(About(a_detail(), NOW)), 100).plain
    assert "usual" not in text
    assert "account    DE89 3704 0044 0532 0130 00   no hold on it" in text


def test_side_by_side_what_differs_is_marked_with_a_sign() -> None:
    left, right = a_detail(), a_detail(id="past1", account=OTHER_IBAN)
    lines = side_by_side(left, right, 100).plain.splitlines()
    account = next(line for line in lines if line.startswith("account"))
    number = next(line for line in lines if line.startswith("number"))
    assert " <> " in account
    assert " =  " in number
