"""Refused requests: one class per thing a caller can do something about.

Data problems (a bad row, an unreadable file) are values, collected and shown, never raised.
"""

from pathlib import Path


class ExpenseAgentError(Exception):
    """Base of all; its text is a sentence for the user."""


class UsageProblem(ExpenseAgentError):
    """The request makes no sense as written (exit code 2)."""


class StoreUnusable(ExpenseAgentError):
    """The store is locked, damaged, from a newer version or not ours (exit code 3)."""

    said = "cannot be used"

    def __init__(self, store: Path | str, reason: str) -> None:
        super().__init__(f"the store {store} {self.said}: {reason}")


class StoreReadOnly(StoreUnusable):
    """The store can be read, and nothing may be changed in it (exit code 3)."""

    said = "is open for reading only"


class ClockSetBack(ExpenseAgentError):
    """The machine's clock is behind what it wrote: to run now would be lost behind that."""


class PolicyInvalid(ExpenseAgentError):
    """The policy file does not say what a policy must say."""

    def __init__(self, path: Path | str, problems: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.problems = problems


class CategoriesInvalid(PolicyInvalid):
    """The file of categories does not say what it must say."""


class UnknownInvoice(ExpenseAgentError):
    """No invoice of the store has this id."""

    def __init__(self, invoice_id: str, reason: str | None = None) -> None:
        otherwise = f"no invoice {invoice_id} in this store; `queue` lists those that wait"
        super().__init__(reason or otherwise)


class DocumentGone(ExpenseAgentError):
    """The file an invoice was read from is not in the store, or not as it was."""


class RequestRefused(ExpenseAgentError):
    """A decision or edit that is not carried out; the text says who or what stands in its way."""

    def __init__(self, reason: str, by: str | None = None) -> None:
        super().__init__(reason)
        self.by = by
        """The person who decided first, when that is the reason."""


class CannotWrite(ExpenseAgentError):
    """A file could not be written to the disk; nothing of it is there."""


class PaymentConflict(ExpenseAgentError):
    """A payment key is taken by a payment with other content: an alarm, never a repetition."""


class LedgerTampered(ExpenseAgentError):
    """A row of the ledger is not what the audit trail recorded: an alarm, and no payment."""
