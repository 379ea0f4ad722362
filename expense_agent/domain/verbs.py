"""The one table of verbs: the name of each, before and after it is carried out.

Keys, sentences and refusals take their words from here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """An action of a person on an invoice, or (EXPIRE) of the clock; its value is its id."""

    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"
    HOLD = "hold"
    RELEASE = "release"
    SEND_BACK = "send_back"
    NOTE = "note"
    STEP = "step"
    UNDO = "undo"
    REOPEN = "reopen"
    EXPIRE = "expire"

    @property
    def label(self) -> str:
        """Return its name for a person: "send back"."""
        return self.value.replace("_", " ")

    @property
    def noun(self) -> str:
        """Return what one of it is called: "approval"."""
        return WORDS[self].noun

    @property
    def past(self) -> str:
        """Return what has happened to an invoice then: "approved"."""
        return WORDS[self].past

    @property
    def question(self) -> "Question":
        """Return what a person is asked before it is carried out, for verbs that ask."""
        question = WORDS[self].question
        assert question is not None, f"nothing is asked before a {self.noun}"
        return question


@dataclass(frozen=True, slots=True)
class Question:
    """The words a verb asks for: a preset or words of one's own, stored and never interpreted."""

    title: str
    """Stands before the invoice or the count: "Reject"."""
    field: str
    """Stands in the empty field."""
    missing: str
    """Told when nothing was typed."""
    presets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The names of one verb."""

    noun: str
    past: str
    question: Question | None = None


_REASON = "the reason: a digit, or your own words"
WORDS: dict[Verb, Words] = {
    Verb.APPROVE: Words("approval", "approved"),
    Verb.REJECT: Words(
        "rejection",
        "rejected",
        Question(
            "Reject",
            _REASON,
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
    ),
    Verb.EDIT: Words("edit", "edited"),
    Verb.HOLD: Words(
        "hold",
        "put on hold",
        Question(
            "Put on hold",
            _REASON,
            "a hold needs its reason",
            (
                "waiting for the supplier",
                "waiting for a colleague",
                "waiting for a credit note",
                "not before it is due",
            ),
        ),
    ),
    Verb.RELEASE: Words("release", "released"),
    Verb.SEND_BACK: Words(
        "question",
        "sent back",
        Question(
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
    ),
    Verb.NOTE: Words(
        "note", "note added", Question("Note on", "your note", "write the note first")
    ),
    Verb.STEP: Words("step", "stepped on"),
    Verb.UNDO: Words("reversal", "taken back"),
    Verb.REOPEN: Words("reopening", "reopened"),
    Verb.EXPIRE: Words("expiry", "expired"),
}
OF_A_REQUEST = (
    Verb.APPROVE,
    Verb.REJECT,
    Verb.EDIT,
    Verb.HOLD,
    Verb.RELEASE,
    Verb.SEND_BACK,
    Verb.NOTE,
)
"""Verbs for a request that waits."""
_OTHER_ANSWERS = {"edited": "edited", "superseded": "settled"}


def answered(status: str) -> str:
    """Return how a request was answered, in a word, from its status: "approved"."""
    return _OTHER_ANSWERS.get(status) or Verb(status).past


def already_answered(status: str, by: str, at: str) -> str:
    """Say who answered a request, how and when: the reason why nobody else can any more."""
    return f"already {answered(status)} by {by} at {at[11:19]} UTC"
