import json
from copy import deepcopy
from pathlib import Path

from odoo.tests.common import TransactionCase, new_test_user

CONTRACT_DATA = Path(__file__).parent / "data" / "contract"
V1 = "2026-01-01T00:00:00.000000Z"
V2 = "2026-01-02T00:00:00.000000Z"
V3 = "2026-01-03T00:00:00.000000Z"


def make_customer(external_id="c1", version=V1, **over):
    """Return the envelope of a customer; ``over`` replaces fields of its data."""
    data = {
        "name": "Anna Berg",
        "email": "anna@example.com",
        "addresses": [
            {"street": "Hauptstr. 1", "zip": "10115", "city": "Berlin", "country": "DE"}
        ],
    }
    return _envelope("customer", external_id, version, data, over)


def make_product(external_id="p1", version=V1, **over):
    """Return the envelope of a product."""
    data = {"name": "Teapot", "sku": "TEA-1", "price": "20.00", "cost": "8.00"}
    return _envelope("product", external_id, version, data, over)


def make_order(external_id="o1", version=V1, **over):
    """Return the envelope of an order of 34.75: two lines and shipping."""
    data = {
        "number": "S1",
        "state": "completed",
        "ordered_at": "2026-01-01T10:00:00Z",
        "currency": "EUR",
        "customer": {
            "external_id": "c1",
            "email": "anna@example.com",
            "name": "Anna Berg",
        },
        "lines": [make_line("1", "20.00", "3.80"), make_line("2", "5.00", "0.95")],
        "charges": [
            {"kind": "shipping", "name": "Post", "net": "4.20", "tax": "0.80",
             "total": "5.00"}
        ],
        "total": "34.75",
    }  # fmt: skip
    return _envelope("order", external_id, version, data, over)


def make_line(external_id, net, tax, **over):
    """Return a line of goods."""
    total = f"{float(net) + float(tax):.2f}"
    return {
        "external_id": external_id,
        "product_external_id": f"p{external_id}",
        "name": f"Goods {external_id}",
        "quantity": "1",
        "net": net,
        "tax": tax,
        "total": total,
        **over,
    }


def make_shipment(external_id="s1", version=V1, **over):
    """Return the envelope of a parcel of order ``o1`` under way."""
    data = {
        "order_external_id": "o1",
        "carrier": "DHL",
        "tracking_number": "JD1",
        "state": "in_transit",
        "shipped_at": "2026-01-02T08:00:00Z",
        "events": [
            {"at": "2026-01-02T08:00:00Z", "state": "picked_up", "text": "Picked up"}
        ],
    }
    return _envelope("shipment", external_id, version, data, over)


def make_review(external_id="r1", version=V1, **over):
    """Return the envelope of a review of four stars."""
    data = {
        "at": "2026-01-05T08:00:00Z",
        "customer": {"external_id": "c1"},
        "rating": "4",
        "title": "Good",
        "text": "Pours well.",
    }
    return _envelope("review", external_id, version, data, over)


def gone(kind, external_id, version=""):
    """Return the envelope that says that a record is gone."""
    return {"kind": kind, "external_id": external_id, "version": version, "data": None}


def _envelope(kind, external_id, version, data, over):
    data = {k: v for k, v in {**data, **over}.items() if v is not None}
    return {"kind": kind, "external_id": external_id, "version": version, "data": data}


def make_report(number="JD1-23456", version=V1, carrier="dhl", **over):
    """Return the envelope of what a carrier says of a tracking number."""
    data = {
        "carrier": carrier,
        "tracking_number": number,
        "state": "out_for_delivery",
        "state_raw": "OUT",
        "events": [
            {"at": "2026-01-03T08:00:00Z", "state": "in_transit", "text": "Hub"},
            {"at": "2026-01-04T08:00:00Z", "state": "out_for_delivery", "text": "Van"},
        ],
    }
    return _envelope("shipment", f"{carrier}:{number}", version, data, over)


class DoorCase(TransactionCase):
    """A company that counts in euro and a robot whose only group is *Sync agent*."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.eur = cls.env.ref("base.EUR")
        cls.usd = cls.env.ref("base.USD")
        (cls.eur | cls.usd).active = True
        cls.company = cls._make_company("Teahouse")
        cls.robot = cls._make_robot("robot", cls.company)
        cls.door = cls.env["sme.ingest"].with_user(cls.robot)
        cls._cursors = {}

    def setUp(self):
        super().setUp()
        self._cursors = {}
        self._seq = 0

    @classmethod
    def _make_company(cls, name):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "currency_id": cls.eur.id,
                "country_id": cls.env.ref("base.de").id,
            }
        )
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _make_robot(cls, login, company):
        return new_test_user(
            cls.env,
            login,
            groups="crm_sme.crm_sme_group_sync",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            lang="en_US",
        )

    def push(self, *records, stream="all", source="shop", door=None, **over):
        """Push records on the stream's present cursor; return the answer."""
        key = (source, stream)
        self._seq += 1
        arguments = {
            "contract": 1,
            "source": source,
            "stream": stream,
            "run": "run",
            "seq": self._seq,
            "cursor_before": self._cursors.get(key),
            "cursor_after": {"seq": self._seq},
            "records": list(records),
            **over,
        }
        before = deepcopy(arguments)
        answer = (self.door if door is None else door).push(**arguments)
        self.assertEqual(arguments, before, "push changed its arguments")
        self._cursors[key] = answer["cursor"]
        self.env.invalidate_all()
        return answer

    def statuses(self, answer):
        return [result["status"] for result in answer["results"]]

    def push_one(self, record, **over):
        """Push one record and return its result."""
        return self.push(record, **over)["results"][0]

    def source(self, code="shop"):
        return self.env["sme.source"].search([("code", "=", code)])

    def order(self, external_id="o1", source="shop"):
        return self.env["sme.order"].search(
            [("source_id.code", "=", source), ("external_id", "=", external_id)]
        )

    def binding(self, external_id="c1", kind="customer", source="shop"):
        return self.env["sme.binding"].search(
            [
                ("source_id.code", "=", source),
                ("kind", "=", kind),
                ("external_id", "=", external_id),
            ]
        )

    def partner(self, external_id="c1", source="shop"):
        return self.binding(external_id, source=source).partner_id

    def reject(self, external_id, source="shop"):
        return self.env["sme.reject"].search(
            [("source_id.code", "=", source), ("external_id", "=", external_id)]
        )

    def assertBinding(self, external_id, partner, kind="customer"):
        self.assertEqual(self.binding(external_id, kind).partner_id, partner)

    def assertRejected(self, result, path, *words):
        """Check that a result is a refusal at ``path`` whose reason has ``words``."""
        self.assertEqual(result["status"], "rejected", result)
        self.assertEqual(result["path"], path, result)
        for word in words:
            self.assertIn(word, result["reason"])

    @staticmethod
    def contract_samples():
        """Return the samples of the contract, in the order of their names."""
        return [
            json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(CONTRACT_DATA.glob("*.json"))
            if not file.name.startswith("schema.")
        ]
