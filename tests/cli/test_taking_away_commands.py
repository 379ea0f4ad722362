"""evidence, journal: files for people who do not have the program."""

import json
import subprocess
import sys
from pathlib import Path

from expense_agent.exporters.evidence_export import CHECK
from tests.cli.shell import Shell


def test_evidence_is_written_as_json_or_text(filled: Shell, tmp_path: Path) -> None:
    over = filled.ids()["OVER"]
    assert filled("evidence", over, "--output", tmp_path / "over.json").code == 0
    found = json.loads((tmp_path / "over.json").read_text(encoding="utf-8"))
    assert (found["id"], found["state"], found["source_kept"]) == (over, "waiting", True)
    call = [sys.executable, "-I", "-c", CHECK, str(tmp_path / "over.json")]
    assert subprocess.run(call, check=False).returncode == 0
    assert filled("evidence", over, "--output", tmp_path / "over.md").code == 0
    text = (tmp_path / "over.md").read_text(encoding="utf-8")
    assert text.startswith("# Invoice OVER of")
    assert found["proof"]["head"] in text
    assert "## How to verify" in filled("evidence", over, "--output", "-").out


def test_evidence_replaces_nothing(filled: Shell, tmp_path: Path) -> None:
    over, there = filled.ids()["OVER"], tmp_path / "over.json"
    there.write_text("mine", encoding="utf-8")
    assert filled("evidence", over, "--output", there).code == 2
    assert there.read_text(encoding="utf-8") == "mine"
    assert filled("evidence", "nobody", "--output", tmp_path / "x.json").code == 1
    assert filled("evidence", over, "--output", "/nowhere/x.json").code == 2


def test_a_journal_is_made_again_over_itself_only(filled: Shell, tmp_path: Path) -> None:
    journal, mine = tmp_path / "books.beancount", tmp_path / "mine.beancount"
    assert filled("journal", "--output", journal).code == 0
    first = journal.read_text(encoding="utf-8")
    assert '"invoice CLEAN"' in first
    filled("approve", filled.ids()["OVER"])
    assert filled("journal", "--output", journal).code == 0
    assert len(journal.read_text(encoding="utf-8")) > len(first)
    mine.write_text('option "title" "mine"', encoding="utf-8")
    assert filled("journal", "--output", mine).code == 2
    assert filled("journal", "--output", "-").out == journal.read_text(encoding="utf-8")


def test_a_journal_of_nothing_is_still_one(shell: Shell) -> None:
    assert shell("journal", "--output", "-").out.startswith("; expense-agent journal")
