"""The raw document it was read from, and what people have attached."""

from pathlib import PurePath

from textual.content import Content

from tui.formatting import day_and_time
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import MUTED, STRONG, Line, labelled, line, text

_SHORT_HASH = 12


def attached(about: About) -> list[Line]:
    """Return each document somebody has attached: who, when, and by which bytes it is known."""
    return labelled(
        "attached",
        (
            line(
                "",
                (text(comment.document_name), STRONG),
                safe(f"   {comment.author}, {day_and_time(comment.at)}   "),
                (safe(f"sha256 {comment.document[:_SHORT_HASH]}"), MUTED),
            )
            for comment in about.detail.comments
            if comment.document
        ),
    )


def origin(about: About) -> list[Line]:
    """Return the file and the place in it, and who imported it."""
    source = about.invoice.source
    file = "/".join(PurePath(source.file).parts[-2:])
    named = Content(", ").join(safe(part) for part in (file, source.location) if part)
    at = day_and_time(about.detail.received_at)
    return [
        line("read from", named, ("   o shows it", MUTED)),
        line("imported", text(about.detail.imported_by), f", {at}"),
    ]
