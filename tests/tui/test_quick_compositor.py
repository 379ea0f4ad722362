"""A frame of what has changed is, byte for byte, the frame that Textual would send."""

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tui.quick_compositor import QuickCompositor

KEYS = (
    "j", "j", "pagedown", "space", "G", "k", "g", "f", "f", "enter", "j", "escape", "slash",
    "escape", "r", "escape", "question_mark", "escape", "p", "p", "4", "j", "1", "s", "t",
    "asterisk", "u", "v", "j", "a", "escape", "z",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
async def test_every_frame_is_the_one_textual_sends(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(color_system="truecolor")
    quick = QuickCompositor.render_partial_update
    compared: list[list[str]] = []

    def both(self: QuickCompositor) -> ChopsUpdate | None:
        dirty = set(self._dirty_regions)
        ours = quick(self)
        self._dirty_regions.update(dirty)
        theirs = Compositor.render_partial_update(self)
        frames = [frame for frame in (ours, theirs) if frame]
        compared.append([frame.render_segments(console) for frame in frames])
        return ours

    monkeypatch.setattr(QuickCompositor, "render_partial_update", both)
    async with driven(FakeService([a_row(number) for number in range(1, 90)]), size) as driver:
        for key in KEYS:
            await driver.press(key)
    frames = [frame for frame in compared if frame]
    assert len(frames) > len(KEYS)
    assert all(ours == theirs for ours, theirs in frames)
