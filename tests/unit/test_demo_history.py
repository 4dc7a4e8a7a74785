"""The invented history: always the same, plausible, and read without a reject."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from scripts.dev.demo import MAPPING_NAME, write_history
from scripts.dev.demo.money import split_tax, tax_percent, text
from sync_agent.connectors.file import open_files
from sync_agent.records import BadRecord, Envelope, Order

TODAY = date(2026, 11, 21)
PLACES = {"JPY": Decimal(1)}
Records = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("history"), today=TODAY)


@pytest.fixture(scope="module")
def records(folder: Path) -> Records:
    """Kind -> external id -> record, read through the file import."""
    found: Records = defaultdict(dict)
    source = open_files([folder], folder / MAPPING_NAME)
    for stream in source.streams():
        for page in stream.read(None, full=True, started=datetime.now(UTC)):
            for item in page.items:
                assert not isinstance(item, BadRecord), item
                assert isinstance(item, Envelope)
                assert item.external_id not in found[item.kind]
                found[item.kind][item.external_id] = item.data
    return found


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_history(tmp_path / "a", today=TODAY, customers=120)
    again = write_history(tmp_path / "b", today=TODAY, customers=120)
    other = write_history(tmp_path / "c", 20, today=TODAY, customers=120)
    assert _bytes(first) == _bytes(again)
    assert _bytes(first)["orders.csv"] != _bytes(other)["orders.csv"]


def test_every_row_is_read_and_the_numbers_are_as_promised(records: Records) -> None:
    """Issue: about 3,000 customers and 12,000 orders over 24 months."""
    guests = {
        order.customer.email
        for order in records["order"].values()
        if order.customer.external_id is None
    }
    known = {customer.email for customer in records["customer"].values()}
    assert 2_900 <= len(known | guests) <= 3_000
    assert 11_500 <= len(records["order"]) <= 12_800
    assert 60 <= len(records["product"]) <= 80
    assert len(guests - known) > 100
    assert len(guests & known) >= 5


def test_all_sums_add_up_to_the_cent(records: Records) -> None:
    for order in records["order"].values():
        parts = [*order.lines, *order.charges]
        assert order.lines
        assert sum(part.total for part in parts) == order.total
        assert sum(part.tax for part in parts) == order.tax_total
        back = [p for refund in order.refunds for p in (*refund.lines, *refund.charges)]
        for part in [*parts, *back]:
            assert part.net + part.tax == part.total
        for refund in order.refunds:
            given = sum(part.total for part in (*refund.lines, *refund.charges))
            assert given <= refund.total
            assert not given or given == refund.total
        refunded = sum(refund.total for refund in order.refunds)
        assert refunded <= order.total
        assert (order.refunded_total or 0) == refunded


def test_states_agree_with_money_and_parcels(records: Records) -> None:
    parcels = {s.order_external_id: s for s in records["shipment"].values()}
    for key, order in records["order"].items():
        parcel = parcels.get(key)
        if order.state in {"pending", "cancelled", "failed"}:
            assert order.paid_at is None
            assert parcel is None
            assert not order.refunds
        elif order.state == "refunded":
            assert sum(r.total for r in order.refunds) == order.total
        elif order.state == "shipped":
            assert parcel.delivered_at is None
        elif order.state == "completed" and parcel:
            assert parcel.delivered_at


def test_every_reference_leads_somewhere(records: Records) -> None:
    for order in records["order"].values():
        if order.customer.external_id:
            account = records["customer"][order.customer.external_id]
            assert account.email == order.customer.email
            assert account.created_at <= order.ordered_at
        assert all(
            line.product_external_id in records["product"] for line in order.lines
        )
        lines = {line.external_id for line in order.lines}
        for refund in order.refunds:
            assert {line.order_line_external_id for line in refund.lines} <= lines
    for kind in ("shipment", "review"):
        for record in records[kind].values():
            assert record.order_external_id in records["order"]


def test_nothing_lies_in_the_future(records: Records) -> None:
    now = datetime(2026, 11, 20, 16, tzinfo=UTC)
    start = now - timedelta(days=731)
    for order in records["order"].values():
        assert start <= order.ordered_at < now
        assert all(refund.refunded_at < now for refund in order.refunds)
        assert order.paid_at is None or order.ordered_at <= order.paid_at < now
    for parcel in records["shipment"].values():
        assert all(event.at < now for event in parcel.events)
    assert all(review.at < now for review in records["review"].values())


def test_people_have_names_phones_and_languages_of_their_own(records: Records) -> None:
    customers = list(records["customer"].values())
    languages = Counter(customer.language for customer in customers)
    assert languages.most_common(1)[0][0] == "zh_CN"
    assert min(languages[code] for code in ("en_US", "de_DE", "ja_JP")) > 80
    assert 0.15 < sum(c.is_company for c in customers) / len(customers) < 0.25
    assert len({c.email for c in customers}) == len(customers)
    phones = [c.phone for c in customers if c.phone]
    assert len(set(phones)) == len(phones) > 0.98 * len(customers)
    for customer in customers:
        country = customer.addresses[0].country
        if customer.phone:
            number = phonenumbers.parse(customer.phone, country)
            assert phonenumbers.is_possible_number(number), (customer.phone, country)


def test_buying_shows_seasons_loyal_and_lost_customers(records: Records) -> None:
    """Demands 46 and 47: recency, frequency and fading have something to show."""
    orders = sorted(records["order"].values(), key=lambda order: order.ordered_at)
    chinese = Counter(
        (o.ordered_at + timedelta(hours=8)).date()
        for o in orders
        if o.currency == "CNY"
    )
    usual = sum(chinese.values()) / 730
    for day in (date(2025, 11, 11), date(2026, 6, 18), date(2026, 11, 11)):
        assert chinese[day] > 3 * usual
    days: dict[str, list[datetime]] = defaultdict(list)
    for order in orders:
        days[order.customer.email].append(order.ordered_at)
    counts = Counter(len(found) for found in days.values())
    assert 0.3 < counts[1] / len(days) < 0.55
    assert sum(n for count, n in counts.items() if count >= 10) > 200
    now = datetime(2026, 11, 20, 16, tzinfo=UTC)
    quiet = [found for found in days.values() if len(found) >= 3]
    fading = 0
    for found in quiet:
        mean = (found[-1] - found[0]) / (len(found) - 1)
        fading += now - found[-1] > 1.5 * mean
    assert 0.1 < fading / len(quiet) < 0.6
    assert any(found[0] > now - timedelta(days=30) for found in days.values())


def test_money_comes_in_several_currencies_with_discounts_and_refunds(
    records: Records,
) -> None:
    orders: list[Order] = list(records["order"].values())
    currencies = Counter(order.currency for order in orders)
    assert currencies["CNY"] > currencies["USD"] > currencies["EUR"] > 500
    states = Counter(order.state for order in orders)
    assert states["completed"] > 0.85 * len(orders)
    assert all(states[s] for s in ("pending", "confirmed", "shipped", "failed"))
    assert 0.02 < states["cancelled"] / len(orders) < 0.04
    assert 0.04 < sum(bool(o.refunds) for o in orders) / len(orders) < 0.12
    assert sum(1 for o in orders if o.coupons) > 300
    assert sum(1 for o in orders for c in o.charges if c.kind == "discount") > 50
    assert len({order.channel for order in orders}) >= 5


def test_parcels_come_late_get_lost_and_are_reviewed(records: Records) -> None:
    parcels = list(records["shipment"].values())
    late = [p for p in parcels if p.delivered_at and p.delivered_at > p.promised_at]
    assert 0.02 < len(late) / len(parcels) < 0.12
    states = Counter(parcel.state for parcel in parcels)
    assert states["exception"] > 20
    assert states["in_transit"] > 10
    assert states["returned"] > 20
    stars = Counter(int(review.rating) for review in records["review"].values())
    assert stars[5] > stars[4] > stars[3] > stars[1] > 10
    assert any("\u4e00" <= r.text[0] <= "\u9fff" for r in records["review"].values())


def test_the_rates_cover_all_foreign_currencies_and_months(folder: Path) -> None:
    with (folder / "rates.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["currency"] for row in rows} == {"EUR", "USD"}
    assert min(row["date"] for row in rows) == "2024-11-01"
    assert max(row["date"] for row in rows) == "2026-11-01"
    assert all(Decimal(row["rate"]) > 0 for row in rows)


def test_another_company_currency_moves_prices_and_rates(tmp_path: Path) -> None:
    folder = write_history(tmp_path, today=TODAY, currency="EUR", customers=60)
    with (folder / "products.csv").open(encoding="utf-8") as handle:
        assert {row["currency"] for row in csv.DictReader(handle)} == {"EUR"}
    with (folder / "rates.csv").open(encoding="utf-8") as handle:
        assert {row["currency"] for row in csv.DictReader(handle)} == {"USD"}
    with (folder / "orders.csv").open(encoding="utf-8") as handle:
        used = {row["currency"] for row in csv.DictReader(handle)} - {""}
    assert used == {"EUR", "USD"}
    with pytest.raises(ValueError, match="choose one of"):
        write_history(tmp_path, currency="XTS")


def test_tax_is_taken_out_of_gross_prices() -> None:
    assert split_tax(11_300, 13) == (10_000, 1_300)
    assert split_tax(999, 0) == (999, 0)
    assert tax_percent("DE", "", is_food=True) == 7.0
    assert tax_percent("US", "MA", is_food=False) == 0.0
    assert text(-105) == "-1.05"
