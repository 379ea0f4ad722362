"""pain.001: valid by its schema, and by the rules that the schema does not have."""

from importlib.resources import files

import pytest
from lxml import etree

from expense_agent.domain.payment_run import PAIN_03, PAIN_09, Debtor, PaymentRun
from expense_agent.exporters.pain001 import PainExporter
from tests.builders import NORDWIND_IBAN, OTHER_IBAN
from tests.exporters.runs import BUYER, HEAD, a_line, a_run

EXPORTER = PainExporter()
LONG = "Verwaltungsgesellschaft für die Beschaffung von Büromöbeln & Zubehör mit langem Namen SE"
RUN = a_run(
    a_line("120.00 EUR", payment=1),
    a_line("0.10 EUR", payment=2, day="2026-12-03", remittance="RF18 5390 0754 7034"),
    a_line("999999999.99 EUR", payment=3, name=LONG, account=OTHER_IBAN, remittance="x" * 200),
    a_line("3.5 EUR", payment=4, remittance="☃", name="//Ørsted // & Sönner/"),
)


def schema(version: str) -> etree.XMLSchema:
    path = files("sepaxml") / "schemas" / f"{version}.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def read(run: PaymentRun) -> etree._Element:
    return etree.fromstring(EXPORTER.write(run))


def texts(root: etree._Element, name: str) -> list[str]:
    return [(found.text or "").strip() for found in root.iter(f"{{*}}{name}")]


@pytest.mark.parametrize("version", [PAIN_09, PAIN_03])
@pytest.mark.parametrize("bic", [None, "BYLADEM1001"])
def test_the_file_is_valid_by_its_schema(version: str, bic: str | None) -> None:
    run = a_run(*RUN.lines, format=version, debtor=Debtor(LONG, BUYER.account, bic))
    found = schema(version)
    assert found.validate(read(run)), found.error_log


def test_a_schema_of_the_other_version_refuses_it() -> None:
    assert not schema(PAIN_03).validate(read(RUN))


def test_the_same_run_gives_the_same_bytes_and_names_the_audit_head() -> None:
    first, second = EXPORTER.write(RUN), EXPORTER.write(a_run(*reversed(RUN.lines)))
    assert first == second
    assert f"<!-- audit head {HEAD} -->".encode() in first
    assert first.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


def test_there_is_one_block_a_date_and_the_sums_are_on_both_levels() -> None:
    root = read(RUN)
    assert texts(root, "NbOfTxs") == ["4", "3", "1"]
    assert texts(root, "CtrlSum") == ["1000000123.59", "1000000123.49", "0.10"]
    assert texts(root, "PmtInfId") == [f"{RUN.id}-1", f"{RUN.id}-2"]
    assert texts(root, "Dt") == ["2026-12-01", "2026-12-03"]
    assert all(len(name) <= 35 for name in texts(root, "PmtInfId"))
    assert texts(root, "MsgId") == [RUN.id]
    assert texts(root, "CreDtTm") == ["2026-11-22T09:00:00Z"]


def test_amounts_have_two_decimals_and_ids_are_unique() -> None:
    root = read(RUN)
    assert sorted(texts(root, "InstdAmt")) == ["0.10", "120.00", "3.50", "999999999.99"]
    ids = texts(root, "EndToEndId")
    assert len(set(ids)) == 4
    assert all(len(name) == 32 for name in ids)


def test_text_is_what_a_bank_takes() -> None:
    root = read(RUN)
    names = texts(root, "Nm")
    assert names[:2] == ["Buyer GmbH", "Buyer GmbH"]
    assert "Orsted / + Soenner" in names
    cut = "Verwaltungsgesellschaft fuer die Beschaffung von Bueromoebeln + Zubeho"
    assert cut in names
    assert len(cut) == 70
    assert texts(root, "Ref") == ["RF18539007547034"]
    assert sorted(map(len, texts(root, "Ustrd"))) == [6, 140]


def test_what_is_cut_is_told() -> None:
    (long,) = (line for line in RUN.lines if line.name == LONG)
    assert EXPORTER.notes(long) == [
        "the name of inv3 is cut to 70 characters",
        "the remittance text of inv3 is cut to 140 characters",
    ]
    assert EXPORTER.notes(a_line()) == []


def test_without_a_bic_the_agent_is_not_provided() -> None:
    agents = list(read(a_run(debtor=Debtor("B", BUYER.account))).iter("{*}DbtrAgt"))
    assert [texts(agent, "Id") for agent in agents] == [["NOTPROVIDED"]]
    assert texts(read(RUN), "BICFI") == [BUYER.bic, BUYER.bic]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (a_line("5.00 USD"), "SEPA transfers are in EUR, not USD: format csv takes it"),
        (a_line("1000000000.00 EUR"), "is not an amount of a SEPA transfer"),
        (a_line("0.00 EUR"), "is not an amount of a SEPA transfer"),
        (a_line(account=None), "there is no account to pay into"),
        (a_line(account="12345678"), "12345678 is not an IBAN"),
        (a_line(account="DE00370400440532013000"), "cannot be right"),
        (a_line(account="AE070331234567890123456"), "is in AE, where SEPA does not reach"),
        (a_line(account=BUYER.account), "into the account that pays"),
        (a_line(name="北京公司"), "has no letters a bank takes"),
        (a_line(name=" /// "), "has no letters a bank takes"),
    ],
)
def test_what_a_bank_would_refuse_is_named(line: object, said: str) -> None:
    assert said in (EXPORTER.why_not(line, BUYER) or "")  # type: ignore[arg-type]


def test_what_a_bank_takes_is_not_refused() -> None:
    assert [EXPORTER.why_not(line, BUYER) for line in RUN.lines] == [None] * 4
    assert EXPORTER.why_not(a_line(account=NORDWIND_IBAN), None) is None
