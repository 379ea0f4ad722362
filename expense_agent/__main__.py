"""`python -m expense_agent`: the commands, without the terminal app."""

import sys

from expense_agent.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
