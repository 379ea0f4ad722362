import pytest

from expense_agent.importers.pdf_text import _stands_in


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1240.00", "Total 1.240,00 EUR"),
        ("1240.00", "Total 1,240.00"),
        ("1240.00", "Total 1 240,00"),
        ("1240.00", "Total 1240.00."),
        ("1240.00", "Total EUR 1'240.00"),
        ("1240", "Total 1,240"),
        ("0.50", "0,50"),
    ],
)
def test_an_amount_is_found_however_it_is_written(amount: str, text: str) -> None:
    assert _stands_in(text, "payable_amount", amount)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("240.00", "1,240.00"),
        ("240.00", "240.005"),
        ("2400.0", "240.00"),
        ("24000", "240.00"),
        ("1240.00", "12 40.00"),
        ("-5.00", "-5.00"),
        ("1e3", "1e3"),
        ("٣.00", "٣.00"),
    ],
)
def test_another_amount_is_not_found(amount: str, text: str) -> None:
    assert not _stands_in(text, "payable_amount", amount)


def test_names_and_accounts_are_found_letter_by_letter() -> None:
    assert _stands_in("pay to DE89 3704 0044", "account", "DE8937040044")
    assert not _stands_in("pay to DE89 3704 0044", "account", "DE8937040045")
    assert _stands_in("anything", "vat_id", "")
