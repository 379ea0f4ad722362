"""The keys that select a figure and lead to what it is made of."""

from tui.keys.mode_keys import ModeKeys
from tui.keys.part import KeyPart
from tui.keys.section_keys import SectionKeys
from tui.screens.page import Page
from tui.sections import Line, Section

_LINES = 2
"""How far a key scrolls before the first figure and after the last."""


class FigureKeys(KeyPart):
    """Selects among the lines of some sections that lead somewhere."""

    keys = ("insights.open", "insights.down", "insights.up")

    def __init__(self, page: Page[None], sections: SectionKeys, modes: ModeKeys) -> None:
        super().__init__(page)
        self._sections = sections
        self._modes = modes
        self._leads: list[Line] = []
        """The figures that lead somewhere, in the order of the page."""
        self._place: int | None = None
        """The one that is selected."""

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show these sections from now on; the selection stays where it was."""
        self._leads = [line for section in sections for line in section.lines if line.lead]
        self._sections.show(sections)
        self._select(self._place)

    def _select(self, place: int | None) -> None:
        """Select a figure, as far as there are so many."""
        self._place = None if place is None or not self._leads else min(place, len(self._leads) - 1)
        selected = None if self._place is None else self._leads[self._place]
        self._sections.sheet.select(selected)

    def _go(self, step: int) -> None:
        """Select the next figure; where there is none any more, scroll."""
        place = 0 if self._place is None else self._place + step
        if 0 <= place < len(self._leads):
            self._select(place)
            self._sections.scrolled()
        else:
            self._sections.scroll(_LINES * step)

    def action_down(self) -> None:
        """Select the next figure that leads somewhere."""
        self._go(1)

    def action_up(self) -> None:
        """Select the one before."""
        self._go(-1)

    def action_open(self) -> None:
        """Go to what the selected figure is made of."""
        lead = self._leads[self._place].lead if self._place is not None and self._leads else None
        if lead:
            self._modes.follow(lead)
        else:
            self.page.say("j and k select a figure; Enter then shows what it is made of")
