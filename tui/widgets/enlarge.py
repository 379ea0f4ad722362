"""What is shown instead of everything in a window too small to read what would be decided."""

from textual.widgets import Static

LEAST_WIDTH = 60
LEAST_HEIGHT = 15


class Enlarge(Static):
    """Hidden by the style sheet unless the window is under 60x15."""

    def __init__(self) -> None:
        super().__init__("Please enlarge the window to 60x15 or more. q quits.", markup=False)
