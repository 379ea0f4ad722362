"""A reference page as text of any width.

Textual's own Markdown widget makes a widget of every item: a page takes seconds to open in it.
"""

from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content

_CODE = "$text-accent"
_STYLES = {"strong_open": "bold", "em_open": "italic"}


def page_content(text: str, width: int) -> Content:
    """Set a page into `width` cells; code keeps its own lines."""
    shown: list[Content] = []
    for tokens in _blocks(MarkdownIt("commonmark").parse(text)):
        if shown and not _goes_on(tokens):
            shown.append(Content(""))
        shown.extend(_drawn(tokens, width))
    return Content("\n").join(shown)


def _blocks(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield each text of the page with the marks that stand before it."""
    before: list[Token] = []
    for token in tokens:
        before.append(token)
        if token.content:
            yield before
            before = []


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Whether a block follows the one before without a gap: the next item of a list."""
    return any(token.type == "list_item_close" for token in tokens) and not any(
        token.type.endswith("list_close") for token in tokens
    )


def _drawn(tokens: Sequence[Token], width: int) -> Iterator[Content]:
    *marks, last = tokens
    if last.type != "inline":
        yield from (Content.styled(f"  {line}", _CODE) for line in last.content.splitlines())
        return
    lead = next((_bullet(mark) for mark in marks if mark.type == "list_item_open"), "")
    said = _inline(last.children or ())
    if any(mark.type == "heading_open" for mark in marks):
        said = said.stylize("bold")
    for part in said.wrap(max(1, width - len(lead))):
        yield Content.assemble(lead, part)
        lead = " " * len(lead)


def _bullet(item: Token) -> str:
    return f"{item.info}. " if item.info else "- "


def _inline(tokens: Iterable[Token]) -> Content:
    parts: list[Content] = []
    style = ""
    for token in tokens:
        style = _STYLES.get(token.type, "" if token.type.endswith("_close") else style)
        text = " " if token.type == "softbreak" else token.content
        parts.append(Content.styled(text, _CODE if token.type == "code_inline" else style))
    return Content("").join(parts)
