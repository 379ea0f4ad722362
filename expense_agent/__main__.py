"""`python -m expense_agent`: the commands, without the terminal app."""

from collections.abc import Sequence

from expense_agent.streams import run


def main(argv: Sequence[str]) -> int:
    """Run a command; it is loaded here, where a Ctrl+C is expected."""
    from expense_agent.cli import main as run_command  # noqa: PLC0415 - what may be interrupted

    return run_command(argv)


if __name__ == "__main__":
    run(main)
