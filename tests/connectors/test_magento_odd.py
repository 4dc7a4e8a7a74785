"""What Magento's amounts and odd records become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync_agent.connectors.magento.carts import parse_cart
from sync_agent.connectors.magento.money import tidy
from sync_agent.connectors.magento.orders import parse_order
from sync_agent.port import Json
from sync_agent.records import BadRecord, Envelope, Order

from .shops.magento import MagentoAdapter, open_shop
from .test_magento import LATER, orders_of, unrefunded
from .test_recorded import check_sums


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[MagentoAdapter]:
    """A fake shop, fresh for each test."""
    with open_shop(request) as adapter:
        yield adapter


def row_of(shop: MagentoAdapter) -> Json:
    """Return an order as the API gives it."""
    row = shop.store.orders[unrefunded(shop)]
    text = json.dumps(row, default=str)
    found: Json = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"created_at": None}, "created_at"),
        ({"base_grand_total": None}, "base_grand_total"),
        ({"items": {"0": {}}}, "items"),
        ({"base_currency_code": "Euro"}, "currency"),
    ],
)
def test_an_order_that_cannot_be_read_names_the_place(
    shop: MagentoAdapter, changes: Json, path: str
) -> None:
    item = parse_order({**row_of(shop), **changes})
    assert isinstance(item, BadRecord)
    assert item.path == path
    assert item.reason


def test_a_refund_without_a_time_names_the_place(shop: MagentoAdapter) -> None:
    memo = {"entity_id": 1, "order_id": 2, "state": 2, "base_grand_total": "1"}
    item = parse_order(row_of(shop), [memo])
    assert isinstance(item, BadRecord)
    assert item.path == "creditmemos[0].created_at"


def test_a_cart_without_a_time_names_the_place() -> None:
    item = parse_cart({"id": 1, "items": []})
    assert isinstance(item, BadRecord)
    assert item.path == "created_at"


def test_a_refund_that_does_not_add_up_stays_as_it_is(shop: MagentoAdapter) -> None:
    """More for its goods than was paid back: Odoo refuses it with the difference."""
    own = unrefunded(shop)
    memo = shop.store.refund(own, [(0, 1)], at=LATER)
    less = memo["grand_total"] - 1
    shop.store.edit("creditmemos", memo["entity_id"], base_grand_total=less)
    (refund,) = orders_of(shop.read())[str(own)].refunds
    assert refund.total == less
    assert sum(line.total for line in refund.lines) == less + 1


CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)


@example(rows=[(Decimal(40), 50, 0)], shipping=Decimal(20), is_done=True, card="20")
@given(
    rows=st.lists(
        st.tuples(CENTS, st.integers(0, 100), st.integers(0, 25)), min_size=1
    ),
    shipping=CENTS.map(lambda amount: amount + 20),
    is_done=st.booleans(),
    card=st.sampled_from(["0", "20.00"]),
)
def test_any_order_adds_up_whether_its_rows_hold_the_discount_or_not(
    rows: list[tuple[Decimal, int, int]], shipping: Decimal, *, is_done: bool, card: str
) -> None:
    """Demand 33: and what each row was sold for is known."""
    cent = Decimal("0.01")
    items, nets, total = [], [], shipping - Decimal(card)
    for number, (price, off, rate) in enumerate(rows, 1):
        discount = (price * off / 100).quantize(cent)
        net = price - discount
        tax = (net * rate / 100).quantize(cent)
        nets.append(net)
        total += net + tax
        items.append(
            {
                "item_id": number,
                "name": "Tea",
                "qty_ordered": 1,
                "base_row_total": Decimal(float(net if is_done else price)),
                "base_discount_amount": Decimal(float(discount)),
                "base_tax_amount": Decimal(float(tax)),
            }
        )
    item = parse_order(
        {
            "entity_id": 1,
            "state": "complete",
            "created_at": "2025-01-01 00:00:00",
            "base_currency_code": "EUR",
            "base_grand_total": str(total),
            "base_shipping_amount": str(shipping),
            "items": items,
            "extension_attributes": {"base_gift_cards_amount": card},
        }
    )
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    check_sums(item.data)
    assert [line.net for line in item.data.lines] == nets


@pytest.mark.parametrize(
    ("noisy", "plain"),
    [
        ("55.199999999999996", "55.2"),
        ("149.39000000000001", "149.39"),
        ("0.30000000000000004", "0.3"),
        ("1000.0", "1000"),
        ("1e21", "1e21"),
    ],
)
def test_the_noise_of_a_float_goes(noisy: str, plain: str) -> None:
    """Trap 15."""
    assert tidy(Decimal(noisy)) == Decimal(plain)
