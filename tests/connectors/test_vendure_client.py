"""What the Vendure connector makes of answers that a healthy shop does not give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from sync_agent.connectors.vendure import CONNECTOR
from sync_agent.connectors.vendure.money import cut_by_currency, cut_by_shop
from sync_agent.connectors.vendure.orders import parse_order, parse_shipments
from sync_agent.errors import Fatal, NeedsCredentials, Retryable
from sync_agent.port import Answer, Json, Source, Tools
from sync_agent.records import BadRecord, Envelope, Order

from .adapters import QuickClock
from .recorded import CUT, DATA, read_case

URL = "https://shop.example"
KEY = {"url": URL, "api_key": "key0key0key0"}
LOGIN = {"url": URL, "username": "agent", "password": "pass0pass0"}
Script = Callable[[str, Json, Json], Json]


class Scripted:
    """A transport that answers GraphQL from a function of (query, options, headers)."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.queries: list[str] = []

    def request(self, method: str, path: str, **options: Any) -> Answer:
        query = options["json"]["query"]
        variables = options["json"]["variables"]
        self.queries.append(query)
        headers = options.get("headers") or {}
        body = self.script(query, variables, headers)
        token = {"vendure-auth-token": body.pop("token", "")}
        return Answer(200, token, body, datetime.now(UTC))

    def close(self) -> None:
        self.queries.append("closed")


def opened(script: Script, settings: Json) -> tuple[Source, Scripted]:
    transport = Scripted(script)
    tools = Tools(QuickClock(), lambda *_args, **_options: transport)
    return CONNECTOR.open(CONNECTOR.settings(**settings), tools), transport


def error(code: str, message: str = "no") -> Json:
    return {
        "errors": [
            {"message": message, "path": ["orders"], "extensions": {"code": code}}
        ],
        "data": None,
    }


def row() -> Json:
    return dict(read_case(DATA / "vendure" / "order-coupon-prorated.json")["row"])


def orders_script(poison: set[str]) -> Script:
    """Answer for ten orders, of which some make the shop fail."""

    def script(query: str, variables: Json, headers: Json) -> Json:
        if "moneyStrategyPrecision" in query:
            config = {"serverConfig": {"moneyStrategyPrecision": 2}}
            return {"data": {"globalSettings": config}}
        if "activeChannel" in query:
            return {"data": {"activeChannel": {"code": "c", "token": "t"}}}
        wanted = variables["options"].get("filter", {}).get("id", {}).get("in")
        if wanted is None:
            rows = [{**row(), "id": str(n)} for n in range(1, 11)]
            return {"data": {"orders": {"totalItems": 10, "items": rows}}}
        if poison & set(wanted):
            return error("INTERNAL_SERVER_ERROR", "cannot read properties of undefined")
        rows = [{**row(), "id": each} for each in wanted]
        return {"data": {"orders": {"totalItems": len(rows), "items": rows}}}

    return script


def read_orders(source: Source) -> list[Any]:
    stream = next(s for s in source.streams() if s.name == "orders")
    now = datetime.now(UTC)
    return [
        i for page in stream.read(None, full=False, started=now) for i in page.items
    ]


def test_an_order_that_makes_the_shop_fail_costs_no_other() -> None:
    """Trap 17: a poison record amid good ones."""
    source, _ = opened(orders_script({"4", "9"}), KEY)
    items = read_orders(source)
    assert len(items) == 10
    bad = {i.external_id for i in items if isinstance(i, BadRecord)}
    assert bad == {"4", "9"}
    assert (
        "Mend the record" in next(i for i in items if isinstance(i, BadRecord)).reason
    )


def test_a_shop_that_fails_at_everything_is_no_fault_of_its_records() -> None:
    source, _ = opened(lambda *_: error("INTERNAL_SERVER_ERROR"), KEY)
    with pytest.raises(Retryable):
        read_orders(source)


def test_half_an_answer_is_never_used() -> None:
    def script(query: str, variables: Json, headers: Json) -> Json:
        return {**error("FORBIDDEN"), "data": {"orders": {"items": []}}}

    source, _ = opened(script, KEY)
    with pytest.raises(NeedsCredentials):
        read_orders(source)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"orders": None}}])
def test_an_answer_that_is_no_list_is_refused(body: Json) -> None:
    source, _ = opened(lambda *_: dict(body), KEY)
    with pytest.raises(Fatal) as caught:
        read_orders(source)
    assert "admin" in caught.value.remedy


def login_script(tokens: list[str]) -> Script:
    """Log in with a new token each time; only the newest is good."""
    healthy = orders_script(set())

    def script(query: str, variables: Json, headers: Json) -> Json:
        if "login(" in query:
            tokens.append(f"token-{len(tokens)}")
            result = {"__typename": "CurrentUser"}
            return {"data": {"login": result}, "token": tokens[-1]}
        if headers.get("Authorization") != f"Bearer {tokens[-1]}":
            return error("FORBIDDEN")
        return healthy(query, variables, headers)

    return script


def test_a_session_that_ran_out_is_renewed() -> None:
    """Trap 10."""
    tokens: list[str] = []
    source, _ = opened(login_script(tokens), LOGIN)
    assert len(read_orders(source)) == 10
    tokens.append("another session ended ours")
    assert len(read_orders(source)) == 10
    assert len(tokens) == 3


def test_a_refused_login_names_the_remedy() -> None:
    result = {"__typename": "InvalidCredentialsError", "message": "are invalid"}
    source, _ = opened(lambda *_: {"data": {"login": result}}, LOGIN)
    with pytest.raises(NeedsCredentials) as caught:
        read_orders(source)
    assert "are invalid" in caught.value.message
    assert "password" in caught.value.remedy


def test_an_unknown_channel_is_found_by_the_check() -> None:
    """Vendure answers for the default channel without a word."""
    source, _ = opened(orders_script(set()), {**KEY, "channel_token": "other0other"})
    results = source.check()
    next(results)
    channel = next(results)
    assert channel.state == "failed"
    assert "channel token" in channel.message


@pytest.mark.parametrize(
    ("currency", "by_shop", "by_currency"),
    [
        ("EUR", "1234.56", "1234.56"),
        ("JPY", "1234.56", "123456"),
        ("KWD", "1234.56", "123.456"),
    ],
)
def test_amounts_are_cut_by_the_shop_or_by_the_currency(
    currency: str, by_shop: str, by_currency: str
) -> None:
    """Trap 15: zero-decimal and three-decimal currencies."""
    assert cut_by_shop(2)(123456, currency) == Decimal(by_shop)
    assert cut_by_currency(123456, currency) == Decimal(by_currency)


def test_a_shop_with_three_places_is_read_with_three() -> None:
    item = parse_order(row(), cut_by_shop(3))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    assert item.data.total == Decimal("146.140")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"totalWithTax": None}, "totalWithTax"),
        ({"totalWithTax": "x"}, "totalWithTax"),
        ({"orderPlacedAt": None}, "orderPlacedAt"),
        ({"lines": [{"id": "1"}]}, "lines[0].proratedLinePrice"),
        ({"lines": "?"}, "lines"),
        ({"currencyCode": "??"}, "currency"),
    ],
    ids=str,
)
def test_an_order_that_cannot_be_read_names_its_place(changes: Json, path: str) -> None:
    item = parse_order({**row(), **changes}, CUT)
    assert isinstance(item, BadRecord)
    assert item.path.startswith(path)


def test_tax_rounded_on_the_whole_order_is_a_charge_and_an_error_is_not() -> None:
    tax_of_sum = parse_order({**row(), "totalWithTax": row()["totalWithTax"] + 1}, CUT)
    assert isinstance(tax_of_sum, Envelope)
    assert isinstance(tax_of_sum.data, Order)
    assert [c.total for c in tax_of_sum.data.charges if c.kind == "rounding"] == [
        Decimal("0.01")
    ]
    wrong = {"totalWithTax": row()["totalWithTax"] + 100}
    off = parse_order({**row(), **wrong}, CUT)
    assert isinstance(off, Envelope)
    assert isinstance(off.data, Order)
    assert "rounding" not in {c.kind for c in off.data.charges}


def refunded(**refund: Any) -> Order:
    """Return the recorded order, paid and with a refund."""
    given = row()
    payment = {**given["payments"][0], "state": "Settled"}
    base = {
        "id": "9",
        "state": "Settled",
        "items": 0,
        "shipping": 0,
        "adjustment": 0,
        "reason": None,
        "createdAt": "2026-11-21T21:30:00.000Z",
        "updatedAt": "2026-11-21T21:30:00.000Z",
        "lines": [],
    }
    payment["refunds"] = [{**base, **refund}]
    item = parse_order({**given, "payments": [payment]}, CUT)
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    return item.data


def test_a_refund_of_lines_shipping_and_adjustment_adds_up() -> None:
    line = next(each for each in row()["lines"] if each["id"] == "4")
    items = line["proratedUnitPriceWithTax"] * 2
    lines = [{"orderLineId": "4", "quantity": 2}]
    order = refunded(
        total=items + 595 - 100, items=items, shipping=595, adjustment=-100, lines=lines
    )
    (refund,) = order.refunds
    parts = [*refund.lines, *refund.charges]
    assert sum(part.total for part in parts) == refund.total
    assert [part.net + part.tax for part in parts] == [part.total for part in parts]
    assert refund.lines[0].quantity == 2
    assert {charge.kind for charge in refund.charges} == {"shipping", "fee"}


def test_a_refund_of_one_amount_keeps_the_goods_without_money() -> None:
    order = refunded(total=1000, lines=[{"orderLineId": "4", "quantity": 1}])
    (refund,) = order.refunds
    assert refund.total == Decimal("10.00")
    assert [(line.quantity, line.total) for line in refund.lines] == [(1, 0)]


def test_a_failed_refund_is_none() -> None:
    assert refunded(total=1000, state="Failed").refunds == ()


def test_a_refund_is_part_of_the_orders_version() -> None:
    given = row()
    refund = {"updatedAt": "2026-12-24T10:00:00.000Z", "id": "1", "total": 1}
    given["payments"] = [{**given["payments"][0], "refunds": [refund]}]
    assert parse_order(given, CUT).version.startswith("2026-12-24T10:00:00")


def test_a_parcel_without_history_has_the_date_of_its_state() -> None:
    given = row()
    parcel = {"id": "3", "state": "Shipped", "method": "DHL", "trackingCode": None}
    stamps = dict.fromkeys(("createdAt", "updatedAt"), "2026-11-21T21:30:00Z")
    given["fulfillments"] = [{**parcel, **stamps}]
    (item,) = parse_shipments(given)
    assert item.to_wire()["data"] == {
        "order_external_id": "2",
        "carrier": "DHL",
        "state": "in_transit",
        "state_raw": "Shipped",
        "shipped_at": "2026-11-21T21:30:00Z",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "shop.example"},
        {"url": "https://name:pass@shop.example"},
        {"page_size": 101},
        {"username": "agent", "password": "pass0pass0"},
        {"api_key": None},
        {"api_key_header": "bad header"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(changes: Json) -> None:
    with pytest.raises(ValidationError):
        CONNECTOR.settings(**{**KEY, **changes})


def test_a_bare_host_gets_the_path_of_the_admin_api() -> None:
    assert CONNECTOR.settings(**KEY).url == f"{URL}/admin-api"
    other = {**KEY, "url": f"{URL}/shop/admin-api/"}
    assert CONNECTOR.settings(**other).url == f"{URL}/shop/admin-api"


def test_closing_the_source_closes_the_connection() -> None:
    source, transport = opened(orders_script(set()), KEY)
    source.close()
    assert transport.queries == ["closed"]
