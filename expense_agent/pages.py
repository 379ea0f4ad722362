"""The reference pages: one Markdown file a topic, printed by `help` and shown behind `?`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from expense_agent.errors import UsageProblem

FOLDER = Path(__file__).with_name("docs")
TOPICS = (
    "words", "keys", "screens", "filters", "commands", "policy", "holds", "categories", "formats",
    "payments", "recovery", "security", "architecture", "benchmarks",
)  # fmt: skip
"""In the order in which they are listed: first what a new user needs."""


_COMMENT = re.compile(r"<!-- .*? -->\n+")
"""Marks what `.ci/pages.py` makes; not for readers."""


@dataclass(frozen=True, slots=True)
class Page:
    """One reference page. Its file begins with a title and a sentence that says what it is for."""

    topic: str
    text: str

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def about(self) -> str:
        """The sentence below the heading."""
        return self.text.split("\n\n", 2)[1].replace("\n", " ")


def page_of(topic: str) -> Page:
    """Return the page of a topic; raises UsageProblem for one that does not exist."""
    if topic not in TOPICS:
        raise UsageProblem(f"no page {topic!r}; {_instead(topic)}`expense-agent help` lists all")
    text = (FOLDER / f"{topic}.md").read_text(encoding="utf-8")
    return Page(topic, _COMMENT.sub("", text))


def all_pages() -> tuple[Page, ...]:
    """Return every page, in the order of the topics."""
    return tuple(map(page_of, TOPICS))


def _instead(wanted: str) -> str:
    """Name the pages that explain a word, else the topic that is spelled like it."""
    explained = [f"`help {page.topic}`" for page in all_pages() if f"`{wanted}`" in page.text]
    near = get_close_matches(wanted.casefold(), TOPICS, n=1, cutoff=0.5)
    if near:
        return f"did you mean `help {near[0]}`? "
    return f"it is explained in {' and '.join(explained)}; " if explained else ""
