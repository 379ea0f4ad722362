"""Events of the trail in words; and the search line of the trail as a question."""

from pathlib import PurePath

from expense_agent.domain.audit import AuditEvent, Detail
from expense_agent.service import TrailQuery

_LEFT_OUT = ("fingerprint", "payload_hash", "content_hash", "policy_version", "thread_id")
"""Details that prove, but tell a reader nothing."""


def event_words(event: AuditEvent) -> str:
    """Return what an event says beside who, what and when."""
    parts = [
        f"{name.replace('_', ' ')} {_value(_file(value) if name == 'file' else value)}"
        for name, value in event.details.items()
        if name not in _LEFT_OUT and value not in (None, "", [], {})
    ]
    return ", ".join(parts)


def _file(path: Detail) -> str:
    return "/".join(PurePath(str(path)).parts[-2:])


def _value(value: Detail) -> str:
    match value:
        case list():
            return " ".join(_value(one) for one in value)
        case dict():
            return " ".join(f"{name}={_value(one)}" for name, one in value.items())
        case _:
            return str(value)


def trail_query(text: str) -> TrailQuery:
    """Read a search line: `actor:ann invoice:58mmd0`, and any text besides."""
    actor = invoice_id = ""
    words = []
    for word in text.split():
        match word.partition(":"):
            case ("actor", ":", value):
                actor = value
            case ("invoice", ":", value):
                invoice_id = value
            case _:
                words.append(word)
    return TrailQuery(text=" ".join(words), actor=actor, invoice_id=invoice_id)
