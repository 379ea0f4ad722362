"""A part of a sheet that has a name and can be jumped to."""

from dataclasses import dataclass

from tui.sections.line import Line


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its lines."""

    title: str
    lines: tuple[Line, ...]
