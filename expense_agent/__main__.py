"""`python -m expense_agent`: the commands, without the terminal app."""

from expense_agent.cli import main
from expense_agent.streams import run

if __name__ == "__main__":
    run(main)
