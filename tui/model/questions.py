"""The words a verb asks for: presets by digit, or words of one's own. Stored, never interpreted."""

from dataclasses import dataclass

from tui.model.progress import Verb


@dataclass(frozen=True, slots=True)
class Question:
    """The question before a verb is carried out."""

    title: str
    """The words before the invoice or the count: "Reject"."""
    field: str
    """The hint in the empty field."""
    missing: str
    """The sentence when nothing was typed."""
    presets: tuple[str, ...] = ()


QUESTIONS: dict[Verb, Question] = {
    Verb.REJECT: Question(
        "Reject",
        "the reason: a digit, or your own words",
        "a rejection needs its reason",
        (
            "duplicate of an invoice we have",
            "not ordered",
            "goods or service not received",
            "wrong amount",
            "wrong price or quantity",
            "bank account not confirmed by the supplier",
            "not our company",
            "a required field is missing",
            "paid already by other means",
        ),
    ),
    Verb.SEND_BACK: Question(
        "Send back",
        "the question: a digit, or your own words",
        "sending back needs the question that is to be answered",
        (
            "who ordered this?",
            "has all of it been received?",
            "is the category right?",
            "has the supplier confirmed the bank account by telephone?",
            "is this the same as the invoice it is compared with?",
        ),
    ),
    Verb.HOLD: Question(
        "Put on hold",
        "the reason: a digit, or your own words",
        "a hold needs its reason",
        (
            "waiting for the supplier",
            "waiting for a colleague",
            "waiting for a credit note",
            "not before it is due",
        ),
    ),
    Verb.NOTE: Question("Note on", "your note", "write the note first"),
}
