"""Feedback on categories as the ledger keeps it: appended, taken back, never changed.

A word stands in the transaction of the decision or edit it comes from. What it means for an
invoice (its category, whether somebody has looked) is a projection, made anew by every word.
"""

import json
from collections.abc import Iterable, Sequence

from expense_agent.domain.feedback import Feedback
from expense_agent.domain.invoice import canonical_json
from expense_agent.ports import Clock, Heard, utc
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row, marks

_AT_ONCE = 500
"""Lines of an old ledger that share an audit event."""
_LIVE = "NOT EXISTS (SELECT 1 FROM category_undone u WHERE u.feedback = f.seq)"
_ACTIONS = {
    "confirmation": "category_confirmed",
    "correction": "category_corrected",
    "bulk": "category_confirmed",
    "rule": "category_rule",
}


class FeedbackTable:
    """Writes and reads what people said of categories. Implements ports.Words."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def add(self, word: Feedback, invoice_id: str | None = None) -> bool:
        """Append a word with its audit event; False when it was said already."""
        with self._database.transaction():
            seal = self._insert(word)
            if seal is None:
                return False
            self._trail.append(
                word.by,
                _ACTIONS[word.kind],
                invoice_id,
                rows=[seal],
                supplier=word.supplier,
                cost_centre=word.cost_centre or None,
                category=word.category,
                suggested=word.suggested,
                scope=word.scope,
            )
            self.project(word.thread_id)
        return True

    def add_all(self, words: Iterable[Feedback], file: str, by: str) -> int:
        """Append the lines of an old ledger; give how many are new."""
        with self._database.transaction():
            seals = [seal for word in words if (seal := self._insert(word))]
            for at in range(0, len(seals), _AT_ONCE):
                rows = seals[at : at + _AT_ONCE]
                self._trail.append(by, "categories_learned", None, rows=rows, file=file)
        return len(seals)

    def take_back(self, words: Sequence[Feedback], by: str, invoice_id: str | None = None) -> int:
        """End the influence of words at once; give how many were not taken back before."""
        seals: list[str] = []
        with self._database.transaction():
            for word in words:
                seal = self._database.insert(
                    "category_undone",
                    seq=self._next("category_undone"),
                    feedback=word.seq,
                    by=by,
                    at=utc(self._clock.now()),
                )
                if seal:
                    seals.append(seal)
                    self.project(word.thread_id)
            for at in range(0, len(seals), _AT_ONCE):
                rows = seals[at : at + _AT_ONCE]
                self._trail.append(by, "category_undone", invoice_id, rows=rows)
        return len(seals)

    def heard_since(self, heard: Heard) -> tuple[Heard, dict[str, list[Feedback]]]:
        """Return the live words on every subject spoken of since, and how far that goes."""
        newest = self._newest()
        if newest == heard:
            return heard, {}
        rows = self._database.all(
            f"SELECT f.*, {_LIVE} AS live FROM category_feedback f WHERE f.subject IN ("
            " SELECT subject FROM category_feedback WHERE seq > ? UNION"
            " SELECT s.subject FROM category_feedback s JOIN category_undone u"
            " ON u.feedback = s.seq WHERE u.seq > ?) AND f.seq <= ? ORDER BY f.seq",
            heard.said,
            heard.undone,
            newest.said,
        )
        subjects: dict[str, list[Feedback]] = {row["subject"]: [] for row in rows}
        for row in rows:
            if row["live"]:
                subjects[row["subject"]].append(_feedback(row))
        return newest, subjects

    def words_on(self, subject: str) -> list[Feedback]:
        """Return the live words on a subject, oldest first."""
        return self._find("f.subject = ?", subject)

    def words_of(self, supplier_keys: Sequence[str]) -> list[Feedback]:
        """Return every live word and rule on a supplier, oldest first."""
        return self._find(_of_supplier(supplier_keys), *supplier_keys)

    def corrected_since(self, at: str, supplier_keys: Sequence[str], but: str) -> list[Feedback]:
        """Return what people corrected or ruled since of a supplier, but not of this thread."""
        since = "kind IN ('correction', 'rule') AND at > ? AND subject <> ? AND scope = 'supplier'"
        return self._find(f"{since} AND {_of_supplier(supplier_keys)}", at, but, *supplier_keys)

    def said_on(self, subject: str) -> int:
        """Count the words on a subject, those taken back, too."""
        row = self._database.one(
            "SELECT count(*) AS n FROM category_feedback WHERE subject = ?", subject
        )
        return int(row["n"]) if row else 0

    def project(self, thread_id: str | None) -> None:
        """Let an invoice show what the newest word says, and whether anybody has looked."""
        if thread_id is None:
            return
        self._database.write(
            "UPDATE invoices SET category = coalesce((SELECT f.category FROM category_feedback f"
            f" WHERE f.subject = invoices.thread_id AND {_LIVE} ORDER BY f.seq DESC LIMIT 1),"
            " json_extract(suggestion, '$.category')),"
            " doubt = CASE WHEN EXISTS (SELECT 1 FROM category_feedback f"
            f" WHERE f.subject = invoices.thread_id AND f.kind <> 'bulk' AND {_LIVE})"
            " THEN NULL ELSE nullif(json_extract(suggestion, '$.doubt'), '') END"
            " WHERE thread_id = ?",
            thread_id,
        )

    def _insert(self, word: Feedback) -> str | None:
        return self._database.insert(
            "category_feedback",
            seq=self._next("category_feedback"),
            subject=word.subject,
            source=word.source,
            thread_id=word.thread_id,
            kind=word.kind,
            scope=word.scope,
            supplier_keys=canonical_json(list(word.supplier_keys)),
            supplier=word.supplier,
            words=word.words,
            cost_centre=word.cost_centre,
            category=word.category,
            suggested=word.suggested,
            evidence=word.evidence,
            by=word.by,
            at=word.at,
        )

    def _find(self, where: str, *values: str) -> list[Feedback]:
        rows = self._database.all(
            f"SELECT f.* FROM category_feedback f WHERE {where} AND {_LIVE} ORDER BY f.seq", *values
        )
        return [_feedback(row) for row in rows]

    def _next(self, table: str) -> int:
        row = self._database.one(f"SELECT coalesce(max(seq), 0) + 1 AS seq FROM {table}")
        assert row is not None, "an aggregate has one row"
        return int(row["seq"])

    def _newest(self) -> Heard:
        return Heard(self._next("category_feedback") - 1, self._next("category_undone") - 1)


def _of_supplier(keys: Sequence[str]) -> str:
    """Return SQL for words on whoever has one of these keys; they are stored as a JSON list."""
    named = f"k.value IN ({marks(keys)})"
    return f"EXISTS (SELECT 1 FROM json_each(f.supplier_keys) k WHERE {named})"


def _feedback(row: Row) -> Feedback:
    return Feedback(
        subject=row["subject"],
        source=row["source"],
        kind=row["kind"],
        supplier_keys=tuple(json.loads(row["supplier_keys"])),
        supplier=row["supplier"],
        words=row["words"],
        cost_centre=row["cost_centre"],
        category=row["category"],
        by=row["by"],
        at=row["at"],
        thread_id=row["thread_id"],
        scope=row["scope"],
        suggested=row["suggested"],
        evidence=row["evidence"],
        seq=row["seq"],
    )
