"""The ledger's knowledge of suppliers: accounts listed or paid last, and categories."""

from collections.abc import Sequence

from expense_agent.domain.lookalike import shapes
from expense_agent.domain.supplier import BankAccount, Supplier, masked, supplier_keys
from expense_agent.ports import Clock, utc
from expense_agent.storage.audit_table import AuditTrail, seal
from expense_agent.storage.database import Database, marks

_MOST_LOOKALIKES = 20
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
                rows=[*self._keep(keys, account, "supplier list"), *self._know(keys)],
                name=supplier.name,
                account=masked(account) if account else None,
                category=category,
            )

    def remember_paid(self, thread_id: str, account: str | None) -> list[str]:
        """Note the account an invoice is paid into, under every key of its supplier; give seals."""
        rows = self._database.all(
            "SELECT supplier_key FROM invoice_suppliers WHERE thread_id = ?", thread_id
        )
        keys = [row["supplier_key"] for row in rows]
        return [*self._keep(keys, account, "last paid"), *self._know(keys)]

    def _know(self, keys: Sequence[str]) -> list[str]:
        """Take the keys of a supplier for known, its name by all that it may be mistaken for."""
        seals = (self._database.insert("known_suppliers", supplier_key=key) for key in keys)
        new = [seal for seal in seals if seal]
        for key in keys if new else ():
            for shape in shapes(key.removeprefix("name:")) if key.startswith("name:") else ():
                self._database.write(
                    "INSERT INTO supplier_shapes VALUES (?, ?) ON CONFLICT DO NOTHING", shape, key
                )
        return new

    def is_known(self, keys: Sequence[str]) -> bool:
        """Whether a supplier is listed, or was paid before."""
        found = self._database.one(
            f"SELECT 1 FROM known_suppliers WHERE supplier_key IN ({marks(keys)}) LIMIT 1", *keys
        )
        return found is not None

    def was_paid_into(self, keys: Sequence[str], account: str) -> bool:
        """Whether this supplier was paid into this account before."""
        found = self._database.one(
            f"SELECT 1 FROM supplier_accounts WHERE supplier_key IN ({marks(keys)})"
            " AND account = ? AND origin = 'last paid' LIMIT 1",
            *keys,
            account,
        )
        return found is not None

    def others_with(self, keys: Sequence[str], account: str) -> tuple[tuple[str, ...], bool]:
        """Return the suppliers an account is known for, if this one is not among them.

        The second value says whether a person has listed it for one of them.
        """
        rows = self._database.all(
            "SELECT supplier_key, origin FROM supplier_accounts WHERE account = ?", account
        )
        owners = {row["supplier_key"] for row in rows}
        if owners.intersection(keys):
            return (), False
        return _names(owners), any(row["origin"] == "supplier list" for row in rows)

    def lookalikes(self, name: str | None) -> tuple[str, ...]:
        """Return the known suppliers whose names share a shape with this one."""
        wanted = shapes(name or "")
        rows = self._database.all(
            "SELECT DISTINCT supplier_key FROM supplier_shapes"
            f" WHERE shape IN ({marks([*wanted])}) LIMIT {_MOST_LOOKALIKES}",
            *wanted,
        )
        return _names({row["supplier_key"] for row in rows})

    def _keep(self, keys: Sequence[str], account: str | None, origin: str) -> list[str]:
        rows = [
            {"supplier_key": key, "account": account, "origin": origin, "since": self._now()}
            for key in (keys if account else ())
        ]
        for row in rows:
            self._database.write(_UPSERT_ACCOUNT, *row.values())
        return [seal("supplier_accounts", row) for row in rows]

    def known_accounts(self, keys: Sequence[str]) -> tuple[BankAccount, ...]:
        """Return every listed account and the one paid last; one paid only long ago is news."""
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
        """Return the category listed for a supplier, by its strongest key."""
        for key in supplier_keys(supplier):
            row = self._database.one(
                "SELECT category FROM supplier_categories WHERE supplier_key = ?", key
            )
            if row:
                return str(row["category"])
        return None

    def _now(self) -> str:
        return utc(self._clock.now())


def _names(keys: set[str]) -> tuple[str, ...]:
    """Return suppliers by name, as names are folded; by an id those without one."""
    names = sorted(key.partition(":")[2] for key in keys if key.startswith("name:"))
    return tuple(names or sorted(key.partition(":")[2] for key in keys))
