"""Which columns of which row are a fact, and the hash by which an audit event vouches for it.

The trail says in words what happened; the seal says exactly which row it was. So `audit verify`
names a row that was changed, added or removed behind the program's back.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sealed:
    """The facts of one table; columns left out are projections that may change."""

    table: str
    columns: tuple[str, ...]
    owner: str = "(SELECT i.invoice_id FROM invoices i WHERE i.thread_id = t.thread_id)"
    """SQL for what a person calls the row; `t` is the table."""


SEALED = (
    Sealed(
        "invoices",
        (
            "invoice_id", "thread_id", "content_hash", "body", "number_key", "kind", "imported_by",
            "received_at",
        ),
        "invoice_id",
    ),
    Sealed("invoice_suppliers", ("supplier_key", "thread_id")),
    Sealed(
        "approval_requests",
        (
            "thread_id", "interrupt_id", "invoice_id", "round", "level", "fingerprint",
            "approvals_needed", "account", "category", "holds", "hold_words",
            "policy_version", "number", "supplier", "supplier_sort", "payable",
            "payable_minor", "currency", "due_date", "hold_rank", "signs", "loss_day", "loss_minor",
            "waiting_since", "expires_at", "held_until", "seat", "seats",
            "preparers_may_approve", "importers_may_edit", "edit_schema",
        ),
    ),
    Sealed("edit_schemas", ("name", "body"), "'the form ' || name"),
    Sealed(
        "decisions",
        (
            "thread_id", "interrupt_id", "round", "level", "verdict", "approver", "reason",
            "fingerprint", "until", "decided_at", "seat", "on_behalf_of",
        ),
    ),
    Sealed("credits", ("supplier_key", "thread_id", "currency", "amount_minor", "booked_at")),
    Sealed("offsets", ("credit_thread", "thread_id", "round", "amount_minor", "currency")),
    Sealed(
        "comments", ("thread_id", "number", "author", "text", "at", "document", "document_name")
    ),
    Sealed("reminders", ("thread_id", "interrupt_id", "at")),
    Sealed(
        "edits", ("thread_id", "round", "editor", "comment", "before", "after", "edited_at")
    ),
    Sealed(
        "payments",
        (
            "payment_id", "thread_id", "payment_key", "payload_hash", "amount_minor", "currency",
            "account", "supplier", "category", "remittance", "execution_date", "fingerprint",
            "approved_by", "round", "replaces", "words", "created_at",
        ),
    ),
    Sealed("payment_events", ("payment_id", "status", "actor", "at"), "'payment ' || payment_id"),
    Sealed(
        "category_feedback",
        (
            "seq", "subject", "source", "thread_id", "kind", "scope", "supplier_keys", "supplier",
            "words", "cost_centre", "category", "suggested", "evidence", "by", "at",
        ),
        "'the category of ' || supplier",
    ),
    Sealed("category_undone", ("seq", "feedback", "by", "at"), "'word ' || feedback"),
    Sealed(
        "payment_runs",
        (
            "run_id", "format", "created_by", "created_at", "debtor", "head", "payments",
            "totals", "sha256",
        ),
        "'payment run ' || run_id",
    ),
    Sealed(
        "payment_run_lines",
        ("run_id", "ordinal", "payment_id", "end_to_end_id", "execution_date"),
        "'payment run ' || run_id",
    ),
    Sealed(
        "reversals",
        (
            "thread_id", "round", "payment_id", "taken_back_by", "decided_by", "reason",
            "taken_back_at",
        ),
    ),
    Sealed(
        "reopenings",
        ("thread_id", "reopens", "origin", "reopened_by", "reason", "reopened_at"),
    ),
    Sealed(
        "told_apart", ("one", "other", "by", "at"),
        "(SELECT i.invoice_id FROM invoices i WHERE i.seq = t.one)",
    ),
    Sealed(
        "restorations",
        (
            "ordinal", "restoration", "from_head", "known_head", "expected", "restored_by",
            "reason", "restored_at",
        ),
        "'restoration ' || ordinal",
    ),
    Sealed(
        "given_back", ("run_id", "restoration", "given_by", "given_at"),
        "'payment run ' || run_id",
    ),
    Sealed(
        "forgotten_payments",
        (
            "run_id", "ordinal", "end_to_end_id", "payment_key", "first_key", "amount_minor",
            "currency", "account", "name", "remittance", "execution_date",
        ),
        "'payment run ' || run_id",
    ),
    Sealed(
        "no_more_files", ("restoration", "stated_by", "reason", "needed", "stated_at"),
        "'restoration ' || restoration",
    ),
    Sealed("known_suppliers", ("supplier_key",), "supplier_key"),
    Sealed("supplier_accounts", ("supplier_key", "account", "origin"), "supplier_key"),
)  # fmt: skip

_COLUMNS = {sealed.table: sealed.columns for sealed in SEALED}


def seal(table: str, row: Mapping[str, object]) -> str:
    """Return the seal of a row about to be inserted."""
    values = (row[column] for column in _COLUMNS[table])
    return seal_of(table, *(None if v is None else str(v).encode() for v in values))


def seal_of(table: str, *values: bytes | None) -> str:
    """Return the seal of the stored bytes of a row: bytes, so that damaged text is still hashed."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(b"-" if value is None else b"%d:%s" % (len(value), value))
    return f"{table}:{digest.hexdigest()[:32]}"
