"""Fulfilments with their tracking events: JSON of Shopify -> record fields."""

from __future__ import annotations

from collections.abc import Iterator

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import number_of
from .states import shipment_state


def parse_shipments(order: Json) -> Iterator[Item]:
    """Yield the parcels of an order: one for each tracking number of a fulfilment."""
    order_id = number_of(order.get("id")) or "?"
    for parcel in order.get("fulfillments") or ():
        events = (parcel.get("events") or {}).get("nodes") or ()
        version = version_of(
            utc_time(parcel.get("updatedAt")),
            *(utc_time(event.get("createdAt")) for event in events),
        )
        number = number_of(parcel.get("id")) or "?"
        for index, tracking in enumerate(parcel.get("trackingInfo") or [{}]):
            # the first keeps the fulfilment's own id when more come later
            more = f":{tracking.get('number') or index}" if index else ""
            yield make_item(
                "shipment",
                f"{number}{more}"[:200],
                version,
                parcel,
                lambda fields, index=index: _fields(fields, order_id, index),  # type: ignore[misc]
            )


def _fields(fields: Fields, order_id: str, index: int) -> Json:
    tracking = list(fields.each("trackingInfo"))
    own = tracking[index] if tracking else Fields({})
    status = fields.text("status")
    # the short word is told first of a parcel that was called off or failed
    fine = fields.text("displayStatus") if status == "SUCCESS" else None
    word = fine or status
    return {
        "order_external_id": order_id,
        "carrier": own.text("company"),
        "tracking_number": own.text("number"),
        "tracking_url": own.text("url"),
        "state": shipment_state(word),
        "state_raw": word,
        "shipped_at": fields.time("inTransitAt") or fields.time("createdAt"),
        "promised_at": fields.time("estimatedDeliveryAt"),
        "delivered_at": fields.time("deliveredAt"),
        "events": [_event(each) for each in fields.sub("events").each("nodes")],
    }


def _event(fields: Fields) -> Json:
    word = fields.text("status")
    place = (fields.text(key) for key in ("city", "province", "country"))
    return {
        "at": fields.time("happenedAt"),
        "state": shipment_state(word),
        "state_raw": word,
        "place": ", ".join(filter(None, place)) or None,
        "text": fields.text("message"),
    }
