"""Draws the picture of the README: the app itself, on the demo."""

import asyncio
import re
import tempfile
from functools import partial
from pathlib import Path

from expense_agent.agent import open_agent
from expense_agent.demo import prepare_demo
from expense_agent.pages import FOLDER
from expense_agent.settings import Settings
from tui.app import ApprovalsApp
from tui.choices import Choices
from tui.switchboard import Switchboard

PICTURE = FOLDER / "queue.svg"
SIZE = (112, 32)
_NOT_OURS = re.compile(r"\s*(@font-face \{.*?\}|<!-- .*? -->)", re.DOTALL)
"""Addresses of other machines: a font and a note; a monospaced font is everywhere."""


async def picture(settings: Settings) -> str:
    """Run the app without a terminal and return its screen as SVG."""
    open_service = partial(open_agent, settings)
    app = ApprovalsApp(lambda: lambda app: Switchboard(app, open_service, Choices()))
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("j", "j")
        await pilot.pause(1.0)
        drawn = app.export_screenshot(simplify=True)
        await pilot.press("q")
    assert app.board
    assert app.board.ended(60), "nothing is written to the store any more"
    return _NOT_OURS.sub("", drawn)


def main() -> None:
    """Draw it anew."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = asyncio.run(picture(prepare_demo(Path(folder) / "store", "ann")))
    PICTURE.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
