"""The policy in force, and what is chosen for this terminal; changed in files, never here."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.keys.scrolling_keys import ReadingPane
from tui.screens.page import Dialog
from tui.sections import laid_out
from tui.sections.line import GAP
from tui.sections.policy_section import policy_lines, terminal_lines
from tui.widgets.status_lines import KeyBar


class PolicyScreen(Dialog[None]):
    """Closes with Esc."""

    keys_shown = "reading"

    def compose(self) -> ComposeResult:
        """Hold the text and the way out."""
        with Vertical(classes="dialog -tall"):
            yield Static(Content.styled("The policy in force", "bold"))
            with ReadingPane():
                yield Static(id="policy")
            yield KeyBar("reading")

    def on_mount(self) -> None:
        """Set it once the width is known."""
        self.after_refresh(self._draw)

    def on_resize(self) -> None:
        """Wrap anew."""
        self.after_refresh(self._draw)

    def _draw(self) -> None:
        policy, shown = self.session.policy, self.query_one("#policy", Static)
        if policy is None:
            shown.update(Content("the store is still being opened"))
            return
        mine = terminal_lines(self.session, self.app.theme)
        lines = [*policy_lines(policy, self.session.desk.approver), GAP, *mine]
        width = self.query_one(ReadingPane).scrollable_content_region.width - 1
        shown.update(laid_out(lines, width))
