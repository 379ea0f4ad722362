"""Schemas of edits are kept once for all requests that show the same form."""

from pathlib import Path

import pytest

from expense_agent.domain.edit import edit_fields, schema_of
from expense_agent.errors import LedgerTampered
from tests.builders import an_invoice
from tests.storage.books import behind_its_back, books, without_guards


def test_requests_of_one_form_share_it_and_another_form_is_another(tmp_path: Path) -> None:
    with books(tmp_path) as made:
        asked = [
            made.register(an_invoice(payable, number=payable))
            for payable in ("720.00 EUR", "730.00 EUR", "740.00 USD")
        ]
        for known in asked:
            made.ask(known, f"i-{known.id}")
        assert len(made.database.all("SELECT name FROM edit_schemas")) == 2
        for known in asked:
            schema = schema_of(edit_fields(known.invoice))
            shown = schema_of(made.records.invoice(known.id).edit_fields)
            assert (shown, list(shown["properties"])) == (schema, list(schema["properties"]))
            request = made.ledger.requests.open_of(known.id)
            assert request is not None
            assert request.request.edit_schema == schema
        assert made.findings() == ()


def test_nothing_is_decided_by_a_form_that_was_changed_behind_its_back(tmp_path: Path) -> None:
    with books(tmp_path) as made:
        known = made.register()
        made.ask(known)
    with behind_its_back(tmp_path) as connection:
        without_guards(connection)
        connection.execute("UPDATE edit_schemas SET body = replace(body, 'currency', 'number')")
    with books(tmp_path) as made:
        with pytest.raises(LedgerTampered, match="not what was written down"):
            made.ledger.requests.open_of(known.id)
        assert any("edit_schemas: a row of the form" in found for found in made.findings())
