"""The headless commands: each is one call of the agent. Data on stdout, talk on stderr."""

from expense_agent.cli.main import main

__all__ = ["main"]
