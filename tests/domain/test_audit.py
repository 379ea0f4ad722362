from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.audit import GENESIS, AuditEvent, chained

BODIES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=6, unique=True
)


def head(bodies: list[str]) -> bytes:
    previous = GENESIS
    for seq, body in enumerate(bodies, 1):
        previous = chained(previous, seq, body)
    return previous


def test_the_chain_begins_with_zeros_and_its_hash_is_known() -> None:
    expected = "1bad765d926feacace97a8ddcd329a1f"
    assert GENESIS == b"\0" * 32
    assert len(chained(GENESIS, 1, "{}")) == 32
    assert chained(GENESIS, 1, "{}").hex()[:32] == expected


@given(bodies=BODIES, data=st.data())
def test_a_changed_left_out_or_moved_entry_changes_the_head(
    bodies: list[str], data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(bodies) - 1))
    changed = [*bodies[:i], bodies[i] + " ", *bodies[i + 1 :]]
    shorter = bodies[:i] + bodies[i + 1 :]
    moved = [*bodies[i:], *bodies[:i]] if i else [*bodies[1:], bodies[0]]
    assert head(bodies) not in (head(changed), head(shorter), head(moved))


def test_the_number_of_an_entry_is_part_of_its_hash() -> None:
    assert chained(GENESIS, 1, "x") != chained(GENESIS, 2, "x")


def test_an_event_says_who_did_what_to_which_invoice() -> None:
    event = AuditEvent(1, "2026-11-22T10:00:00.000Z", "mia", "approved", "i1", {"round": 1})
    assert (event.actor, event.action, event.invoice_id) == ("mia", "approved", "i1")
