"""Composes a frame of what has changed, and of nothing else.

Textual draws every line of every widget within the rectangle around all changes: a row of the list
and the status line at the foot make that nearly the whole screen, at every key.
"""

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class QuickCompositor(Compositor):
    """Asks widgets only for the lines between their first and their last change."""

    _changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what has changed since the last frame."""
        self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield place, visible part and lines of the widgets, the foremost first."""
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            parts = [part for change in self._changed if (part := shown.intersection(change))]
            if parts:
                changed = Region.from_union(parts)
                lines = Region(shown.x, changed.y, shown.width, changed.height)
                yield region, lines, widget.render_lines(lines.translate(-region.offset))
