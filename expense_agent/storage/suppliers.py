"""What the ledger knows of suppliers: accounts listed by a person or paid last, and categories."""

from collections.abc import Sequence

from expense_agent.domain.supplier import BankAccount, Supplier, masked, supplier_keys
from expense_agent.ports import Clock, utc
from expense_agent.storage.audit import AuditTrail
from expense_agent.storage.database import Database, marks
from expense_agent.storage.seals import seal

_UPSERT_ACCOUNT = (
    "INSERT INTO supplier_accounts VALUES (?, ?, ?, ?)"
    " ON CONFLICT (supplier_key, account, origin) DO UPDATE SET since = excluded.since"
)
_UPSERT_CATEGORY = (
    "INSERT INTO supplier_categories VALUES (?, ?)"
    " ON CONFLICT (supplier_key) DO UPDATE SET category = excluded.category"
)

# An account is no better known for a payment that was taken back.
_STANDS = """origin = 'supplier list' OR EXISTS (
  SELECT 1 FROM payments p JOIN invoice_suppliers s ON s.thread_id = p.thread_id
  WHERE p.account = a.account AND s.supplier_key = a.supplier_key AND NOT EXISTS (
    SELECT 1 FROM payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided'))"""


class SupplierList:
    """Reads and extends the supplier list."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def add(self, supplier: Supplier, account: str | None, category: str | None, by: str) -> None:
        """Take a supplier in: whoever lists an account confirms it."""
        with self._database.transaction():
            keys = supplier_keys(supplier)
            for key in keys if category else ():
                self._database.write(_UPSERT_CATEGORY, key, category)
            self._trail.append(
                by,
                "supplier_listed",
                None,
                rows=self._keep(keys, account, "supplier list"),
                name=supplier.name,
                account=masked(account) if account else None,
                category=category,
            )

    def remember_paid(self, thread_id: str, account: str | None) -> list[str]:
        """Note the account an invoice is paid into, under every key of its supplier; give seals."""
        keys = self._database.all(
            "SELECT supplier_key FROM invoice_suppliers WHERE thread_id = ?", thread_id
        )
        return self._keep([row["supplier_key"] for row in keys], account, "last paid")

    def _keep(self, keys: Sequence[str], account: str | None, origin: str) -> list[str]:
        rows = [
            {"supplier_key": key, "account": account, "origin": origin, "since": self._now()}
            for key in (keys if account else ())
        ]
        for row in rows:
            self._database.write(_UPSERT_ACCOUNT, *row.values())
        return [seal("supplier_accounts", row) for row in rows]

    def known_accounts(self, keys: Sequence[str]) -> tuple[BankAccount, ...]:
        """Give every listed account and the one paid last; one paid only long ago is news."""
        rows = self._database.all(
            "SELECT account, origin, max(since) AS since FROM supplier_accounts a"
            f" WHERE supplier_key IN ({marks(keys)}) AND ({_STANDS}) GROUP BY account, origin"
            " ORDER BY since DESC",
            *keys,
        )
        paid = [row for row in rows if row["origin"] == "last paid"][:1]
        kept = [row for row in rows if row["origin"] == "supplier list" or row in paid]
        return tuple(BankAccount(r["account"], r["origin"], r["since"][:10]) for r in kept)

    def category_of(self, supplier: Supplier) -> str | None:
        """Give the category listed for a supplier, by its strongest key."""
        for key in supplier_keys(supplier):
            row = self._database.one(
                "SELECT category FROM supplier_categories WHERE supplier_key = ?", key
            )
            if row:
                return str(row["category"])
        return None

    def _now(self) -> str:
        return utc(self._clock.now())
