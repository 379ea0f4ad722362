"""The agent's steps: node by node, with times."""

from datetime import datetime

from tui.formatting import clock_time, day_and_time, when
from tui.sheet.about import About
from tui.sheet.line import GAP, MUTED, Line, line, text


def agent(about: About) -> list[Line]:
    """Return what the agent suggested, and what else it thought of."""
    said = about.detail.suggestion
    if not said:
        return []
    labels = about.categories
    chosen = labels.get(said.get("category") or "", said.get("category") or "nothing")
    by_person = said.get("kind") == "person"  # then the agent has nothing to say of it any more
    guessed = said.get("confidence") and not by_person
    sure = f", {said['confidence']:.0%} sure: " if guessed else ": "
    label = "category" if by_person else "suggested"
    lines = [line(label, text(chosen), sure, text(said.get("why"), 300))]
    if others := said.get("others"):
        named = ", ".join(labels.get(one, one) for one in others)
        lines.append(line("", "also possible: ", text(named)))
    if seen := said.get("seen"):
        lines.append(line("", f"right {said.get('right', 0)} of {seen} times on such evidence"))
    return lines


def steps(about: About) -> list[Line]:
    """Return the steps with their times; what took long enough to notice says how long."""
    found = about.detail.steps
    shown = [GAP] if found else []
    previous: datetime | None = None
    for number, step in enumerate(found):
        at = when(step["at"]) if step.get("at") else None
        stamp = _stamp(step.get("at"), first=not number or _new_day(previous, at))
        node = str(step.get("node", "")).replace("_", " ")
        label = "" if number else "steps"
        note = text(step.get("note") or "", 300)
        shown.append(
            line(label, f"{stamp}  ", text(node), "  ", note, (_took(previous, at), MUTED))
        )
        previous = at
    return shown


def _stamp(at: str | None, *, first: bool) -> str:
    if not at:
        return ""
    return f"{day_and_time(at)[:10]} {clock_time(at)}" if first else f"{'':11}{clock_time(at)}"


def _new_day(previous: datetime | None, at: datetime | None) -> bool:
    return bool(previous and at and previous.astimezone().date() != at.astimezone().date())


def _took(previous: datetime | None, at: datetime | None) -> str:
    if previous is None or at is None:
        return ""
    seconds = (at - previous).total_seconds()
    if seconds < 0.1:  # noqa: PLR2004 - nobody waits for less
        return ""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"  +{seconds:.1f} s"
    return f"  +{seconds / 3600:.1f} h" if seconds >= 7200 else f"  +{seconds / 60:.0f} min"  # noqa: PLR2004 - seconds of two hours
