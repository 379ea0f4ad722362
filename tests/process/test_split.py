"""A large invoice cut into small ones, sent to eight processes at once, still meets the limit."""

import multiprocessing
from collections import Counter
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from expense_agent.cli import main
from tests.cli.shell import Shell
from tests.process import scenario

pytestmark = pytest.mark.process

PROCESSES = 8
EACH = 3
HEADER = "Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency"
ACCOUNT = "DE89370400440532013000"
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.process.scenario", "expense_agent.cli.import_commands"])


def import_at_once(store: str, file: str, barrier: Barrier) -> None:
    """Run the command that anybody runs, at the same moment as the others."""
    assert scenario.CLEAN  # the engine is loaded already
    barrier.wait()
    raise SystemExit(main(["--store", store, "--as", "clerk", "import", file]))


def part(folder: Path, place: int, *, same: str) -> Path:
    """Write what one process imports: small invoices that share the supplier, or the account."""
    rows = [HEADER]
    for n in range(EACH):
        who = "Nordwind AG,DE1" if same == "supplier" else f"Firm {place}{n}xyz,DE{place}{n}9"
        account = ACCOUNT if same == "account" else ""
        paid = f"{400 + place * 10 + n}.00,EUR"
        day = f"2026-11-0{n + 1},2099-12-01"
        rows.append(f"R-{place}{n}7,{day},{who},{account},Freight,{paid}")
    file = folder / f"part-{place}.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("same", ["supplier", "account"])
def test_splitting_under_the_limit_over_eight_processes_does_not_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], same: str
) -> None:
    shell = Shell(tmp_path / "store", capsys)
    policy = '[limits]\ncumulative_limit = "1500.00"\n'
    shell("doctor")
    (tmp_path / "store" / "policy.toml").write_text(policy, encoding="utf-8")
    if same == "supplier":
        listed = tmp_path / "suppliers.csv"
        listed.write_text(f"name,vat_id,account,category\nNordwind AG,DE1,{ACCOUNT},vehicles\n")
        shell("suppliers", "import", listed)
    files = [part(tmp_path, place, same=same) for place in range(PROCESSES)]
    barrier = processes.Barrier(PROCESSES, timeout=60)
    children = [
        processes.Process(target=import_at_once, args=(str(shell.store), str(file), barrier))
        for file in files
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(100)
        assert child.exitcode == 0
    payments, queue = shell.data("payments"), shell.data("queue")
    left = sum(Decimal(payment["amount"]) for payment in payments)
    assert Decimal(1000) < left <= Decimal(1500)
    assert len(payments) + len(queue) == PROCESSES * EACH
    held = Counter(hold["rule"] for row in queue for hold in row["holds"])
    assert held["split_limit"] == len(queue)
    assert shell("audit", "verify").code == 0
