"""The facts about one invoice, put together from all tables that know something of it."""

from collections.abc import Sequence

from expense_agent.domain.approval import RETURNS, Decision, Verdict
from expense_agent.domain.facts import EVERYWHERE, Facts, Placed, Scope, Twin, payment_account
from expense_agent.domain.money import Money
from expense_agent.domain.payment import payment_key, replacement_key
from expense_agent.domain.supplier import supplier_keys
from expense_agent.domain.twins import account_party
from expense_agent.ports import Clock, Registered
from expense_agent.storage.credit_table import CreditTable
from expense_agent.storage.database import Database
from expense_agent.storage.forgotten_table import left_for
from expense_agent.storage.requests import decisions_of
from expense_agent.storage.reversal_table import ReversalTable
from expense_agent.storage.similarity import Likeness
from expense_agent.storage.sums import Sums
from expense_agent.storage.supplier_table import SupplierList


class FactReader:
    """Reads facts; must see what the transaction it is called in has written."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        suppliers: SupplierList,
        likeness: Likeness,
        reversals: ReversalTable,
    ) -> None:
        self._database = database
        self._clock = clock
        self._suppliers = suppliers
        self._likeness = likeness
        self._reversals = reversals
        self._credits = CreditTable(database, clock)
        self._sums = Sums(database)

    def about(self, known: Registered, scope: Scope = EVERYWHERE) -> Facts:
        """Read all that the rules may know about one invoice, at this moment.

        A few indexed look-ups, each with a limit: the cost does not grow with the history.
        """
        key = payment_key(known.invoice, known.origin)
        keys, today = supplier_keys(known.invoice.supplier), self._clock.now().date()
        was_asked = known.status != "received"
        decisions = decisions_of(self._database, known.thread_id) if was_asked else []
        accounts = self._suppliers.known_accounts(keys)
        account = payment_account(known.invoice, Facts(known_accounts=accounts))
        is_known = self._suppliers.is_known(keys)
        named = [account_party(account)] if account else []
        others, listed = self._suppliers.others_with(keys, account) if account else ((), False)
        return Facts(
            known_accounts=accounts,
            twins=self._twins(known),
            edits=known.edits,
            placed=self._reversals.marks(known, key) + self._placed(known, decisions),
            credits=self._credits.open_for(known),
            overdrawn=self._credits.overdrawn(known),
            offset=self._credits.taken_off(known),
            invoice_id=known.id,
            approved=any(
                d.verdict is Verdict.APPROVE and d.round == known.round for d in decisions
            ),
            today=today,
            automatic=self._sums.automatic([*keys, *named], scope.window_days, today),
            near=self._likeness.near(known, scope),
            rhythm=self._likeness.rhythm(known),
            usual=self._likeness.usual(known),
            supplier_known=is_known,
            account_paid=bool(account) and self._suppliers.was_paid_into(keys, account or ""),
            others_with_account=others,
            account_listed_elsewhere=listed,
            lookalikes=() if is_known else self._suppliers.lookalikes(known.invoice.supplier.name),
            committed=self._sums.committed(known.thread_id, scope.budgets),
            left_already=left_for(self._database, key, lambda: self._now(known, key, account)),
        )

    def _now(
        self, known: Registered, key: str, account: str | None
    ) -> tuple[str, Money | None, str | None]:
        """Return under which key, how much and where to it would be paid now."""
        voided = self._reversals.voided(key)
        now = replacement_key(voided.payment_key, voided.payment_id) if voided else key
        return now, known.invoice.payable, account

    def _twins(self, known: Registered) -> tuple[Twin, ...]:
        """Return the twins; what a reopened invoice was before is none."""
        twins = self._likeness.twins(known)
        before = self._reversals.ancestors(known.thread_id) if known.reopening else ()
        return tuple(twin for twin in twins if twin.invoice_id not in before)

    def _placed(self, known: Registered, decisions: Sequence[Decision]) -> tuple[Placed, ...]:
        """Return what people have placed: the last hold if its day is to come, the last question.

        A question is answered by an edit in a later round, a hold ended by a release.
        """
        today = self._clock.now().date().isoformat()
        answers = [d for d in decisions if d.verdict in RETURNS]
        parked = [d for d in answers if d.verdict is not Verdict.SEND_BACK][-1:]
        asked = [d for d in answers if d.verdict is Verdict.SEND_BACK][-1:]
        edited = max((edit.round for edit in known.edits), default=0)
        return tuple(
            Placed("sent_back", d.approver, d.reason) for d in asked if d.round >= edited
        ) + tuple(
            Placed("on_hold", d.approver, d.reason, d.until)
            for d in parked
            if (d.until or "") > today
        )
