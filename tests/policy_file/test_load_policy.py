from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import PAIN_03, Debtor
from expense_agent.domain.policy import BUILT_IN_SEVERITY, ConfirmLines, Policy
from expense_agent.domain.rules import missing_field
from expense_agent.errors import PolicyInvalid
from expense_agent.policy_file import load_policy, notes_on
from tests.builders import a_suggestion, an_invoice

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "policies"

TWO_APPROVERS = '[[approvers]]\nname = "mia"\n[[approvers]]\nname = "noor"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def loaded(file: Path, text: str) -> Policy:
    file.write_text(text, encoding="utf-8")
    return load_policy(file)


def problems(file: Path, text: str) -> list[str]:
    with pytest.raises(PolicyInvalid) as caught:
        loaded(file, text)
    return caught.value.problems


def notes(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    return notes_on(file)


def test_without_a_file_the_built_in_policy_holds() -> None:
    assert load_policy(None) == Policy()


def test_an_empty_file_says_what_the_built_in_policy_says(file: Path) -> None:
    policy = loaded(file, "")
    assert policy.version != "built-in"
    assert policy == Policy(version=policy.version)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_loads(example: Path) -> None:
    assert len(load_policy(example).version) == 12


def test_the_whole_example_means_what_it_says() -> None:
    policy = load_policy(EXAMPLES / "whole.toml")
    assert policy.auto_approve_limit == Decimal("500.00")
    assert policy.severity("over_limit") == "block"
    assert policy.severity("duplicate") == "off"
    assert [(a.name, a.limit) for a in policy.approvers] == [
        ("mia", Money(Decimal("10000.00"), "EUR"))
    ]
    assert (policy.second_above, policy.parallel_above) == (Decimal(10_000), Decimal(50_000))


def test_rates_convert_into_the_base_currency() -> None:
    policy = load_policy(EXAMPLES / "several-currencies.toml")
    assert policy.in_base_currency(Money(Decimal(116), "EUR")) == Money(Decimal("100.00"), "GBP")
    assert policy.rates_as_of == date(2026, 11, 2)
    assert policy.automatic_limit == Money(Decimal("2000.00"), "GBP")


def test_every_rule_can_be_set_and_a_default_covers_the_rest(file: Path) -> None:
    policy = loaded(file, '[holds]\ndefault = "warn"\nduplicate = "block"\n')
    assert {rule: policy.severity(rule) for rule in BUILT_IN_SEVERITY} == {
        **dict.fromkeys(BUILT_IN_SEVERITY, "warn"),
        "duplicate": "block",
    }


@pytest.mark.parametrize(
    "name",
    ["number", "supplier", "issue_date", "due_date", "vat_id", "purchase_order", "buyer_reference"],
)
def test_every_field_that_may_be_required_is_one_the_rule_knows(file: Path, name: str) -> None:
    policy = loaded(file, f'required_fields = ["{name}", "{name}"]')
    bare = Invoice(
        currency="EUR", supplier=an_invoice(supplier=None).supplier, source=an_invoice().source
    )
    [hold] = missing_field(bare, a_suggestion(), Facts(), policy)
    assert hold.reason == f"missing: {name.replace('_', ' ')}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'auto_aprove_limit = "5"',
            "auto_aprove_limit: unknown key; did you mean 'auto_approve_limit'?",
        ),
        ('[holds]\novr_limit = "off"', "holds.ovr_limit: unknown key; did you mean 'over_limit'?"),
        (
            '[holds]\nduplicate = "bock"',
            "holds.duplicate: 'bock' is none of 'block', 'warn' or 'off'",
        ),
        (
            '[[approvers]]\nname = "mia"\nlimt = "5"',
            "approvers.1.limt: unknown key; did you mean 'limit'?",
        ),
        ("[[approvers]]\n", "approvers.1.name: is missing"),
        ('[[approvers]]\nname = " mia"', "approvers.1.name: must be a name, without spaces"),
        ('[[approvers]]\nname = "Clock"', "approvers.1.name: 'Clock' is the name under which"),
        ("[approvals]\nsecond = 1", "approvals.second: unknown key; did you mean 'second_above'?"),
        ("[approvals]\nxxxxxxxxx = 1", "valid are second_above, parallel_above"),
        ("auto_approve_limit = 500.0", "auto_approve_limit: is written in quotes"),
        ("auto_approve_limit = 500", "auto_approve_limit: is written in quotes"),
        ('auto_approve_limit = "-1"', "auto_approve_limit: '-1' is not an amount of zero or more"),
        ('auto_approve_limit = "1e3"', "auto_approve_limit: '1e3' is not an amount"),
        ('auto_approve_limit = "\u0665"', "auto_approve_limit: '\u0665' is not an amount"),
        ('auto_approve_limit = "0.005"', "auto_approve_limit: 0.005 has more decimals than EUR"),
        (
            'base_currency = "JPY"\n[[approvers]]\nname = "mia"\nlimit = "10.50"',
            "approvers.1.limit: 10.50 has more decimals than JPY has",
        ),
        ('base_currency = "eur"', "base_currency: 'eur' is not a currency code"),
        ('mode = "yolo"', "mode: 'yolo' is not a mode"),
        ('mode = "autonomous"', "autonomous_limit: is missing"),
        ("request_ttl_hours = 0", "request_ttl_hours: should be greater than or equal to 1"),
        ("request_ttl_hours = true", "request_ttl_hours: must be a whole number"),
        ('request_ttl_hours = "72"', "request_ttl_hours: must be a whole number"),
        ("confidence_threshold = 60", "confidence_threshold: should be less than or equal to 1"),
        ('required_fields = ["nmber"]', "required_fields.1: 'nmber' is none of 'number'"),
        ('required_fields = "number"', "required_fields: must be a list"),
        ("debtor = 3", "debtor: must be a table"),
        ("[categories]\nlern = true", "categories.lern: unknown key; did you mean 'learn'?"),
        ("[categories]\naudit_one_in = -1", "categories.audit_one_in: should be greater than"),
        ('[categories]\nsensitive = "fees"', "categories.sensitive: must be a list"),
        ("[confirm]\ncount_above = 0", "confirm.count_above: should be greater than"),
        (
            '[confirm]\npage_abov = "5"',
            "confirm.page_abov: unknown key; did you mean 'page_above'?",
        ),
        ('[confirm]\nsum_above = "0.001"', "confirm.sum_above: 0.001 has more decimals than EUR"),
        (
            '[confirm]\namount_above = "9999.99"',
            "confirm.amount_above: is below confirm.page_above, on whose page it is typed",
        ),
        ("holds = 3", "holds: must be a table"),
        ("exchange_rates = 3", "exchange_rates: must be a table"),
        (
            '[debtor]\nname = "Buyer"\naccount = "DE00370400440532013000"',
            "debtor.account: 'DE00370400440532013000' cannot be right: its check digits are wrong",
        ),
        ('[debtor]\nname = "Buyer"\naccount = "12345"', "debtor.account: '12345' is not an IBAN"),
        (
            '[debtor]\nname = "B"\naccount = "DE89370400440532013000"\nbic = "X"',
            "debtor.bic: 'X' is not a BIC",
        ),
        ("[exchange_rates]\nas_of = 2026-11-01\nUSD = 1.1", "exchange_rates.USD: is written in"),
        ('[exchange_rates]\nas_of = 2026-11-01\nUSD = "0.0"', "exchange_rates.USD: '0.0' is not"),
        ('[exchange_rates]\nas_of = 2026-11-01\nusd = "1"', "exchange_rates.usd: 'usd' is not a"),
        ('[exchange_rates]\nas_of = "today"', "exchange_rates.as_of: must be a date"),
        ('[exchange_rates]\nUSD = "1.1"', "exchange_rates.as_of: is missing"),
        (
            '[exchange_rates]\nas_of = 2026-11-01\nEUR = "1"',
            "exchange_rates.EUR: is the base currency",
        ),
        ("locked_until = 0001-01-01", "locked_until: 0001-01-01 lies outside of 1900 to 2199"),
        (f"request_ttl_hours = {'9' * 5000}", "is not TOML: "),
        (f"mode = {'[' * 5000}", "is not TOML: "),
        (
            f'[[budgets]]\ncategory = "a"\namount = "1"\nperiod{".x" * 3000} = 1',
            "budgets.1.period: {'x': {'x': ",
        ),
        (
            "".join(f'[[tiers]]\nname = "{n}"\n' for n in range(1001)),
            "tiers: List should have at most 1000 items",
        ),
    ],
)
def test_a_problem_names_its_key_and_what_is_wrong(file: Path, text: str, problem: str) -> None:
    found = problems(file, text)
    assert len(found) == 1
    assert problem in found[0]


def test_the_error_names_the_file(file: Path) -> None:
    with pytest.raises(PolicyInvalid, match=r"policy\.toml: mode: 'x' is not a mode"):
        loaded(file, 'mode = "x"')


def test_all_problems_are_named_at_once(file: Path) -> None:
    assert len(problems(file, 'mode = "x"\nbase_currency = "x"\n[holds]\nduplicate = 1\n')) == 3


def test_a_syntax_error_names_its_line(file: Path) -> None:
    [problem] = problems(file, 'mode = "autonomous"\nrequest_ttl_hours 72\n')
    assert problem.startswith("is not TOML: ")
    assert "line 2" in problem


def test_a_key_said_twice_is_an_error(file: Path) -> None:
    [problem] = problems(file, "request_ttl_hours = 1\nrequest_ttl_hours = 2\n")
    assert problem.startswith("is not TOML: ")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"# \xe4"])
def test_a_file_in_another_encoding_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(PolicyInvalid, match="is not text in UTF-8"):
        load_policy(file)


def test_a_byte_order_mark_is_no_problem(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfrequest_ttl_hours = 5\n")
    assert load_policy(file).request_ttl_hours == 5


def test_a_file_that_is_not_there_is_refused_with_the_reason(file: Path) -> None:
    with pytest.raises(PolicyInvalid, match="cannot be read: No such file"):
        load_policy(file)


def test_a_huge_file_is_refused_not_read_in_part(file: Path) -> None:
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(PolicyInvalid, match="is larger than 1000000 bytes"):
        load_policy(file)


# --- chains of approvers


def test_an_approver_is_named_once(file: Path) -> None:
    text = '[[approvers]]\nname = "mia"\n[[approvers]]\nname = "Mia"\n'
    assert problems(file, text) == ["approvers.2.name: 'mia' is there twice"]


@pytest.mark.parametrize("key", ["second_above", "parallel_above"])
def test_a_chain_that_lacks_its_second_person_is_refused(file: Path, key: str) -> None:
    lonely = f'[[approvers]]\nname = "mia"\n[approvals]\n{key} = "1000.00"\n'
    reason = f"approvals.{key}: only one approver has a limit above 1000.00, two are needed"
    assert problems(file, lonely) == [reason]


def test_a_second_person_with_too_small_a_limit_is_no_second_person(file: Path) -> None:
    text = '{}limit = "1000.00"\n[approvals]\nsecond_above = "1000.00"\n'
    [problem] = problems(file, text.format(TWO_APPROVERS))
    assert "two are needed" in problem


def test_two_people_without_limits_satisfy_any_chain(file: Path) -> None:
    text = TWO_APPROVERS + '[approvals]\nsecond_above = "1000.00"\nparallel_above = "2000.00"\n'
    assert loaded(file, text).second_above == Decimal(1000)


def test_without_approvers_two_operating_system_users_can_be_asked_for(file: Path) -> None:
    assert loaded(file, '[approvals]\nsecond_above = "1000.00"').second_above == Decimal(1000)


# --- notes


@pytest.mark.parametrize("rule", BUILT_IN_SEVERITY)
def test_every_rule_can_be_named(file: Path, rule: str) -> None:
    policy = loaded(file, f'[holds]\n{rule} = "off"\n')
    assert policy.severity(rule) == "off"
    assert notes(file, f'[holds]\n{rule} = "off"\n') == []


def test_a_cumulative_limit_below_the_limit_of_one_invoice_is_noted(file: Path) -> None:
    [note] = notes(file, '[limits]\ncumulative_limit = "499.99"\n')
    assert note.startswith("limits.cumulative_limit: is below auto_approve_limit")


def test_a_debtor_is_read_and_changes_no_fingerprint(file: Path) -> None:
    file.write_text(DEBTOR, encoding="utf-8")
    policy = load_policy(file)
    assert policy.debtor == Debtor("Buyer", "DE89370400440532013000", None, PAIN_03)
    file.write_text("", encoding="utf-8")
    assert load_policy(file).version == policy.version
    assert "debtor" not in " ".join(notes_on(EXAMPLES / "whole.toml"))


DEBTOR = """
[debtor]
name = "Buyer"
account = "DE89 3704 0044 0532 0130 00"
pain = "pain.001.001.03"
"""


def test_where_a_person_looks_twice_is_said_in_the_file(file: Path) -> None:
    text = '[confirm]\npage_above = "0"\namount_above = "50.00"\ncount_above = 5\nsum_above = "9"'
    said = ConfirmLines(Decimal(0), Decimal("50.00"), 5, Decimal(9))
    assert loaded(file, text).confirm == said


def test_an_autonomous_limit_without_its_mode_is_noted(file: Path) -> None:
    [note] = notes(file, 'autonomous_limit = "5000.00"')
    assert note.startswith("autonomous_limit: has no effect")


def test_the_largest_amount_anybody_may_approve_is_noted(file: Path) -> None:
    said = notes(file, TWO_APPROVERS.replace('"\n', '"\nlimit = "900.00"\n'))
    assert said == ["approvers: nobody may approve more than 900.00, only edit or reject it"]


def test_approvers_who_are_too_few_for_what_they_prepare_are_noted(file: Path) -> None:
    [note] = notes(file, '[[approvers]]\nname = "mia"\n')
    assert "too few others are left" in note


def test_a_policy_without_surprises_has_no_notes(file: Path) -> None:
    assert notes(file, TWO_APPROVERS) == []
    assert notes_on(EXAMPLES / "three-approvers.toml") == []
