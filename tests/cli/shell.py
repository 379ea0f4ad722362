"""Runs commands in this process, as a person in a terminal would."""

import importlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from expense_agent.cli import main
from expense_agent.settings import Settings, settings_from

BATCH = """\
Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency
CLEAN,2026-11-01,2099-12-01,Nordwind Logistik AG,DE1,DE89370400440532013000,Freight,120.00,EUR
OVER,2026-11-02,2099-12-02,Bürohaus Quendel,DE2,GB82WEST12345698765432,Office paper,720.00,EUR
OTHER,2026-11-03,2099-12-03,Bürohaus Quendel,DE2,GB82WEST12345698765432,Office chairs,1240.00,EUR
NOBANK,2026-11-04,2099-12-04,Haus am See,DE3,,Rent,800.00,EUR
"""
NUMBERS = ("CLEAN", "OVER", "OTHER", "NOBANK")


@dataclass(frozen=True)
class Ran:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Commands on one store; who acts is chosen call by call."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self._capsys = capsys

    def __call__(self, *arguments: object, by: str = "ann") -> Ran:
        return self.plain("--store", self.store, "--as", by, *arguments)

    def plain(self, *arguments: object) -> Ran:
        """Run exactly these arguments."""
        self._capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = self._capsys.readouterr()
        return Ran(code, said.out, said.err)

    def data(self, *arguments: object, by: str = "ann") -> Any:
        """Run a command that must succeed; give its JSON."""
        ran = self(*arguments, "--json", by=by)
        assert ran.code == 0, ran.err
        return ran.json

    def ids(self) -> dict[str, str]:
        """Return the ids of what waits, by invoice number."""
        return {row["number"]: row["id"] for row in self.data("queue")}


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands wait for a lock only for a moment."""

    def settings(
        store: str, policy: str | None, approver: str | None, categories: str | None
    ) -> Settings:
        found = settings_from(store, policy, approver, categories=categories)
        return replace(found, busy_seconds=0.1)

    # By its module: the package shows the function of the same name.
    module = importlib.import_module("expense_agent.cli.main")
    monkeypatch.setattr(module, "settings_from", settings)
