"""Loads what is not needed for the first frame; importing this module imports most of it."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from expense_agent.service import ApprovalService, ImportProgress
from expense_agent.settings import Settings, preferences_file
from tui.app import Connect
from tui.choices import Choices, Memory, read_config
from tui.model.grace import grace_from
from tui.switchboard import Switchboard
from tui.unfinished import Unfinished


def board_for(settings: Settings, options: Namespace) -> Connect:
    """Return what connects an app to this store; raises UsageProblem for a wrong environment."""
    demo = options.command == "demo"
    choices = Choices(
        read_only=options.read_only,
        ascii_only=options.ascii,
        grace_seconds=grace_from(os.environ),
        config=read_config(preferences_file(options.config)),
        memory=None if demo else Memory(settings.store),
        unfinished=None if demo or options.read_only else Unfinished(settings.store),
    )

    def open_service() -> ApprovalService:
        from expense_agent.agent import open_service  # noqa: PLC0415 - while the queue is laid out

        return open_service(settings)

    return lambda app: Switchboard(app, open_service, choices)


def filled_with_samples(folder: Path, approver: str | None) -> Settings:
    """Fill a new folder with the sample invoices, telling how far that is."""
    from expense_agent.demo import prepare_demo  # noqa: PLC0415 - loads the engine

    settings = prepare_demo(folder, approver, _tell_progress)
    print(file=sys.stderr)  # noqa: T201 - ends the progress line
    return settings


def _tell_progress(progress: ImportProgress) -> None:
    line = f"\rreading sample invoices: {progress.done} done, {progress.share:.0%}"
    print(line, end="", file=sys.stderr, flush=True)  # noqa: T201 - progress is talk on stderr
