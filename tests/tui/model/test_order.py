from hypothesis import given
from hypothesis import strategies as st

from expense_agent.service import QueueGroup, QueueNews, QueueOverview
from tui.model.order import Order, header, is_header, listing_of, news_of


def a_group(name: str, count: int, *, routine: bool = False) -> QueueGroup:
    return QueueGroup(name, name, count, {"EUR": "1.00"}, routine)


def in_groups() -> Order:
    """Two headers with 11, 12 and 21 below them."""
    return Order([11, 12, 21], [a_group("bank", 2), a_group("limit", 1)])


def test_a_listing_knows_the_place_of_every_key() -> None:
    listing = listing_of(QueueOverview((5, 3, 9), 3, 0, {"EUR": "1.00"}, 7, newest=9))
    assert listing.order.place(9) == 2
    assert listing.order.place(4) is None
    assert listing.order.place(None) is None
    assert 3 in listing.order
    assert (listing.change, listing.newest) == (7, 9)


def test_news_are_what_came_and_what_others_answered() -> None:
    read = QueueNews(new=(3, 4), answered=(1, 2, 77), waiting=2, change=9)
    news = news_of(read, Order([1, 2, 3]), own={2})
    assert news.new == {4}
    assert news.gone == {1}
    assert (news.waiting, news.change) == (2, 9)


def test_replacing_a_key_keeps_all_other_places() -> None:
    order = Order([1, 2, 3])
    order.replace(2, 20)
    assert list(order.keys) == [1, 20, 3]
    assert (order.place(20), order.place(2)) == (1, None)
    order.replace(99, 100)
    assert 100 not in order


def test_every_group_begins_with_its_header() -> None:
    order = in_groups()
    assert order.lines(0, 99) == [header(0), 11, 12, header(1), 21]
    assert (len(order), order.count) == (5, 3)
    assert order.group(header(1)) == order.groups[1] == order.group(21)
    assert [order.place(key) for key in (header(0), 12, header(1), 21)] == [0, 2, 3, 4]


def test_a_folded_group_shows_its_header_only_and_keeps_its_members() -> None:
    order = in_groups().with_folded(frozenset({"bank"}))
    assert order.lines(0, 99) == [header(0), header(1), 21]
    assert order.place(11) is None
    assert 11 in order
    assert order.rank(11) == 0
    assert list(order.members(header(0))) == [11, 12]
    assert order.header_of(11) == header(0)


def test_a_header_is_found_by_the_key_of_its_group() -> None:
    assert in_groups().header_named("limit") == header(1)
    assert in_groups().header_named("gone") is None
    assert Order([1]).header_of(1) is None
    assert Order([1]).place(header(0)) is None


def test_without_groups_lines_are_the_keys() -> None:
    order = Order([4, 7])
    assert order.lines(-3, 99) == [4, 7]
    assert order.header_of(4) is None


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=8))
def test_the_line_of_whatever_stands_on_a_line_is_that_line(shape: list[tuple[int, bool]]) -> None:
    groups = [a_group(str(number), count) for number, (count, _) in enumerate(shape)]
    folded = frozenset(str(number) for number, (_, fold) in enumerate(shape) if fold)
    total = sum(count for count, _ in shape)
    order = Order(range(1, total + 1), groups).with_folded(folded)
    lines = order.lines(0, len(order))
    assert [order.place(key) for key in lines] == list(range(len(lines)))
    assert len(lines) == sum(1 if fold else 1 + count for count, fold in shape)
    assert [key for key in lines if is_header(key)] == [header(n) for n in range(len(shape))]
