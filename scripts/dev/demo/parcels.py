# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""Parcels of the invented orders: carriers, scans, late ones and lost ones."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from .orders import Sale, pay_back_all

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# name, letters before the number, address that shows the way
_CARRIERS = {
    "zh": (
        ("顺丰速运 SF Express", "SF", "https://tracking.example.com/sf/"),
        ("中通快递 ZTO", "7", "https://tracking.example.com/zto/"),
        ("圆通速递 YTO", "YT", "https://tracking.example.com/yto/"),
    ),
    "en": (
        ("DHL Express", "30", "https://tracking.example.net/dhl/"),
        ("UPS", "1Z", "https://tracking.example.net/ups/"),
    ),
    "de": (
        ("DHL Paket", "0034", "https://tracking.example.org/dhl/"),
        ("DPD", "0150", "https://tracking.example.org/dpd/"),
    ),
    "ja": (("ヤマト運輸 Yamato", "45", "https://tracking.example.com/yamato/"),),
}
_WORDS = {
    "zh": {
        "picked_up": "已揽收",
        "in_transit": "运输中，已到达转运中心",
        "customs": "清关中",
        "out_for_delivery": "派送中",
        "delivered": "已签收",
        "delivery_failed": "派送失败，收件人不在",
        "exception": "包裹异常，正在查找",
        "returned": "已退回寄件人",
    },
    "en": {
        "picked_up": "Shipment picked up",
        "in_transit": "Arrived at sort facility",
        "customs": "Clearance event",
        "out_for_delivery": "With delivery courier",
        "delivered": "Delivered",
        "delivery_failed": "Delivery attempted, nobody home",
        "exception": "Shipment cannot be located, search started",
        "returned": "Returned to shipper",
    },
}
_FAILED = {
    "exception": ("包裹丢失", "Parcel lost"),
    "returned": ("包裹退回", "Parcel came back"),
}
_COST_FEN = {"zh": 850, "en": 9_800, "de": 9_200, "ja": 6_500}
HUB = {"zh": "杭州市", "en": "Hangzhou", "de": "Hangzhou", "ja": "Hangzhou"}


@dataclass(frozen=True, slots=True)
class Scan:
    """One tracking event."""

    at: datetime
    state: str
    text: str
    place: str


@dataclass(slots=True)
class Parcel:
    """A parcel of an order; ``cost`` in fen of the home currency."""

    external_id: str
    sale: Sale
    carrier: str
    number: str
    url: str
    shipped_at: datetime
    promised_at: datetime
    cost: int
    state: str = "in_transit"
    delivered_at: datetime | None = None
    scans: list[Scan] = field(default_factory=list)


def ship(rng: Random, sales: list[Sale], now: datetime) -> list[Parcel]:
    """Give the parcels of all paid orders and set the state of the orders by them."""
    parcels: list[Parcel] = []
    for sale in sales:
        if sale.paid_at is None or sale.state == "cancelled":
            continue
        if sale.channel.startswith("Showroom"):
            continue
        leaves = sale.paid_at + rng.uniform(3, 40) * HOUR
        if leaves >= now:
            if sale.state == "completed":
                sale.state = "confirmed"
            continue
        parcel = _parcel(rng, sale, leaves, len(parcels))
        _travel(rng, parcel, now)
        parcels.append(parcel)
        if sale.state == "completed" and parcel.state != "delivered":
            sale.state = "shipped"
        last = parcel.scans[-1].at if parcel.scans else leaves
        sale.changed_at = max(sale.changed_at or last, last)
        back = last.replace(microsecond=0) + rng.uniform(1, 12) * DAY
        if parcel.state in _FAILED and not sale.paybacks and back < now:
            pay_back_all(sale, back, _FAILED[parcel.state][sale.person.lang != "zh"])
    return parcels


def _parcel(rng: Random, sale: Sale, leaves: datetime, count: int) -> Parcel:
    lang = sale.person.lang
    carrier, letters, url = rng.choice(_CARRIERS[lang])
    number = letters + str(rng.randrange(10**11, 10**12))
    pieces = sum(item.quantity for item in sale.items)
    return Parcel(
        external_id=f"s{sale.external_id}",
        sale=sale,
        carrier=carrier,
        number=number,
        url=url + number,
        shipped_at=leaves,
        promised_at=leaves + DAY * (4 if lang == "zh" else 12),
        cost=_COST_FEN[lang] + 120 * pieces + count % 7 * 10,
    )


def _travel(rng: Random, parcel: Parcel, now: datetime) -> None:
    """Play the scans of a parcel up to ``now``; 7 % come late, 0.6 % are lost."""
    fate = rng.random()
    domestic = parcel.sale.person.lang == "zh"
    days = rng.uniform(1.2, 3.6) if domestic else rng.uniform(5.5, 11)
    if fate < 0.07:
        days += rng.uniform(2, 6) if domestic else rng.uniform(4, 12)
    steps = [("picked_up", 0.02), ("in_transit", 0.2)]
    if not domestic:
        steps += [("customs", 0.5), ("in_transit", 0.7)]
    if fate < 0.006:
        steps.append(("exception", 1.6))
    elif fate > 0.99:
        steps += [("delivery_failed", 1.0), ("returned", 1.9)]
    else:
        if fate > 0.95:
            steps.append(("delivery_failed", 0.85))
        steps += [("out_for_delivery", 0.97), ("delivered", 1.0)]
    for state, part in steps:
        at = parcel.shipped_at + days * part * DAY + rng.uniform(0, 0.4) * HOUR
        if at < now:
            _scan(parcel, at, state)


def _scan(parcel: Parcel, at: datetime, state: str) -> None:
    person = parcel.sale.person
    words = _WORDS["zh" if person.lang == "zh" else "en"]
    early = state in {"picked_up", "in_transit"} and len(parcel.scans) < 2
    place = HUB[person.lang] if early else person.place.city
    if state == "customs":
        place = "Shanghai"
    parcel.scans.append(Scan(at.replace(microsecond=0), state, words[state], place))
    parcel.state = state
    if state == "delivered":
        parcel.delivered_at = at
