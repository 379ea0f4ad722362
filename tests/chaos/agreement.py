"""Laws of any store when everybody has gone: states, decisions and payments agree."""

from pathlib import Path

from tests.chaos.verdict import verdict_on
from tests.process import scenario


async def assert_settled(store: Path) -> None:
    """Recover, then compare every invoice's state, answers, payment and thread."""
    agent = scenario.person(store, "auditor")
    try:
        assert (await agent.recover()).failed == ()
    finally:
        await agent.close()
    assert await verdict_on(store, {}) == []
