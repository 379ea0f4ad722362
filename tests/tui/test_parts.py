"""Each key of a page belongs to a part of it, or to the page itself, that does something."""

import pytest

from expense_agent.service import SupplierHistory
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_headline, a_row
from tests.tui.screens.test_insights import the_metrics
from tui.key_table import SCREENS
from tui.keymap import keys_of
from tui.screens.mode_page import ModePage

OF_WIDGETS = ("list",)
WAYS = {
    "queue": [], "detail": ["enter"], "compare_twin": ["equals_sign"], "steps": ["S"],
    "import": ["2"], "payments": ["3"], "run": ["3", "P"], "activity": ["4"],
    "insights": ["5"], "confirm": ["C"],
}  # fmt: skip


@pytest.mark.parametrize("shown", WAYS)
async def test_each_key_of_a_page_is_bound_and_has_somebody_who_acts(shown: str) -> None:
    service = FakeService([a_row(1), a_row(2)])
    service.figures = the_metrics()
    service.pasts["inv-1"] = SupplierHistory((a_headline(a_row(2)),))
    async with driven(service) as driver:
        await driver.press(*WAYS[shown])
        await driver.until(lambda: getattr(driver.app.screen, "keys_shown", "") == shown)
        page = driver.app.screen
        assert isinstance(page, ModePage)
        keys = keys_of(*(group for group in SCREENS[shown] if group not in OF_WIDGETS))
        assert keys
        assert [key.id for key in keys if not page.parts.can(key)] == [], "no action_... for it"
        bound = {active.binding.id for active in page.active_bindings.values()}
        assert {key.id for key in keys} <= bound
