"""read, import, suppliers: what is read, what is stored, what is said about the rest."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.importers import Record
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE
from tests.builders import OTHER_IBAN
from tests.cli.shell import BATCH, NUMBERS, Shell
from tests.cli.test_reading_commands import is_invoice

IMPORT = {
    "documents", "invoices", "scheduled", "waiting", "booked", "rejected", "duplicates",
    "problems", "ids", "seconds",
}  # fmt: skip
OUTCOMES = ("scheduled", "waiting", "booked", "rejected", "duplicates")
BAD_ROW = "BAD,2026-11-01,,Nobody,,,Nothing,many,EUR\n"


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "batch.csv"
    path.write_text(BATCH, encoding="utf-8")
    return path


def standard_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


# --- read


def test_read_shows_every_invoice_in_the_shape_of_the_contract(shell: Shell, batch: Path) -> None:
    entries = shell.data("read", batch)
    assert [entry["invoice"]["number"] for entry in entries] == list(NUMBERS)
    for entry in entries:
        assert entry.keys() >= {"file", "format", "container", "invoice", "problems"}
        assert (entry["file"], entry["format"], entry["container"]) == (str(batch), "csv", None)
        assert is_invoice(entry["invoice"])
        assert entry["invoice"]["source"]["bytes"] == len(batch.read_bytes())


@pytest.mark.parametrize("as_json", [False, True])
def test_read_stores_nothing(shell: Shell, batch: Path, *, as_json: bool) -> None:
    ran = shell("read", batch, *(["--json"] if as_json else []))
    assert (ran.code, ran.err) == (0, "")
    assert "OVER" in ran.out
    assert not shell.store.exists()
    assert [path.name for path in batch.parent.iterdir()] == [batch.name]


def test_what_cannot_be_read_is_an_entry_with_its_problem(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing in it")
    ran = shell("read", bad, tmp_path / "missing.csv", "--json")
    assert ran.code == 1
    assert [(e["file"], e["invoice"]) for e in ran.json] == [
        (str(bad), None), (str(tmp_path / "missing.csv"), None)
    ]  # fmt: skip
    assert all(p.keys() >= {"location", "reason"} for e in ran.json for p in e["problems"])
    assert ran.json[1]["problems"][0]["reason"] == "No such file or directory"


def test_read_takes_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, BATCH)
    assert [e["file"] for e in shell.data("read", "-")] == ["-"] * 4


def test_what_is_read_is_printed_before_all_of_it_is_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []

    def records(*_: object) -> Iterator[Record]:
        yield Record("first", None, None, None, (), 1.0)
        seen.append(capsys.readouterr().out)
        yield Record("second", None, None, None, (), 1.0)

    monkeypatch.setattr("expense_agent.cli.import_commands.read_batch", records)
    shell("read", "a", "--json")
    assert '"file": "first"' in seen[0]


# --- import


def test_an_import_is_counted_in_the_shape_of_the_contract(shell: Shell, batch: Path) -> None:
    report = shell.data("import", batch)
    assert report.keys() >= IMPORT
    expected = {"documents": 1, "invoices": 4, "scheduled": 1, "waiting": 3, "problems": []}
    assert {name: report[name] for name in expected} == expected
    assert sum(report[name] for name in OUTCOMES) == report["invoices"]
    assert [shell.data("show", i)["invoice"]["number"] for i in report["ids"]] == list(NUMBERS)
    assert isinstance(report["seconds"], float)


def test_the_same_import_again_gives_duplicates_and_no_second_payment(
    filled: Shell, batch: Path
) -> None:
    before = filled.data("payments"), filled.data("queue")
    report = filled.data("import", batch)
    assert [report[name] for name in OUTCOMES] == [0, 0, 0, 0, 4]
    assert report["invoices"] == 4
    assert len(set(report["ids"])) == 4
    assert (filled.data("payments"), filled.data("queue")) == before


def test_the_importer_is_whoever_acts(filled: Shell) -> None:
    assert {e["actor"] for e in filled.data("audit") if e["action"] == "received"} == {"ines"}


def test_a_bad_row_is_a_problem_with_its_place_and_the_rest_goes_on(
    shell: Shell, batch: Path
) -> None:
    batch.write_text(BATCH + BAD_ROW, encoding="utf-8")
    ran = shell("import", batch, "--json")
    assert (ran.code, ran.json["invoices"]) == (1, 4)
    (problem,) = ran.json["problems"]
    assert problem.keys() >= {"file", "location", "reason"}
    assert (problem["file"], problem["location"]) == (str(batch), "line 6")
    told = shell("import", batch)
    assert told.code == 1
    assert told.out.splitlines()[0].startswith(f"{batch}, line 6: ")
    assert "4 known already; 1 problem;" in told.out.splitlines()[-1]
    assert told.err == ""


def test_a_doubt_is_a_note_and_no_failure(shell: Shell, batch: Path) -> None:
    batch.write_text(BATCH.replace("EUR", "eur"), encoding="utf-8")
    ran = shell("import", batch, "--json")
    assert (ran.code, ran.json["problems"]) == (0, [])
    (note,) = ran.json["notes"]
    assert note == {
        "file": str(batch), "location": "line 2", "reason": 'currency "eur" read as EUR'
    }  # fmt: skip
    told = shell("import", batch)
    assert told.out.splitlines()[0] == f'note: {batch}, line 2: currency "eur" read as EUR'


def test_a_file_that_is_not_there_is_a_problem(shell: Shell, tmp_path: Path) -> None:
    ran = shell("import", tmp_path / "missing.csv", "--json")
    assert (ran.code, ran.json["invoices"]) == (1, 0)
    assert ran.json["problems"][0]["reason"] == "No such file or directory"


def test_folders_and_standard_input_are_imported(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = BATCH.splitlines(keepends=True)
    deep = tmp_path / "batches" / "2026" / "11"
    deep.mkdir(parents=True)
    (deep / "a.csv").write_text(lines[0] + lines[1], encoding="utf-8")
    (deep.parent / "b.csv").write_text(lines[0] + lines[2], encoding="utf-8")
    standard_input(monkeypatch, lines[0] + lines[3])
    report = shell.data("import", tmp_path / "batches", "-")
    assert (report["documents"], report["invoices"]) == (3, 3)


def test_a_file_name_that_is_not_utf_8_does_no_harm(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9\x1b.csv")).write_text(BATCH, encoding="utf-8")
    for command in ("read", "import"):
        ran = shell(command, folder, "--json")
        assert (ran.code, ran.out.isprintable(), "\x1b" in ran.out) == (0, False, False)
    assert shell("queue").code == 0


def test_the_files_of_a_store_are_private(shell: Shell, batch: Path) -> None:
    before = os.umask(0)
    try:
        shell.data("import", batch)
    finally:
        os.umask(before)
    inside = [*shell.store.rglob("*")]
    modes = {path.name: path.stat().st_mode & 0o777 for path in inside if path.is_file()}
    assert {LEDGER_FILE, CHECKPOINTS_FILE} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert {path.stat().st_mode & 0o777 for path in inside if path.is_dir()} <= {0o700}
    assert shell.store.stat().st_mode & 0o777 == 0o700


class Terminal(io.StringIO):
    """A standard error that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_to_a_person_and_wiped_off(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = tmp_path / "\x1b]0;owned\x07.csv"
    hostile.write_text(BATCH, encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", Terminal())
    terminal = sys.stderr
    ran = shell("import", hostile)
    assert isinstance(terminal, Terminal)
    drawn = terminal.getvalue()
    assert "100% 4 invoices" in drawn
    assert "owned" not in drawn or "\x1b]" not in drawn
    assert drawn.endswith("\r\x1b[K")
    assert "4 invoices: 1 scheduled, 3 waiting" in ran.out


def test_a_mapping_that_cannot_be_read_is_wrong_usage(
    shell: Shell, batch: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.toml").write_text("[columns")
    for mapping in ("missing.toml", "broken.toml"):
        for command in ("read", "import"):
            ran = shell(command, batch, "--mapping", tmp_path / mapping)
            assert (ran.code, ran.out) == (2, "")
            assert mapping in ran.err
    assert not (shell.store / LEDGER_FILE).exists() or shell.data("audit") == []


# --- suppliers


def test_a_listed_account_is_known_from_then_on(shell: Shell, tmp_path: Path) -> None:
    listed = tmp_path / "suppliers.csv"
    listed.write_text(f"name,vat_id,account,category\nHaus am See,DE3,{OTHER_IBAN},office\n")
    report = shell.data("suppliers", "import", listed)
    assert report["suppliers"] == 1
    batch = tmp_path / "batch.csv"
    batch.write_text(BATCH, encoding="utf-8")
    shell.data("import", batch)
    shown = shell.data("show", shell.ids()["NOBANK"])
    assert [hold["rule"] for hold in shown["holds"]] == ["over_limit", "first_payment"]
    assert (shown["account"], shown["category"]) == (OTHER_IBAN, "office")


def test_a_supplier_list_that_cannot_be_read_lists_nobody(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\x00\x01")
    for path in (bad, tmp_path / "missing.csv"):
        ran = shell("suppliers", "import", path)
        assert (ran.code, str(path) in ran.out) == (1, True)
    assert shell.data("audit") == []
