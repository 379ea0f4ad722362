"""`policy check` says what each line means, and on which line something is wrong."""

from pathlib import Path

import pytest

from expense_agent.policy_file import _KEYS
from expense_agent.policy_file.policy_lines import WORDS, Line, line_of, lines_of, meaning
from tests.cli.shell import Shell

TEXT = """\
# limits
base_currency = "EUR"
auto_approve_limit = "750.00"
required_fields = [
    "number",      # as on the invoice
    "supplier",
]

[holds]
duplicate = "block"
default = "warn"

[[approvers]]
name = "mia"

[[approvers]]
name = "otto"
limit = "900.00"

[exchange_rates]
as_of = 2026-11-02
USD = "1.10"
"""
TABLES = {"holds", "approvers", "approvals", "tiers", "delegations", "reminders", "categories"}
TABLES |= {"exchange_rates", "debtor", "limits", "budgets", "confirm", "llm"}


def test_every_key_is_found_with_its_line_also_after_a_value_of_several_lines() -> None:
    found = {line.key: (line.number, line.value) for line in lines_of(TEXT)}
    assert found["auto_approve_limit"] == (3, "750.00")
    assert found["required_fields"] == (4, ["number", "supplier"])
    assert found["holds.duplicate"] == (10, "block")
    assert found["approvers.1"] == (13, None)
    assert found["approvers.2.limit"] == (18, "900.00")
    assert found["exchange_rates.USD"] == (22, "1.10")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("auto_approve_limit", "a clean invoice of up to 750.00 EUR is scheduled by itself"),
        ("required_fields", "an invoice without number, supplier is held"),
        ("holds.duplicate", "what duplicate finds waits for a person"),
        (
            "holds.default",
            "every rule not named here: what it finds is only shown, and holds nothing up",
        ),
        ("approvers.2.name", "otto may approve"),
        ("exchange_rates.USD", "1.10 USD are one EUR"),
        ("holds", ""),
    ],
)
def test_a_line_says_what_it_means_for_a_payment(key: str, says: str) -> None:
    (line,) = (line for line in lines_of(TEXT) if line.key == key)
    assert meaning(line, "EUR") == says


def test_every_key_of_the_file_has_words() -> None:
    for table, keys in _KEYS.items():
        for key in keys:
            name = {"from_": "from"}.get(key, key)
            path = f"{table}.{name}" if table else name
            if path in TABLES or table == "holds":
                continue
            assert path in WORDS, path


def test_a_word_of_its_own_is_there_for_every_value_a_key_can_have() -> None:
    for path, words in WORDS.items():
        for value in words if isinstance(words, dict) else ("x",):
            line = Line(1, path.replace(".", ".1.", 1), value)
            assert meaning(line, "EUR"), path


@pytest.mark.parametrize(
    ("problem", "number"),
    [
        ("approvers.2.limit: 1 has more decimals", 18),
        ("approvers.2.limitt: unknown key", 16),
        ("holds.duplicatee: unknown key", 9),
        ("tiers.1 (board): nobody", None),
        ("base_currency: is wrong", 2),
    ],
)
def test_a_problem_is_told_with_its_line_or_that_of_its_table(
    problem: str, number: int | None
) -> None:
    assert line_of(problem, TEXT) == number


def test_the_command_explains_a_good_file_and_gives_the_lines_of_a_bad_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path / "store", capsys)
    file = tmp_path / "policy.toml"
    file.write_text(TEXT)
    said = shell("policy", "check", file).out
    assert "   3  auto_approve_limit: a clean invoice of up to 750.00 EUR is scheduled" in said
    assert shell.data("policy", "check", file)["lines"][0]["line"] == 2
    file.write_text(TEXT.replace("\nlimit = ", "\nlimt = "))
    ran = shell("policy", "check", file)
    assert ran.code == 1
    assert f"{file}:18: approvers.2.limt: unknown key; did you mean 'limit'?" in ran.out
    assert shell("policy", "check", file, "--json").json["problem_lines"] == [18]
