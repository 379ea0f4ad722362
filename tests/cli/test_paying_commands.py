"""pay-run: from scheduled payments to one file, and what it says about it."""

from pathlib import Path

import pytest

from expense_agent.desks import treasury
from tests.cli.shell import Shell

POLICY = """
[debtor]
name = "Buyer GmbH"
account = "DE02120300000000202051"
"""


@pytest.fixture
def paying(filled: Shell) -> Shell:
    (filled.store / "policy.toml").write_text(POLICY, encoding="utf-8")
    return filled


def test_a_payment_run_says_what_it_wrote(paying: Shell, tmp_path: Path) -> None:
    plan = paying.data("pay-run", "--dry-run")
    assert (plan["totals"], len(plan["payments"])) == ({"EUR": "120.00"}, 1)
    report = paying.data("pay-run", "--output", tmp_path / "run.xml", by="tess")
    assert (report["payments"], report["format"]) == (1, "pain.001.001.09")
    (payment,) = paying.data("payments", "--status", "exported")
    assert payment["run"] == report["run"]
    assert payment["end_to_end_id"] in (tmp_path / "run.xml").read_text(encoding="utf-8")
    proof = paying.data("audit", "verify", "--anchor", report["head"])
    assert proof["ok"]
    again = paying("pay-run", "--again", report["run"], "--output", tmp_path / "again.xml")
    assert "the same bytes" in again.out
    assert report["sha256"] in again.out
    assert paying("pay-run", "--output", tmp_path / "second.xml").out == "nothing to export\n"
    trail = paying.data("audit", payment["invoice_id"])
    assert [e["actor"] for e in trail if e["action"] == "exported"] == ["tess"]
    undone = paying("undo", payment["invoice_id"], "--reason", "late")
    assert "ask the bank to recall it" in undone.out


def test_a_dry_run_for_people(paying: Shell) -> None:
    text = paying("pay-run", "--dry-run").out
    assert "Nordwind Logistik AG" in text
    assert "1 payments as pain.001.001.09: 120.00 EUR" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--output FILE is missing"),
        (("--output", "x.xml", "--until", "soon"), "is not a date"),
        (("--output", "x.xml", "--format", "mt101"), "no format 'mt101'"),
        (("--output", "x.xml", "--again", "RUN"), "no payment run RUN"),
        (("--output", "/nowhere/x.xml"), "cannot be written"),
    ],
)
def test_what_makes_no_sense_is_refused(
    paying: Shell, arguments: tuple[str, ...], said: str
) -> None:
    ran = paying("pay-run", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_a_debtor_the_policy_is_named(filled: Shell, tmp_path: Path) -> None:
    ran = filled("pay-run", "--output", tmp_path / "run.xml")
    assert ran.code == 2
    assert "[debtor]" in ran.err


def test_what_is_left_out_is_told(paying: Shell, tmp_path: Path) -> None:
    rows = "GBP,2026-11-01,2099-12-01,Fjord AS,N1,NO9386011117947,Maps,12.00,NOK"
    header = (
        "Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency"
    )
    (tmp_path / "more.csv").write_text(f"{header}\n{rows}\n", encoding="utf-8")
    paying("import", tmp_path / "more.csv")
    paying("approve", *paying.ids().values())
    ran = paying("pay-run", "--output", tmp_path / "run.xml")
    assert "left out, stays scheduled" in ran.err
    assert "SEPA transfers are in EUR, not NOK" in ran.err


def test_a_run_that_was_cut_off_is_named_by_doctor(
    paying: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(treasury, "write_whole", cut)
        assert paying("pay-run", "--output", tmp_path / "run.xml").code == 130
    ran = paying("doctor", "--json")
    assert ran.code == 1
    assert "was cut off: `pay-run --output FILE` goes on" in " ".join(ran.json["problems"])
    assert paying.data("pay-run", "--output", tmp_path / "run.xml")["repeated"]
    assert paying("doctor").code == 0
