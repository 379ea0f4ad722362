"""Our own themes: one of high contrast, one whose colours are told apart by everybody."""

from textual.theme import Theme

HIGH_CONTRAST = Theme(
    name="expense-hc",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffd700",
    error="#ff9d9d",
    success="#7dff7d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    variables={
        "text-muted": "#e0e0e0",
        "text-disabled": "#b8b8b8",
        "text-accent": "#ffff00",
        "text-primary": "#ffff66",
        "text-secondary": "#00ffff",
        "text-warning": "#ffd700",
        "text-error": "#ffb0b0",
        "text-success": "#8dff8d",
        "warning-muted": "#2e2600",
        "primary-muted": "#00005f",
        "primary-darken-1": "#00008b",
        "surface-lighten-1": "#262626",
        "panel-lighten-2": "#ffffff",
    },
)
"""Everything at least 7:1; the row under the cursor is white on dark blue, besides its `>`."""

BLUE_ORANGE = Theme(
    name="expense-cb",
    primary="#56b4e9",
    secondary="#56b4e9",
    accent="#e69f00",
    warning="#e69f00",
    error="#ff9a3d",
    success="#7cc7f2",
    foreground="#f0f0f0",
    background="#101418",
    surface="#161b21",
    panel="#222a33",
    dark=True,
    variables={
        "text-muted": "#b9c2cc",
        "text-disabled": "#a9b4c0",
        "text-accent": "#f0b429",
        "text-primary": "#8fd0f7",
        "text-secondary": "#8fd0f7",
        "text-warning": "#f0b429",
        "text-error": "#ffab5c",
        "text-success": "#8fd0f7",
        "warning-muted": "#3a2a00",
        "primary-muted": "#0f2a3c",
        "primary-darken-1": "#0f4c75",
        "surface-lighten-1": "#27313b",
    },
)
"""Blue for what is well, orange for what is not (after Okabe and Ito); no red beside green."""

THEMES = (HIGH_CONTRAST, BLUE_ORANGE)
"""The themes shipped besides Textual's own, `ansi-dark` and `ansi-light` among them."""
