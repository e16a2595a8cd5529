"""What a question names."""

from datetime import UTC, datetime, timedelta

import pytest

from rca.conversation.asked import Asked, read

NEWEST = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)


def asked(text: str) -> Asked:
    return read(text, services=["orders", "stock-api", "pay"], newest=NEWEST)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("is stock-api slow?", "services", ("stock-api",)),
        ("who pays?", "services", ()),
        ('search for "timed out"', "quoted", ("timed out",)),
        ("what does `place_order` do", "quoted", ("place_order",)),
        ("show commit 0f0039092f20", "ids", ("0f0039092f20",)),
        ("open shop/cart.py:41", "paths", (("shop/cart.py", 41),)),
        ("show lines 3 to 9", "lines", (3, 9)),
        ("who calls place_order?", "symbols", ("place_order",)),
        ("who calls Cart.total()?", "symbols", ("Cart.total",)),
        ("what is new in v1.2.0?", "versions", ("v1.2.0",)),
        ("logs at 04:10", "at", datetime(2026, 11, 21, 4, 10, tzinfo=UTC)),
        ("logs at 23:10:05", "at", datetime(2026, 11, 20, 23, 10, 5, tzinfo=UTC)),
        ("logs at 2026-11-20T10:00:00Z", "at", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("the last 10 minutes", "span", timedelta(minutes=10)),
        ("half an hour before it", "span", timedelta(minutes=30)),
        ("2", "choice", 2),
        ("the second one", "choice", 2),
        ("the last", "choice", -1),
        ("why does number 3 fail?", "place", 3),
        ("tell me about 2", "place", 2),
    ],
)
def test_it_is_read(text: str, field: str, value: object) -> None:
    """Services, quotes, ids, places, times and numbers, each by its form."""
    assert getattr(asked(text), field) == value
