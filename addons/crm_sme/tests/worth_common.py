"""Customers with talks, goods and recommendations, for the tests of their worth."""

from datetime import timedelta

from odoo.tests import freeze_time

from ..metrics import tiers, worth
from ..metrics.as_of import AsOf
from .metrics_common import NOW, MetricsCase

NO_RATES = dict.fromkeys(
    (
        "sme_cost_call",
        "sme_cost_meeting",
        "sme_cost_message",
        "sme_cost_complaint",
        "sme_cost_return",
        "sme_cost_delivery",
        "sme_acquisition_cost",
        "sme_advocacy_rate",
        "sme_learning_rate",
    ),
    0,
)


@freeze_time(NOW)
class WorthCase(MetricsCase):
    """A company whose service costs nothing until a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(NO_RATES)

    @classmethod
    def _make_talk(cls, partner, kind="call", days=10, company=None, **over):
        return cls.env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "kind": kind,
                "date": NOW - timedelta(days=days),
                "summary": kind,
                "user_id": cls.env.uid,
                **over,
            }
        )

    @classmethod
    def _make_score(cls, partner, days=10, company=None, **over):
        return cls.env["sme.delivered.score"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "date": NOW.date() - timedelta(days=days),
                **over,
            }
        )

    @classmethod
    def _make_category(cls, name, parent=None):
        return cls.env["product.category"].create(
            {"name": name, "parent_id": parent.id if parent else False}
        )

    @classmethod
    def _make_sale(cls, partner, days, goods, **over):
        """Make a shop order with one line a category.

        :param dict goods: category to margin; the revenue is four times as much
        """
        margin = sum(goods.values())
        order = cls._make_order(partner, days, 4 * margin, margin=margin, **over)
        cls._add_lines(order, goods)
        return order

    @classmethod
    def _add_lines(cls, order, goods, sign=1):
        cls.env["sme.order.line"].create(
            [
                {
                    "order_id": order.id,
                    "name": category.name,
                    "categ_id": category.id,
                    "quantity": sign,
                    "price_subtotal": 4 * margin,
                    "margin": margin,
                }
                for category, margin in goods.items()
            ]
        )

    def revalue(self, company=None):
        """Find the worth anew from the figures as they stand, forecast included."""
        self.env.flush_all()
        company = company or self.company
        today = AsOf.of_company(company)
        for step in (worth, tiers):
            step.update(self.env(su=True), company, today, limited=False)
        self.env["sme.customer.value"].invalidate_model()

    def nights(self, count, start=1):
        """Let the nightly refresh run on the next days."""
        for night in range(start, start + count):
            with freeze_time(NOW + timedelta(days=night)):
                self.refresh()
