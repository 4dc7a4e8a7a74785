"""What carriers say of tracking numbers, joined to the parcels of the shops."""

import json
from collections import defaultdict
from datetime import UTC, datetime

from odoo.tools import SQL

from ..models.sme_shipment import CLOSED_STATES
from ..tools.parcels import Claim, Row, joined, late_days, settled

OWN = ("state", "state_raw", "shipped_on", "promised_on", "delivered_on")
_ROWS = (
    "id", "source_id", "external_id", "tracking_key", "carrier", "tracking_number",
    "order_external_id", "order_id", "partner_id", "parcel_id", "gone_on", "own", *OWN,
)  # fmt: skip
_SCANS = ("shipment_id", "date", "state", "state_raw", "place", "text")


class Joined:
    """What became of the rows of tracking numbers that carriers told of.

    :ivar told: parcels with what is now known of them, as (row, scans)
    :ivar lent: ids of carriers' rows that belong to a parcel
    """

    def __init__(self):
        self.told = []
        self.lent = set()

    @property
    def ids(self):
        """Ids of all rows that this call has settled."""
        return self.lent | {row["id"] for row, _scans in self.told}


def join(ctx, keys):
    """Join what carriers say to the shops' parcels of the same tracking numbers.

    :param keys: tracking keys of what was just stored
    :rtype: Joined
    """
    answer = Joined()
    groups = _groups(ctx, keys)
    scans = _scans(ctx, [row["id"] for group in groups for row in group])
    parcels, reports = [], []
    for group in groups:
        parcel_of = joined([_as_row(row) for row in group])
        lenders = defaultdict(list)
        for row in group:
            if row["id"] in parcel_of:
                _report(row, parcel_of[row["id"]], group, reports)
                lenders[parcel_of[row["id"]]].append(row)
        for row in group:
            if row["order_external_id"] is None:
                continue
            _lend(ctx, row, lenders[row["id"]], scans, parcels)
            if lenders[row["id"]]:
                told = [row, *lenders[row["id"]]]
                answer.told.append(
                    (row, [scan for each in told for scan in scans[each["id"]]])
                )
        answer.lent.update(id_ for id_, parcel in parcel_of.items() if parcel)
    _write(ctx, parcels, reports)
    return answer


def _groups(ctx, keys):
    """Return the rows of each key that a carrier told of, as dicts by key."""
    if not keys:
        return []
    rows = ctx.env.execute_query_dict(
        SQL(
            "SELECT %(columns)s FROM sme_shipment WHERE company_id = %(company)s "
            "AND tracking_key IN (SELECT tracking_key FROM sme_shipment "
            "WHERE company_id = %(company)s AND tracking_key = ANY(%(keys)s::varchar[])"
            " AND order_external_id IS NULL) ORDER BY id",
            columns=SQL(", ").join(map(SQL.identifier, _ROWS)),
            company=ctx.company.id,
            keys=list(keys),
        )
    )
    groups = defaultdict(list)
    for row in rows:
        groups[row["tracking_key"]].append(row)
    return groups.values()


def _scans(ctx, shipments):
    found = defaultdict(list)
    if shipments:
        for row in ctx.env.execute_query_dict(
            SQL(
                "SELECT %s FROM sme_tracking_event WHERE shipment_id = ANY(%s) "
                "ORDER BY date, id",
                SQL(", ").join(map(SQL.identifier, _SCANS)),
                shipments,
            )
        ):
            row["at"] = row["date"].replace(tzinfo=UTC)
            found[row["shipment_id"]].append(row)
    return found


def _as_row(row):
    return Row(
        row["id"],
        of_shop=row["order_external_id"] is not None,
        carrier=row["carrier"],
        shipped_on=_own(row)["shipped_on"],
        gone=row["gone_on"] is not None,
    )


def _own(row):
    """Return what a row said itself, before anything was lent to it."""
    if row["own"] is None:
        return {name: row[name] for name in OWN}
    return {name: _moment(name, row["own"].get(name)) for name in OWN}


def _moment(name, value):
    dated = value and name.endswith("_on")
    return datetime.fromisoformat(value) if dated else value


def _report(row, parcel, group, reports):
    """Note where a carrier's row belongs; it takes order and customer from there."""
    shop = next((each for each in group if each["id"] == parcel), None) or {}
    wanted = {
        "id": row["id"],
        "parcel_id": parcel,
        "order_id": shop.get("order_id"),
        "partner_id": shop.get("partner_id"),
    }
    if any(row[name] != value for name, value in wanted.items()):
        row.update(wanted)
        reports.append(wanted)


def _lend(ctx, row, lenders, scans, parcels):
    """Note what is known of a shop's parcel with what carriers say of it."""
    own = _own(row)
    if not lenders and row["own"] is None:
        return
    lent = _lent(row, own, lenders, scans) if lenders else own
    is_open = lent["state"] not in CLOSED_STATES and row["gone_on"] is None
    end = lent["delivered_on"] or (ctx.now if is_open else lent["promised_on"])
    row.update(lent)
    parcels.append(
        {
            **lent,
            "id": row["id"],
            "own": own if lenders else None,
            "is_open": is_open,
            "late_days": late_days(lent["promised_on"], end),
        }
    )


def _lent(row, own, lenders, scans):
    claims = _claims({**row, **own}, scans)
    for lender in lenders:
        claims += _claims(lender, scans)
    best = settled(claims)
    told = [own, *lenders]
    return {
        "state": best.state,
        "state_raw": best.raw,
        "shipped_on": own["shipped_on"]
        or min(_known(lenders, "shipped_on"), default=None),
        # what the shop promised is what the customer waits for
        "promised_on": own["promised_on"]
        or next(iter(_known(lenders[::-1], "promised_on")), None),
        "delivered_on": min(_known(told, "delivered_on"), default=None),
    }


def _known(rows, name):
    return [row[name] for row in rows if row[name]]


def _claims(row, scans):
    """Return what a row says of the state: each scan, and the row itself at the end.

    A shop that only says "sent" says it when somebody has clicked, perhaps days after
    the first scan: without scans such a word counts for no time.
    """
    own = scans[row["id"]]
    at = max((scan["date"] for scan in own), default=None)
    if row["state"] == "delivered":
        at = row["delivered_on"] or at
    if at is None and row["state"] in CLOSED_STATES:
        at = row["shipped_on"]
    return [
        *(Claim(scan["state"], scan["date"], scan["state_raw"]) for scan in own),
        Claim(row["state"], at, row["state_raw"]),
    ]


def _write(ctx, parcels, reports):
    """Store what was lent, and where carriers' rows belong."""
    _update(
        ctx,
        reports,
        "parcel_id = r.parcel_id, order_id = r.order_id, partner_id = r.partner_id",
        "parcel_id int4, order_id int4, partner_id int4",
    )
    _update(
        ctx,
        parcels,
        "own = r.own, state = r.state, state_raw = r.state_raw, is_open = r.is_open, "
        "shipped_on = r.shipped_on, promised_on = r.promised_on, "
        "delivered_on = r.delivered_on, late_days = r.late_days",
        "own jsonb, state varchar, state_raw varchar, is_open bool, "
        "shipped_on timestamp, promised_on timestamp, delivered_on timestamp, "
        "late_days int4",
    )
    ctx.touch(_owners(ctx, [row["order_id"] for row in reports if row["order_id"]]))


def _update(ctx, rows, sets, types):
    if rows:
        ctx.env.execute_query(
            SQL(
                "UPDATE sme_shipment s SET %s "
                "FROM jsonb_to_recordset(%s::jsonb) AS r(id int4, %s) "
                "WHERE s.id = r.id RETURNING s.id",
                SQL(sets),  # pylint: disable=sql-injection
                json.dumps(rows, default=str),
                SQL(types),  # pylint: disable=sql-injection
            )
        )


def _owners(ctx, orders):
    if not orders:
        return []
    rows = ctx.env.execute_query(
        SQL(
            "SELECT DISTINCT commercial_partner_id FROM sme_order WHERE id = ANY(%s)",
            orders,
        )
    )
    return [row[0] for row in rows]
