"""A person's choices for this terminal, and where to choose otherwise."""

from collections.abc import Iterator

from tui.keymap import changed
from tui.model.grace import GRACE_VARIABLE
from tui.safe_text import safe
from tui.sections.line import MUTED, STRONG, Line, line, text
from tui.session import Session


def terminal_lines(session: Session, theme: str) -> Iterator[Line]:
    """Yield theme, grace time and the keys that differ from the usual ones."""
    yield line(
        "theme", (text(theme), STRONG), ("   :theme NAME for this run, or config.toml", MUTED)
    )
    one, several = session.inbox.grace.lasts(1), session.inbox.grace.lasts(2)
    grace = f"{one:g} s, several together {several:g} s" if one else "no decision"
    yield line("take back", safe(grace), (f"   {GRACE_VARIABLE}=SECONDS", MUTED))
    mine = ", ".join(f"{key.id} {key.shown}" for key in changed())
    yield line("keys", safe(mine or "the usual ones", limit=400), ("   ? shows all", MUTED))
