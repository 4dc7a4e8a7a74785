"""Parcels with their scans; problems on the way become interactions."""

import hashlib

from odoo.tools import SQL

from ..models.sme_shipment import CLOSED_STATES
from ..tools.parcels import late_days, tracking_key
from . import parcels
from .context import naive
from .rows import insert, overwrite

KEY = ("source_id", "external_id")
EVENT_KEY = ("source_id", "kind", "external_id")
COLUMNS = (
    "external_id", "version", "payload_hash", "order_id", "order_external_id",
    "partner_id", "carrier", "service", "tracking_number", "tracking_key",
    "tracking_url", "state", "state_raw", "is_open", "shipped_on", "promised_on",
    "delivered_on", "late_days", "cost", "currency_id", "gone_on", "own",
)  # fmt: skip
SCAN_COLUMNS = ("shipment_id", "date", "state", "state_raw", "place", "text")
INTERACTION_COLUMNS = (
    "source_id", "kind", "external_id", "partner_id", "order_id", "shipment_id", "date",
    "direction", "channel", "summary", "body_text", "gone_on",
)  # fmt: skip
PROBLEMS = ("delivery_failed", "exception", "returning", "returned", "expired")


def check(ctx, record):
    """Refuse a parcel whose cost is in an unknown currency.

    :raises Refusal: with path and reason
    """
    if record["currency"]:
        ctx.currency(record["currency"])


def store(ctx, items):
    """Write parcels; the scans of those that were here before are replaced.

    :param list items: checked items of :mod:`.batch`
    """
    orders = _orders(ctx, items)
    rows = [_row(ctx, item, orders) for item in items]
    ctx.env.flush_all()
    old = [item.stored_id for item in items if item.stored_id]
    if old:
        ctx.env.execute_query(
            SQL(
                "DELETE FROM sme_tracking_event "
                "WHERE shipment_id = ANY(%s) RETURNING 1",
                old,
            )
        )
    shipment = ctx.env["sme.shipment"]
    answer = insert(
        shipment,
        COLUMNS,
        rows,
        {"source_id": ctx.source.id, "company_id": ctx.company.id},
        overwrite(shipment, KEY, COLUMNS),
        returning=("external_id", "id"),
    )
    ids = dict(answer)
    insert(
        ctx.env["sme.tracking.event"],
        SCAN_COLUMNS,
        [row for item in items for row in _scans(item, ids[item.external_id])],
    )
    joined = parcels.join(ctx, {row["tracking_key"] for row in rows} - {None})
    _write_interactions(ctx, _told(ctx, items, rows, ids, joined), joined.lent)
    ctx.touch(owner for _order, _partner, owner in orders.values())
    for item in items:
        item.status = "updated" if item.stored_id else "created"


def _orders(ctx, items):
    """Return external id of an order to (id, partner, commercial partner)."""
    wanted = {item.record["order_external_id"] for item in items} - {None}
    if not wanted:
        return {}
    rows = ctx.env.execute_query(
        SQL(
            "SELECT external_id, id, partner_id, commercial_partner_id FROM sme_order "
            "WHERE source_id = %s AND kind = 'order' AND external_id = ANY(%s)",
            ctx.source.id,
            list(wanted),
        )
    )
    return {row[0]: row[1:] for row in rows}


def _row(ctx, item, orders):
    record = item.record
    order, partner, _owner = orders.get(record["order_external_id"], (None,) * 3)
    promised = naive(record["promised_at"])
    delivered = naive(record["delivered_at"])
    is_open = record["state"] not in CLOSED_STATES
    end = delivered or (ctx.now if is_open else promised)
    return {
        "external_id": item.external_id,
        "version": item.version,
        "payload_hash": item.hash,
        "order_id": order,
        "partner_id": partner,
        "order_external_id": record["order_external_id"],
        "carrier": record["carrier"],
        "service": record["service"],
        "tracking_number": record["tracking_number"],
        "tracking_key": tracking_key(record["tracking_number"]),
        "tracking_url": record["tracking_url"],
        "state": record["state"],
        "state_raw": record["state_raw"],
        "is_open": is_open,
        "shipped_on": naive(record["shipped_at"]),
        "promised_on": promised,
        "delivered_on": delivered,
        "late_days": late_days(promised, end),
        "cost": record["cost"],
        "currency_id": ctx.currency(record["currency"]) if record["currency"] else None,
    }


def _scans(item, shipment):
    """Return the scans as rows; the same scan sent twice is one."""
    seen = {}
    for event in item.record["events"]:
        key = (event["at"], event["state_raw"], event["text"])
        seen[key] = {
            "shipment_id": shipment,
            "date": naive(event["at"]),
            "state": event["state"],
            "state_raw": event["state_raw"],
            "place": event["place"],
            "text": event["text"],
        }
    return seen.values()


def _told(ctx, items, rows, ids, joined):
    """Return each parcel that a customer noticed something of, with its scans.

    A carrier's row that belongs to a shop's parcel tells nothing by itself.
    """
    own = [
        ({**row, "id": ids[item.external_id], "source_id": ctx.source.id}, item)
        for item, row in zip(items, rows, strict=True)
    ]
    settled = joined.ids
    return [
        *(
            (row, item.record["events"])
            for row, item in own
            if row["id"] not in settled
        ),
        *joined.told,
    ]


def _write_interactions(ctx, told, lent):
    """Write what customers noticed of parcels; what no longer holds goes.

    :param list told: (row, scans) of parcels
    :param set lent: ids of rows that tell nothing by themselves
    """
    interaction = ctx.env["sme.interaction"]
    found = {}
    for row, scans in told:
        for event in _interactions(row, scans):
            found[event["source_id"], event["kind"], event["external_id"]] = event
    ctx.env.execute_query(
        SQL(
            "DELETE FROM sme_interaction WHERE shipment_id = ANY(%s) "
            # what a colleague noted on the parcel has no external id and stays
            "AND external_id IS NOT NULL "
            "AND external_id <> ALL(%s::varchar[]) RETURNING 1",
            [*lent, *(row["id"] for row, _scans in told)],
            [key[-1] for key in found],
        )
    )
    insert(
        interaction,
        INTERACTION_COLUMNS,
        list(found.values()),
        {"company_id": ctx.company.id},
        overwrite(
            interaction,
            EVENT_KEY,
            INTERACTION_COLUMNS,
            key_where=SQL("external_id IS NOT NULL"),
        ),
    )


def _interactions(row, scans):
    """Return what the customer noticed: sent, arrived, and each problem."""
    words = [word for word in (row["carrier"], row["tracking_number"]) if word]
    shared = {
        "source_id": row["source_id"],
        "partner_id": row["partner_id"],
        "order_id": row["order_id"],
        "shipment_id": row["id"],
        "direction": "out",
        "channel": row["carrier"],
        "summary": " ".join(words) or row["external_id"],
    }
    for kind, step, date in (
        ("shipment", "shipped", row["shipped_on"]),
        ("delivery", "arrived", row["delivered_on"]),
    ):
        if date:
            yield {
                **shared,
                "kind": kind,
                "external_id": f"{row['external_id']}#{step}",
                "date": date,
            }
    for event in scans:
        if event["state"] in PROBLEMS:
            said = event["text"] or event["state_raw"]
            yield {
                **shared,
                "kind": "delivery_exception",
                "external_id": f"{row['external_id']}#{_scan_key(event)}",
                "date": naive(event["at"]),
                "summary": " · ".join(w for w in (shared["summary"], said) if w),
                "body_text": event["place"],
            }


def _scan_key(event):
    text = f"{event['at'].isoformat()}|{event['state_raw']}|{event['text']}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
