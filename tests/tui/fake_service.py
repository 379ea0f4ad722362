"""The approval service in memory, for tests of the terminal: everything it does can be scripted."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from expense_agent.domain.approval import Seen
from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.category import Suggestion
from expense_agent.domain.edit import edit_fields
from expense_agent.domain.invoice import Invoice, InvoiceLine, PaymentMeans, Source
from expense_agent.domain.payment_run import PAIN_09
from expense_agent.domain.policy import ROUTINE_RANK, Hold, Policy, is_routine, rank
from expense_agent.domain.supplier import Supplier
from expense_agent.domain.verbs import already_answered
from expense_agent.errors import UnknownInvoice
from expense_agent.service import (
    NOBODY_ASKED,
    Action,
    Approve,
    AskedAgain,
    BeingEdited,
    Comment,
    CommentView,
    DecisionView,
    Edit,
    EditView,
    Event,
    Foreseen,
    GroupKey,
    Headline,
    ImportProgress,
    ImportReport,
    InvoiceDetail,
    Noted,
    OpenEnds,
    Paused,
    PaymentOverview,
    PaymentQuery,
    PaymentView,
    QueueGroup,
    QueueNews,
    QueueOverview,
    QueueQuery,
    QueueRow,
    RecoveryReport,
    Refused,
    Reopen,
    Resumed,
    Revalidated,
    Scheduled,
    Step,
    StepRow,
    Submitted,
    SupplierHistory,
    Term,
    TraceStep,
    TrailPage,
    TrailQuery,
    Undo,
)
from expense_agent.service.category_review import CategoryAnswer, CategoryChoice, UnsureCategory
from expense_agent.service.payment_runs import RunPlan, RunReport, RunView
from expense_agent.service.store_metrics import Metrics
from tests.builders import NORDWIND_IBAN, an_invoice
from tests.tui.fake_rules import (
    APPROVED_BEFORE,
    Answer,
    asked_again,
    at_rest,
    next_request,
    refusal,
    status_after,
)
from tests.tui.records import NO_FIGURES, a_payment

NOW = "2026-11-22T12:03:40Z"
CATEGORIES = {
    "software": "Software and licences",
    "vehicles": "Vehicles and freight",
    "office": "Office supplies",
}
OVER_LIMIT = Hold("over_limit", "block", "1,240.00 EUR is over the automatic limit 500.00 EUR")
CHANGED_BANK = Hold(
    "account_changed",
    "block",
    "the bank account changed: GB82WEST12345698765432 instead of DE89370400440532013000",
    ("DE89370400440532013000: last paid, 2026-10-01",),
)
NO_ACCOUNT = Hold("account_unknown", "block", "no bank account is known", overridable=False)


def a_row(
    key: int,
    payable: str = "1240.00",
    *,
    supplier: str = "Nordwind Logistik AG",
    number: str | None = None,
    currency: str = "EUR",
    category: str | None = "vehicles",
    due: str | None = "2026-11-24",
    holds: tuple[Hold, ...] = (OVER_LIMIT,),
    needed: int = 1,
    approved_by: tuple[str, ...] = (),
    why_not: str | None = None,
    held_until: str | None = None,
) -> QueueRow:
    return QueueRow(
        key=key,
        seen=Seen(f"inv-{key}", f"interrupt-{key}", f"fingerprint-{key}"),
        number=number if number is not None else f"R-{key}",
        supplier=supplier,
        payable_amount=payable,
        currency=currency,
        category=category,
        due_date=due,
        holds=holds,
        round=1,
        level=1 + len(approved_by),
        approvals_needed=needed,
        approved_by=approved_by,
        waiting_since="2026-11-22T08:00:00Z",
        expires_at="2026-11-25T08:00:00Z",
        status="open",
        why_not=why_not,
        held_until=held_until,
    )


def a_headline(row: QueueRow) -> Headline:
    waits = row.status == "open"
    return Headline(
        id=row.seen.invoice_id,
        number=row.number,
        supplier=row.supplier,
        issue_date="2026-11-01",
        received_at=NOW,
        payable_amount=row.payable_amount,
        currency=row.currency,
        state="waiting" if waits else "scheduled" if row.status == "approve" else "rejected",
        account=NORDWIND_IBAN,
    )


def _invoice_of(row: QueueRow, bought: str) -> Invoice:
    return Invoice(
        currency=row.currency,
        supplier=Supplier(row.supplier, vat_id="DE123456789", country="DE"),
        source=Source("batch.csv", "0" * 64, 100, "line 2"),
        number=row.number,
        issue_date=date(2026, 11, 1),
        due_date=date.fromisoformat(row.due_date) if row.due_date else None,
        payment_means=(PaymentMeans(account_name=row.supplier),),
        tax_amount=Decimal("197.98"),
        payable_amount=Decimal(row.payable_amount) if row.payable_amount else None,
        lines=(
            InvoiceLine(
                id="1",
                name=bought,
                quantity=Decimal(8),
                unit="C62",
                price=Decimal("140.00"),
                net_amount=Decimal("1120.00"),
            ),
        ),
    )


def _payment_of(row: QueueRow) -> PaymentView:
    return a_payment(
        row.key,
        row.payable_amount,
        supplier=row.supplier,
        currency=row.currency,
        invoice_id=row.seen.invoice_id,
    )


class FakeAuditor:
    """Notes what evidence is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Path]] = []

    def write_evidence(self, invoice_id: str, output: Path) -> str:
        self.asked.append((invoice_id, output))
        return f"{output}: 12 bytes"


class FakeReconciler:
    """Nothing is waited for, unless a test says what."""

    sentence: str | None = None

    def waits(self) -> str | None:
        return self.sentence


class FakeTreasury:
    """Payment runs of nothing: what a test wants said is put into its fields."""

    def __init__(self) -> None:
        self.planned = RunPlan(PAIN_09, (), {}, (), (), ())
        self.made: list[RunView] = []
        self.asked: list[tuple[Path, date | None, str | None]] = []

    def plan(self, until: date | None = None, format: str | None = None) -> RunPlan:  # noqa: A002
        del until, format
        return self.planned

    def run(
        self,
        output: Path,
        until: date | None = None,
        format: str | None = None,  # noqa: A002
    ) -> RunReport:
        self.asked.append((output, until, format))
        return self._report("20261122-aaaaaaaaaaaa", output)

    def again(self, run_id: str, output: Path) -> RunReport:
        return self._report(run_id, output)

    def runs(self) -> list[RunView]:
        return self.made

    def _report(self, run_id: str, output: Path) -> RunReport:
        return RunReport(
            run_id, PAIN_09, str(output), "0" * 64, 1, 0, {}, NOW, f"1:{'0' * 64}", repeated=False
        )


class FakeCategoryDesk:
    """Remembers what was said of categories."""

    def __init__(self) -> None:
        self.unsure: list[UnsureCategory] = []
        self.was_unsure: list[UnsureCategory] = []
        self.said: list[CategoryChoice] = []
        self.others: tuple[str, ...] = ()

    def labels(self) -> Mapping[str, str]:
        return CATEGORIES

    def unconfirmed(self, limit: int = 500) -> list[UnsureCategory]:
        return self.unsure[:limit]

    def confirm(self, choices: Sequence[CategoryChoice]) -> list[CategoryAnswer]:
        self.said += choices
        return [self._confirmed(choice) for choice in choices]

    def undo(self, invoice_id: str) -> CategoryAnswer:
        self.said = [choice for choice in self.said if choice.invoice_id != invoice_id]
        (unsure,) = (u for u in self.was_unsure if u.invoice_id == invoice_id)
        self.unsure.append(unsure)
        said = f"taken back: {unsure.supplier}"
        return CategoryAnswer(invoice_id, "undone", said, unsure.category, unsure.supplier)

    def _confirmed(self, choice: CategoryChoice) -> CategoryAnswer:
        (unsure,) = (u for u in self.unsure if u.invoice_id == choice.invoice_id)
        category = choice.category or unsure.category
        if unsure.state == "waiting" and category != unsure.category:
            return CategoryAnswer(unsure.invoice_id, "waiting", "", category, unsure.supplier)
        self.unsure.remove(unsure)
        self.was_unsure.append(unsure)
        return CategoryAnswer(
            unsure.invoice_id,
            "confirmed" if category == unsure.category else "corrected",
            f"learned: {unsure.supplier} -> {category}",
            category,
            unsure.supplier,
            self.others,
        )


class FakeEditDesk:
    """Leases that never end by themselves, and an edit that leads to what the test says."""

    def __init__(self, editor: str) -> None:
        self.editor = editor
        self.open: dict[str, BeingEdited] = {}
        self.foreseen = Foreseen((OVER_LIMIT,), 1)
        self.refusal: Exception | None = None

    def begin(self, invoice_id: str) -> BeingEdited:
        mine = BeingEdited(invoice_id, self.editor, NOW)
        return self.open.setdefault(invoice_id, mine)

    def end(self, invoice_id: str) -> None:
        if invoice_id in self.open and self.open[invoice_id].by == self.editor:
            del self.open[invoice_id]

    def under_way(self) -> tuple[BeingEdited, ...]:
        return tuple(self.open.values())

    def foresee(self, invoice_id: str, changes: Mapping[str, str]) -> Foreseen:
        del invoice_id, changes
        if self.refusal:
            raise self.refusal
        return self.foreseen


class FakeService:
    """Implements ApprovalService; what was asked of it stands in `asked`, in order."""

    def __init__(
        self,
        rows: Sequence[QueueRow] = (),
        *,
        approver: str = "ann",
        policy: Policy | None = None,
    ) -> None:
        self._approver = approver
        self._policy = policy or Policy()
        self._rows = {row.key: row for row in rows}
        self._accounts: dict[str, str] = {}
        self._edits: dict[str, list[EditView]] = {}
        self._decisions: dict[str, list[DecisionView]] = {}
        self._scripts: dict[str, tuple[Event, ...]] = {}
        self._gates: dict[str, threading.Event] = {}
        self._change = 1
        self._comments: dict[str, list[CommentView]] = {}
        self._reversals: dict[str, str] = {}
        self.asked: list[Action] = []
        self.closed = False
        self.start_error: Exception | None = None
        self.read_error: Exception | None = None
        self.recovered = RecoveryReport()
        self.step_rows: list[StepRow] = []
        self.line_text = "Pallet freight Hamburg"
        self.submitted: list[tuple[tuple[Path, ...], Path | None]] = []
        self.progress: list[ImportProgress] = []
        self.report = ImportReport()
        self.import_error: Exception | None = None
        self.figures = NO_FIGURES
        self.paid: list[PaymentView] = []
        self.payments_read: list[int] = []
        self.events: list[AuditEvent] = []
        self.pasts: dict[str, SupplierHistory] = {}
        self.treasury = FakeTreasury()
        self.reconciler = FakeReconciler()
        self.auditor = FakeAuditor()
        self.category_desk = FakeCategoryDesk()
        self.edit_desk = FakeEditDesk(approver)

    @property
    def seen(self) -> list[Seen]:
        """The subjects of the decisions asked of it, in order."""
        return [what.seen for what in self.asked if isinstance(what, Answer)]

    # --- scripting

    def as_seen_by(self, name: str) -> "FakeService":
        """Return the same requests as another person has them open."""
        other = copy(self)
        other._approver = name
        other.edit_desk = FakeEditDesk(name)
        other.edit_desk.open = self.edit_desk.open
        return other

    def add(self, *rows: QueueRow) -> None:
        """Let requests arrive, as another terminal's import would."""
        self._rows = {**{row.key: row for row in rows}, **self._rows}
        self._change += 1

    def answer(self, key: int, status: str, by: str, at: str = NOW) -> None:
        """Let somebody else answer a request."""
        row = self._rows[key]
        self._rows[key] = replace(row, status=status, answered_by=by, answered_at=at)
        self._change += 1

    def alter(self, key: int, **changes: Any) -> None:
        """Change a row behind the terminal's back."""
        self._rows[key] = replace(self._rows[key], **changes)
        self._change += 1

    def script(self, invoice_id: str, *events: Event) -> None:
        """Tell these events instead of carrying the next decision about it out."""
        self._scripts[invoice_id] = events

    def hold_back(self, name: str) -> Callable[[], None]:
        """Let what is so named wait ("start", "listing", "reading", an id); return what ends it."""
        self._gates[name] = threading.Event()
        return self._gates[name].set

    def _pass(self, name: str) -> None:
        if gate := self._gates.get(name):
            gate.wait()

    async def _passed(self, name: str) -> None:
        if gate := self._gates.get(name):
            await asyncio.to_thread(gate.wait)

    # --- reading

    @property
    def approver(self) -> str:
        return self._approver

    why_read_only: str | None = None
    started = False
    ends = OpenEnds()

    @property
    def policy(self) -> Policy:
        return self._policy

    def overview(self, query: QueueQuery) -> QueueOverview:
        self._pass("listing")
        if self.read_error:
            raise self.read_error
        opened = [row for row in self._rows.values() if row.status == "open"]
        rows = [row for row in opened if bool(row.held_until) is query.held]
        held = sum(bool(row.held_until) for row in opened)
        found = [row for row in rows if all(_matches(term, row) for term in query.terms)]
        if query.sort == "amount":
            found.sort(key=lambda row: -Decimal(row.payable_amount or 0))
        if query.sort == "supplier":
            found.sort(key=lambda row: row.supplier)
        if query.group != "none":
            found.sort(key=lambda row: _group_of(row, query.group)[0])
        return QueueOverview(
            tuple(row.key for row in found),
            len(opened) - held,
            held,
            _totals(found),
            self._change,
            _groups(found, query.group),
            max(self._rows, default=0),
        )

    def steps(self) -> list[StepRow]:
        return list(self.step_rows)

    def news(self, query: QueueQuery, newest: int, change: int) -> QueueNews:
        del newest, change  # answered ones and those on the list are told, too: both do no harm
        read = self.overview(query)
        answered = tuple(row.key for row in self._rows.values() if row.status != "open")
        return QueueNews(read.keys, answered, read.waiting, read.change)

    def counts(self, queries: Sequence[QueueQuery]) -> list[int]:
        return [len(self.overview(query).keys) for query in queries]

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        return [self._seen_by_me(self._rows[key]) for key in keys if key in self._rows]

    def _seen_by_me(self, row: QueueRow) -> QueueRow:
        """Say of what this person has approved that it is for somebody else."""
        mine = row.status == "open" and self._approver in row.approved_by
        return replace(row, why_not=APPROVED_BEFORE) if mine and not row.why_not else row

    def invoice(self, invoice_id: str) -> InvoiceDetail:
        self._pass("reading")
        known = [row for row in self._rows.values() if row.seen.invoice_id == invoice_id]
        if not known:
            raise UnknownInvoice(invoice_id)
        row = next((row for row in known if row.status == "open"), known[-1])
        return self._detail(row)

    def _detail(self, row: QueueRow) -> InvoiceDetail:
        waits = row.status == "open"
        invoice_id = row.seen.invoice_id
        return InvoiceDetail(
            id=invoice_id,
            thread_id=f"thread-{invoice_id}",
            state="waiting" if waits else "scheduled" if row.status == "approve" else "rejected",
            invoice=_invoice_of(row, self.line_text),
            category=row.category,
            suggestion=Suggestion(None, 0.92, "keyword", "pallet, carrier"),
            account=self._accounts.get(invoice_id, NORDWIND_IBAN),
            holds=row.holds,
            request=self._seen_by_me(row) if waits else None,
            approvals_needed=row.approvals_needed,
            approvals_given=len(row.approved_by),
            fingerprint=row.seen.fingerprint if waits else None,
            decisions=tuple(self._decisions.get(invoice_id, ())),
            edits=tuple(self._edits.get(invoice_id, ())),
            comments=tuple(self._comments.get(invoice_id, ())),
            payment=_payment_of(row) if row.status == "approve" else None,
            steps=(TraceStep("check_policy", NOW, "1 hold"),),
            imported_by="bea",
            received_at="2026-11-22T08:00:00Z",
            edit_fields=edit_fields(an_invoice(f"1.00 {row.currency}")) if waits else (),
        )

    @property
    def documents(self) -> "FakeService":
        return self

    @property
    def readings(self) -> "FakeService":
        return self

    def text(self, invoice_id: str, attached: str | None = None) -> str:
        return f"{attached}\n" if attached else f"what {invoice_id} was read from\n"

    @property
    def payment_list(self) -> "FakePayments":
        return FakePayments(self)

    def trail(self, query: TrailQuery) -> TrailPage:
        found = [
            event
            for event in reversed(self.events)
            if (query.before is None or event.seq < query.before)
            and query.invoice_id in ("", event.invoice_id)
            and query.actor in ("", event.actor)
            and query.text in f"{event}".casefold()
        ]
        page = tuple(found[: query.limit])
        return TrailPage(page, page[-1].seq if len(found) > query.limit else None)

    def supplier_history(self, invoice_id: str) -> SupplierHistory:
        return self.pasts.get(invoice_id, SupplierHistory())

    def metrics(self) -> Metrics:
        return self.figures

    def headlines(self, invoice_ids: Sequence[str]) -> list[Headline]:
        by_id = {row.seen.invoice_id: row for row in self._rows.values()}
        known = [by_id[one] for one in invoice_ids if one in by_id]
        return [a_headline(row) for row in known]

    def open_ends(self) -> OpenEnds:
        return self.ends

    def change_counter(self) -> int:
        return self._change

    # --- acting

    async def start(self) -> RecoveryReport:
        await self._passed("start")
        self.started = True
        if self.start_error:
            raise self.start_error
        return self.recovered

    async def act(self, action: Action) -> AsyncIterator[Event]:
        self.asked.append(action)
        if scripted := self._scripts.pop(action.invoice_id, ()):
            for event in scripted:
                yield event
            return
        match action:
            case Comment():
                yield self._commented(action)
            case Step():
                for event in self._stepped(action):
                    yield event
            case Undo():
                yield self._taken_back(action)
            case Reopen():
                yield self._reopened(action)
            case _:
                async for event in self._answered(action):
                    yield event

    async def _answered(self, action: Answer) -> AsyncIterator[Event]:
        invoice_id, who = action.invoice_id, self._approver
        row = self._asked_as(action.seen.interrupt_id)
        if reason := refusal(action, row, who, self.edit_desk.open.get(invoice_id)):
            yield Refused(invoice_id, reason, row.answered_by)
            return
        yield Submitted(invoice_id)
        await self._passed(invoice_id)
        yield Resumed(invoice_id)
        if isinstance(action, Approve):
            yield Revalidated(invoice_id, ())
        if isinstance(action, Edit):
            self._keep_edit(action, row)
        self.answer(row.key, status_after(action), who)
        again = next_request(action, row, who)
        if again:
            self._rows[again.key] = again
        yield asked_again(again) if again else at_rest(action, row, who)

    def _asked_as(self, interrupt_id: str) -> QueueRow:
        return next(r for r in self._rows.values() if r.seen.interrupt_id == interrupt_id)

    def _newest_of(self, invoice_id: str) -> QueueRow | None:
        of_it = [row for row in self._rows.values() if row.seen.invoice_id == invoice_id]
        return next((row for row in of_it if row.status == "open"), of_it[-1] if of_it else None)

    def _commented(self, what: Comment) -> Event:
        if not what.text.strip() and not what.document:
            return Refused(what.invoice_id, "the note says nothing")
        comment = CommentView(self._approver, what.text, NOW)
        if what.document:
            comment = replace(comment, document="ab" * 32, document_name=what.document.name)
        self._comments.setdefault(what.invoice_id, []).append(comment)
        self._change += 1
        row = self._newest_of(what.invoice_id)
        assert row, "nobody comments on what was never shown"
        if row.status == "open":
            return asked_again(row)
        why = already_answered(row.status, row.answered_by or "", row.answered_at or "")
        return Noted(what.invoice_id, self._detail(row).state, why)

    def _stepped(self, what: Step) -> Iterator[Event]:
        """Go on to the next of three nodes; the last one pays."""
        (row,) = (row for row in self.step_rows if row.invoice_id == what.invoice_id)
        if row.step != what.step:
            where = f"{row.invoice_id} stands in front of {row.step}, not {what.step}"
            yield Refused(what.invoice_id, where)
            return
        nodes = ("categorize", "check_policy", "schedule_payment", "")
        node = nodes[nodes.index(what.step) + 1]
        yield Submitted(what.invoice_id)
        place = self.step_rows.index(row)
        if node:
            self.step_rows[place] = replace(row, step=node, note=f"{what.step} done")
            yield Paused(what.invoice_id, node, f"{what.step} done")
        else:
            del self.step_rows[place]
            yield Scheduled(what.invoice_id, row.payable_amount, row.currency, "2026-12-01")

    def _taken_back(self, what: Undo) -> Event:
        if by := self._reversals.get(what.invoice_id):
            why = f"payment {what.payment_id} was taken back already by {by}"
            return Refused(what.invoice_id, why, by)
        self._reversals[what.invoice_id] = self._approver
        return self._asked_anew(what.invoice_id, what.invoice_id)

    def _reopened(self, what: Reopen) -> Event:
        return self._asked_anew(what.invoice_id, f"{what.invoice_id}2")

    def _asked_anew(self, invoice_id: str, asked_as: str) -> Event:
        """Ask about an invoice that was at rest; of one without a request, only say so."""
        row = self._newest_of(invoice_id)
        if row is None:
            return AskedAgain(asked_as, "waiting for a person", "fingerprint-anew")
        key = row.key + 1000
        seen = Seen(asked_as, f"interrupt-{key}", f"fingerprint-{key}")
        self._rows[key] = replace(row, key=key, seen=seen, status="open", round=row.round + 1)
        self._change += 1
        return asked_again(self._rows[key])

    def _keep_edit(self, what: Edit, row: QueueRow) -> None:
        self._edits.setdefault(row.seen.invoice_id, []).append(
            EditView(
                round=row.round,
                editor=self._approver,
                comment=what.comment,
                before={name: getattr(row, name, "") for name in what.changes},
                after=dict(what.changes),
                edited_at=NOW,
            )
        )
        if "account" in what.changes:
            self._accounts[row.seen.invoice_id] = what.changes["account"]

    async def submit(
        self,
        paths: Sequence[Path],
        mapping: Path | None = None,
        told: Callable[[ImportProgress], None] | None = None,
    ) -> ImportReport:
        self.submitted.append((tuple(paths), mapping))
        for progress in self.progress:
            if told:
                told(progress)
        await self._passed("import")
        if self.import_error:
            raise self.import_error
        return self.report

    async def recover(self) -> RecoveryReport:
        return self.recovered

    async def close(self) -> None:
        self.closed = True


def _totals(rows: Iterable[QueueRow]) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + Decimal(row.payable_amount or 0)
    return {currency: str(amount) for currency, amount in sums.items()}


def _group_of(row: QueueRow, by: GroupKey) -> tuple[Any, str]:
    """Return what a row is sorted into, and what that is called."""
    if by == "hold":
        return rank(row.holds), row.holds[0].rule
    if by == "supplier":
        return row.supplier, row.supplier
    day = date.fromisoformat(row.due_date) if row.due_date else None
    return ((day - timedelta(days=day.weekday())).isoformat() if day else "",) * 2


def _groups(rows: Sequence[QueueRow], by: GroupKey) -> tuple[QueueGroup, ...]:
    if by == "none":
        return ()
    return tuple(
        QueueGroup(str(key), name, len(members), _totals(members), key == ROUTINE_RANK)
        for (key, name), of in groupby(rows, lambda row: _group_of(row, by))
        for members in [list(of)]
    )


def _matches(term: Term, row: QueueRow) -> bool:
    match term.field:
        case "state":
            found = row.why_not is None if term.value == "mine" else row.level > 1
        case "severity":
            signs = [h.severity for h in row.holds if not is_routine(h)]
            found = term.value in signs
        case "expires":
            found = _compared(term.op, row.expires_at, term.value)
        case "amount":
            left, right = Decimal(row.payable_amount or 0), Decimal(term.value)
            found = _compared(term.op, left, right)
        case "due":
            found = bool(row.due_date) and _compared(term.op, row.due_date, term.value)
        case "hold":
            found = any(term.value in hold.rule for hold in row.holds)
        case "text":
            found = term.value in f"{row.supplier} {row.number}".casefold()
        case name:
            found = term.value in str(getattr(row, name)).casefold()
    return found is not term.negated


def _compared(operator: str, left: Any, right: Any) -> bool:
    results = {
        "=": left == right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }
    return bool(results[operator])


class FakePayments:
    """Lists the payments of a service."""

    def __init__(self, service: FakeService) -> None:
        self._service = service

    def overview(self, query: PaymentQuery) -> PaymentOverview:
        words = query.text.casefold().split()
        found = [
            paid
            for paid in self._service.paid
            if query.status in (None, paid.status) and all(word in _said(paid) for word in words)
        ]
        sums: dict[str, Decimal] = {}
        for paid in found:
            before = sums.get(paid.currency, Decimal(0))
            sums[paid.currency] = before + Decimal(paid.amount)
        return PaymentOverview(
            tuple(paid.id for paid in found),
            {currency: f"{amount}" for currency, amount in sums.items()},
            Counter(paid.status for paid in self._service.paid),
        )

    def rows(self, keys: Sequence[int]) -> list[PaymentView]:
        self._service.payments_read += keys
        return [paid for key in keys for paid in self._service.paid if paid.id == key]


def _said(paid: PaymentView) -> str:
    return f"{paid} {paid.approved_by or NOBODY_ASKED}".casefold()
