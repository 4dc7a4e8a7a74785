"""What every connector must do with odd records and with tokens that run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import structlog

from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item
from sync_agent.records import BadRecord, Envelope

from . import shops
from .adapters import Adapter, ids_of, items_of, text_of

TOO_BIG_FOR_A_FLOAT = 2**53
AUTUMN = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
"""02:30 in Paris and Berlin, for the first time that night; an hour later again."""


def found(adapter: Adapter, external_id: str) -> Item:
    """Return the record of an id after a full reading."""
    wanted = [i for i in items_of(adapter.read()) if i.external_id == external_id]
    kinds = adapter.stream_of(adapter.open()).kinds
    (item,) = (i for i in wanted if i.kind == kinds[0])
    return item


def test_a_key_that_dies_in_mid_run_is_renewed_or_told(adapter: Adapter) -> None:
    """Trap 10."""
    adapter.faults.before(adapter.listing, adapter.expire, skip=1)
    if adapter.renews:
        assert set(ids_of(adapter.read())) == adapter.ids()
        return
    with pytest.raises(NeedsCredentials) as caught:
        adapter.read()
    assert caught.value.remedy


def test_an_answer_that_is_lost_is_asked_for_again(adapter: Adapter) -> None:
    """Trap 10: the platform made a token, we never saw it."""
    if adapter.renews:
        adapter.faults.before(adapter.listing, adapter.expire, skip=1)
    adapter.faults.add("drop", path=adapter.token_path, times=2)
    assert set(ids_of(adapter.read())) == adapter.ids()


@pytest.mark.parametrize("adapter", shops.params("huge ids"), indirect=True)
def test_an_id_too_big_for_a_float_keeps_all_its_digits(adapter: Adapter) -> None:
    """Trap 15."""
    huge = adapter.add_huge()
    digits = int("".join(c for c in huge if c.isdigit()))
    assert digits > TOO_BIG_FOR_A_FLOAT
    source = adapter.open()
    assert huge in ids_of(adapter.read(source=source))
    kind = adapter.stream_of(source).kinds[0]
    (item,) = source.fetch(kind, [huge])
    assert item.external_id == huge


@pytest.mark.parametrize("adapter", shops.params("times"), indirect=True)
def test_the_hour_that_comes_twice_in_autumn_keeps_its_order(
    adapter: Adapter,
) -> None:
    """Trap 14."""
    instants = [AUTUMN, AUTUMN + timedelta(hours=1), AUTUMN + timedelta(hours=2)]
    ids = [adapter.add_at(at) for at in instants]
    told = [adapter.time_of(found(adapter, each)) for each in ids]
    if adapter.exact_times:
        assert told == instants
        return
    # a naive time in that hour may be either; never further off, never out of order
    assert told == sorted(told)
    for instant, time in zip(instants, told, strict=True):
        assert abs(instant - time) <= timedelta(hours=1)
    assert told[-1] == instants[-1]


@pytest.mark.parametrize("adapter", shops.params("money"), indirect=True)
@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.10", "EUR"),
        ("1234567.89", "EUR"),
        ("19.99", "CNY"),
        ("1000", "JPY"),
        ("1.234", "KWD"),
    ],
)
def test_an_amount_is_exact_in_every_currency(
    adapter: Adapter, amount: str, currency: str
) -> None:
    """Trap 15: floats for money, currencies of no and of three places."""
    item = found(adapter, adapter.add_priced(amount, currency))
    assert adapter.amount_of(item) == (Decimal(amount), currency)


@pytest.mark.parametrize("adapter", shops.params("unknown status"), indirect=True)
def test_a_status_that_nobody_knows_is_kept_and_counted(adapter: Adapter) -> None:
    """Trap 23: never guessed."""
    added = adapter.add_with_status("teleported")
    with structlog.testing.capture_logs() as logs:
        item = found(adapter, added)
    assert isinstance(item, Envelope)
    data = item.to_wire()["data"]
    assert data["state"] == "unknown"
    assert data["state_raw"].lower() == "teleported"
    words = {
        w.lower() for e in logs if e["event"] == "unknown_status" for w in e["words"]
    }
    assert "teleported" in words


@pytest.mark.parametrize("adapter", shops.params("unknown status"), indirect=True)
def test_text_that_cannot_be_stored_costs_no_record(adapter: Adapter) -> None:
    """Trap 25: NUL and half a surrogate."""
    added = adapter.add_with_status("odd\x00\ud800word")
    item = found(adapter, added)
    assert not isinstance(item, BadRecord)
    assert "\x00" not in text_of(item)
    assert str(item.to_wire()).encode()


@pytest.mark.parametrize("name", shops.NAMES)
def test_a_fake_shop_can_hold_what_is_odd(name: str) -> None:
    """Else the tests above would not reach its connector."""
    can = {
        word
        for word in ("huge ids", "times", "money", "unknown status")
        if name in {param.id for param in shops.params(word)}
    }
    is_real = any(param.marks for param in shops.params() if param.id == name)
    assert is_real or can >= {"huge ids", "times"}
