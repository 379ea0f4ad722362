"""Whether the category an approver saw is still what people say of the supplier.

Only a person's correction or rule counts, made after the question was asked: that others approve
meanwhile what was suggested to them is no news, and one's own answer even less.
"""

from dataclasses import replace

from expense_agent.domain.category import Suggestion
from expense_agent.domain.feedback import known_as
from expense_agent.domain.policy import Hold
from expense_agent.workflow.state import InvoiceState, Ports, suggestion_of

_SET_BY_PEOPLE = "person"


def moved_category(state: InvoiceState, ports: Ports) -> Suggestion | None:
    """Return what is suggested now, if people have said otherwise since the question; else None.

    The answer that is being carried out is learned already, so the correction itself is asked.
    """
    shown = suggestion_of(state)
    if shown.kind == _SET_BY_PEOPLE:
        return None
    known = ports.invoice(state["thread_id"])
    keys, centre = known_as(known.invoice.supplier), known.invoice.cost_centre
    since = ports.ledger.words.corrected_since(_asked_at(state), keys, known.thread_id)
    said = [word for word in since if word.cost_centre in ("", centre) or not centre]
    if not said or said[-1].category == shown.category:
        return None
    now = ports.categorizer.suggest(known.invoice)
    others = (now.category, *now.others, shown.category)
    rest = (other for other in others if other not in (None, said[-1].category))
    why = f"{said[-1].by} has said so of this supplier since; {now.why}"
    return replace(now, category=said[-1].category, others=tuple(dict.fromkeys(rest)), why=why)


def moved_news(state: InvoiceState, now: Suggestion) -> Hold:
    """Say what has changed since the person looked."""
    was = suggestion_of(state).category or "none"
    said = f"category changed since you looked: {now.category}, not {was}: {now.why}"
    return Hold("category_unsure", "block", said)


def _asked_at(state: InvoiceState) -> str:
    times = [step["at"] for step in state.get("steps", []) if step["node"] == "request_approval"]
    return max(times, default="")
