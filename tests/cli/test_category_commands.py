"""`categories`: what is unsure, what people say of it, what is learned, and taken back."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell

HEADER = (
    "Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency\n"
)
UNSURE = {
    "id", "number", "supplier", "payable_amount", "currency", "state", "category", "confidence",
    "kind", "why", "doubt", "candidates", "words", "received_at",
}  # fmt: skip


def a_line(number: str, supplier: str = "Aldermoor", text: str = "as agreed") -> str:
    return f"{number},2026-11-01,2099-12-01,{supplier},,DE89370400440532013000,{text},90.00,EUR\n"


def take(shell: Shell, *lines: str) -> dict[str, str]:
    """Import lines; give the ids by number."""
    file = shell.store.parent / "more.csv"
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
    report = shell.data("import", file)
    assert report["problems"] == []
    return dict(zip((line.partition(",")[0] for line in lines), report["ids"], strict=True))


def category(shell: Shell, invoice_id: str) -> Any:
    return shell.data("show", invoice_id)["category"]


def confirm(shell: Shell, *arguments: object, code: int = 0) -> list[dict[str, Any]]:
    ran = shell("categories", "confirm", *arguments, "--json")
    assert ran.code == code, ran.err + ran.out
    return list(ran.json)


def test_a_paid_invoice_with_an_unsure_category_waits_to_be_confirmed(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"), a_line("A-2", "Nordwind", "Freight"))
    found = {row["number"]: row for row in shell.data("categories", "unconfirmed")}
    assert found.keys() == {"A-1", "A-2"}
    assert found["A-1"].keys() == UNSURE
    assert (found["A-1"]["state"], found["A-1"]["category"]) == ("scheduled", None)
    assert found["A-2"]["candidates"][0] == "vehicles"
    assert shell.data("queue", "--view", "confirm") == shell.data("categories", "unconfirmed")
    confirm(shell, ids["A-2"])
    assert [row["number"] for row in shell.data("categories", "unconfirmed")] == ["A-1"]
    assert "1 to confirm" in shell("queue", "--view", "confirm").out


def test_what_is_confirmed_is_learned_and_used_by_the_next_import(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"))
    (told,) = confirm(shell, ids["A-1"], "--category", "Materials, tools & stock")
    assert (told["outcome"], told["reason"]) == ("corrected", "learned: Aldermoor -> materials")
    assert category(shell, ids["A-1"]) == "materials"
    later = take(shell, a_line("A-2"))
    assert category(shell, later["A-2"]) == "materials"
    assert shell.data("audit", "verify")["ok"]


def test_an_exception_says_nothing_about_other_invoices(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"))
    confirm(shell, ids["A-1"], "--category", "materials", "--only-this")
    assert category(shell, ids["A-1"]) == "materials"
    assert category(shell, take(shell, a_line("A-2"))["A-2"]) is None


def test_what_waits_for_a_decision_is_edited_and_asked_again(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    before = filled.data("show", over)["fingerprint"]
    (told,) = confirm(filled, over, "--category", "hardware")
    assert told["outcome"] == "corrected"
    assert told["reason"].startswith("asked again")
    after = filled.data("show", over)
    assert (after["category"], after["state"]) == ("hardware", "waiting")
    assert after["fingerprint"] != before


def test_other_open_invoices_of_the_supplier_are_proposed_never_changed(filled: Shell) -> None:
    over, other = filled.ids()["OVER"], filled.ids()["OTHER"]
    (told,) = confirm(filled, over, "--category", "rent")
    assert told["others"] == [other]
    assert category(filled, other) != "rent"
    confirm(filled, *told["others"], "--category", "rent")
    ids = take(filled, a_line("A-1", "Bürohaus Quendel", "Paper"))
    assert confirm(filled, ids["A-1"], "--category", "fees")[0]["others"] == []  # people set them


def test_undo_ends_the_influence_at_once(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"))
    confirm(shell, ids["A-1"], "--category", "materials")
    (told,) = shell.data("categories", "undo", ids["A-1"])
    assert (told["outcome"], told["reason"]) == ("undone", "taken back: Aldermoor -> materials")
    assert category(shell, ids["A-1"]) is None
    assert category(shell, take(shell, a_line("A-2"))["A-2"]) is None
    assert shell("categories", "undo", ids["A-1"]).code == 1


def test_a_rule_holds_until_it_is_forgotten(shell: Shell) -> None:
    rule = ("categories", "rule", "Aldermoor Ltd", "rent")
    assert shell.data(*rule)["rule"] == "rule: Aldermoor Ltd -> rent"
    ids = take(shell, a_line("A-1"))
    shown = shell.data("show", ids["A-1"])
    assert shown["category"] == "rent"
    assert shown["suggestion"]["why"] == "rule of ann: always for Aldermoor Ltd"
    assert shell.data("categories", "unconfirmed") == []
    assert shell.data("categories", "forget", "aldermoor")["forgotten"] == 1
    assert category(shell, take(shell, a_line("A-2"))["A-2"]) is None
    assert shell("categories", "forget", "aldermoor").code == 1


def test_a_rule_names_a_category_and_a_supplier_that_can_be_known(shell: Shell) -> None:
    ran = shell("categories", "rule", "Aldermoor", "nonsense")
    assert ran.code == 1
    assert "no category 'nonsense'; there are software, hardware" in ran.err
    assert "names no supplier" in shell("categories", "rule", " & ", "rent").err


def test_an_old_ledger_warms_a_new_store_and_is_learned_once(shell: Shell, tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text(
        "Vendor;Text;Cost centre;GL code\n"
        + "Aldermoor;steel bars;Yard;materials\n" * 3
        + "Aldermoor;steel bars;Yard;Materials, tools & stock\n"
        + ";nobody;;rent\nAldermoor;;;9999\n",
        encoding="utf-8",
    )
    ran = shell("categories", "learn", old, "--json")
    assert ran.code == 1
    assert (ran.json["learned"], ran.json["known"]) == (4, 0)
    assert [p["location"] for p in ran.json["problems"]] == ["line 6", "line 7"]
    again = shell("categories", "learn", old, "--json").json
    assert (again["learned"], again["known"]) == (0, 4)
    shown = shell.data("show", take(shell, a_line("A-1"))["A-1"])
    assert (shown["category"], shown["suggestion"]["confirmed"]) == ("materials", 4)
    assert shell.data("audit", "verify")["ok"]


def test_a_file_that_is_no_ledger_says_what_it_lacks(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Colour,Size\nred,5\n", encoding="utf-8")
    ran = shell("categories", "learn", file, "--json")
    assert ran.code == 1
    assert "no column" in ran.json["problems"][0]["reason"]


def test_the_list_counts_invoices_and_labels(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"), a_line("A-2", "Nordwind", "Freight"))
    confirm(shell, ids["A-2"])
    counts = {row["id"]: row for row in shell.data("categories")}
    assert (counts["vehicles"]["invoices"], counts["vehicles"]["confirmed"]) == (1, 1)
    assert counts["rent"] == {
        "id": "rent", "label": "Rent, leases & property charges", "gl_code": None,
        "removed": False, "invoices": 0, "confirmed": 0,
    }  # fmt: skip
    assert "rule: right 1 of 1 times here" in shell("categories").out


def test_categories_are_edited_in_one_file_and_a_removed_one_stays_readable(
    shell: Shell,
) -> None:
    ids = take(shell, a_line("A-2", "Nordwind", "Freight"))
    (shell.store / "categories.toml").write_text(
        '[vehicles]\nremoved = true\n[tools]\nlabel = "Tools"\ngl_code = "4985"\n'
        'keywords = ["freight"]\n[rent]\ngl_code = "4210"\n',
        encoding="utf-8",
    )
    assert category(shell, ids["A-2"]) == "vehicles"
    later = take(shell, a_line("A-3", "Südwind", "Freight"))
    assert category(shell, later["A-3"]) == "tools"
    ran = shell("categories", "confirm", ids["A-2"])
    assert ran.code == 1
    assert "no category 'vehicles'" in ran.out
    confirm(shell, ids["A-2"], "--category", "4210")
    assert category(shell, ids["A-2"]) == "rent"
    listed = {row["id"]: row for row in shell.data("categories")}
    assert (listed["vehicles"]["removed"], listed["tools"]["gl_code"]) == (True, "4985")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[rent]\nlable = 'x'", "rent.lable: unknown key; did you mean 'label'?"),
        ("[Rent]\nlabel = 'x'", "Rent: is no id"),
        ("[unsure]\nlabel = 'x'", "unsure: is no id"),
        ("[rent]\nkeywords = ['*']", "rent.keywords: '*' is no keyword"),
        ("[rent]\nkeywords = ['']", "rent.keywords: '' is no keyword"),
        ("[rent]\nlabel = '\\u001b[2J'", "rent.label"),
        ("rent = 1", "rent: must be a table"),
        ("built_in = false", "every category is removed"),
        ("[rent]\ngl_code = '1'\n[fees]\ngl_code = '1'", "fees.gl_code: 1 is that of rent"),
        ("= 1", "is not TOML"),
    ],
)
def test_a_wrong_file_of_categories_is_refused_whole(
    shell: Shell, tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "categories.toml"
    file.write_text(text.replace("'\\u001b[2J'", '"\\u001b[2J"'), encoding="utf-8")
    ran = shell("--categories", file, "categories")
    assert ran.code == 2
    assert problem in ran.err


def test_nobody_confirms_what_was_refused_or_is_not_there(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    filled.data("reject", over, "--reason", "no")
    told = confirm(filled, over, "--category", "rent", code=1)[0]
    assert told["reason"] == f"{over} is rejected: nothing is learned from it"
    assert "no invoice nosuch" in confirm(filled, "nosuch", code=1)[0]["reason"]


def test_confirming_the_same_twice_is_one_word(shell: Shell) -> None:
    ids = take(shell, a_line("A-1"))
    for _ in range(2):
        confirm(shell, ids["A-1"], "--category", "materials")
    actions = [event["action"] for event in shell.data("audit", ids["A-1"])]
    assert actions.count("category_corrected") == 1
