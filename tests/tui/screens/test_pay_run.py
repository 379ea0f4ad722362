from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.errors import UsageProblem
from expense_agent.service.payment_runs import DaySum, LeftOut, PlannedPayment, RunPlan, RunReport
from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden
from tests.tui.records import a_payment
from tests.tui.test_hostile_text import HOSTILE, assert_inert

PAYMENT = PlannedPayment(
    payment_id=1,
    invoice_id="inv-1",
    supplier="Nordwind Logistik AG",
    account="DE89370400440532013000",
    amount="1240.00",
    currency="EUR",
    remittance="R-1",
    execution_date="2026-11-24",
    end_to_end_id="e2e-1",
)
LEFT = LeftOut(2, "inv-2", "Contoso Ltd", "10.00", "USD", "pain.001 pays EUR only")


def a_plan(supplier: str = "Nordwind Logistik AG") -> RunPlan:
    day = DaySum("2026-11-24", "EUR", 1, "1240.00")
    payment, sums = replace(PAYMENT, supplier=supplier), {"EUR": "1240.00"}
    return RunPlan("pain.001.001.09", (payment,), sums, (day,), (LEFT,), ("cut",))


class ScriptedTreasury:
    """Plans and runs as told; where it wrote stands in `written`."""

    def __init__(self, plan: RunPlan) -> None:
        self.planned = plan
        self.written: list[Path] = []
        self.refusal: Exception | None = None

    def plan(self, *_how: object) -> RunPlan:
        return self.planned

    def run(self, output: Path, *_how: object) -> RunReport:
        if self.refusal:
            raise self.refusal
        self.written.append(output)
        return RunReport(
            "run-1", "pain.001.001.09", str(output), "abc123", 900, 1,
            {"EUR": "1240.00"}, "2026-11-22T12:00:00Z", "head", repeated=False,
        )  # fmt: skip


def a_service(plan: RunPlan | None = None) -> tuple[FakeService, ScriptedTreasury]:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(1)]
    treasury = ScriptedTreasury(plan or a_plan())
    service.treasury = treasury  # type: ignore[assignment]
    return service, treasury


async def opened(driver: Driver) -> None:
    await driver.press("3")
    await driver.sees("1 listed")
    await driver.press("P")
    await driver.sees("1 payment as pain.001.001.09")


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service()[0], size, waits_for="engine ready") as driver:
        await opened(driver)
        assert_golden(driver, "pay-run")


async def test_what_stays_behind_is_named_with_its_reason() -> None:
    async with driven(a_service()[0], (160, 45)) as driver:
        await opened(driver)
        await driver.sees("inv-2  10.00 USD  Contoso Ltd: pain.001 pays EUR only", "cut")


async def test_only_a_named_file_exports_and_the_end_is_told(tmp_path: Path) -> None:
    service, treasury = a_service()
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await opened(driver)
        await driver.press("x")
        await driver.sees("Export 1 payment", "cannot be voided")
        await driver.press("enter")
        await driver.sees("name a file")
        assert treasury.written == []
        await driver.type(str(tmp_path / "run.xml"))
        await driver.press("enter")
        await driver.sees("payment run: run run-1: 1 payment, EUR 1,240.00, in")
        assert treasury.written == [tmp_path / "run.xml"]


async def test_a_refusal_is_a_sentence(tmp_path: Path) -> None:
    service, treasury = a_service()
    treasury.refusal = UsageProblem("run.xml is there already with other content")
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await opened(driver)
        await driver.press("x")
        await driver.type(str(tmp_path / "run.xml"))
        await driver.press("enter")
        await driver.sees("payment run: run.xml is there already with other content")


async def test_nothing_is_exported_read_only_or_where_nothing_is_scheduled() -> None:
    service, _ = a_service()
    async with driven(service, (160, 45), read_only=True) as driver:
        await opened(driver)
        await driver.press("x")
        await driver.sees("cannot export: read-only")
    service, treasury = a_service(RunPlan("csv", (), {}, (), (), ()))
    async with driven(service, (160, 45)) as driver:
        await driver.press("3", "P")
        await driver.sees("0 payments as csv", "nothing is to be exported")
        await driver.press("x")
        await driver.sees("there is nothing to export")
        assert treasury.written == []


async def test_names_in_a_run_are_inert() -> None:
    async with driven(a_service(a_plan(HOSTILE))[0], (160, 45)) as driver:
        await opened(driver)
        assert_inert(driver)
