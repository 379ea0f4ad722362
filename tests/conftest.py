"""Shared by all tests: the package comes first, because it sets what LangGraph reads at import."""

from hypothesis import settings

import expense_agent

assert expense_agent.__version__
# How long an example takes says more of the machine than of the program.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
