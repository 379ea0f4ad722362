"""The demo's files say what fixtures/README.md says of them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from expense_agent.agent import open_agent
from expense_agent.categorizers import CATEGORIES, open_categorizer
from expense_agent.demo import prepare_demo
from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.domain.policy import Policy
from expense_agent.domain.supplier import iban_problem, is_iban
from expense_agent.importers import Record, read_batch
from expense_agent.policy_file import load_policy, notes_on
from expense_agent.service import QueueQuery

DEMO = Path(__file__).parents[1] / "fixtures" / "demo"
CATEGORY_IDS = {category.id for category in CATEGORIES}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(read_batch([DEMO / "invoices"]))


@pytest.fixture(scope="module")
def invoices(records: list[Record]) -> list[Invoice]:
    """Every invoice once: the file that was sent twice counts once."""
    found = (record.invoice for record in records if record.invoice)
    return list({content_hash(invoice): invoice for invoice in found}.values())


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(DEMO / "policy.toml")


def test_every_file_reads_to_the_last_invoice(records: list[Record]) -> None:
    read = Counter(Path(record.file).name for record in records if record.invoice)
    assert read == {
        "1-archive-2026-06-to-08.csv": 65,
        "2-kreditoren-2026-09.csv": 23,
        "3-portal-2026-10.json": 28,
        "4-feed-2026-11.jsonl": 30,
        "5-nachtrag-2026-11.json": 3,
        "6-late-2026-11.csv": 14,
        "7-late-2026-11-sent-again.csv": 14,
        "8-e-invoice-cii.xml": 1,
        "8-e-invoice-factur-x.pdf": 1,
        "8-e-invoice-ubl.xml": 1,
    }
    formats = {"csv", "json", "jsonl", "ubl", "cii"}
    assert {record.format for record in records} == formats
    assert [record.format for record in records if record.container == "pdf"] == ["cii"]


def test_exactly_the_two_rows_meant_to_fail_cannot_be_read(records: list[Record]) -> None:
    problems = [(record.invoice, p.location) for record in records for p in record.problems]
    assert problems == [(None, "line 9"), (None, "line 16")]


def test_the_file_sent_again_is_the_same_file() -> None:
    one, other = sorted((DEMO / "invoices").glob("*-late-*.csv"))
    assert one.read_bytes() == other.read_bytes()


def test_there_are_enough_invoices_suppliers_and_currencies(invoices: list[Invoice]) -> None:
    assert len(invoices) == 166
    assert len({invoice.supplier.name for invoice in invoices}) == 37
    currencies = {"EUR", "GBP", "USD", "CHF", "SEK", "PLN", "NOK"}
    assert {invoice.currency for invoice in invoices} == currencies
    dates = [invoice.issue_date for invoice in invoices if invoice.issue_date]
    assert (min(dates), max(dates)) == (date(2026, 6, 1), date(2026, 11, 20))


def test_most_invoices_are_small(invoices: list[Invoice], policy: Policy) -> None:
    based = (policy.in_base_currency(i.payable) for i in invoices if i.payable)
    small = [money for money in based if money and money.amount <= policy.auto_approve_limit]
    assert len(small) > 0.8 * len(invoices)


def test_exactly_one_iban_is_wrong_and_only_american_accounts_are_none(
    invoices: list[Invoice],
) -> None:
    accounts = [(i.number, account) for i in invoices for account in i.accounts]
    ibans = [(number, account) for number, account in accounts if is_iban(account)]
    others = {account for _, account in accounts} - {account for _, account in ibans}
    assert [number for number, account in ibans if iban_problem(account)] == ["F2026-0416"]
    assert others == {"099999990-417022310", "099999991-552013377"}


@pytest.mark.parametrize(
    ("number", "currency", "payable"),
    [
        ("WS203081", "EUR", "1250000.00"),
        ("DP/61336", "EUR", "495.00"),
        ("DP/61380", "EUR", "495.00"),
        ("S101112", "GBP", "0.00"),
        ("11821", "NOK", "3200.00"),
        ("INV-10461", "USD", "560.00"),
    ],
)
def test_the_amounts_the_readme_talks_about(
    invoices: list[Invoice], number: str, currency: str, payable: str
) -> None:
    [found] = [invoice for invoice in invoices if invoice.number == number]
    assert (found.currency, str(found.payable_amount)) == (currency, payable)


def test_what_is_not_like_the_others_is_there(invoices: list[Invoice]) -> None:
    assert Counter(i.type_code for i in invoices if i.type_code in ("381", "325")) == {
        "381": 1,
        "325": 1,
    }
    assert sum(invoice.is_collected for invoice in invoices) == 1
    assert sum(invoice.number_key is None for invoice in invoices) == 2
    assert sum(bool(invoice.payee_name) for invoice in invoices) == 1
    assert sum(len(invoice.accounts) > 1 for invoice in invoices) == 1
    assert sum(bool(invoice.flags) for invoice in invoices) == 2
    assert max(i.due_date for i in invoices if i.due_date) == date(2031, 12, 31)


def test_hostile_names_keep_their_markup_and_lose_their_controls(invoices: list[Invoice]) -> None:
    names = {invoice.supplier.name for invoice in invoices if invoice.flags}
    assert any(name and "[@click=app.quit]" in name for name in names)
    assert all(name and name.isprintable() for name in names)


def test_keywords_alone_name_a_clear_category_for_nearly_all(invoices: list[Invoice]) -> None:
    categorizer = open_categorizer()
    clear = [i for i in invoices if categorizer.suggest(i).evidence == "rule"]
    assert len(clear) > 0.85 * len(invoices)


def listed() -> Iterator[list[str]]:
    header, *rows = (DEMO / "suppliers.csv").read_text(encoding="utf-8").splitlines()
    assert header == "name,vat_id,account,category"
    return (row.split(",") for row in rows)


def test_keywords_and_the_supplier_list_agree_where_keywords_are_clear(
    invoices: list[Invoice],
) -> None:
    categories = {name: category for name, _, _, category in listed()}
    categorizer = open_categorizer()
    said = [
        (categories[i.supplier.name], categorizer.suggest(i))
        for i in invoices
        if i.supplier.name in categories
    ]
    wrong = [s for listed_as, s in said if s.evidence == "rule" and s.category != listed_as]
    assert len(wrong) < 0.1 * len(said)


def test_the_supplier_list_has_right_accounts_and_known_categories() -> None:
    rows = list(listed())
    assert len(rows) == 19
    assert all(category in CATEGORY_IDS for _, _, _, category in rows)
    assert [name for name, _, account, _ in rows if not is_iban(account)] == [
        "Copper Marmot Analytics Inc."
    ]
    assert not any(iban_problem(account) for _, _, account, _ in rows if is_iban(account))


def test_the_policy_of_the_demo_lets_whoever_tries_it_decide(policy: Policy) -> None:
    assert policy.approvers == ()
    assert "NOK" not in policy.exchange_rates
    assert notes_on(DEMO / "policy.toml") == []


def test_the_demo_pays_what_is_clean_and_shows_the_rest(tmp_path: Path) -> None:
    settings = prepare_demo(tmp_path / "store", "tester")
    agent = open_agent(settings)
    try:
        rows = agent.rows(agent.overview(QueueQuery()).keys)
        payments = agent.payments()
    finally:
        agent.shut()
    holds = Counter(rule for row in rows for rule in {hold.rule for hold in row.holds})
    for by_the_day in ("due_date", "due_weekend"):
        del holds[by_the_day]
    assert (len(rows), len(payments)) == (44, 120)
    assert holds == {
        "over_limit": 29,
        "split_limit": 1,
        "near_limit": 1,
        "account_changed": 3,
        "account_unknown": 3,
        "deceptive_text": 2,
        "duplicate": 2,
        "missing_field": 2,
        "not_payable": 2,
        "several_accounts": 1,
        "payee_differs": 1,
        "category_unsure": 23,
    }
    assert Counter(row.approvals_needed for row in rows) == {1: 42, 2: 2}
