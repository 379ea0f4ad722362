"""The policy in force in plain words, and a person's choices for this terminal."""

from collections.abc import Iterator

from expense_agent.domain.money import Money
from expense_agent.domain.policy import BUILT_IN_SEVERITY, Policy
from expense_agent.domain.tiers import Delegation, Tier, seat_words
from tui.formatting import counted, grouped, hold_word
from tui.keymap import changed
from tui.model.grace import GRACE_VARIABLE
from tui.safe_text import safe
from tui.sections.line import GAP, MUTED, STRONG, Line, line, text
from tui.session import Session

_MODES = {
    "interrupt_on_action": "clean invoices up to the limit are paid by themselves, people decide"
    " on the rest",
    "autonomous": "clean invoices up to the autonomous limit are paid by themselves",
    "step_by_step": "nothing runs by itself: a person goes on, step by step",
}
_SEVERITIES = (
    ("block", "stops a payment"),
    ("warn", "is only pointed out"),
    ("off", "is switched off"),
)


def policy_lines(policy: Policy, approver: str) -> list[Line]:
    """Return the whole policy, one statement a line."""
    return [
        *_limits(policy),
        GAP,
        *_people(policy, approver),
        GAP,
        *_rules(policy),
        GAP,
        *_rest(policy),
    ]


def _limits(policy: Policy) -> Iterator[Line]:
    yield line("mode", text(policy.mode.replace("_", " ")))
    yield line("", f"  {_MODES.get(policy.mode, '')}")
    yield line("by itself", ("up to ", ""), (safe(str(policy.automatic_limit)), STRONG))
    for amount, words in (
        (policy.second_above, "two different people, one after the other"),
        (policy.parallel_above, "two people, asked at once"),
    ):
        if amount is not None:
            above = Money(amount, policy.base_currency)
            yield line("above", (safe(str(above)), STRONG), f": {words}")
    yield from _confirmed(policy)
    hours = policy.request_ttl_hours
    yield line("expiry", f"after {hours:,} hours without a decision: closed, never approved")


def _confirmed(policy: Policy) -> Iterator[Line]:
    """Say from where on a person is asked to look twice."""
    lines = policy.confirm
    page, amount, total = (
        Money(sum_, policy.base_currency)
        for sum_ in (lines.page_above, lines.amount_above, lines.sum_above)
    )
    yield line("look twice", safe(f"a page above {page}, the amount typed above {amount}"))
    sets = f"more than {lines.count_above:,} at once, or {total} in one currency"
    yield line("", safe(f"{sets}: how many is typed"))


def _people(policy: Policy, approver: str) -> Iterator[Line]:
    if not policy.approvers:
        yield line("approvers", "none named: whoever runs the program may approve anything, alone")
        return
    for number, person in enumerate(policy.approvers):
        limit = f"up to {person.limit}" if person.limit else "any amount"
        roles = f", {', '.join(person.roles)}" if person.roles else ""
        you = "   that is you" if person.name == approver else ""
        label = "" if number else "approvers"
        yield line(label, (text(person.name), STRONG), safe(f"  {limit}{roles}{you}"))
    yield from map(_delegation, policy.delegations)
    yield from (_tier(tier, policy.base_currency) for tier in policy.tiers)
    may = "may" if policy.preparers_may_approve else "may not"
    yield line("", f"who imported or edited an invoice {may} approve it")


def _delegation(lent: Delegation) -> Line:
    cap = f", up to {lent.cap}" if lent.cap else ""
    words = f"  for {lent.principal} from {lent.first_day} to {lent.last_day}{cap}"
    return line("", (text(lent.delegate), STRONG), safe(words))


def _tier(tier: Tier, currency: str) -> Line:
    """Say which invoices a tier is about, and who approves them in which order."""
    which = [f"above {Money(tier.above, currency)}"] if tier.above is not None else []
    for noun, named in (
        ("category", tier.categories),
        ("reference", tier.cost_centres),
        ("supplier", tier.suppliers),
    ):
        which += [f"{noun} {' or '.join(named)}"] if named else []
    who = (" and " if tier.parallel else ", then ").join(map(seat_words, tier.seats))
    about = "; ".join(which) or "every invoice"
    return line("tier", (text(tier.name), STRONG), safe(f"  {about}: {who}", limit=400))


def _rules(policy: Policy) -> Iterator[Line]:
    for severity, words in _SEVERITIES:
        named = [rule for rule in BUILT_IN_SEVERITY if policy.severity(rule) == severity]
        if named:
            yield line(severity, f"{words}: {counted(len(named), 'rule')}")
            words_of = (f"{rule} ({hold_word(rule)})" for rule in named)
            yield line("", safe(", ".join(words_of), limit=2000))


def _rest(policy: Policy) -> Iterator[Line]:
    for number, planned in enumerate(policy.budgets):
        amount = Money(planned.amount, policy.base_currency)
        label = "" if number else "budgets"
        yield line(label, (text(planned.category), STRONG), safe(f"  {amount} a {planned.period}"))
    yield line("required", text(", ".join(policy.required_fields).replace("_", " ")))
    yield line("category", f"unsure below {policy.confidence_threshold:.0%}")
    if policy.exchange_rates:
        given = policy.exchange_rates.items()
        rates = ", ".join(f"{grouped(str(rate.normalize()))} {code}" for code, rate in given)
        as_of = f" as of {policy.rates_as_of}" if policy.rates_as_of else ""
        yield line("rates", safe(f"for 1 {policy.base_currency}: {rates}{as_of}", limit=2000))
    yield line("version", text(policy.version), ("   part of every fingerprint", MUTED))


def terminal_lines(session: Session, theme: str) -> Iterator[Line]:
    """Yield theme, grace time and the keys that differ from the usual ones."""
    yield line(
        "theme", (text(theme), STRONG), ("   :theme NAME for this run, or config.toml", MUTED)
    )
    one, several = session.inbox.grace.lasts(1), session.inbox.grace.lasts(2)
    grace = f"{one:g} s, several together {several:g} s" if one else "no decision"
    yield line("take back", safe(grace), (f"   {GRACE_VARIABLE}=SECONDS", MUTED))
    mine = ", ".join(f"{key.id} {key.shown}" for key in changed())
    yield line("keys", safe(mine or "the usual ones", limit=400), ("   ? shows all", MUTED))
