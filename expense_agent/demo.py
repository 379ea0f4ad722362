"""A throw-away store filled from the packaged fixtures, so that anybody can try the product."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from expense_agent.agent import open_agent
from expense_agent.in_force import POLICY_FILE
from expense_agent.service import ImportProgress, ImportReport
from expense_agent.settings import Settings, settings_from

_PACKAGE = Path(__file__).parent


def fixtures_folder() -> Path:
    """Return the folder of the fixtures: inside an installed wheel, beside it in a checkout."""
    installed = _PACKAGE / "fixtures"
    return installed if installed.is_dir() else _PACKAGE.parent / "fixtures"


def prepare_demo(
    store: Path, approver: str | None = None, told: Callable[[ImportProgress], None] | None = None
) -> Settings:
    """Fill a store with the demo's suppliers and invoices, under the demo's policy."""
    demo = fixtures_folder() / "demo"
    settings = settings_from(str(store), None, approver, environ={})
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(demo / POLICY_FILE, store / POLICY_FILE)
    asyncio.run(_fill(settings, demo, told))
    return settings


async def _fill(
    settings: Settings, demo: Path, told: Callable[[ImportProgress], None] | None
) -> ImportReport:
    agent = open_agent(settings)
    try:
        agent.submit_suppliers(demo / "suppliers.csv")
        return await agent.submit([demo / "invoices"], None, told)
    finally:
        await agent.close()
