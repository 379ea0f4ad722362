"""The reference pages behind the help: a list of them, and one in front of it."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from expense_agent.pages import TOPICS, Page, all_pages
from tui.keymap import bindings
from tui.screens.page import Dialog
from tui.sections.markdown import page_content
from tui.session import Session
from tui.widgets.reading_pane import ReadingPane
from tui.widgets.status_lines import KeyBar

_ROOM = max(map(len, TOPICS)) + 2


class PageList(OptionList):
    """The topics, each with what its page explains."""

    BINDINGS = bindings("pages")


class PagesScreen(Dialog[None]):
    """Lists the pages; it is still there when one is closed."""

    keys_shown = "pages"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pages = all_pages()

    def compose(self) -> ComposeResult:
        """Hold the list and the way out."""
        with Vertical(classes="dialog"):
            yield PageList(*map(_option, self._pages), markup=False)
            yield KeyBar("pages")

    @on(PageList.OptionSelected)
    def _read(self, event: PageList.OptionSelected) -> None:
        self.open(PageScreen(self.session, self._pages[event.option_index]))

    def action_help(self) -> None:
        """Stay: this is the help."""


class PageScreen(Dialog[None]):
    """Shows a page."""

    keys_shown = "reading"

    def __init__(self, session: Session, page: Page) -> None:
        super().__init__(session)
        self._page = page

    def compose(self) -> ComposeResult:
        """Hold the text and the way out."""
        with Vertical(classes="dialog -tall"):
            with ReadingPane():
                yield Static(id="page")
            yield KeyBar("reading")

    def on_mount(self) -> None:
        """Set it once the width is known."""
        self.after_refresh(self._draw)

    def on_resize(self) -> None:
        """Wrap anew."""
        self.after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one(ReadingPane).scrollable_content_region.width - 1
        self.query_one("#page", Static).update(page_content(self._page.text, width))

    def action_help(self) -> None:
        """Stay: this is the help."""


def _option(page: Page) -> Option:
    topic = Content.styled(page.topic.ljust(_ROOM), "bold $text-accent")
    return Option(Content.assemble(topic, page.about))
