"""The agent's steps: node by node, with times."""

from datetime import datetime

from tui.formatting import clock_time, day_and_time, when
from tui.sections.about import About
from tui.sections.line import GAP, MUTED, Line, line, text


def agent(about: About) -> list[Line]:
    """Return what the agent suggested, and what else it thought of."""
    suggestion = about.detail.suggestion
    if suggestion is None:
        return []
    labels = about.categories
    chosen = labels.get(suggestion.category or "", suggestion.category or "nothing")
    by_person = suggestion.kind == "person"  # then the agent has nothing to say of it any more
    guessed = suggestion.confidence and not by_person
    sure = f", {suggestion.confidence:.0%} sure: " if guessed else ": "
    label = "category" if by_person else "suggested"
    lines = [line(label, text(chosen), sure, text(suggestion.why, 300))]
    if suggestion.others:
        named = ", ".join(labels.get(one, one) for one in suggestion.others)
        lines.append(line("", "also possible: ", text(named)))
    if seen := suggestion.seen:
        lines.append(line("", f"right {suggestion.right} of {seen} times on such evidence"))
    return lines


def steps(about: About) -> list[Line]:
    """Return the steps with their times; what took long enough to notice says how long."""
    found = about.detail.steps
    shown = [GAP] if found else []
    previous: datetime | None = None
    for number, step in enumerate(found):
        at = when(step.at)
        stamp = _stamp(step.at, first=_new_day(previous, at))
        label, node = "" if number else "steps", text(step.node.replace("_", " "))
        took = (_took(previous, at), MUTED)
        shown.append(line(label, f"{stamp}  ", node, "  ", text(step.note, 300), took))
        previous = at
    return shown


def _stamp(at: str, *, first: bool) -> str:
    return f"{day_and_time(at)[:10]} {clock_time(at)}" if first else f"{'':11}{clock_time(at)}"


def _new_day(previous: datetime | None, at: datetime) -> bool:
    return previous is None or previous.astimezone().date() != at.astimezone().date()


def _took(previous: datetime | None, at: datetime) -> str:
    if previous is None:
        return ""
    seconds = (at - previous).total_seconds()
    if seconds < 0.1:  # noqa: PLR2004 - nobody waits for less
        return ""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"  +{seconds:.1f} s"
    return f"  +{seconds / 3600:.1f} h" if seconds >= 7200 else f"  +{seconds / 60:.0f} min"  # noqa: PLR2004 - seconds of two hours
