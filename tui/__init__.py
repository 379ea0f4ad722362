"""The approver's terminal over the approval service; knows no LangGraph and no SQL."""
