"""Looking into a platform's JSON: each fault names its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_agent.errors import Rejected
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records import BadRecord, Envelope


@pytest.mark.parametrize(
    ("value", "number"),
    [("12.50", "12.50"), (7, "7"), ("", "0"), (None, "0"), (Decimal("8.56"), "8.56")],
    ids=str,
)
def test_numbers_come_as_text_or_json(value: Any, number: str) -> None:
    assert Fields({"a": value}).number("a") == Decimal(number)


@pytest.mark.parametrize(
    "value", ["x", "1,5", "Infinity", "NaN", True, [], 1.5, "9" * 50], ids=str
)
def test_what_is_no_exact_number_is_refused_with_its_place(value: Any) -> None:
    with pytest.raises(Rejected) as caught:
        Fields({"a": value}, "lines[2]").number("a")
    assert caught.value.path == "lines[2].a"
    assert caught.value.reason


@pytest.mark.parametrize(
    ("value", "ident"), [(0, None), ("", None), (2**60, str(2**60)), ("a-1", "a-1")]
)
def test_an_id_is_text_and_zero_is_none(value: Any, ident: str | None) -> None:
    assert Fields({"id": value}).ident("id") == ident


@pytest.mark.parametrize("value", [1.0, True, {}], ids=str)
def test_an_id_that_lost_digits_is_refused(value: Any) -> None:
    with pytest.raises(Rejected):
        Fields({"id": value}).ident("id")


@pytest.mark.parametrize("value", ["0000-00-00T00:00:00", "", None, 5, "soon"])
def test_a_time_that_is_none_is_none(value: Any) -> None:
    assert utc_time(value) is None


def test_lists_and_objects_of_php_may_be_empty_in_odd_ways() -> None:
    fields = Fields({"billing": [], "lines": None})
    assert fields.sub("billing").data == {}
    assert fields.sub("missing").data == {}
    assert list(fields.each("lines")) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_payload_ends_in_anything_but_an_item(payload: Any) -> None:
    def build(fields: Fields) -> dict[str, Any]:
        return {
            "name": fields.text("name") or "?",
            "price": fields.number("price"),
            "sku": next((line.text("sku") for line in fields.each("lines")), None),
        }

    item = make_item("product", "1", "", payload, build)
    assert isinstance(item, Envelope | BadRecord)
    assert item.to_wire()["external_id"] == "1"


def test_a_fault_that_the_record_finds_names_its_place() -> None:
    item = make_item(
        "product", "1", "", {}, lambda _f: {"name": "x", "category": ["a", 5]}
    )
    assert isinstance(item, BadRecord)
    assert item.path == "category[1]"
