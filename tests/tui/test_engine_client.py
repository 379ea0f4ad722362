"""The engine thread alone, without Textual."""

import sys
from collections.abc import Callable
from queue import Queue

from expense_agent.service import Approve, Edit, Event, Failed, Refused, Reject, Scheduled
from tests.tui.fake_service import FakeService, a_row
from tui.engine_client import AT_ONCE, EngineClient
from tui.messages import EngineLoaded, EngineTold
from tui.model.intent import Decision


class Listener:
    """Keeps what the engine tells, and lets a test wait for it."""

    def __init__(self) -> None:
        self.loaded: Queue[EngineLoaded] = Queue()
        self.batches: Queue[EngineTold] = Queue()

    def tell(self, message: EngineTold | EngineLoaded) -> None:
        if isinstance(message, EngineLoaded):
            self.loaded.put(message)
        else:
            self.batches.put(message)

    def until(self, found: Callable[[list[tuple[int, Event]]], bool]) -> list[tuple[int, Event]]:
        events: list[tuple[int, Event]] = []
        while not found(events):
            events += self.batches.get(timeout=10).events
        return events


def launched(service: FakeService) -> tuple[EngineClient, Listener]:
    listener = Listener()
    client = EngineClient(service, listener.tell)
    client.launch()
    return client, listener


def ended(count: int) -> Callable[[list[tuple[int, Event]]], bool]:
    finals = Scheduled | Failed | Refused
    return lambda events: sum(isinstance(event, finals) for _, event in events) >= count


def test_events_come_in_order_with_the_key_they_belong_to() -> None:
    client, listener = launched(FakeService([a_row(1)]))
    client.carry_out(1, Approve(a_row(1).seen))
    events = listener.until(ended(1))
    assert [key for key, _ in events] == [1] * 4
    assert [type(event).__name__ for _, event in events] == [
        "Submitted",
        "Resumed",
        "Revalidated",
        "Scheduled",
    ]
    client.finish()
    assert client.join(10)


def test_every_kind_of_decision_reaches_the_service() -> None:
    service = FakeService([a_row(1), a_row(2), a_row(3)])
    client, _ = launched(service)
    decisions: list[Decision] = [
        Approve(a_row(1).seen),
        Reject(a_row(2).seen, "no"),
        Edit(a_row(3).seen, {"category": "office"}, "why"),
    ]
    for key, decision in enumerate(decisions, 1):
        client.carry_out(key, decision)
    client.finish()
    assert client.join(10)
    assert service.asked == decisions


def test_finishing_waits_for_everything_handed_over_and_then_closes_the_service() -> None:
    service = FakeService([a_row(1)])
    let_go = service.hold_back("inv-1")
    client, listener = launched(service)
    client.carry_out(1, Approve(a_row(1).seen))
    listener.loaded.get(timeout=10)
    client.finish()
    early = (client.join(0), service.closed)
    let_go()
    late = (client.join(10), service.closed)
    assert (early, late) == ((False, False), (True, True))
    assert ended(1)(listener.until(ended(1)))


def test_no_more_than_so_many_run_at_once() -> None:
    rows = [a_row(key) for key in range(1, AT_ONCE + 4)]
    service = FakeService(rows)
    gates = [service.hold_back(row.seen.invoice_id) for row in rows]
    client, listener = launched(service)
    for row in rows:
        client.carry_out(row.key, Approve(row.seen))
    listener.until(lambda events: len({key for key, _ in events}) == AT_ONCE)
    assert len(service.asked) == AT_ONCE
    for let_go in gates:
        let_go()
    listener.until(ended(len(rows)))
    client.finish()
    assert client.join(10)


def test_a_decision_that_breaks_fails_alone_and_says_what_to_do() -> None:
    service = FakeService([a_row(1), a_row(2)])
    unknown = a_row(99)
    client, listener = launched(service)
    client.carry_out(99, Approve(unknown.seen))
    client.carry_out(2, Approve(a_row(2).seen))
    endings = dict(listener.until(ended(2)))
    assert isinstance(endings[99], Failed)
    assert "recover" in endings[99].reason
    assert isinstance(endings[2], Scheduled)
    client.finish()
    assert client.join(10)


def test_an_engine_that_did_not_start_refuses_everything() -> None:
    service = FakeService([a_row(1)])
    service.start_error = RuntimeError("damaged")
    client, listener = launched(service)
    assert listener.loaded.get(timeout=10).error == "the engine could not start: damaged"
    client.carry_out(1, Approve(a_row(1).seen))
    ((_, refused),) = listener.until(ended(1))
    assert isinstance(refused, Refused)
    client.finish()
    assert client.join(10)


def test_the_switch_interval_is_lowered_for_loading_only() -> None:
    usual = sys.getswitchinterval()
    during = []

    class Watched(FakeService):
        async def start(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as the base
            during.append(sys.getswitchinterval())
            return await super().start()

    client, listener = launched(Watched())
    listener.loaded.get(timeout=10)
    client.finish()
    assert client.join(10)
    assert during[0] < usual
    assert sys.getswitchinterval() == usual


def test_a_client_that_was_never_launched_still_closes_the_service() -> None:
    service = FakeService()
    client = EngineClient(service, lambda _: None)
    client.finish()
    assert client.join(1)
    assert client.join(1)
    assert service.closed
