"""Text, ids, money and times are made safe once, for every record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sync_agent.records import BadRecord, Customer, Envelope, OrderLine, Product, Review
from sync_agent.records.fields import clean_text, format_time, version_of

AT = datetime(2026, 11, 21, 20, 51, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  Ann ", "Ann"),
        ("A\x00nn", "Ann"),
        ("bad \ud800 half", "bad \ufffd half"),
        ("名 🍵", "名 🍵"),
        ("\x00", ""),
    ],
)
def test_text_keeps_what_a_database_can_hold(given_text: str, kept: str) -> None:
    assert clean_text(given_text) == kept
    assert Customer(name=given_text).name == kept


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_stored(text: str) -> None:
    safe = clean_text(text)
    assert "\x00" not in safe
    assert safe.encode().decode() == safe
    assert clean_text(safe) == safe


@pytest.mark.parametrize(
    ("ident", "text"),
    [(9007199254740993, "9007199254740993"), (" a ", "a"), ("0", "0")],
)
def test_an_id_is_text_whole(ident: object, text: str) -> None:
    assert Review(at=AT, product_external_id=ident).product_external_id == text  # type: ignore[arg-type]


@pytest.mark.parametrize("ident", [1.0, True, "", " ", "x" * 201, None, []])
def test_what_may_have_lost_digits_is_no_id(ident: object) -> None:
    with pytest.raises(ValidationError):
        OrderLine(external_id=ident, name="", quantity=1, net=0, tax=0, total=0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_price", "wire"),
    [
        ("8.568", "8.568"),
        (Decimal("1E+3"), "1000"),
        ("-0.00", "0"),
        ("0.1234567", "0.123457"),
        (7, "7"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_money_goes_over_the_wire_as_plain_text(given_price: object, wire: str) -> None:
    assert Product(name="x", price=given_price).to_wire()["price"] == wire  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [0.1, "1e15", "NaN", "Infinity", "abc", ""])
def test_what_is_not_exact_is_no_money(price: object) -> None:
    with pytest.raises(ValidationError):
        Product(name="x", price=price)  # type: ignore[arg-type]


def test_times_become_utc_and_naive_ones_are_refused() -> None:
    shanghai = timezone(timedelta(hours=8))
    review = Review(at=datetime(2026, 11, 22, 4, 51, 4, 500000, tzinfo=shanghai))
    assert review.to_wire() == {"at": "2026-11-21T20:51:04.500000Z"}
    with pytest.raises(ValidationError, match="time zone"):
        Review(at=datetime(2026, 11, 22))  # noqa: DTZ001  that is the point


def test_a_version_is_the_latest_stamp_and_sorts_as_text() -> None:
    early, late = AT - timedelta(days=1), AT + timedelta(microseconds=1)
    assert version_of(early, None, late) == "2026-11-21T20:51:04.000001Z"
    assert version_of() == version_of(None) == ""
    assert "" < version_of(early) < version_of(AT) < version_of(late)
    assert format_time(AT) == "2026-11-21T20:51:04Z"


def test_empty_fields_stay_off_the_wire() -> None:
    envelope = Envelope("customer", "7", "", Customer(name="Ann"))
    assert envelope.to_wire()["data"] == {"name": "Ann"}
    assert Envelope("customer", "7", "v", None).to_wire()["data"] is None


def test_an_unknown_field_is_refused_and_its_value_not_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        Customer(name="Ann", secret="hunter2")  # type: ignore[call-arg]
    assert "hunter2" not in str(caught.value)


def test_a_record_that_could_not_be_read_is_storable() -> None:
    payload = {"a\x00": ["\ud800", 1, None, ("x",)], "price": 1.5}
    bad = BadRecord("order", "\x00", "", "a\x00", "bad \ud800", payload)
    assert bad.to_wire() == {
        "kind": "order",
        "external_id": "?",
        "version": "",
        "data": {"a": ["\ufffd", 1, None, ["x"]], "price": 1.5},
        "error": {"path": "a", "reason": "bad \ufffd"},
    }
