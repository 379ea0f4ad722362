"""A page whose keys belong to its parts; each mode is reached from it by one key."""

from tui.keymap import pressed
from tui.keys.by_name import ByName
from tui.keys.mode_keys import ModeKeys
from tui.keys.part import Parts
from tui.screens.page import Page
from tui.session import Session


class ModePage(Page[None]):
    """The first page of a mode, or one on top of it."""

    BINDINGS = pressed("mode")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.parts = Parts(self)
        self.modes = self.parts.add(ModeKeys(self))
        self.by_name = ByName(self, self.parts)

    async def action_press(self, key_id: str) -> None:
        """Do what a key does, in the part that has it."""
        await self.parts.press(key_id)

    def action_palette(self) -> None:
        """Show what is possible now, by name."""
        self.by_name.show_palette()

    def action_command(self) -> None:
        """Let the person say in words what is to be done."""
        self.by_name.show_command_line()
