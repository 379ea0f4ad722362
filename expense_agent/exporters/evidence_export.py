"""The evidence of one invoice as a file for an auditor, who needs neither this program nor trust.

The JSON form has everything; the text form is the same to read. Both say how they are checked.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_HOW = """
Every event: hash = SHA-256 over the 32 bytes of prev, seq as 8 bytes (big-endian) and the UTF-8
bytes of body. A body that was changed has another hash.

Every row: its seal is its table, a colon and the first 32 hex digits of SHA-256 over its values in
the order of its columns: '-' for null, else the length in bytes, a colon and the value. One of the
events must name the seal in the list `rows` of its body.

The forms: what an edit might change is named in a row of a request by the first 32 hex digits of
its SHA-256.

The source: the SHA-256 of the file the invoice was read from is `invoice.source.sha256`.

The chain: events of other invoices stand between these, so their links are proved in the store:
`expense-agent audit verify --anchor HEAD` says whether its chain still contains the head named
here. Payment run files carry an earlier head, which the bank has, too.

The payment: EndToEndId in the file of the payment run is `end_to_end_id`; the SHA-256 of that file
is `runs[].sha256`.
"""
HOW_TO_VERIFY = tuple(" ".join(said.split()) for said in _HOW.split("\n\n"))
CHECK = """\
import hashlib, json, sys
found = json.load(open(sys.argv[1], encoding="utf-8"))
named = set()
for event in found["proof"]["events"]:
    said = bytes.fromhex(event["prev"]) + event["seq"].to_bytes(8, "big") + event["body"].encode()
    assert hashlib.sha256(said).hexdigest() == event["hash"], f"event {event['seq']}"
    named.update(json.loads(event["body"])["rows"])
for row in found["proof"]["rows"]:
    seal = hashlib.sha256()
    for value in row["values"]:
        data = None if value is None else value.encode()
        seal.update(b"-" if data is None else b"%d:%s" % (len(data), data))
    name = f"{row['table']}:{seal.hexdigest()[:32]}"
    assert name == row["seal"] and name in named, f"a row of {row['table']}"
for name, form in found["proof"]["forms"].items():
    assert hashlib.sha256(form.encode()).hexdigest()[:32] == name, f"the form {name}"
print("verified:", len(found["proof"]["events"]), "events,", len(found["proof"]["rows"]), "rows")
"""
"""A program of a page that checks the JSON form with Python's standard library alone."""


def as_file(evidence: Mapping[str, Any], output: Path) -> bytes:
    """Return the evidence as the name of its file says: JSON, else Markdown."""
    return as_json(evidence) if output.suffix == ".json" else as_text(evidence)


def as_json(evidence: Mapping[str, Any]) -> bytes:
    """Return the evidence as one JSON document."""
    evidence = {**evidence, "how_to_verify": HOW_TO_VERIFY}
    return (json.dumps(evidence, ensure_ascii=False, indent=1) + "\n").encode()


def as_text(evidence: Mapping[str, Any]) -> bytes:
    """Return the evidence as Markdown, for people."""
    return ("\n".join(_lines(evidence)) + "\n").encode()


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    invoice = found["invoice"]
    yield f"# Invoice {_cell(invoice['number'])} of {_cell(invoice['supplier']['name'])}"
    yield ""
    yield from _fields(
        {
            "id": found["id"],
            "state": found["state"],
            "payable": f"{invoice['payable_amount']} {invoice['currency']}",
            "due": invoice["due_date"],
            "category": found["category"],
            "account": found["account"],
            "read from": f"{invoice['source']['file']} {invoice['source']['location'] or ''}",
            "SHA-256 of that file": invoice["source"]["sha256"],
            "a copy is kept": "yes" if found["source_kept"] else "no",
            "imported": f"{found['received_at']} by {found['imported_by']}",
            "asks again about": found["reopens"],
            "asked again as": found["reopened_as"],
        }
    )
    yield from _section("Edited", found["edits"], "edited_at", "editor", "before", "after")
    yield from _section(
        "Asked", found["requests"], "waiting_since", "round", "level", "payable", "holds",
        "fingerprint",
    )  # fmt: skip
    yield from _section(
        "Decided", found["decisions"], "decided_at", "approver", "verdict", "reason", "fingerprint"
    )
    yield from _section("Taken back", found["reversals"], "round", "by", "reason", "payment_id")
    yield from _section("Said", found["comments"], "at", "author", "text")
    yield from _section(
        "Paid", found["payments"], "id", "status", "amount", "currency", "account",
        "execution_date", "approved_by", "replaces", "end_to_end_id",
    )  # fmt: skip
    yield from _section(
        "Left in a payment run", found["runs"], "run", "format", "created_at", "created_by",
        "payments", "sha256",
    )  # fmt: skip
    yield from _audit(found["proof"])


def _audit(proof: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Audit trail", "")
    for event in proof["events"]:
        said = json.loads(event["body"])
        yield f"- {event['seq']} {said['at']} {_cell(said['actor'])}: {said['action']}"
        yield f"  `{event['hash']}`"
    yield from ("", f"Head of the chain: `{proof['head']}`", "", "## How to verify", "")
    yield from (f"- {sentence}" for sentence in HOW_TO_VERIFY)
    yield from ("", "The JSON form of this evidence is checked by:", "", "```python")
    yield from CHECK.splitlines()
    yield "```"


def _section(title: str, rows: Iterable[Mapping[str, Any]], *columns: str) -> Iterator[str]:
    shown = list(rows)
    if not shown:
        return
    yield from ("", f"## {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    for row in shown:
        yield f"| {' | '.join(_cell(row.get(column)) for column in columns)} |"


def _fields(fields: Mapping[str, Any]) -> Iterator[str]:
    return (f"- {name}: {_cell(value)}" for name, value in fields.items() if value is not None)


def _cell(value: Any) -> str:
    """Return text that stays in its cell and is no markup: an invoice can hold anything."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    one_line = "".join(c if c.isprintable() else " " for c in text)
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in one_line)
