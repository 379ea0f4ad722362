"""Shared by all tests: the package comes first, because it sets what LangGraph reads at import."""

import signal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

import expense_agent
from expense_agent.settings import STATE_VARIABLE

assert expense_agent.__version__
# How long an example takes says more of the machine than of the program.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
# A shell that runs the tests in the background has it ignored, and so would all they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let every test remember in a folder of its own, made when something is remembered."""
    folder = tmp_path_factory.getbasetemp() / f"state-{next(_NUMBERS)}"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder
