from expense_agent.service import QueueOverview
from tui.model.order import Order, listing_of, news_since


def an_overview(*keys: int) -> QueueOverview:
    return QueueOverview(keys, len(keys), 0, {"EUR": "1.00"}, 7)


def test_a_listing_knows_the_place_of_every_key() -> None:
    listing = listing_of(an_overview(5, 3, 9))
    assert listing.order.place(9) == 2
    assert listing.order.place(4) is None
    assert listing.order.place(None) is None
    assert 3 in listing.order
    assert listing.change == 7


def test_news_are_what_came_and_what_others_answered() -> None:
    news = news_since(Order([1, 2, 3]), frozenset({2}), an_overview(3, 4))
    assert news.new == {4}
    assert news.gone == {1}
    assert news.waiting == 2


def test_replacing_a_key_keeps_all_other_places() -> None:
    order = Order([1, 2, 3]).with_replaced(2, 20)
    assert order.keys == (1, 20, 3)
    assert order.place(20) == 1
