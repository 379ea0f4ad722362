"""Where bytes rest: the ledger, which is the truth about money, and LangGraph's checkpoints."""
