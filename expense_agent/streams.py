"""The standard streams of a process: always open, and never the cause of a traceback."""

import atexit
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NoReturn

from expense_agent.domain.invisible_chars import safe, shortened
from expense_agent.environment import forget_empty
from expense_agent.errors import ExpenseAgentError, PolicyInvalid, StoreUnusable, UsageProblem

INTERRUPTED = 128 + signal.SIGINT


def run(command: Callable[[Sequence[str]], int]) -> NoReturn:
    """Run a command on the arguments of this process; exit with its code, 130 after Ctrl+C."""
    forget_empty()
    sys.unraisablehook = _interrupted_again
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # the first one runs last
    try:
        code = command(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    # All is said and done: what the interpreter still waits for may be cut off.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    sys.exit(code)


def _interrupted_again(lost: "sys.UnraisableHookArgs") -> None:
    """Let a Ctrl+C that came where nothing can be raised come once more, when that is over."""
    if lost.exc_type is KeyboardInterrupt:
        main = threading.main_thread().ident
        threading.Timer(0.05, signal.pthread_kill, (main, signal.SIGINT)).start()
    else:
        sys.__unraisablehook__(lost)


def open_closed() -> None:
    """Open the streams the caller has closed: else a file of ours would become one of them."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            _to_nowhere(number)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - it lasts as long as the process


def told(command: Callable[[], int]) -> int:
    """Run a command; every refusal, and every failure of a file, becomes a sentence and a code."""
    try:
        return command()
    except (UsageProblem, PolicyInvalid) as problem:
        warn(problem)
        return 2
    except StoreUnusable as problem:
        warn(problem)
        return 3
    except ExpenseAgentError as problem:
        warn(problem)
        return 1
    except OSError as error:
        _warn_of_file(error)
        return 1


def tell(*lines: object) -> None:
    """Print lines for a person on standard error, harmless to a terminal and not too long."""
    try:
        sys.stderr.writelines(f"{shortened(safe(line))}\n" for line in lines)
        sys.stderr.flush()
    except OSError:  # nobody listens there; the exit code still says it
        _to_nowhere(sys.stderr.fileno())


def warn(problem: object) -> None:
    """Say what is wrong, as this program says it."""
    tell(*(f"expense-agent: {line}" for line in str(problem).splitlines()))


def flush_output() -> bool:
    """Write out what was printed; False, and said on standard error, when that is impossible."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _lose_output(error)
        return False
    return True


def _warn_of_file(error: OSError) -> None:
    if error.filename is None:  # our files have names: what has none is the standard output
        _lose_output(error)
    else:
        warn(f"{error.filename}: {error.strerror}")


def _lose_output(error: OSError) -> None:
    """Go on without a standard output, and say why."""
    _to_nowhere(sys.stdout.fileno())  # or it would fail again at exit
    if error.errno != errno.EPIPE:  # a reader that has seen enough is no mistake
        warn(f"standard output: {error.strerror}; what was done is done, its report is lost")


def _to_nowhere(number: int) -> None:
    descriptor = os.open(os.devnull, os.O_RDWR)
    if descriptor != number:
        os.dup2(descriptor, number)
        os.close(descriptor)
