from pathlib import Path

from tests.benchmarks import adapter

POLICY = 'base_currency = "EUR"\n[holds]\ndefault = "off"\nover_limit = "block"\n'


def row(number: str, amount: float) -> dict[str, object]:
    return {
        "id": number,
        "number": number,
        "vendor": "Nordwind",
        "description": "Rail ticket",
        "amount": amount,
        "currency": "EUR",
        "issue_date": "2026-01-02",
        "due_date": "2026-02-02",
        "iban": "DE89370400440532013000",
    }


def test_what_is_imported_through_the_door_waits_or_is_paid_and_can_be_approved(
    tmp_path: Path,
) -> None:
    product = adapter.open(POLICY, tmp_path)
    product.import_rows([row("A-1", 100.0), row("A-2", 600.0), row("A-3", 700.0)])
    waiting = product.waiting()
    assert len(waiting) == 2  # the third was under the limit
    product.approve(waiting, at_once=2)
    assert product.waiting() == []
    product.close()
