"""Recorded answers become the records that stand beside them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync_agent.connectors.vendure.client import failure
from sync_agent.connectors.woocommerce.client import refusal
from sync_agent.errors import Fatal, NeedsCredentials
from sync_agent.records import Envelope, Order

from .recorded import DATA, cases, items, read_case, wire


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", cases(), ids=label)
def test_a_recorded_answer_becomes_the_expected_record(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    assert wire(path) == expected


@pytest.mark.parametrize("path", cases(), ids=label)
def test_the_money_of_a_recorded_order_adds_up_to_the_cent(path: Path) -> None:
    """Demand 33: what an order shows is what was paid."""
    orders = [item.data for item in items(path) if isinstance(item, Envelope)]
    checked = 0
    for order in orders:
        if isinstance(order, Order):
            check_sums(order)
        checked += 1
    assert checked


def check_sums(order: Order) -> None:
    parts: list[Any] = [*order.lines, *order.charges]
    for part in parts:
        assert part.net + part.tax == part.total
    assert sum((part.total for part in parts), Decimal(0)) == order.total
    for refund in order.refunds:
        given: list[Any] = [*refund.lines, *refund.charges]
        assert sum((part.total for part in given), Decimal(0)) <= refund.total
    back = sum((refund.total for refund in order.refunds), Decimal(0))
    assert back == order.refunded_total
    assert back <= order.total


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("error-401-bad-key", "does not know the key"),
        ("error-401-bad-secret", "secret does not belong"),
        ("error-401-write-with-read-key", "may read but not write"),
    ],
)
def test_refusals_of_woocommerce_are_told_apart(name: str, words: str) -> None:
    answer = read_case(DATA / "woocommerce" / f"{name}.json")
    error = refusal(int(answer["status"]), answer["body"])
    assert isinstance(error, NeedsCredentials)
    assert words in error.message
    assert error.remedy


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The API key provided does not have read permissions.", "write but not read"),
        ("Consumer key is invalid.", "does not know the consumer key"),
        ("Invalid timestamp.", "time of the signed request"),
        ("Invalid nonce - nonce has already been used.", "same signed request twice"),
        ("Invalid signature - it does not match.", "signature"),
        ("Something new.", "refused the key (401: Something new.)"),
    ],
)
def test_every_refusal_of_a_key_names_a_remedy(message: str, words: str) -> None:
    code = "woocommerce_rest_authentication_error"
    error = refusal(401, {"code": code, "message": message})
    assert isinstance(error, NeedsCredentials)
    assert words in error.message
    assert error.remedy


def test_a_shop_without_the_rest_api_is_named() -> None:
    error = refusal(404, {"code": "rest_no_route", "message": "No route was found."})
    assert isinstance(error, Fatal)
    assert "permalinks" in error.remedy


def test_a_parameter_that_is_refused_is_no_fault_of_the_key() -> None:
    answer = read_case(DATA / "woocommerce" / "error-400-per-page-101.json")
    error = refusal(int(answer["status"]), answer["body"])
    assert not isinstance(error, NeedsCredentials)
    assert "per_page" in error.message


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("error-401", NeedsCredentials, "api_key"),
        ("error-bad-query", Fatal, "admin API"),
        ("error-take-too-large", Fatal, "page_size"),
    ],
)
def test_errors_of_vendure_inside_an_answer_are_told_apart(
    name: str, kind: type[Exception], words: str
) -> None:
    answer = read_case(DATA / "vendure" / f"{name}.json")
    error = failure(answer["errors"])
    assert type(error) is kind
    assert words in error.remedy


def test_an_unknown_error_of_vendure_may_work_later() -> None:
    error = failure([{"message": "deadlock", "path": ["orders"]}])
    assert "orders" in error.message
    assert "tried again" in error.remedy
