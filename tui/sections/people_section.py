"""The people who have seen, decided, edited and commented."""

from expense_agent.service import DecisionView
from tui.formatting import day_and_time
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, STRONG, Line, line, text


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
