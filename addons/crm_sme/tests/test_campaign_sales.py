"""Which orders count for which campaign."""

import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools.campaigns import Contact, Sale, counts_for
from .campaign_common import CampaignCase
from .metrics_common import NOW


@tagged("post_install", "-at_install")
class TestCampaignSales(CampaignCase):
    """Demand 83: campaigns are evaluated by what customers bought."""

    def test_orders_of_the_shop_and_of_odoo_count_and_invoices_do_not(self):
        self._make_order(self.anna, 3, 100, utm_campaign_id=self.spring.id)
        product = self.env["product.product"].create({"name": "Tea", "list_price": 50})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "campaign_id": self.spring.id,
                "order_line": [
                    fields.Command.create({"product_id": product.id, "tax_ids": False})
                ],
            }
        )
        self.results()
        self.assertEqual(self.spring.order_total, 1, "a quotation is no sale")
        order.action_confirm()
        self.results()
        self.assertEqual(self.spring.order_total, 2)
        self.assertEqual(self.spring.revenue_total, 150)
        self.assertEqual(self.spring.customer_total, 1)
        self.assertFalse(
            self.env["account.move"].search([("partner_id", "=", self.anna.id)])
        )

    def test_refund_is_taken_off_and_a_wholly_refunded_order_is_none(self):
        whole = self._make_order(self.anna, 9, 80, utm_campaign_id=self.spring.id)
        part = self._make_order(self.anna, 8, 100, utm_campaign_id=self.spring.id)
        self._make_refund(whole, 2)
        self._make_refund(part, 1, 30)
        self.results()
        self.assertEqual(self.spring.revenue_total, 70)
        self.assertEqual(self.spring.order_total, 1)
        self.assertEqual([how for how, _ in self.sales(self.spring)], ["named"] * 4)

    def test_coupon_of_the_campaign_counts_whatever_its_letters(self):
        self.spring.coupon_codes = "spring10, Spring 20"
        self._make_order(self.anna, 1, 40, coupon_codes="VIP, SPRING20")
        self._make_order(self.anna, 1, 40, coupon_codes="SPRING2")
        self.results()
        self.assertEqual(self.sales(self.spring), [("coupon", 40)])

    def test_order_within_the_days_after_a_click_counts_and_later_ones_do_not(self):
        self.spring.attribution_days = 5
        self._make_trace(self.spring, self.anna, 10)
        self._make_order(self.anna, 11, 1)
        self._make_order(self.anna, 10, 2)
        self._make_order(self.anna, 5, 4)
        self._make_order(self.anna, 4, 8)
        self.results()
        self.assertEqual(self.sales(self.spring), [("clicked", 2), ("clicked", 4)])

    def test_who_only_got_the_mail_counts_only_if_wanted(self):
        self._make_trace(
            self.spring, self.anna, 3, links_click_datetime=False, trace_status="sent"
        )
        self._make_order(self.anna, 1, 100)
        self.results()
        self.assertFalse(self.sales(self.spring))
        self.spring.attribution = "reached"
        self.results()
        self.assertEqual(self.sales(self.spring), [("reached", 100)])
        self.spring.attribution = "named"
        self.results()
        self.assertFalse(self.sales(self.spring), "what does not count is dropped")

    def test_bounced_mail_reached_nobody(self):
        self.spring.attribution = "reached"
        self._make_trace(
            self.spring, self.anna, 3, links_click_datetime=False, trace_status="bounce"
        )
        self._make_order(self.anna, 1, 100)
        self.results()
        self.assertFalse(self.sales(self.spring))

    def test_order_counts_for_one_campaign_the_latest_contact(self):
        summer = self._make_campaign("Summer")
        self._make_trace(self.spring, self.anna, 6)
        self._make_trace(summer, self.anna, 3)
        self._make_order(self.anna, 1, 100)
        named = self._make_order(self.anna, 1, 50, utm_campaign_id=self.spring.id)
        self.results()
        self.assertEqual(self.sales(summer), [("clicked", 100)])
        self.assertEqual(self.sales(self.spring), [("named", 50)])
        kept = self.env["sme.campaign.sale"].search([("order_id", "=", named.id)])
        self.assertEqual(len(kept), 1)

    def test_click_of_a_contact_counts_for_his_company(self):
        firm = self._make_partner("Firm", is_company=True)
        clerk = self._make_partner("Clerk", parent_id=firm.id)
        self._make_trace(self.spring, clerk, 3)
        self._make_order(firm, 1, 100)
        self.results()
        self.assertEqual(self.sales(self.spring), [("clicked", 100)])

    def test_sales_of_another_company_do_not_count(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        source = self._make_source(other)
        self._make_order(
            self.anna, 1, 100, source=source, utm_campaign_id=self.spring.id
        )
        self.results()
        self.assertFalse(self.sales(self.spring))

    def test_order_that_became_a_quotation_is_counted_once(self):
        order = self._make_order(self.anna, 1, 100, utm_campaign_id=self.spring.id)
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "campaign_id": self.spring.id,
            }
        )
        sale.state = "sale"
        order.sale_order_id = sale
        self.results()
        self.assertEqual(len(self.sales(self.spring)), 1)

    def test_first_order_makes_a_new_customer(self):
        ben = self._make_partner("Ben")
        self._make_order(self.anna, 200, 10)
        self._make_order(self.anna, 2, 10, utm_campaign_id=self.spring.id)
        self._make_order(ben, 2, 10, utm_campaign_id=self.spring.id)
        self.refresh()
        self.results()
        self.assertEqual(self.spring.customer_total, 2)
        self.assertEqual(self.spring.new_customer_total, 1)

    def test_second_run_writes_nothing(self):
        self._make_order(self.anna, 1, 100, utm_campaign_id=self.spring.id)
        self._make_trace(self.spring, self.anna, 3)
        self.results()
        before = self.versions("sme_campaign_sale"), self.versions("utm_campaign")
        self.assertFalse(self.results())
        self.assertEqual(
            (self.versions("sme_campaign_sale"), self.versions("utm_campaign")), before
        )

    def test_sql_gives_each_order_as_the_plain_rules_do(self):
        dice = random.Random(5)
        campaigns = [
            self._make_campaign(
                f"C{n}",
                attribution=dice.choice(["named", "clicked", "reached"]),
                attribution_days=dice.choice([0, 3, 14]),
                coupon_codes=f"code{n}, both",
            )
            for n in range(4)
        ]
        people = [self._make_partner(f"P{n}") for n in range(8)]
        contacts = self._make_random_contacts(dice, campaigns, people)
        sales = self._make_random_sales(dice, campaigns, people)
        coupons = dict(self.env["utm.campaign"]._coupons_of(self.company))
        self.results()
        kept = {
            sale.order_id.id: (sale.campaign_id.id, sale.how)
            for sale in self.env["sme.campaign.sale"].search([])
        }
        wanted = {
            key: counts_for(sale, coupons, contacts) for key, sale in sales.items()
        }
        self.assertEqual(kept, {key: given for key, given in wanted.items() if given})
        self.assertEqual(
            {how for _campaign, how in kept.values()},
            {"named", "coupon", "clicked", "reached"},
        )

    def _make_random_contacts(self, dice, campaigns, people):
        contacts = []
        for campaign in campaigns:
            for person in dice.sample(people, 5):
                days, clicked = dice.randrange(30), dice.random() < 0.5
                over = {} if clicked else {"links_click_datetime": False}
                self._make_trace(campaign, person, days, **over)
                if campaign.attribution == "named" or (
                    campaign.attribution == "clicked" and not clicked
                ):
                    continue
                contacts.append(
                    Contact(
                        *(campaign.id, person.id, NOW - timedelta(days=days)),
                        *(
                            campaign.attribution_days,
                            "clicked" if clicked else "reached",
                        ),
                    )
                )
        return contacts

    def _make_random_sales(self, dice, campaigns, people):
        sales = {}
        for _ in range(120):
            named = dice.choice([None] * 5 + campaigns)
            coupons = dice.choice([""] * 5 + ["CODE1", "x, both", "Code3,CODE0"])
            partner = dice.choice(people)
            order = self._make_order(
                partner,
                dice.randrange(40),
                dice.randrange(1, 100),
                utm_campaign_id=named and named.id,
                coupon_codes=coupons or False,
            )
            sales[order.id] = Sale(
                partner.id, order.date_order, named and named.id, coupons
            )
        return sales
