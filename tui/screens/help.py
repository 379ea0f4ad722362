"""The keys of the screen, and the reference pages behind them."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from expense_agent.pages import TOPICS, Page, all_pages
from expense_agent.views import EXAMPLE
from tui.key_table import SCREENS, TITLES, WORDS
from tui.keymap import bindings, keys_of
from tui.keys.scrolling_keys import ReadingPane
from tui.screens.page import Dialog
from tui.sections.markdown import page_content
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class ReadingPage(Dialog[None]):
    """Shows Content; it scrolls when it is longer than the window."""

    keys_shown = "reading"

    def __init__(self, session: Session, text: Content) -> None:
        super().__init__(session)
        self._text = text

    def compose(self) -> ComposeResult:
        """Hold the text and the way out."""
        with Vertical(classes="dialog"):
            with ReadingPane():
                yield Static(self._text)
            yield KeyBar("reading")


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


_SIGNS = """\
Signs   ◉ waits for you   ◌ waits for another   ◔ one approval given   ▴ changed or asked again
        ▸ sent   ▹ 1/4 submitted, 2/4 resumed, 3/4 re-validated   ✓ done   ✗ rejected
        ⊘ expired, not paid   ⚑ needs attention   ~ text goes on   > cursor   x marked"""


class HelpScreen(Dialog[None]):
    """Shows the key map; closes with Esc."""

    BINDINGS = bindings("help")
    keys_shown = "help"

    def __init__(self, session: Session, screen: str) -> None:
        super().__init__(session)
        self._about = screen

    def compose(self) -> ComposeResult:
        """Hold the text and the way out."""
        with Vertical(classes="dialog -tall"):
            with ReadingPane():
                yield Static(self._text())
            yield KeyBar("help")

    def _text(self) -> Content:
        first = SCREENS.get(self._about, ())
        groups = dict.fromkeys((*first, *TITLES))
        blocks = [self._group(group) for group in groups]
        words = [
            Content.assemble(
                "  ", (f":{word.name} {word.takes}".ljust(14), "bold $text-accent"), word.help
            )
            for word in WORDS
        ]
        every = Content("  and every key by its word:  :send-back  :next-view  :payments")
        lines = Content("\n").join([Content("Words").stylize("bold"), *words, every])
        filters = Content.assemble(("Filter\n", "bold"), f"  {EXAMPLE}")
        return Content("\n\n").join([*blocks, lines, filters, Content(_SIGNS)])

    @staticmethod
    def _group(group: str) -> Content:
        lines = [
            Content.assemble("  ", (f"{key.shown:10}", "bold $text-accent"), key.help)
            for key in keys_of(group)
        ]
        return Content("\n").join([Content(TITLES[group]).stylize("bold"), *lines])

    def action_pages(self) -> None:
        """List the reference pages."""
        self.open(PagesScreen(self.session))

    def action_help(self) -> None:
        """Stay: this is the help."""
