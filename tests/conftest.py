"""Shared by all tests: the package comes first, because it sets what LangGraph reads at import."""

import expense_agent

assert expense_agent.__version__
