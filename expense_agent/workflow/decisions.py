"""Where people answer: approve, reject, edit and expire are one race for one row.

Feedback on a category that comes with an answer is written in its transaction.

Only people teach. What was scheduled by policy, expired, rejected, put on hold or sent back says
nothing, and a suggestion nobody has answered is never learned from.

Everything is checked and written in one ledger transaction, before any thread is resumed; the
losers are told who decided what. Loads no LangGraph, so that a decision need not wait for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from expense_agent.domain.approval import (
    ApprovalRequest,
    Decision,
    Seen,
    Verdict,
    placed,
)
from expense_agent.domain.authority import (
    asked_by,
    authority,
    too_late,
    why_not_decide,
    why_not_edit,
)
from expense_agent.domain.category import Suggestion, suggestion_from
from expense_agent.domain.edit import OFFSET
from expense_agent.domain.feedback import Feedback, about_invoice, is_taught
from expense_agent.domain.policy import Policy
from expense_agent.domain.verbs import already_answered
from expense_agent.errors import RequestRefused, UnknownInvoice
from expense_agent.ports import (
    Attached,
    Clock,
    EditRecord,
    Ledger,
    Registered,
    RequestRecord,
    state_of,
    utc,
)
from expense_agent.service import AskedAgain, Noted
from expense_agent.workflow.changes import changes_of
from expense_agent.workflow.claim_guard import Job, new_owner, take_or_refuse


def taught_by_decision(
    record: RequestRecord, known: Registered, decision: Decision, policy: Policy, *, bulk: bool
) -> Feedback | None:
    """Return what an approval says of the category it was shown with; None when it says nothing."""
    category = record.request.category
    if decision.verdict is not Verdict.APPROVE or category is None:
        return None
    if not is_taught(known.invoice.supplier, policy.categories):
        return None
    return about_invoice(
        known.invoice,
        known.thread_id,
        category,
        source=decision.interrupt_id,
        kind="bulk" if bulk else "confirmation",
        by=decision.approver,
        at=decision.decided_at,
        suggestion=_suggestion(known),
    )


def taught_by_edit(
    record: RequestRecord, known: Registered, edit: EditRecord, policy: Policy
) -> Feedback | None:
    """Return what an edit says of the category; None when it leaves it alone."""
    category = edit.after.get("category")
    if category is None or not is_taught(known.invoice.supplier, policy.categories):
        return None
    return about_invoice(
        known.invoice,
        known.thread_id,
        category,
        source=f"round {edit.round}",
        kind="confirmation" if category == record.request.category else "correction",
        by=edit.editor,
        at=edit.edited_at,
        suggestion=_suggestion(known),
    )


def _suggestion(known: Registered) -> Suggestion | None:
    return suggestion_from(known.suggestion) if known.suggestion else None


_LONGEST_HOLD_DAYS = 366


@dataclass(frozen=True, slots=True)
class Desk:
    """Records what people (and the clock) decide."""

    ledger: Ledger
    policy: Policy
    clock: Clock
    categories: Collection[str]

    def decide(  # noqa: PLR0913 - a decision names what, who, why, until when and how many
        self,
        seen: Seen,
        verdict: Verdict,
        approver: str,
        reason: str,
        until: date | None = None,
        *,
        bulk: bool = False,
    ) -> Job:
        """Write a decision down, once; return the job of carrying it out.

        Raises RequestRefused naming who or what is in the way. The claim is taken here if it is
        free, so that no recovery starts what is about to be carried out.
        """
        owner = new_owner()
        with self.ledger.transaction():
            record, known = self._open_request(seen)
            principal = self._may(record, known, verdict, approver)
            if until is not None:
                self._must_be_ahead(until)
            decision = Decision(
                thread_id=known.thread_id,
                interrupt_id=record.request.interrupt_id,
                round=record.request.round,
                level=record.request.level,
                verdict=verdict,
                approver=approver,
                reason=reason,
                fingerprint=seen.fingerprint,
                decided_at=utc(self.clock.now()),
                until=until.isoformat() if until else None,
                seat=record.request.seat,
                on_behalf_of=principal,
            )
            word = taught_by_decision(record, known, decision, self.policy, bulk=bulk)
            if not self.ledger.add_decision(decision, known.id, word):
                raise RequestRefused(f"{approver} has decided on this round of {known.id} already")
            claimed = self.ledger.claims.take(known.thread_id, owner, "resume")
        now = replace(known, status="deciding") if claimed else None
        return Job(known.thread_id, owner, now)

    def edit(self, seen: Seen, changes: Mapping[str, str], editor: str, comment: str) -> Job:
        """Write an edit down, with the claim; return the job of carrying it out."""
        owner = new_owner()
        with self.ledger.transaction():
            record, known = self._open_request(seen)
            refusal = (
                self._too_late(record.request)
                or why_not_edit(
                    editor,
                    known.preparers,
                    self.policy,
                    self._today(),
                    apart=not record.request.importers_may_edit,
                )
                or self._edited_by_another(known, editor)
            )
            if refusal:
                raise RequestRefused(refusal)
            take_or_refuse(self.ledger, known, owner, "edit")
            credits_ = self.ledger.facts_for(known).credits if OFFSET in changes else ()
            read = changes_of(known, record.request, changes, credits_, self.categories)
            rounds = (r.request.round for r in self.ledger.requests.of_thread(known.thread_id))
            edit = EditRecord(
                thread_id=known.thread_id,
                round=max(rounds) + 1,
                editor=editor,
                comment=comment,
                before=read.before,
                after=read.after,
                edited_at=utc(self.clock.now()),
                offset=read.taken,
            )
            word = taught_by_edit(record, known, edit, self.policy)
            self.ledger.add_edit(edit, known.id, word)
        return Job(known.thread_id, owner)

    def comment(
        self,
        invoice_id: str,
        author: str,
        text: str,
        document: Attached | None = None,
        asked: str | None = None,
    ) -> AskedAgain | Noted:
        """Append a remark; `asked`: the interrupt that waited when its author looked.

        It takes no claim and runs nothing, so that no answer waits for it: its thread learns of it
        when it is run next.
        """
        text = text.strip() or (f"attached {document.name}" if document else "")
        if not text:
            raise RequestRefused("the note says nothing")
        with self.ledger.transaction():
            waits = self.ledger.requests.open_of(invoice_id)
            record = waits or (self.ledger.requests.one(invoice_id, asked) if asked else None)
            if record is None:
                raise RequestRefused(f"{invoice_id} does not wait for anybody")
            known = self.ledger.registered(record.request.thread_id)
            self.ledger.add_comment(known, author, text, document)
        if waits is None:
            return Noted(known.id, state_of(known.status), _answered(self._as_it_stands(record)))
        outcome, said = placed(waits.request.holds if waits.request.level == 1 else ())
        return AskedAgain(
            known.id, said or "waiting for a person", waits.request.fingerprint, outcome
        )

    def step(self, invoice_id: str, node: str, by: str) -> Job:
        """Write down that a person goes on into a node, with the claim; return the job."""
        owner = new_owner()
        with self.ledger.transaction():
            waits = self.ledger.steps.next_of(invoice_id)
            if waits is None:
                raise RequestRefused(f"{invoice_id} does not wait for a step")
            if waits.node != node:
                raise RequestRefused(f"{invoice_id} stands in front of {waits.node}, not {node}")
            refusal = why_not_decide(by, self.policy, self._today())
            if refusal:
                raise RequestRefused(refusal)
            known = self.ledger.registered(waits.thread_id)
            take_or_refuse(self.ledger, known, owner, "step")
            self.ledger.steps.note(known, node, by)
        return Job(known.thread_id, owner)

    def _open_request(self, seen: Seen) -> tuple[RequestRecord, Registered]:
        record = self.ledger.requests.one(seen.invoice_id, seen.interrupt_id)
        if record is None:
            raise UnknownInvoice(seen.invoice_id)
        record = self._as_it_stands(record)
        if record.status != "open":
            raise RequestRefused(_answered(record), by=record.answered_by)
        if record.request.fingerprint != seen.fingerprint:
            raise RequestRefused(f"it changed since you looked (now {record.request.fingerprint})")
        return record, self.ledger.registered(record.request.thread_id)

    def _as_it_stands(self, record: RequestRecord) -> RequestRecord:
        """Return what asks the same now under a new interrupt, or whose answer has settled it."""
        if record.status != "superseded":
            return record
        mine = record.request
        rivals = [
            other
            for other in self.ledger.requests.of_thread(mine.thread_id)
            if other.request.round == mine.round and other.status != "superseded"
        ]
        same = [o for o in rivals if o.request.level == mine.level]
        anew = [o for o in same if o.status != "open" or o.request.fingerprint == mine.fingerprint]
        for_all = [o for o in rivals if o.status not in ("open", "approve")]
        return next(iter([*anew, *for_all]), record)

    def _today(self) -> date:
        return self.clock.now().date()

    def _must_be_ahead(self, until: date) -> None:
        today = self._today()
        if not today < until <= today + timedelta(days=_LONGEST_HOLD_DAYS):
            raise RequestRefused(f"on hold until {until}: give a day after today, within a year")

    def _edited_by_another(self, known: Registered, editor: str) -> str | None:
        """Say who else has the form of it open: of two edits one would be lost."""
        other = self.ledger.edit_leases.of_another(known.id, editor)
        if other is None:
            return None
        return f"{other.by} is editing it since {other.since[11:16]} UTC"

    def _too_late(self, request: ApprovalRequest) -> str | None:
        return too_late(request.expires_at, utc(self.clock.now()))

    def _may(
        self, record: RequestRecord, known: Registered, verdict: Verdict, approver: str
    ) -> str | None:
        """Refuse who may not answer so; give on whose behalf an approval is."""
        request = record.request
        late = self._too_late(request)
        principal = None
        if verdict is Verdict.EXPIRE:
            refusal = None if late else f"{known.id} has time until {request.expires_at}"
        elif late:
            refusal = late
        elif verdict is Verdict.RELEASE and request.held_until is None:
            refusal = f"{known.id} is not on hold"
        elif verdict is not Verdict.APPROVE:
            refusal = why_not_decide(approver, self.policy, self._today())
        else:
            decisions = self.ledger.decisions(known.thread_id)
            asked = asked_by(request, known.invoice.payable, known.preparers, decisions)
            given = authority(approver, asked, self.policy, self._today())
            refusal, principal = given.refusal, given.on_behalf_of
        if refusal:
            raise RequestRefused(refusal)
        return principal


def _answered(record: RequestRecord) -> str:
    """Say who answered a request, and what."""
    if record.answered_by is None:
        return "overtaken by an earlier answer: `recover` puts it right"
    return already_answered(record.status, record.answered_by, record.answered_at or "")
