"""A request whose time is over, before the clock has closed it."""

from pathlib import Path

from expense_agent.service import QueueQuery, Refused
from expense_agent.views import parse
from tests.agents import an_office, approve, take, waiting
from tests.builders import an_invoice


async def test_what_is_over_time_is_nobodys_and_says_so_as_the_engine_does(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR", number="A"))
        mine = QueueQuery(parse("state:mine", office.clock.now()))
        assert ann.counts([mine]) == [1]
        office.clock.pass_time(hours=73)  # type: ignore[attr-defined]
        row = waiting(ann, "A")
        assert ann.counts([mine]) == [0]
        assert (row.late, row.waits_for) == (True, ())
        (said,) = await approve(ann, row)
        assert isinstance(said, Refused)
        assert said.reason == row.why_not
