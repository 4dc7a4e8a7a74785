"""People, orders and the slow way to their figures, for the tests of the metrics."""

import random
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, freeze_time

from ..metrics import refresh
from ..models.sme_order import COUNTED_STATES
from ..tools import order_facts, rfm, rhythm

NOW = datetime(2026, 6, 15, 12, 0)
ZONE = "Asia/Shanghai"
# Figures that depend on when the refresh ran, not only on the orders.
DATED = ("fade_since", "computed_on", "create_date", "write_date")


@freeze_time(NOW)
class MetricsCase(TransactionCase):
    """A company of its own, whose figures nobody else moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._make_company("Figures Ltd", "EUR", ZONE)
        cls.env.user.company_ids = [Command.link(cls.company.id)]
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.source = cls._make_source(cls.company)
        cls.serial = 0

    @classmethod
    def _make_company(cls, name, currency, zone):
        unit = cls.env["res.currency"].with_context(active_test=False)
        unit = unit.search([("name", "=", currency)])
        unit.active = True
        company = cls.env["res.company"].create({"name": name, "currency_id": unit.id})
        company.partner_id.tz = zone
        return company

    @classmethod
    def _make_source(cls, company):
        return cls.env["sme.source"].create(
            {
                "name": f"Shop of {company.name}",
                "code": f"shop-{company.id}",
                "company_id": company.id,
            }
        )

    @classmethod
    def _make_partner(cls, name="Customer", **over):
        return cls.env["res.partner"].create({"name": name, **over})

    @classmethod
    def _make_order(cls, partner, at, revenue=100, **over):
        """Make a shop order, or with ``origin_id`` a refund of one.

        :param partner: record of ``res.partner``, empty for a guest
        :param at: naive UTC moment, or days before now
        :param revenue: without tax; the order's currency is the company's unless told
        """
        cls.serial += 1
        if not isinstance(at, datetime):
            at = NOW - timedelta(days=at)
        source = over.pop("source", cls.source)
        company = source.company_id
        vals = {
            "name": f"S{cls.serial}",
            "external_id": f"x{cls.serial}",
            "kind": "refund" if over.get("origin_id") else "order",
            "source_id": source.id,
            "company_id": company.id,
            "partner_id": partner.id,
            "date_order": at,
            "state": "completed",
            "currency_id": company.currency_id.id,
            "currency_rate": 1,
            "amount_untaxed": revenue,
            "amount_total": revenue,
            "revenue": revenue,
            "margin": round(revenue * 0.25, 2),
            **over,
        }
        vals.setdefault("counted", vals["state"] in COUNTED_STATES)
        return cls.env["sme.order"].create(vals)

    @classmethod
    def _make_refund(cls, order, at, revenue=None, **over):
        revenue = order.revenue if revenue is None else revenue
        return cls._make_order(
            order.partner_id, at, -revenue, origin_id=order.id, margin=0, **over
        )

    def _make_random_shop(self, seed, size, source):
        """Customers with no, one and many orders, families, refunds, guests."""
        dice = random.Random(seed)
        heads = [
            self._make_partner(f"C{n}", is_company=dice.random() < 0.5)
            for n in range(size)
        ]
        contacts = [
            self._make_partner(f"K{n}", parent_id=dice.choice(heads).id)
            for n in range(size // 3)
        ]
        for partner in heads + contacts:
            for _ in range(dice.choice([0, 1, 1, 2, 3, 5, 12])):
                self._make_random_order(dice, partner, source)
        for _ in range(3):
            guest = self.env["res.partner"]
            self._make_order(guest, dice.randrange(400), is_guest=True, source=source)

    def _make_random_order(self, dice, partner, source):
        moment = NOW - timedelta(minutes=dice.randrange(1000 * 24 * 60))
        state = dice.choice(["completed"] * 8 + ["cancelled", "pending"])
        amount = round(dice.uniform(0, 300), 2) if dice.random() < 0.95 else 0
        order = self._make_order(partner, moment, amount, state=state, source=source)
        if amount and state == "completed" and dice.random() < 0.2:
            part = amount if dice.random() < 0.5 else round(amount * 0.3, 2)
            back = min(moment + timedelta(days=dice.randrange(30)), NOW)
            self._make_refund(order, back, part, source=source)
        if dice.random() < 0.2:
            self._make_order(partner, moment + timedelta(minutes=5), 10, source=source)

    def refresh(self, partners=None, company=None):
        """Refresh the figures and give the number of rows that changed."""
        partner_ids = None if partners is None else partners.ids
        return self.env["sme.customer.value"]._refresh(
            partner_ids, company or self.company
        )

    def steps(self, *kept):
        """Let the refresh run only these of its steps after the rows."""
        return patch.object(refresh, "STEPS", kept)

    def row(self, partner, company=None):
        """Give a partner's row of figures, maybe none."""
        return self.env["sme.customer.value"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def versions(self, table="sme_customer_value"):
        """Give the row versions of a table; equal ones: nothing was written."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT id, xmin::text, ctid::text FROM {table} ORDER BY id"
        )
        return self.env.cr.fetchall()

    def figures(self, company=None):
        """All figures of a company as stored, by partner."""
        company = company or self.company
        rows = self.env["sme.customer.value"].search([("company_id", "=", company.id)])
        names = [
            name
            for name, field in rows._fields.items()
            if field.store and field.type != "many2one" and name not in DATED
        ]
        return {row.partner_id.id: row.read(names)[0] for row in rows}

    def slow_figures(self, company=None):
        """Compute the figures of all customers of a company the plain way."""
        company = company or self.company
        today = rhythm.local_day(NOW, company.partner_id.tz or "UTC")
        facts = self.slow_facts(company)
        behaviours = {
            head: rfm.Behaviour(
                max((today - fact.event_days[-1]).days, 0),
                fact.order_count_rfm,
                fact.revenue_rfm,
            )
            for head, fact in facts.items()
            if fact.order_count_rfm
        }
        limits = rfm.find_limits(list(behaviours.values()))
        gaps = [
            rhythm.measure_rhythm(fact.event_days).mean_gap for fact in facts.values()
        ]
        median = rhythm.median_gap([gap for gap in gaps if gap is not None])
        return {
            head: {
                **_sums(fact),
                **_silence(fact, median, company, today),
                **_scores(fact, behaviours.get(head), limits),
            }
            for head, fact in facts.items()
        }

    def slow_facts(self, company):
        """Sum up the orders of all customers of a company the plain way."""
        zone = company.partner_id.tz or "UTC"
        today = rhythm.local_day(NOW, zone)
        return {
            head: order_facts.sum_up(bookings, zone, today, company.sme_rfm_window_days)
            for head, bookings in self._bookings(company).items()
        }

    def _bookings(self, company):
        bookings = {}
        for order in self.env["sme.order"].search(
            [("company_id", "=", company.id), ("counted", "=", True)]
        ):
            head = order.partner_id.commercial_partner_id
            if not head.active:
                continue
            left = order.amount_total + sum(
                order.refund_ids.filtered("counted").mapped("amount_total")
            )
            bookings.setdefault(head.id, []).append(
                order_facts.Booking(
                    at=order.date_order,
                    is_refund=order.kind == "refund",
                    revenue=_decimal(order.revenue),
                    margin=_decimal(order.margin),
                    is_paid_back=bool(order.refund_ids) and left < 0.005,
                )
            )
        return bookings


def _cents(value):
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _decimal(value):
    return Decimal(str(round(value, 2)))


def _sums(fact):
    names = (
        *("order_count", "order_count_12m", "revenue", "revenue_12m", "margin"),
        *("margin_12m", "refund_amount", "revenue_90d", "revenue_prev_90d"),
        "refund_rate",
    )
    return {name: getattr(fact, name) for name in names} | {
        "trend_amount": fact.revenue_90d - fact.revenue_prev_90d,
        "aov": _cents(fact.revenue / fact.order_count) if fact.order_count else 0,
        "order_days": len(fact.event_days),
        "repeat_value": _cents(fact.repeat_value or Decimal(0)),
    }


def _silence(fact, median, company, today):
    if not fact.event_days:
        return {"fade_state": "none", "overdue_ratio": 0, "last_order_date": False}
    own = rhythm.measure_rhythm(fact.event_days)
    gap = own.mean_gap if own.is_own else median
    source = "own" if own.is_own else "company"
    if gap is None:
        gap, source = Decimal(company.sme_default_gap_days), "setting"
    limits = rhythm.FadeLimits(*(Decimal(str(r)) for r in company._sme_fade_ratios()))
    ratio = rhythm.overdue_ratio((today - fact.event_days[-1]).days, gap)
    return {
        "first_order_date": fact.event_days[0],
        "last_order_date": fact.event_days[-1],
        "mean_gap_days": gap,
        "gap_sd": own.gap_sd if own.is_own else 0,
        "rhythm_source": source,
        "next_order_date": rhythm.next_order_date(fact.event_days[-1], gap),
        "overdue_ratio": ratio,
        "fade_state": rhythm.fade_state(ratio, limits),
    }


def _scores(fact, behaviour, limits):
    scores = rfm.rfm_scores(behaviour, limits) if fact.order_count else None
    return {
        "rfm_code": rfm.rfm_code(scores) or False,
        "r_score": scores[0] if scores else 0,
        "f_score": scores[1] if scores else 0,
        "m_score": scores[2] if scores else 0,
    }
