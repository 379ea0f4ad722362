"""The tables of answers taken back and of invoices asked about again: nothing in them is erased."""

from hashlib import sha256

from expense_agent.domain.facts import Placed
from expense_agent.domain.invoice import canonical_json
from expense_agent.ports import Clock, Registered, Voided, utc
from expense_agent.storage.audit_table import AuditTrail, refuse_unvouched
from expense_agent.storage.database import Database
from expense_agent.storage.feedback_table import FeedbackTable
from expense_agent.storage.payment_table import PaymentTable
from expense_agent.storage.register import Register, reopened_as, reversal_of_payment
from expense_agent.storage.requests import RequestTable


class ReversalTable:
    """Implements ports.Reversals."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        trail: AuditTrail,
        register: Register,
        payments: PaymentTable,
    ) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail
        self._register = register
        self._requests = RequestTable(database, clock, trail)
        self._payments = payments
        self.last_payment = payments.status_of
        self._feedback = FeedbackTable(database, clock, trail)

    def find(self, invoice_id: str) -> Registered:
        """Return an invoice by its id, decided or not; raises UnknownInvoice."""
        return self._register.get(self._register.thread_of(invoice_id))

    def take_back(self, known: Registered, payment_id: int | None, by: str, reason: str) -> None:
        """Void a payment, or set a rejection aside, and begin a new round."""
        now = utc(self._clock.now())
        with self._database.transaction():
            self._requests.supersede(known.thread_id, by)
            number = self._last_round(known) + 1
            decided_by = self._decided_by(known.thread_id, payment_id)
            rows = [
                self._database.insert(
                    "reversals",
                    thread_id=known.thread_id,
                    round=number,
                    payment_id=payment_id,
                    taken_back_by=by,
                    decided_by=canonical_json(decided_by),
                    reason=reason,
                    taken_back_at=now,
                )
            ]
            if payment_id is not None:
                rows.append(
                    self._database.insert(
                        "payment_events", payment_id=payment_id, status="voided", actor=by, at=now
                    )
                )
            self._register.set_round(known.thread_id, number, "deciding")
            self._unlearn(known, by)
            self._trail.append(
                by,
                "taken_back",
                known.id,
                rows=rows,
                payment=payment_id,
                decided_by=decided_by,
                reason=reason,
                round=number,
            )

    def heed_later_answer(self, known: Registered) -> None:
        """Take a payment back that was answered against later; put it on record if it has left.

        Raises LedgerTampered when the trail does not vouch for one of the rows.
        """
        row = self._database.one(
            "SELECT * FROM contradicted_payments WHERE thread_id = ?", known.thread_id
        )
        if row is None:
            return
        refuse_unvouched(self._database, known.thread_id, known.id, paid=True)
        payment, by, what = row["payment_id"], row["by"], row["what"]
        if row["has_left"]:
            details = {"payment": payment, "by": by, "what": what}
            self._trail.append("agent", "answered_against", known.id, **details)
        else:
            self.take_back(known, payment, by, f"after it was scheduled: {what}")

    def _unlearn(self, known: Registered, by: str) -> None:
        """Take back what the answers said of the category; what an edit said still stands."""
        rows = self._database.all(
            "SELECT interrupt_id FROM decisions WHERE thread_id = ?", known.thread_id
        )
        answers = {row["interrupt_id"] for row in rows}
        words = self._feedback.words_on(known.thread_id)
        if said := [word for word in words if word.source in answers]:
            self._feedback.take_back(said, by, known.id)

    def reopen(self, known: Registered, by: str, reason: str) -> Registered:
        """Write a refused invoice down once more, on a thread that names the old one."""
        content = sha256(f"reopens {known.thread_id}".encode()).hexdigest()
        with self._database.transaction():
            anew = self._register.copy(known, content, by)
            seal = self._database.insert(
                "reopenings",
                thread_id=anew.thread_id,
                reopens=known.thread_id,
                origin=known.origin,
                reopened_by=by,
                reason=reason,
                reopened_at=utc(self._clock.now()),
            )
            self._trail.append(by, "asked_again", known.id, reason=reason, asked_as=anew.id)
            self._trail.append(
                by, "reopened", anew.id, rows=[seal], reason=reason, reopens=known.id
            )
        return self._register.get(anew.thread_id)

    def reopened_as(self, thread_id: str) -> str | None:
        """Return the id under which an invoice is asked about again."""
        return reopened_as(self._database, thread_id)

    def voided(self, payment_key: str) -> Voided | None:
        """Return the payment that stands last under a key, if it is voided: replaced by name."""
        row = self._database.one(_LAST_OF_KEY, payment_key)
        if row is None or not row["voided"]:
            return None
        return Voided(row["payment_id"], row["payment_key"], row["invoice_id"])

    def marks(self, known: Registered, payment_key: str) -> tuple[Placed, ...]:
        """Return what the next person must know: taken back, or refused, before."""
        said = [Placed("taken_back", u.by, str(u)) for u in known.reversals]
        if known.reopening:
            said.append(Placed("reopened", known.reopening.by, str(known.reopening)))
        voided = self.voided(payment_key)
        if voided and voided.payment_id not in {u.payment_id for u in known.reversals}:
            other = reversal_of_payment(self._database, voided.payment_id)
            said.append(
                Placed("taken_back", other.by, f"{voided.invoice_id}, same number: {other}")
            )
        return tuple(said)

    def ancestors(self, thread_id: str) -> list[str]:
        """Return the ids of the invoices that a reopened one was before."""
        rows = self._database.all(_ANCESTORS, thread_id)
        return [row["invoice_id"] for row in rows]

    def _last_round(self, known: Registered) -> int:
        rows = self._database.all(
            "SELECT max(round) AS round FROM approval_requests WHERE thread_id = ?"
            " UNION ALL SELECT max(round) FROM edits WHERE thread_id = ?",
            known.thread_id,
            known.thread_id,
        )
        return max(known.round, *(row["round"] or 0 for row in rows))

    def _decided_by(self, thread_id: str, payment_id: int | None) -> list[str]:
        """Return whose answers are taken back: theirs, and those they answered for."""
        rows = self._database.all(_ANSWERS, thread_id, payment_id, payment_id)
        return list(dict.fromkeys(name for row in rows for name in row if name))


# What is voided keeps its key; what replaces it names it, and so on: the last link is what stands.
_LAST_OF_KEY = """
WITH RECURSIVE chain (payment_id) AS (
  SELECT payment_id FROM payments WHERE payment_key = ?
  UNION ALL SELECT p.payment_id FROM payments p JOIN chain c ON p.replaces = c.payment_id)
SELECT p.payment_id, p.payment_key, i.invoice_id, EXISTS (SELECT 1 FROM payment_events e
  WHERE e.payment_id = p.payment_id AND e.status = 'voided') AS voided
FROM payments p JOIN invoices i ON i.thread_id = p.thread_id
WHERE p.payment_id = (SELECT max(payment_id) FROM chain)
"""
_ANCESTORS = """
WITH RECURSIVE before (thread_id) AS (
  SELECT reopens FROM reopenings WHERE thread_id = ?
  UNION ALL SELECT o.reopens FROM reopenings o JOIN before b ON o.thread_id = b.thread_id)
SELECT i.invoice_id FROM before b JOIN invoices i ON i.thread_id = b.thread_id
"""
_ANSWERS = """
SELECT approver, on_behalf_of FROM decisions d WHERE thread_id = ? AND round = coalesce(
    (SELECT p.round FROM payments p WHERE p.payment_id = ?),
    (SELECT max(r.round) FROM decisions r WHERE r.thread_id = d.thread_id AND r.verdict = 'reject'))
  AND verdict = CASE WHEN ? IS NULL THEN 'reject' ELSE 'approve' END
ORDER BY level
"""
