"""Orders made in Odoo count beside those of shops, each once."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestMetricsNative(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "type": "consu", "standard_price": 60}
        )

    def _make_sale(self, partner, days, price, **over):
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **over,
            }
        )
        order.action_confirm()
        order.date_order = NOW - timedelta(days=days)
        return order

    def test_orders_of_both_kinds_are_one_history(self):
        partner = self._make_partner()
        self._make_order(partner, 40, 100)
        self._make_sale(partner, 20, 80)
        self._make_order(partner, 0, 10)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.order_count, 3)
        self.assertEqual(row.revenue, 190)
        self.assertEqual(row.mean_gap_days, 20)
        self.assertEqual(row.margin, 47.5)

    def test_quotations_and_cancelled_orders_do_not_count(self):
        partner = self._make_partner()
        self._make_sale(partner, 20, 80)._action_cancel()
        quotation = self._make_sale(partner, 20, 70)
        quotation.state = "sent"
        self._make_sale(partner, 10, 30)
        self.refresh()
        self.assertEqual(self.row(partner).revenue, 30)

    def test_quotation_made_from_a_shop_order_counts_once(self):
        partner = self._make_partner()
        order = self._make_order(partner, 20, 100)
        order.sale_order_id = self._make_sale(partner, 19, 100)
        self.refresh()
        self.assertEqual(self.row(partner).revenue, 100)
        self.assertEqual(self.row(partner).order_count, 1)
        order.write({"counted": False, "state": "cancelled"})
        self.refresh()
        self.assertEqual(self.row(partner).revenue, 100)

    def test_amounts_are_turned_into_the_companys_currency(self):
        """Demand 58: the rate of the order's day, rounded order by order."""
        partner = self._make_partner()
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 1.7,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id}
        )
        sale = self._make_sale(partner, 20, 100, pricelist_id=pricelist.id)
        self.assertAlmostEqual(sale.currency_rate, 1.7)
        self.refresh()
        self.assertEqual(self.row(partner).revenue, 58.82)

    def test_one_customer_among_others_gives_the_same_as_all(self):
        for number in range(6):
            partner = self._make_partner(f"C{number}")
            contact = self._make_partner(f"K{number}", parent_id=partner.id)
            self._make_sale(contact, 10 * number, 10 + number)
            self._make_order(partner, 5 * number, 20)
        self.refresh()
        before = self.figures()
        row = self.row(partner)
        self.env.cr.execute(
            "UPDATE sme_customer_value SET revenue = 0 WHERE id = %s", [row.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.refresh(partner), 1)
        self.assertEqual(self.figures(), before)

    def test_confirming_and_cancelling_queues_the_customer(self):
        partner = self._make_partner()
        queue = self.env["sme.touch"]
        sale = self._make_sale(partner, 3, 10)
        self.assertIn(partner, queue.search([]).partner_id)
        queue.search([]).unlink()
        sale.note = "Nothing of weight"
        self.assertFalse(queue.search([]))
        sale._action_cancel()
        self.assertEqual(queue.search([]).partner_id, partner)
