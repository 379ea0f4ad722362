"""A real ledger imported as history: duplicates are few, and each shows its twin."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.agent import open_agent
from expense_agent.service import QueueQuery, QueueRow
from expense_agent.settings import settings_from

TABLES = Path(__file__).parents[2] / "shared" / "data" / "tables"

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="../shared/data is not here")


def imported(folder: Path, table: str, change: tuple[str, str] | None = None) -> list[QueueRow]:
    """Import a table under a policy that holds every row, and give what waits."""
    (folder / "pounds.toml").write_text('currency = "GBP"\n')
    (folder / "policy.toml").write_text('auto_approve_limit = "0"\n')
    file = TABLES / table
    if change:
        text = file.read_text(encoding="utf-8-sig").replace(*change)
        file = folder / table
        file.write_text(text, encoding="utf-8")
    settings = settings_from(str(folder / "store"), str(folder / "policy.toml"), "ann", environ={})
    agent = open_agent(replace(settings, busy_seconds=5.0))

    async def submit() -> None:
        await agent.submit([file], folder / "pounds.toml")
        await agent.close()

    try:
        asyncio.run(submit())
    finally:
        rows = open_agent(settings)
    try:
        return rows.rows(rows.overview(QueueQuery()).keys)
    finally:
        rows.shut()


def doubled(rows: list[QueueRow]) -> list[QueueRow]:
    rules = ("duplicate", "possible_duplicate")
    return [row for row in rows if any(hold.rule in rules for hold in row.holds)]


def test_under_one_per_cent_of_the_devon_table_are_duplicates_and_each_shows_its_twin(
    tmp_path: Path,
) -> None:
    rows = imported(tmp_path, "devon-2025-04.csv")
    found = doubled(rows)
    assert len(rows) == 237
    assert len(found) == 2
    ids = {row.seen.invoice_id for row in rows}
    for row in found:
        [hold] = [hold for hold in row.holds if hold.twins]
        assert set(hold.twins) < ids
        assert row.number in hold.evidence[0]


def test_numbers_that_are_redacted_make_no_duplicates(tmp_path: Path) -> None:
    """Every number of the table begins with 2200, as numbers of one issuer do."""
    rows = imported(tmp_path, "devon-2025-04.csv", (",2200", ",REDACTED 2200"))
    assert len(rows) > 200
    assert doubled(rows) == []


def test_a_card_statement_of_equal_fees_has_no_duplicates(tmp_path: Path) -> None:
    assert doubled(imported(tmp_path, "calderdale-card-2022-01.csv")) == []
