"""Commands that only read: queue, show, audit."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from expense_agent.cli.command_shapes import (
    proof_shape,
    stalled_shape,
    stepping_shape,
    unsure_shape,
)
from expense_agent.cli.opening import Reader, opened
from expense_agent.cli.output import print_fields, print_json, print_table
from expense_agent.cli.sheet import invoice_sheet
from expense_agent.domain.invisible_chars import safe
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold
from expense_agent.domain.saving import Saving, discount_on
from expense_agent.domain.tiers import seat_words
from expense_agent.errors import UsageProblem
from expense_agent.service import SORT_KEYS, BudgetPosition, DecisionView, InvoiceDetail
from expense_agent.settings import Settings, preferences_file, read_preferences
from expense_agent.shapes import detail_shape, event_shape, request_shape
from expense_agent.streams import warn
from expense_agent.views import FilterError, view_named, views_of

MOST_UNCONFIRMED = 100_000
_OTHER_NAMES = {"open": "all"}


def queue(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the approval requests that wait for a person, or the categories that do."""
    if arguments.view == "confirm":
        return unconfirmed(arguments, settings)
    if arguments.view == "steps":
        return _steps(settings, as_json=arguments.json)
    if arguments.view == "stalled":
        return _stalled(settings, as_json=arguments.json)
    if arguments.sort and arguments.sort not in SORT_KEYS:
        raise UsageProblem(f"no sort {arguments.sort!r}; there are {', '.join(SORT_KEYS)}")
    views, _problems = views_of(read_preferences(preferences_file(arguments.config))[0])
    view = view_named(_OTHER_NAMES.get(arguments.view, arguments.view), views)
    if view is None:
        names = ", ".join([*(view.name for view in views), "confirm", "steps", "stalled"])
        raise UsageProblem(f"no view {arguments.view!r}; there are {names}")
    try:
        query = view.query(datetime.now(UTC), arguments.filter or "")
    except FilterError as problem:
        raise UsageProblem(str(problem)) from None
    sort = arguments.sort or view.sort
    with opened(settings) as books:
        overview = books.overview(replace(query, sort=sort, group="none"))
        rows = books.rows(overview.keys)
        warn("\n".join(books.open_ends().sentences))
    if arguments.json:
        print_json([request_shape(row) for row in rows])
        return 0
    print_table(
        ("ID", "SUPPLIER", "INVOICE", "PAYABLE", "CUR", "CATEGORY", "DUE", "NEEDS", "HOLDS"),
        [
            (
                row.seen.invoice_id,
                row.supplier[:28],
                row.number[:18],
                row.payable_amount,
                row.currency,
                row.category or "?",
                row.due_date,
                f"{len(row.approved_by)}/{row.approvals_needed}",
                ", ".join(hold.rule for hold in row.holds),
            )
            for row in rows
        ],
        right="PAYABLE",
    )
    totals = ", ".join(f"{currency} {total}" for currency, total in overview.totals.items())
    print(f"{len(rows)} of {overview.waiting} waiting: {totals or 'nothing'}")
    return 0


def unconfirmed(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the invoices whose category a person should look at."""
    with opened(settings) as books:
        found = books.category_reader.unconfirmed(MOST_UNCONFIRMED)
    if arguments.json:
        print_json([unsure_shape(unsure) for unsure in found])
        return 0
    print_table(
        ("ID", "SUPPLIER", "INVOICE", "PAYABLE", "CUR", "STATE", "CATEGORY", "SURE", "1-3", "WHY"),
        [
            (
                unsure.invoice_id,
                unsure.supplier[:28],
                unsure.number[:18],
                unsure.payable_amount,
                unsure.currency,
                unsure.state,
                unsure.category or "?",
                f"{unsure.confidence:.0%}",
                ", ".join(unsure.candidates),
                unsure.doubt[:80],
            )
            for unsure in found
        ],
        right="PAYABLE",
    )
    print(f"{len(found)} to confirm")
    return 0


def _steps(settings: Settings, *, as_json: bool) -> int:
    with opened(settings) as books:
        rows = books.steps()
    if as_json:
        print_json([stepping_shape(row) for row in rows])
        return 0
    print_table(
        ("ID", "SUPPLIER", "INVOICE", "PAYABLE", "CUR", "NEXT STEP", "STARTS FROM"),
        [
            (
                row.invoice_id,
                row.supplier[:28],
                row.number[:18],
                row.payable_amount,
                row.currency,
                row.step,
                "; ".join(f"{key}: {value}" for key, value in row.proposed.items()),
            )
            for row in rows
        ],
        right="PAYABLE",
    )
    print(f"{len(rows)} wait for a step: `step ID` goes on")
    return 0


def _stalled(settings: Settings, *, as_json: bool) -> int:
    with opened(settings) as books:
        found = books.overdue.stalled()
    if as_json:
        print_json([stalled_shape(one) for one in found])
        return 0
    rows = [(one.id, one.state, one.since, one.why) for one in found]
    print_table(("ID", "STATE", "SINCE", "WHY"), rows)
    print(f"{len(found)} stalled")
    return 0


def show(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print one invoice, whole."""
    with opened(settings) as books:
        detail = books.invoice(arguments.id)
        editing = [lease for lease in books.edit_desk.under_way() if lease.invoice_id == detail.id]
    if arguments.json:
        lease = {"by": editing[0].by, "since": editing[0].since} if editing else None
        print_json({**detail_shape(detail), "being_edited": lease})
    else:
        _print_detail(detail)
        _print_section("being edited", [f"by {lease.by} since {lease.since}" for lease in editing])
    return 0


def audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the audit trail, or prove it."""
    if arguments.anchor and arguments.id != "verify":
        raise UsageProblem("--anchor belongs to `audit verify`")
    with opened(settings) as books:
        if arguments.id == "verify":
            return _verify(books, arguments.anchor, as_json=arguments.json)
        if arguments.id:
            books.invoice(arguments.id)  # an unknown id is refused, not an empty trail
        events = books.history(arguments.id)
    if arguments.json:
        print_json([event_shape(event) for event in events])
        return 0
    for event in events:
        details = ", ".join(
            f"{k}: {v}" for k, v in event.details.items() if v not in (None, "", [])
        )
        about = event.invoice_id or "-"
        print(
            safe(f"{event.seq:>6} {event.at} {event.actor} {event.action} {about}"),
            safe(details),
        )
    return 0


def _verify(books: Reader, anchor: str | None, *, as_json: bool) -> int:
    proof = books.verify(anchor)
    if as_json:
        print_json(proof_shape(proof))
    else:
        for finding in proof.findings:
            print(safe(finding))
        result = "ok" if proof.ok else f"NOT OK, {len(proof.findings)} findings"
        print(
            f"{result}: {proof.events} events, {proof.payments} payments, head {proof.head or '-'}"
        )
    return 0 if proof.ok else 1


def _budget(position: BudgetPosition) -> str:
    of = f"{position.allowed} {position.currency} this {position.period}"
    if position.after is None:
        return f"{position.category}: {of}; without an exchange rate it cannot be compared"
    return f"{position.category}: {position.used} used, {position.after} with this, of {of}"


def _print_detail(detail: InvoiceDetail) -> None:
    document, source = detail.invoice, detail.invoice.source
    why = detail.suggestion.why if detail.suggestion else ""
    print_fields(
        {
            "id": detail.id,
            "state": detail.state,
            "account": detail.account,
            "category": f"{detail.category or 'unsure'}: {why}",
            "approvals": f"{detail.approvals_given} of {detail.approvals_needed}",
            "fingerprint": detail.fingerprint,
            "discount": _discount(document) if detail.state == "waiting" else None,
            "read from": f"{source.file} {source.location or ''}",
            "imported": f"{detail.received_at} by {detail.imported_by}",
            "asks again about": detail.reopens,
            "asked again as": detail.reopened_as,
        }
    )
    _print_section("budgets", [_budget(position) for position in detail.budgets])
    _print_section("why it is here", [line for hold in detail.holds for line in _hold(hold)])
    print()
    for line in invoice_sheet(document):
        print(line)
    _print_section(
        "decisions",
        [f"{d.decided_at} {_by(d)}: {d.verdict} {d.reason}" for d in detail.decisions],
    )
    _print_section(
        "taken back", [f"by {u.by}, round {u.round}: {u.reason}" for u in detail.reversals]
    )
    _print_section(
        "edits",
        [
            f"{e.edited_at} {e.editor}: {key} {e.before[key]} -> {value} ({e.comment})"
            for e in detail.edits
            for key, value in e.after.items()
        ],
    )
    _print_section("comments", [f"{c.at} {c.author}: {c.text}" for c in detail.comments])
    if detail.payment:
        p = detail.payment
        _print_section("payment", [f"{p.status} {p.amount} {p.currency} on {p.execution_date}"])
    _print_section("steps", [f"{s.at} {s.node}: {s.note}" for s in detail.steps])


def _discount(document: Invoice) -> Saving | None:
    return discount_on(document, date.today())  # noqa: DTZ011 - the reader's own day


def _by(decision: DecisionView) -> str:
    lent = f" for {decision.on_behalf_of}" if decision.on_behalf_of else ""
    seat = f" ({seat_words(decision.seat)})" if decision.seat else ""
    return f"{decision.approver}{lent}{seat}"


def _hold(hold: Hold) -> Iterator[str]:
    yield f"{hold.severity}: {hold.reason} ({hold.rule})"
    yield from (f"  - {proof}" for proof in hold.evidence)


def _print_section(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  {safe(line).rstrip()}")
