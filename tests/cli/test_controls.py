"""Facts that change between the question and the answer, through the commands people use."""

from pathlib import Path
from typing import Any

import pytest

from expense_agent.agent import open_agent
from expense_agent.settings import settings_from
from tests.builders import NORDWIND_IBAN, OTHER_IBAN
from tests.cli.shell import Shell

HEADER = "Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency"
NEW_IBAN = "FR1420041010050500013M02606"


def bring(shell: Shell, file: str, *rows: str) -> dict[str, Any]:
    """Import rows of "number,issued,supplier,vat,iban,text,amount" as a file of their own."""
    path = shell.store.parent / file
    lines = [HEADER]
    for row in rows:
        number, issued, rest = row.split(",", 2)
        lines.append(f"{number},{issued},2099-12-01,{rest},EUR")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report: dict[str, Any] = shell.data("import", path)
    return report


def holds(shell: Shell, invoice_id: str) -> dict[str, str]:
    return {h["rule"]: h["reason"] for h in shell.data("show", invoice_id)["holds"]}


def approve(shell: Shell, invoice_id: str) -> tuple[str, str]:
    ran = shell("approve", invoice_id, "--json")
    [said] = ran.json
    return said["outcome"], said["reason"] or ""


def set_policy(shell: Shell, text: str) -> None:
    shell("doctor")
    (shell.store / "policy.toml").write_text(text, encoding="utf-8")


def paper(number: str, amount: str, *, issued: str = "2026-11-02", iban: str = OTHER_IBAN) -> str:
    return f"{number},{issued},Quendel KG,DE2,{iban},Office paper,{amount}"


def test_an_approval_that_comes_after_the_suppliers_account_changed_goes_back(
    shell: Shell, tmp_path: Path
) -> None:
    bring(shell, "a.csv", paper("R-1", "720.00"))
    listed = tmp_path / "suppliers.csv"
    listed.write_text(f"name,vat_id,account,category\nQuendel KG,DE2,{NEW_IBAN},office\n")
    shell.data("suppliers", "import", listed)
    [invoice_id] = shell.ids().values()
    outcome, reason = approve(shell, invoice_id)
    assert outcome == "waiting"
    assert f"the bank account changed: {OTHER_IBAN} instead of {NEW_IBAN}" in reason
    assert "account_changed" in holds(shell, invoice_id)
    assert shell.data("payments") == []
    assert approve(shell, invoice_id)[0] == "scheduled"  # seen now: what a person knows is theirs


def test_an_approval_that_comes_when_the_budget_is_gone_goes_back(
    shell: Shell, tmp_path: Path
) -> None:
    budget = '[[budgets]]\ncategory = "office"\nperiod = "year"\namount = "1000.00"\n'
    set_policy(shell, '[holds]\nbudget = "block"\n' + budget)
    listed = tmp_path / "suppliers.csv"
    listed.write_text(f"name,vat_id,account,category\nQuendel KG,DE2,{OTHER_IBAN},office\n")
    shell.data("suppliers", "import", listed)
    bring(shell, "a.csv", paper("R-1", "900.00"))
    [invoice_id] = shell.ids().values()
    assert "budget" not in holds(shell, invoice_id)
    assert bring(shell, "b.csv", paper("R-2", "150.00"))["scheduled"] == 1
    outcome, reason = approve(shell, invoice_id)
    assert outcome == "waiting"
    assert "more than the budget of office for this year, 1,000.00 EUR" in reason
    [hold] = [h for h in shell.data("show", invoice_id)["holds"] if h["rule"] == "budget"]
    assert hold["evidence"] == ["used: 150.00 EUR", "left: 850.00 EUR", "this invoice: 900.00 EUR"]
    assert approve(shell, invoice_id)[0] == "scheduled"
    assert bring(shell, "c.csv", paper("R-3", "10.00"))["waiting"] == 1


OFFICE = "there is no category 'ofice'; did you mean 'office'?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[budgets]]\ncategory = "ofice"\nperiod = "year"\namount = "1000.00"\n',
            f":2: budgets.1.category: {OFFICE}",
        ),
        (
            '[[tiers]]\nname = "all"\n[[tiers]]\nname = "some"\ncategories = ["office", "ofice"]\n',
            f":5: tiers.2.categories: {OFFICE}",
        ),
        (
            '[categories]\nsensitive = ["zzz"]\n',
            ":2: categories.sensitive: there is no category 'zzz'; `categories` lists them",
        ),
    ],
)
def test_what_names_no_category_is_refused_since_it_would_hold_nothing(
    shell: Shell, tmp_path: Path, text: str, said: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    assert f"{policy}{said}" in shell("policy", "check", policy).out
    ran = shell.plain("--store", shell.store, "--policy", policy, "queue")
    place = said.split(":", 2)[2]
    assert (ran.code, f"{policy}:{place}" in ran.err) == (2, True)


def test_a_duplicate_that_is_paid_meanwhile_is_news_to_whoever_approved_its_twin(
    shell: Shell,
) -> None:
    bring(shell, "a.csv", paper("R-1001", "720.00"))
    bring(shell, "b.csv", paper("R-1001-1", "720.00", issued="2026-03-02"))
    ids = shell.ids()
    first, second = ids["R-1001"], ids["R-1001-1"]
    similar = "same supplier and amount, similar number: "
    assert holds(shell, second)["duplicate"] == similar + first
    assert shell.data("show", second)["holds"][0]["twins"] == [first]
    assert approve(shell, first)[0] == "scheduled"
    outcome, reason = approve(shell, second)
    assert (outcome, f"{similar}{first} (paid)" in reason) == ("waiting", True)
    assert approve(shell, second)[0] == "scheduled"


def test_the_same_number_paid_meanwhile_cannot_be_approved_at_all(shell: Shell) -> None:
    bring(shell, "a.csv", paper("R-1", "720.00"))
    bring(shell, "b.csv", paper("R-1", "730.00"))
    first, second = (
        row["id"] for row in sorted(shell.data("queue"), key=lambda r: r["payable_amount"])
    )
    assert approve(shell, first)[0] == "scheduled"
    assert approve(shell, second)[0] == "waiting"
    outcome, reason = approve(shell, second)
    assert (outcome, len(shell.data("payments"))) == ("refused", 1)
    assert first in reason


def test_a_pair_approved_side_by_side_never_comes_up_again(shell: Shell) -> None:
    set_policy(shell, '[holds]\npossible_duplicate = "block"\n')
    bring(shell, "a.csv", paper("R-1", "720.00"))
    bring(shell, "b.csv", paper("R-2", "720.00", issued="2026-11-05"))
    ids = shell.ids()
    assert "possible_duplicate" in holds(shell, ids["R-2"])
    assert approve(shell, ids["R-2"])[0] == "scheduled"
    # Its twin is paid now, which would be news, had a person not told the two apart.
    assert approve(shell, ids["R-1"])[0] == "scheduled"
    told = [e for e in shell.data("audit") if e["action"] == "told_apart"]
    assert [(e["invoice_id"], e["actor"]) for e in told] == [(ids["R-2"], "ann")]
    assert shell("audit", "verify").code == 0


def test_what_a_person_approves_neither_meets_the_split_limit_nor_counts_against_it(
    shell: Shell,
) -> None:
    set_policy(shell, '[limits]\ncumulative_limit = "600.00"\n')
    bring(shell, "a.csv", paper("R-1", "400.00"), paper("X-2", "300.00"), paper("Y-3", "450.00"))
    ids = shell.ids()
    assert set(ids) == {"X-2", "Y-3"}
    assert "split_limit" in holds(shell, ids["X-2"])
    assert approve(shell, ids["X-2"])[0] == "scheduled"
    assert approve(shell, ids["Y-3"])[0] == "scheduled"
    assert bring(shell, "b.csv", paper("Z-4", "200.00"))["scheduled"] == 1
    assert bring(shell, "c.csv", paper("Z-5", "0.01"))["waiting"] == 1


def test_an_account_listed_for_another_supplier_waits_for_a_person(
    shell: Shell, tmp_path: Path
) -> None:
    listed = tmp_path / "suppliers.csv"
    listed.write_text(f"name,vat_id,account,category\nQuendel KG,DE2,{NORDWIND_IBAN},office\n")
    shell.data("suppliers", "import", listed)
    strange = f"S-1,2026-11-02,Fremd GmbH,DE9,{NORDWIND_IBAN},Office paper,90.00"
    assert bring(shell, "b.csv", strange)["waiting"] == 1
    [invoice_id] = shell.ids().values()
    said = holds(shell, invoice_id)["account_of_another"]
    assert said == f"{NORDWIND_IBAN} is known as the account of quendel"


def test_a_look_alike_of_a_known_supplier_waits_for_a_person(shell: Shell) -> None:
    bring(shell, "a.csv", paper("R-1", "100.00"))
    strange = f"S-1,2026-11-02,Quende1 KG,DE9,{NEW_IBAN},Office paper,90.00"
    assert bring(shell, "b.csv", strange)["waiting"] == 1
    [invoice_id] = shell.ids().values()
    assert "looks like quendel" in holds(shell, invoice_id)["supplier_lookalike"]


def test_show_says_whose_budget_and_who_is_editing_and_an_edit_is_refused_meanwhile(
    shell: Shell,
) -> None:
    set_policy(shell, '[[budgets]]\ncategory = "office"\nperiod = "year"\namount = "1000.00"\n')
    bring(shell, "a.csv", paper("R-1", "720.00"))
    [invoice_id] = shell.ids().values()
    shown = shell("show", invoice_id).out
    assert "office: 0.00 used, 720.00 with this, of 1000.00 EUR this year" in shown
    assert "being edited" not in shown
    assert shell.data("show", invoice_id)["being_edited"] is None
    bob = open_agent(settings_from(str(shell.store), None, "bob", environ={}))
    try:
        bob.edit_desk.begin(invoice_id)
        assert "by bob since" in shell("show", invoice_id).out
        assert shell.data("show", invoice_id)["being_edited"]["by"] == "bob"
        [said] = shell(
            "edit", invoice_id, "--due-date", "2099-12-24", "--comment", "why", "--json"
        ).json
        assert said["outcome"] == "refused"
        assert "bob is editing it since" in said["reason"]
    finally:
        bob.edit_desk.shut()
        bob.shut()
