"""The raw document it was read from, and what people have attached."""

from pathlib import PurePath

from textual.content import Content

from tui.formatting import day_and_time
from tui.safe_text import safe
from tui.sheet.about import About
from tui.sheet.line import MUTED, STRONG, Line, labelled, line, text

_SHORT_HASH = 12


def attached(about: About) -> list[Line]:
    """Return each document somebody has attached: who, when, and by which bytes it is known."""
    found = [said for said in about.detail.comments if said.get("document_name")]
    return labelled(
        "attached",
        (
            line(
                "",
                (text(said["document_name"]), STRONG),
                safe(f"   {said['author']}, {day_and_time(said['at'])}   "),
                (safe(f"sha256 {said['document'][:_SHORT_HASH]}"), MUTED),
            )
            for said in found
        ),
    )


def origin(about: About) -> list[Line]:
    """Return the file and the place in it, and who imported it."""
    source = about.invoice.get("source") or {}
    file = "/".join(PurePath(source.get("file") or "").parts[-2:])
    where = [file, source.get("location")]
    named = Content(", ").join(safe(str(part)) for part in where if part)
    at = day_and_time(about.detail.received_at)
    return [
        line("read from", named, ("   o shows it", MUTED)),
        line("imported", text(about.detail.imported_by), f", {at}"),
    ]
