"""The people who have seen, decided, edited and commented, and the agent's own steps."""

from datetime import datetime

from expense_agent.service import DecisionView
from tui.formatting import clock_time, day_and_time, when
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, MUTED, STRONG, Line, line, text


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


def _who(decision: DecisionView) -> str:
    lent = decision.on_behalf_of
    return f"{decision.approver} for {lent}" if lent else decision.approver


def approvals(about: About) -> list[Line]:
    """Return how many have approved of how many, and every decision."""
    detail = about.detail
    nobody = "" if detail.decisions or detail.edits or detail.comments else (
        "   nobody has decided, edited or commented yet")  # fmt: skip
    request = detail.request
    lent = safe(f"   you would approve for {request.acts_for}") if (
        request and request.acts_for) else ""  # fmt: skip
    return [
        GAP,
        line("approvals", f"{detail.approvals_given} of {detail.approvals_needed}{nobody}", lent),
        *(
            line(
                "",
                f"{day_and_time(d.decided_at)}  ",
                text(_who(d)),
                (f"  {d.verdict.replace('_', ' ')}  ", STRONG),
                text(d.reason) if d.reason else "",
            )
            for d in detail.decisions
        ),
    ]


def edits(about: About) -> list[Line]:
    """Return every edit with before and after."""
    shown: list[Line] = []
    for edit in about.detail.edits:
        at = day_and_time(edit.edited_at)
        shown.append(line("edited", text(edit.editor), f", {at}: ", text(edit.comment)))
        shown += [
            line("", f"  {name.replace('_', ' ')}  ", text(edit.before.get(name)), "  ->  ",
                 (text(after), STRONG))
            for name, after in edit.after.items()
        ]  # fmt: skip
    return shown


def comments(about: About) -> list[Line]:
    """Return what people said besides the words of their edits and decisions, which stand there."""
    detail = about.detail
    told = {(edit.editor, edit.edited_at) for edit in detail.edits}
    told |= {(one.approver, one.decided_at) for one in detail.decisions}
    return [
        line("comment", text(c.author), f", {day_and_time(c.at)}: ", text(c.text, 400))
        for c in detail.comments
        if (c.author, c.at) not in told
    ]
