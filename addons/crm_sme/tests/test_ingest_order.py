import random
from decimal import Decimal

from odoo.tests import tagged

from .common import (
    V1,
    V2,
    V3,
    DoorCase,
    make_customer,
    make_line,
    make_order,
    make_product,
    make_shipment,
)

REFUND = {
    "external_id": "rf1",
    "refunded_at": "2026-01-10T10:00:00Z",
    "total": "5.95",
    "lines": [
        {"order_line_external_id": "2", "product_external_id": "p2", "name": "Goods 2",
         "quantity": "1", "net": "5.00", "tax": "0.95", "total": "5.95"}
    ],
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestIngestOrder(DoorCase):
    def refunds(self):
        return self.order().refund_ids

    def test_an_order_keeps_the_shops_own_date_sums_and_lines(self):
        self.push(make_customer(), make_order())
        order = self.order()
        self.assertEqual(str(order.date_order), "2026-01-01 10:00:00")
        self.assertEqual(
            (order.amount_untaxed, order.amount_tax, order.amount_total),
            (29.2, 5.55, 34.75),
        )
        self.assertEqual(order.amount_shipping, 4.2)
        self.assertEqual(order.revenue, 29.2)
        self.assertEqual(
            order.line_ids.mapped("line_type"), ["product", "product", "shipping"]
        )
        self.assertEqual(sum(order.line_ids.mapped("price_total")), order.amount_total)
        self.assertEqual(order.partner_id, self.partner())
        self.assertEqual(order.commercial_partner_id, self.partner())

    def test_a_line_that_was_removed_is_gone_and_the_total_follows(self):
        """The nearest rival fails on it and stays at the old total."""
        self.push(make_order())
        self.push(
            make_order(
                version=V2,
                lines=[make_line("1", "20.00", "3.80")],
                charges=None,
                total="23.80",
            )
        )
        order = self.order()
        self.assertEqual(order.amount_total, 23.8)
        self.assertEqual(order.line_ids.mapped("external_id"), ["1"])
        self.assertEqual(self.env["sme.order.line"].search_count([]), 1)

    def test_a_total_off_by_a_cent_is_refused_and_the_stored_order_stays(self):
        """The nearest rival refuses it too, but never tries it again."""
        self.push(make_order())
        result = self.push_one(make_order(version=V2, total="34.74"))
        self.assertRejected(result, "total", "34.75", "34.74", "-0.01")
        self.assertEqual(self.order().amount_total, 34.75)
        self.assertEqual(self.order().version, V1)
        self.assertEqual(self.push_one(make_order(version=V2))["status"], "updated")
        self.assertEqual(self.reject("o1").state, "solved")

    def test_a_refund_stays_when_the_order_is_synced_again(self):
        """The nearest rival undoes it with the next sync."""
        self.push(make_customer(), make_order(version=V2, refunds=[REFUND]))
        self.push(make_order(version=V3, refunds=[REFUND], note="seen again"))
        refund = self.refunds()
        self.assertEqual(len(refund), 1)
        self.assertEqual(refund.external_id, "o1#rf1")
        self.assertEqual((refund.amount_total, refund.revenue), (-5.95, -5.0))
        self.assertEqual(str(refund.date_order), "2026-01-10 10:00:00")
        self.assertEqual(refund.partner_id, self.partner())
        self.assertTrue(refund.counted)
        self.assertEqual(self.order().amount_total, 34.75)
        self.assertEqual(self.order().amount_refunded, 5.95)

    def test_a_refund_that_the_shop_deleted_is_gone(self):
        self.push(make_order(refunds=[REFUND]))
        self.push(make_order(version=V2))
        self.assertFalse(self.refunds())
        kinds = self.env["sme.interaction"].search([]).mapped("kind")
        self.assertEqual(kinds, ["order"])

    def test_a_bare_refund_is_split_into_net_and_tax_as_the_order_is(self):
        bare = {**REFUND, "total": "34.75", "lines": []}
        self.push(make_order(state="refunded", refunds=[bare], refunded_total="34.75"))
        order, refund = self.order(), self.refunds()
        self.assertEqual(refund.line_ids.line_type, "adjustment")
        self.assertEqual(order.revenue + refund.revenue, 0)
        self.assertEqual(order.amount_tax + refund.amount_tax, 0)

    def test_a_refund_of_a_cancelled_order_does_not_count(self):
        self.push(make_order(state="cancelled", refunds=[REFUND]))
        self.assertFalse(self.order().counted)
        self.assertFalse(self.refunds().counted)

    def test_only_firm_orders_count(self):
        states = {
            "pending": False, "confirmed": True, "shipped": True, "completed": True,
            "cancelled": False, "refunded": True, "failed": False, "unknown": False,
        }  # fmt: skip
        self.push(*[make_order(state, state=state) for state in states])
        for state, counted in states.items():
            self.assertEqual(self.order(state).counted, counted, state)

    def test_money_is_turned_at_the_rate_of_the_orders_day(self):
        Rate = self.env["res.currency.rate"]
        for day, rate in (("2025-12-31", 2.0), ("2026-01-02", 4.0)):
            Rate.create(
                {"name": day, "rate": rate, "currency_id": self.usd.id,
                 "company_id": self.company.id}
            )  # fmt: skip
        self.push(
            make_order("o1", currency="USD"),
            make_order("o2", currency="USD", ordered_at="2026-01-05T00:00:00Z"),
        )
        self.assertEqual(self.order("o1").revenue, 14.6)
        self.assertEqual(self.order("o2").revenue, 7.3)
        self.assertEqual(self.order("o1").currency_rate, 2.0)
        day = self.order("o1").date_order.date()
        expected = self.eur._get_conversion_rate(self.eur, self.usd, self.company, day)
        self.assertEqual(self.order("o1").currency_rate, expected)

    def test_money_without_any_rate_is_taken_as_it_is_and_the_source_says_so(self):
        self.env["res.currency.rate"].search([]).unlink()
        self.push(make_order(currency="USD"))
        self.assertEqual(self.order().revenue, 29.2)
        self.assertEqual(self.source().lacking_rate_ids, self.usd)
        self.assertIn("USD", self.source().health_text)
        self.env["res.currency.rate"].create(
            {"name": "2025-12-31", "rate": 2.0, "currency_id": self.usd.id,
             "company_id": self.company.id}
        )  # fmt: skip
        self.source().action_count_money_again()
        self.push(make_order(currency="USD"))
        self.assertEqual(self.order().revenue, 14.6)
        self.assertFalse(self.source().lacking_rate_ids)

    def test_margin_comes_from_the_products_cost(self):
        self.push(make_product("p1", sku="A"), make_product("p2", sku="B", cost="1"))
        self.push(make_order())
        order = self.order()
        self.assertEqual(order.line_ids[0].margin, 12.0)
        self.assertEqual(order.margin, 20.0 - 8 + 5 - 1 + 4.2)

    def test_an_order_of_unknown_products_has_no_margin(self):
        self.push(make_order())
        self.env.cr.execute("SELECT margin FROM sme_order")
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_a_product_that_comes_after_its_order_is_given_to_the_line(self):
        self.push(make_order())
        self.assertFalse(self.order().line_ids.product_id)
        self.push(make_product("p1", category=["Kitchen"]))
        line = self.order().line_ids[0]
        self.assertEqual(line.product_id, self.binding("p1", "product").product_id)
        self.assertEqual(line.categ_id.name, "Kitchen")
        self.assertEqual(line.margin, 12.0)
        self.assertEqual(self.order().margin, 16.2)

    def test_a_line_finds_its_product_by_sku_if_only_one_has_it(self):
        self.env["product.product"].create({"name": "Own", "default_code": "OWN"})
        for name in ("One", "Two"):
            self.env["product.product"].create({"name": name, "default_code": "TWICE"})
        self.push(
            make_order(
                lines=[
                    make_line("1", "20.00", "3.80", sku="OWN"),
                    make_line("2", "5.00", "0.95", sku="TWICE"),
                ]
            )
        )
        self.assertEqual(self.order().line_ids[0].product_id.name, "Own")
        self.assertFalse(self.order().line_ids[1].product_id)

    def test_without_leave_to_make_products_a_line_keeps_the_shops_name(self):
        self.push()
        self.source().create_products = False
        self.push(make_product("p1"), make_order())
        self.assertFalse(self.binding("p1", "product").product_id)
        self.assertEqual(self.order().line_ids[0].name, "Goods 1")
        self.source().create_products = True
        self.push(make_product("p1"))
        self.assertTrue(self.order().line_ids[0].product_id)

    def test_a_product_is_found_by_sku_and_what_a_person_changed_stays(self):
        own = self.env["product.product"].create(
            {"name": "Own name", "default_code": "TEA-1", "list_price": 99}
        )
        self.push(make_product())
        self.assertEqual(self.binding("p1", "product").product_id, own)
        self.assertEqual(own.name, "Own name")
        self.push(make_product("p2", sku="NEW"))
        made = self.binding("p2", "product").product_id
        made.name = "Renamed"
        self.push(make_product("p2", V2, sku="NEW", name="Shop's", price="21.00"))
        self.assertEqual((made.name, made.list_price), ("Renamed", 21.0))

    def test_interactions_tell_of_order_payment_and_refund(self):
        """Demand 17: trade events land in the database."""
        paid = "2026-01-01T11:00:00Z"
        self.push(make_customer(), make_order(paid_at=paid, refunds=[REFUND]))
        found = self.env["sme.interaction"].search([], order="date")
        self.assertEqual(found.mapped("kind"), ["order", "payment", "refund"])
        self.assertEqual(found.mapped("amount"), [34.75, 34.75, -5.95])
        self.assertEqual(found.partner_id, self.partner())
        self.push(make_order(version=V2))
        self.assertEqual(
            self.env["sme.interaction"].search([]).mapped("kind"), ["order"]
        )

    def test_region_and_buyer_are_read_off_the_address(self):
        self.push(
            make_order(
                shipping={
                    "country": "CN",
                    "state": "浙江",
                    "city": "杭州",
                    "zip": "310000",
                },
                utm={"source": "Newsletter X", "campaign": "Spring X"},
            )
        )
        order = self.order()
        self.assertEqual(order.region_id, self.env.ref("base.state_cn_ZJ"))
        self.assertEqual(order.city, "杭州")
        self.assertEqual(order.utm_source_id.name, "Newsletter X")
        self.assertEqual(order.buyer_email, "anna@example.com")

    def test_sums_of_random_orders_are_those_of_the_shop_to_the_cent(self):
        draw = random.Random(7)
        records, total = [], Decimal(0)
        for number in range(200):
            lines = []
            for position in range(draw.randint(1, 5)):
                net = Decimal(draw.randint(1, 99999)) / 100
                tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
                lines.append(
                    make_line(str(position), str(net), str(tax), total=str(net + tax))
                )
            sum_ = sum(Decimal(line["total"]) for line in lines)
            total += sum_
            records.append(
                make_order(f"o{number}", lines=lines, charges=None, total=str(sum_))
            )
        self.push(*records)
        self.env.cr.execute("SELECT sum(amount_total)::text FROM sme_order")
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), total)
        self.env.cr.execute("SELECT sum(price_total)::text FROM sme_order_line")
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), total)

    def test_a_parcel_that_comes_before_its_order_is_linked_when_it_comes(self):
        self.push(make_shipment())
        shipment = self.env["sme.shipment"].search([])
        self.assertFalse(shipment.order_id)
        self.push(make_customer(), make_order())
        self.assertEqual(shipment.order_id, self.order())
        self.assertEqual(shipment.partner_id, self.partner())
        told = self.env["sme.interaction"].search([("kind", "=", "shipment")])
        self.assertEqual(told.partner_id, self.partner())

    def test_a_parcel_knows_its_delay_its_scans_and_its_problems(self):
        events = [
            {"at": "2026-01-03T08:00:00Z", "state": "exception", "text": "Lost label"},
            {"at": "2026-01-02T08:00:00Z", "state": "picked_up", "text": "Picked up"},
            {"at": "2026-01-02T08:00:00Z", "state": "picked_up", "text": "Picked up"},
        ]
        self.push(
            make_customer(),
            make_order(),
            make_shipment(
                state="delivered",
                promised_at="2026-01-04T10:00:00Z",
                delivered_at="2026-01-07T09:00:00Z",
                events=events,
            ),
        )
        shipment = self.env["sme.shipment"].search([])
        told = self.env["sme.interaction"].search([("shipment_id", "=", shipment.id)])
        self.assertIn("delivery", told.mapped("kind"))
        self.assertEqual(shipment.late_days, 3)
        self.assertFalse(shipment.is_open)
        self.assertEqual(len(shipment.event_ids), 2)
        problem = self.env["sme.interaction"].search(
            [("kind", "=", "delivery_exception")]
        )
        self.assertIn("Lost label", problem.summary)
        self.assertEqual(problem.partner_id, self.partner())
        self.push(make_shipment(version=V2, state="delivered", events=events[1:]))
        self.assertFalse(problem.exists())

    def test_the_days_an_open_parcel_is_late_are_counted_on(self):
        self.push(make_shipment(promised_at="2026-01-04T10:00:00Z"))
        shipment = self.env["sme.shipment"].search([])
        shipment.late_days = 0
        self.env["sme.shipment"]._cron_late_days()
        self.assertGreater(shipment.late_days, 0)

    def test_a_quotation_is_made_of_an_order_once(self):
        self.push(make_product("p1"), make_customer(), make_order())
        order = self.order()
        action = order.action_make_quotation()
        quotation = order.sale_order_id
        self.assertEqual(quotation.state, "draft")
        self.assertEqual(quotation.partner_id, order.partner_id)
        self.assertEqual(quotation.company_id, self.company)
        self.assertEqual(quotation.order_line[0].price_subtotal, 20.0)
        self.assertEqual(order.action_make_quotation()["res_id"], action["res_id"])
        self.push(make_order(version=V2))
        self.assertEqual(order.sale_order_id, quotation)

    def test_a_refund_id_cannot_be_taken_for_an_order(self):
        self.push(make_order(refunds=[REFUND]))
        result = self.push_one(make_order("o1#rf1"))
        self.assertRejected(result, "external_id", "refund")
        self.assertEqual(self.refunds().amount_total, -5.95)
