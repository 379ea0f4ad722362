"""Puts the picture of the app, from the demo, and the table of keys into the README."""

import asyncio
import re
import tempfile
from functools import partial
from pathlib import Path

from expense_agent.agent import open_agent
from expense_agent.demo import prepare_demo
from expense_agent.settings import Settings
from tui.app import ApprovalsApp
from tui.choices import Choices
from tui.keymap import readme_table
from tui.switchboard import Switchboard

README = Path(__file__).parent.parent / "README.md"
SIZE = (118, 34)


async def picture(settings: Settings) -> str:
    """Run the app without a terminal and give its screen as text."""
    open_service = partial(open_agent, settings)
    app = ApprovalsApp(lambda: lambda app: Switchboard(app, open_service, Choices()))
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press(*"jjjjjjjj")
        await pilot.pause(1.0)
        strips = app.screen._compositor.render_strips()  # noqa: SLF001 - no public way to text
        lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
        await pilot.press("q")
    assert app.board
    assert app.board.ended(60), "nothing is written to the store any more"
    return "\n".join(lines)


def replaced(text: str, name: str, content: str) -> str:
    """Replace what stands between the comments of a block."""
    block = re.compile(rf"(<!-- {name}: [^\n]* -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    assert block.search(text), name
    return block.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def main() -> None:
    """Renew both blocks."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = asyncio.run(picture(prepare_demo(Path(folder) / "store", "ann")))
    text = README.read_text(encoding="utf-8")
    text = replaced(text, "picture", f"```text\n{drawn}\n```")
    README.write_text(replaced(text, "keys", readme_table()), encoding="utf-8")


if __name__ == "__main__":
    main()
