"""Random sales and the slow way to their sums, for the tests of the roll-up."""

import random
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command

from ..metrics.sales_lines import DIMENSIONS, MEASURES
from ..models.sme_sales_rollup import CUTS
from .metrics_common import NOW, MetricsCase

TABLES = ("sme.sales", *CUTS)
SUMS = ("revenue", "margin", "refunded", "order_count", "quantity")


def exact(value):
    return Decimal(str(round(value, 4)))


class SalesCase(MetricsCase):
    """Random sales: currencies, refunds, guests, contacts, own orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(97)
        cls.yuan = cls.env.ref("base.CNY")
        cls.yuan.active = True
        cls.categories = cls.env["product.category"].create(
            [{"name": f"Category {n}"} for n in range(3)]
        )
        cls.vendors = cls.env["res.partner"].create(
            [{"name": f"Vendor {n}"} for n in range(2)]
        )
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Product {n}",
                    "type": "consu",
                    "standard_price": 7,
                    "categ_id": cls.categories[n % 3].id,
                    "seller_ids": [
                        Command.create({"partner_id": cls.vendors[n % 2].id})
                    ],
                }
                for n in range(5)
            ]
        )
        cls.campaign = cls.env["utm.campaign"].create({"name": "Spring"})
        cls.people = cls._make_people()
        cls.nobody = cls.env["res.partner"]

    @classmethod
    def _make_people(cls):
        places = (("base.cn", "base.state_cn_SH"), ("base.de", None), (None, None))
        people = cls.env["res.partner"]
        for number in range(12):
            country, state = places[number % 3]
            people |= cls._make_partner(
                f"Buyer {number}",
                is_company=number % 4 == 0,
                country_id=country and cls.env.ref(country).id,
                state_id=state
                and (
                    cls.env.ref(state, raise_if_not_found=False) or cls.env["base"]
                ).id,
            )
        contact = cls._make_partner("Contact", parent_id=people[0].id)
        return people | contact

    @classmethod
    def _make_shop_order(cls, partner, at, **over):
        """Make an order of one to four lines, maybe in another currency."""
        foreign = over.pop("foreign", cls.dice.random() < 0.3)
        rate = 7.7777 if foreign else 1.0
        lines = over.pop("lines", None) or cls._random_lines()
        net = round(sum(line["price_subtotal"] for line in lines), 2)
        gains = [line["margin"] for line in lines if line["margin"] is not None]
        order = cls._make_order(
            partner,
            at,
            round(net / rate, 2),
            amount_untaxed=net,
            amount_total=round(net * 1.13, 2),
            currency_rate=rate,
            currency_id=(cls.yuan if foreign else cls.company.currency_id).id,
            margin=round(sum(gains) / rate, 2) if gains else False,
            channel=cls.dice.choice(["web", "phone", False]),
            **over,
        )
        order.line_ids = [Command.create(line) for line in lines]
        if not gains:
            # The ORM stores 0 for False; the door stores nothing for unknown costs.
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE sme_order SET margin = NULL WHERE id = %s", [order.id]
            )
            order.invalidate_recordset()
        return order

    @classmethod
    def _random_lines(cls):
        dice, lines = cls.dice, []
        for _ in range(dice.randrange(1, 4)):
            product = dice.choice([*cls.products, cls.env["product.product"]])
            net = round(dice.uniform(0, 90), 2)
            lines.append(
                {
                    "line_type": "product",
                    "name": "Goods",
                    "product_id": product.id,
                    "categ_id": product.categ_id.id,
                    "quantity": dice.randrange(1, 5),
                    "price_subtotal": net,
                    "discount_amount": round(dice.choice([0, 0, net / 10]), 2),
                    "margin": round(net * 0.4, 2),
                }
            )
        kind, net = dice.choice([("shipping", 4.99), ("discount", -3.33), ("fee", 1)])
        lines.append(
            {
                "line_type": kind,
                "name": kind,
                "quantity": 1,
                "price_subtotal": net,
                "margin": net,
            }
        )
        return lines

    @classmethod
    def _make_back(cls, order, at, part):
        """Make a refund of a part of an order (1: the whole)."""
        lines = [
            {
                "line_type": line.line_type,
                "name": line.name,
                "product_id": line.product_id.id,
                "categ_id": line.categ_id.id,
                "quantity": -line.quantity,
                "price_subtotal": -round(line.price_subtotal * part, 2),
                "margin": -round(line.margin * part, 2),
            }
            for line in order.line_ids
        ]
        return cls._make_shop_order(
            order.partner_id,
            at,
            lines=lines,
            foreign=order.currency_id == cls.yuan,
            origin_id=order.id,
            user_id=order.user_id.id,
        )

    @classmethod
    def _make_sale(cls, partner, at, **over):
        sale = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.dice.choice(cls.products).id,
                            "product_uom_qty": cls.dice.randrange(1, 4),
                            "price_unit": round(cls.dice.uniform(5, 80), 2),
                            "discount": cls.dice.choice([0, 0, 10]),
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for _ in range(cls.dice.randrange(1, 4))
                ],
                **over,
            }
        )
        sale.action_confirm()
        sale.date_order = at
        return sale

    @classmethod
    def _make_history(cls, count=90):
        dice = cls.dice
        for _ in range(count):
            partner = dice.choice([*cls.people, cls.nobody])
            at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 500))
            order = cls._make_shop_order(
                partner,
                at,
                state=dice.choice(["completed"] * 6 + ["cancelled", "pending"]),
                coupon_codes=dice.choice([False, False, "SAVE"]),
                utm_campaign_id=dice.choice([False, cls.campaign.id]),
                amount_discount=dice.choice([0, 5]),
            )
            if order.counted and dice.random() < 0.3:
                cls._make_back(order, at + timedelta(days=3), dice.choice([1, 0.37]))
        for _ in range(count // 4):
            at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 500))
            cls._make_sale(dice.choice(cls.people), at)

    # ------------------------------------------------------------- slow figures
    def orders(self, company=None):
        """Counted orders of both kinds with their figures, the plain way."""
        company = company or self.company
        zone = ZoneInfo(company.partner_id.tz or "UTC")
        found = []
        for order in self.env["sme.order"].search(
            [("company_id", "=", company.id), ("counted", "=", True)]
        ):
            paid_back = sum(order.refund_ids.filtered("counted").mapped("amount_total"))
            whole = order.refund_ids and order.amount_total + paid_back < 0.005
            is_event = order.kind == "order" and order.revenue > 0 and not whole
            found.append(
                {
                    "partner": order.partner_id.commercial_partner_id,
                    "month": _month(order.date_order, zone),
                    "revenue": exact(order.revenue),
                    "margin": exact(order.margin),
                    "refunded": exact(-order.revenue)
                    if order.kind == "refund"
                    else Decimal(0),
                    "order_count": int(is_event),
                    "quantity": exact(
                        sum(
                            line.quantity
                            for line in order.line_ids
                            if line.line_type == "product"
                        )
                    ),
                }
            )
        return found + self._own_orders(company, zone)

    def _own_orders(self, company, zone):
        made = self.env["sme.order"].search([("counted", "=", True)]).sale_order_id
        sales = self.env["sale.order"].search(
            [("company_id", "=", company.id), ("state", "=", "sale")]
        )
        return [
            {
                "partner": sale.partner_id.commercial_partner_id,
                "month": _month(sale.date_order, zone),
                "revenue": exact(round(sale.amount_untaxed / sale.currency_rate, 2)),
                "margin": exact(round(sale.margin / sale.currency_rate, 2)),
                "refunded": Decimal(0),
                "order_count": int(sale.amount_untaxed > 0),
                "quantity": exact(sum(sale.order_line.mapped("product_uom_qty"))),
            }
            for sale in sales - made
        ]

    def cells(self, name="sme.sales", company=None):
        """Rows of a table as tuples, summed up by their dimensions, empty ones out."""
        model = self.env[name]
        dims = [each for each in DIMENSIONS if each in model._fields]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT {0}, {1} FROM {2} WHERE company_id = %s GROUP BY {0}".format(
                ", ".join(dims),
                ", ".join(f"sum({each})" for each in MEASURES),
                model._table,
            ),
            [(company or self.company).id],
        )
        found = {row[: len(dims)]: row[len(dims) :] for row in self.env.cr.fetchall()}
        return {key: sums for key, sums in found.items() if any(sums)}

    def total(self, name, column, company=None):
        self.env.cr.execute(
            f"SELECT sum({column})::text FROM {self.env[name]._table} "
            "WHERE company_id = %s",
            [(company or self.company).id],
        )
        return Decimal(self.env.cr.fetchone()[0] or 0)

    def assert_reconciled(self, company=None):
        """Check that every table and grouping has the sums of the orders."""
        orders = self.orders(company)
        for column in SUMS:
            expected = sum((order[column] for order in orders), Decimal(0))
            for name in TABLES:
                found = self.total(name, column, company)
                self.assertEqual(found, expected, (name, column))


def _month(moment, zone):
    local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    return local.date().replace(day=1)
