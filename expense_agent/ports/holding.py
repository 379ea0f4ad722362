"""Present holders: the rights to run a thread, and the edit forms that are open."""

from typing import Protocol

from expense_agent.service.readings import BeingEdited, Held


class Claims(Protocol):
    """The rights to run or edit a thread, which end with their session.

    They save work; unique keys save money.
    """

    def take(self, thread_id: str, owner: str, purpose: str) -> bool:
        """Take the right to run or edit a thread; False when somebody else has it."""
        ...

    def holder(self, thread_id: str) -> Held | None:
        """Return who has the right to a thread; None: nobody who lives."""
        ...

    def held(self) -> tuple[Held, ...]:
        """Return every claim that holds, the oldest first."""
        ...

    def release(self, thread_id: str, owner: str) -> None:
        """Release the right, unless it was left to recovery."""
        ...

    def leave(self, owner: str) -> None:
        """Hold nothing more for an owner, and let recovery find what was cut off."""
        ...


class EditLeases(Protocol):
    """The holder of an invoice's edit form, in a session that lives."""

    def take(self, invoice_id: str, editor: str) -> BeingEdited:
        """Take a lease, unless another editor has it; give whose it is. Raises UnknownInvoice."""
        ...

    def release(self, invoice_id: str) -> None:
        """End a lease of this session."""
        ...

    def release_all(self) -> None:
        """Give back every lease of this session."""
        ...

    def standing(self) -> tuple[BeingEdited, ...]:
        """Return all leases of sessions that live."""
        ...

    def of_another(self, invoice_id: str, editor: str) -> BeingEdited | None:
        """Return the lease of somebody else on an invoice."""
        ...
