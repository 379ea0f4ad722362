"""metrics: the same figures for programs and for people."""

from expense_agent.service.figure_keys import METRICS
from tests.cli.shell import Shell


def test_metrics_of_an_imported_store(filled: Shell) -> None:
    found = filled.data("metrics")
    assert found.keys() == METRICS.keys()
    assert found["invoices"] == {"all": 4, "scheduled": 1, "waiting": 3}
    assert found["touchless"]["percent"] == 100.0
    assert found["exceptions"] == {"count": 3, "of": 4, "percent": 75.0}
    text = filled("metrics").out
    assert "touchless                 100.0 % (1 of 1)" in text
    assert "Nordwind Logistik AG" in text


def test_metrics_help_documents_every_key(shell: Shell) -> None:
    text = shell.plain("metrics", "--help").out
    assert all(f"  {key}: " in text for key in METRICS)


def test_metrics_of_an_empty_store(shell: Shell) -> None:
    assert "touchless" in shell("metrics").out
