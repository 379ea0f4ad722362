"""A language model never stops, delays or decides anything, whatever its server does."""

import asyncio
import importlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from expense_agent.categorizers.chat_model import Reply, answer_key, question, words_only
from expense_agent.categorizers.language_model import ModelSource, Spent
from expense_agent.categorizers.taxonomy import CATEGORIES
from expense_agent.domain.policy import LanguageModel
from expense_agent.domain.supplier import Supplier
from tests.builders import NORDWIND_IBAN, an_invoice
from tests.categorizers.labels import bought
from tests.categorizers.llm_server import Server, a_server

KEY = "sk-CANARY-31337"
FAILURES = {
    "drip": "timeout",
    "hang": "timeout",
    "drop": "connection",
    "429": "rate limit",
    "500": "server error",
    "502": "server error",
    "401": "refused key",
    "403": "refused key",
    "404": "unknown model",
    "422": "method",
    "redirect": "failed",
    "huge": "too large",
    "bad utf-8": "malformed",
    "truncated": "malformed",
    "prose": "malformed",
    "fences": "malformed",
    "wrong enum": "malformed",
    "extra key": "malformed",
    "long": "malformed",
    "nan": "malformed",
    "refusal": "refusal",
    "length": "cut off",
    "content filter": "content filter",
    "empty": "malformed",
    "no choices": "malformed",
    "null choices": "malformed",
    "bad tool arguments": "malformed",
}


class Kept:
    """Answers in memory."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, str]] = {}
        self.spent = Spent()
        self.failures: Counter[str] = Counter()

    def known(self, key: str) -> tuple[str, str] | None:
        return self.answers.get(key)

    def keep(self, answers: Sequence[tuple[str, str, str]], model: str, spent: Spent) -> None:
        del model
        self.answers |= {key: (category, reason) for key, category, reason in answers}
        self.spent = spent
        self.failures += spent.failures


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as running:
        yield running


def endpoint(server: Server, mode: str, **options: Any) -> LanguageModel:
    return replace(LanguageModel(server.url, mode, "TEST_LLM_KEY", timeout_seconds=10.0), **options)


def a_source(server: Server, mode: str, **options: Any) -> tuple[ModelSource, Kept]:
    kept = Kept()
    return ModelSource(endpoint(server, mode, **options), CATEGORIES, kept), kept


def nothing_similar(_invoice: object) -> list[tuple[str, str]]:
    return []


@pytest.fixture(autouse=True)
def a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_LLM_KEY", KEY)


def test_an_answer_is_taken_kept_and_asked_once(server: Server) -> None:
    source, kept = a_source(server, "ok")
    before = len(server.requests)
    for _ in range(2):
        source.prepare([bought("Quillon"), bought("Quillon")], nothing_similar)
    assert source.answer(bought("Quillon")) == ("fees", "they insure")
    assert len(server.requests) == before + 1
    assert (kept.spent.calls, kept.spent.input_tokens, kept.spent.output_tokens) == (1, 90, 10)
    assert source.answer(bought("Somebody else")) is None
    source.close()


@pytest.mark.parametrize("mode", FAILURES)
def test_every_failure_is_no_answer_in_bounded_time(server: Server, mode: str) -> None:
    seconds = 1.0 if FAILURES[mode] == "timeout" else 10.0
    source, kept = a_source(server, mode, timeout_seconds=seconds)
    begun = time.monotonic()
    source.prepare([bought("Quillon")], nothing_similar)
    assert time.monotonic() - begun < 15  # the first use loads the library
    assert source.answer(bought("Quillon")) is None
    assert kept.answers == {}
    assert list(kept.failures) == [FAILURES[mode]]
    source.close()


@pytest.mark.parametrize(
    ("mode", "method"), [("400 for json_schema", "tools"), ("json_mode only", "json_object")]
)
def test_a_method_the_server_does_not_know_is_left_for_good(
    server: Server, mode: str, method: str
) -> None:
    source, _ = a_source(server, mode)
    source.prepare([bought("Quillon")], nothing_similar)
    assert source.answer(bought("Quillon")) == ("fees", "they insure")
    before = len(server.requests)
    source.prepare([bought("Other")], nothing_similar)
    assert len(server.requests) == before + 1
    assert method in server.requests[-1].decode()
    source.close()


def test_a_server_that_hangs_delays_a_batch_by_its_budget_at_most(server: Server) -> None:
    source, _ = a_source(server, "hang", timeout_seconds=30.0, seconds_budget=1.0)
    importlib.import_module("langchain_openai")  # which takes seconds the first time
    begun = time.monotonic()
    source.prepare([bought(f"Quillon {c}") for c in "abcdefghijklmnop"], nothing_similar)
    assert time.monotonic() - begun < 5
    assert source.status == "off for this run: the time budget is spent"
    source.close()


def test_three_failures_in_a_row_are_a_pause_then_it_is_asked_again(server: Server) -> None:
    now = [0.0]
    kept = Kept()
    source = ModelSource(endpoint(server, "500"), CATEGORIES, kept, ticks=lambda: now[0])
    source.prepare([bought(f"Quillon {c}") for c in "abcdefghijkl"], nothing_similar)
    assert source.status == "paused after 3 failures in a row"
    assert kept.failures["server error"] < 8  # four at once, then the pause
    now[0] += 61
    assert source.status == ""
    source.close()


def test_a_refused_key_is_off_for_the_run(server: Server) -> None:
    source, _ = a_source(server, "401")
    source.prepare([bought("Quillon")], nothing_similar)
    assert source.status == "off for this run: refused key"
    before = len(server.requests)
    source.prepare([bought("Other")], nothing_similar)
    assert len(server.requests) == before
    source.close()


def test_tokens_have_a_budget(server: Server) -> None:
    source, _ = a_source(server, "ok", token_budget=150)
    for name in "abcd":
        source.prepare([bought(f"Quillon {name}")], nothing_similar)
    assert source.status == "off for this run: the token budget is spent"
    assert source.answer(bought("Quillon b"))
    assert source.answer(bought("Quillon c")) is None
    source.close()


def test_no_more_than_four_are_asked_at_once(server: Server) -> None:
    class Counting:
        most = running = 0

        async def ask(self, question: str) -> Any:
            del question
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0.01)
            self.running -= 1
            return Reply("fees")

        async def close(self) -> None:
            pass

    source, _ = a_source(server, "ok")
    counting = Counting()
    source._model = counting
    source.prepare([bought(f"Quillon {c}") for c in "abcdefghijkl"], nothing_similar)
    assert counting.most == 4
    source.close()


def test_only_words_are_sent() -> None:
    text = (
        "Premium GB82 WEST 1234 5698 7654 32 of 1,240.00 EUR, VAT DE123456789, no. R-1001,"
        " pay@evil.example https://evil.example \u202eevil\x1b[31m\u200b"
    )
    assert words_only(text) == "Premium WEST of EUR, VAT no."
    invoice = an_invoice("720.00 EUR", supplier=Supplier(name="Quillon", vat_id="DE123456789"))
    sent = question(replace(invoice, buyer_reference="BUYER", accounting_reference="CENTRE"))
    for secret in ("720", NORDWIND_IBAN, "R-1001", "DE123456789", "BUYER", "CENTRE", "2026"):
        assert secret not in sent
    assert "Pallet freight Hamburg" in sent


def test_no_request_holds_more_than_words_and_the_key_stands_in_its_header_only(
    server: Server,
) -> None:
    server.requests.clear()
    source, kept = a_source(server, "ok")
    invoice = an_invoice(
        "31337.31 EUR",
        number="CANARY-31337",
        supplier=Supplier(name="Quillon DE31337", vat_id="DE31337"),
        account="DE313373133731337",
        description="Premium DE313373133731337 31337.31",
    )
    source.prepare([invoice], lambda _invoice: [("Old 31337", "fees")])
    (sent,) = server.requests
    assert b"31337" not in sent.replace(f"Bearer {KEY}".encode(), b"")
    assert "31337" not in repr(kept.answers)
    source.close()


def test_another_list_model_or_text_is_another_question() -> None:
    invoice, ours = bought("Quillon"), CATEGORIES
    keys = {
        answer_key("m", ours, invoice),
        answer_key("n", ours, invoice),
        answer_key("m", ours[:5], invoice),
        answer_key("m", ours, bought("Other")),
        answer_key("m", ours, bought("Quillon", "paper")),
    }
    assert len(keys) == 5
