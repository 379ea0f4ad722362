"""Whole screens as plain text: `assert_golden(driver, "queue")` compares with a kept file.

EXPENSE_AGENT_RENEW_GOLDENS=1 writes them anew; read the difference before committing it.
"""

import os
from difflib import unified_diff
from pathlib import Path

from tests.tui.driving import Driver

FOLDER = Path(__file__).with_name("goldens")
RENEW = "EXPENSE_AGENT_RENEW_GOLDENS"


def assert_golden(driver: Driver, name: str) -> None:
    """Compare what a person reads now with what was kept for this screen and size."""
    width, height = driver.app.size
    path = FOLDER / f"{name}-{width}x{height}.txt"
    text = driver.text + "\n"
    if os.environ.get(RENEW):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    assert path.exists(), f"there is no {path.name} yet: run with {RENEW}=1 and read it"
    kept = path.read_text(encoding="utf-8")
    difference = unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", lineterm="")
    assert kept == text, "\n".join([f"{path.name}:", *difference])
