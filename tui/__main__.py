"""The command `expense-agent`: a command word goes to the headless commands, none opens the app.

Textual and the engine are imported only where they are needed, so that commands start fast.
"""

import argparse
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from expense_agent.arguments import Parser, file_name
from expense_agent.environment import variable
from expense_agent.errors import UsageProblem
from expense_agent.settings import Settings, settings_from
from expense_agent.streams import INTERRUPTED, open_closed, tell, told
from expense_agent.streams import run as run_process

QUIET_SECONDS = 1.0
"""How long the engine may take to end before the person is told what is waited for."""
FRAMES_A_SECOND = 240
"""At most. With Textual's 60 a key pressed just after a frame (news come often while payments are
on their way) waits 17 ms for the next one, longer than all that it needs itself."""


class CutOff(SystemExit):
    """The process ends now, whatever its threads still do: the next start finishes it."""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        run_process(run)
    except CutOff as cut:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody is there to read it
                stream.flush()
        os._exit(int(cut.code or 0))


def run(argv: Sequence[str]) -> int:
    """Run an argument list; give the exit code."""
    open_closed()
    options = _options(argv)
    if options is None:
        from expense_agent.cli import main as run_command  # noqa: PLC0415 - only when asked for

        return run_command(argv)
    opened = _demo if options.command == "demo" else _app
    return told(lambda: opened(options))


def _options(argv: Sequence[str]) -> argparse.Namespace | None:
    """Return the options that open the app; None: the arguments are for the commands to read."""
    try:
        options, others = _parser().parse_known_args(argv)
    except argparse.ArgumentError:  # told by the commands' parser, which says how it is right
        return None
    opens = options.command == "demo" or (options.command is None and options.keep is None)
    return options if opens and not others else None


def _parser() -> Parser:
    """Return a parser of what opens the app; all else, --help included, is for the commands."""
    parser = Parser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for name in ("--store", "--policy", "--categories", "--config"):
        parser.add_argument(name, type=file_name)
    parser.add_argument("--as", dest="approver")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("command", nargs="?")
    return parser


def _app(options: argparse.Namespace) -> int:
    settings = settings_from(
        options.store, options.policy, options.approver, categories=options.categories
    )
    return _open(settings, options)


def _demo(options: argparse.Namespace) -> int:
    if options.keep:
        return _open(_demo_store(options.keep, options.approver), options)
    with tempfile.TemporaryDirectory(
        prefix="expense-agent-demo-",
        ignore_cleanup_errors=True,  # when it is cut off, the engine still writes there
    ) as folder:
        return _open(_demo_store(Path(folder) / "store", options.approver), options)


def _demo_store(folder: Path, approver: str | None) -> Settings:
    """Fill a new folder with the sample invoices; open one that was filled before as it is."""
    if (folder / "ledger.db").exists():
        return settings_from(str(folder), None, approver, environ={})
    if folder.exists() and any(folder.iterdir()):
        raise UsageProblem(f"{folder} is not empty; give --keep a new folder")
    from tui.loading import filled_with_samples  # noqa: PLC0415 - imports everything

    return filled_with_samples(folder, approver)


def _open(settings: Settings, options: argparse.Namespace) -> int:
    if variable("TEXTUAL_FPS") is None:
        os.environ["TEXTUAL_FPS"] = str(FRAMES_A_SECOND)  # read when Textual is imported
    gc.disable()  # imports make no garbage, looking for it takes a tenth of them; see EngineClient
    from expense_agent.settings import preferences_file, read_preferences  # noqa: PLC0415
    from tui.app import ApprovalsApp, Connect  # noqa: PLC0415 - imports Textual
    from tui.ending import Ending, told_by_signals  # noqa: PLC0415 - commands need it not
    from tui.terminal import outliving_the_terminal  # noqa: PLC0415 - the same

    def load() -> Connect:
        from tui.loading import board_for  # noqa: PLC0415 - imports everything

        return board_for(settings, options)

    preferences, _problems = read_preferences(preferences_file(options.config))
    ending = Ending()
    app = ApprovalsApp(load, theme=str(preferences.get("theme", "")))
    app.must_end = ending.begin
    with outliving_the_terminal(), told_by_signals(app.end):
        app.run()
    if app.refused:
        raise app.refused
    code = app.return_code or 0
    engine_ended = app.board.ended if app.board else lambda _seconds: True
    if ending.has_begun:
        engine_ended(ending.seconds_left)
        raise CutOff(code)
    _finish(engine_ended)
    return code


def _finish(engine_ended: Callable[[float | None], bool]) -> None:
    """Wait for what the engine has begun, unless the person does not want to."""
    try:
        if not engine_ended(QUIET_SECONDS):
            tell("finishing what the engine has begun; ^C leaves it to the next start")
            engine_ended(None)
    except KeyboardInterrupt:
        tell("left unfinished: the next start, or `expense-agent recover`, goes on with it")
        raise CutOff(INTERRUPTED) from None


if __name__ == "__main__":
    main()
