"""The newest checkpoint is the one with the highest id, and ids are made from the machine's clock.

So with a clock set back, whatever a run writes stays behind what was there: the run is lost, and
done again. Such a thread waits until the clock has caught up.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from langgraph.checkpoint.base.id import UUID, uuid6
from langgraph.types import StateSnapshot

from expense_agent.errors import ClockSetBack

_WAITED_FOR = timedelta(seconds=2)
"""A clock corrected by less is waited for."""
_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)


async def not_behind(snapshot: StateSnapshot) -> None:
    """Make sure that a checkpoint written now is the newest; raises ClockSetBack."""
    newest = snapshot.config["configurable"].get("checkpoint_id")
    if newest is None:
        return
    written, now = _time_of(UUID(newest)), _time_of(uuid6())
    if written - now > _WAITED_FOR:
        raise ClockSetBack(
            f"it was last run at {written:%Y-%m-%d %H:%M:%S} UTC, and the clock says"
            f" {now:%Y-%m-%d %H:%M:%S}: set the clock right"
        )
    if written >= now:
        await asyncio.sleep((written - now).total_seconds() + 0.001)


def _time_of(checkpoint_id: UUID) -> datetime:
    return _EPOCH + timedelta(microseconds=checkpoint_id.time // 10)
