"""The keys, from the same table as the bindings: those of the screen first, then all others."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from expense_agent.views.filtering import EXAMPLE
from tui.key_table import SCREENS, TITLES, WORDS
from tui.keymap import bindings, keys_of
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.reading_pane import ReadingPane
from tui.widgets.status_lines import KeyBar

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
        from tui.screens.reference import PagesScreen  # noqa: PLC0415 - few readers come this far

        self.open(PagesScreen(self.session))

    def action_help(self) -> None:
        """Stay: this is the help."""
