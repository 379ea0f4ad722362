"""Names for claims: the ledger rows that give one run the right to a thread for a while."""

import os
import uuid


def new_owner() -> str:
    """Give a name for one run's claim, never used twice."""
    return f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
