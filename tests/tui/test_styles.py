"""No part of the screen loses the styles of the part it is made of."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from textual.widget import Widget

import tui
from tui.in_turn import InTurn


def parts(base: type[Widget]) -> Iterator[type[Widget]]:
    for part in base.__subclasses__():
        yield part
        yield from parts(part)


def test_the_base_that_does_late_work_hides_no_styles() -> None:
    """Textual takes the styles of the first base that is a widget, and of no other."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    late = set(parts(InTurn))
    assert len(late) > 20
    assert [part.__name__ for part in late if InTurn in part._css_bases(part)] == []
