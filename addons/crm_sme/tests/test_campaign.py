"""Campaigns: plan and result, cost, incidents, checklist, rights."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .campaign_common import CampaignCase
from .metrics_common import NOW


@tagged("post_install", "-at_install")
class TestCampaign(CampaignCase):
    """Demands 82, 83, 84, 88: plan, control and judge campaigns."""

    def _make_results(self):
        self.spring.write({"budget": 100, "planned_revenue": 400, "planned_leads": 5})
        for number in range(4):
            self.env["crm.lead"].create(
                {"name": f"L{number}", "campaign_id": self.spring.id}
            )
        self._make_order(self.anna, 1, 200, utm_campaign_id=self.spring.id, margin=120)
        self._make_order(self.anna, 2, 100, utm_campaign_id=self.spring.id, margin=60)
        self.env["sme.campaign.cost"].create(
            {"name": "Ads", "campaign_id": self.spring.id, "amount": 70}
        )
        self.env["sme.acquisition.cost"].create(
            {"campaign_id": self.spring.id, "amount": 50, "month": "2026-06-01"}
        )
        self.results()

    def test_plan_and_result_stand_side_by_side(self):
        """Demand 83: planned against real leads, orders, revenue and cost."""
        self._make_results()
        spring = self.spring
        self.assertEqual((spring.lead_total, spring.order_total), (4, 2))
        self.assertEqual((spring.revenue_total, spring.margin_total), (300, 180))
        self.assertEqual(spring.cost_total, 120)
        self.assertEqual((spring.profit, spring.budget_left), (60, -20))
        self.assertEqual((spring.cost_per_lead, spring.cost_per_order), (30, 60))
        self.assertAlmostEqual(spring.roi, 0.5)
        self.assertAlmostEqual(spring.reached, 0.75)

    def test_cost_entered_later_moves_the_roi_at_once(self):
        self._make_results()
        self.spring.cost_ids.amount = 130
        self.assertAlmostEqual(self.spring.roi, 0)

    def test_rates_of_a_group_are_those_of_the_sums(self):
        """Demand 88: what kind of promotion pays."""
        self._make_results()
        summer = self._make_campaign("Summer")
        self.env["sme.campaign.cost"].create(
            {"name": "Fair", "campaign_id": summer.id, "amount": 240}
        )
        (row,) = self.env["utm.campaign"].formatted_read_group(
            [("id", "in", (self.spring | summer).ids)],
            [],
            ["roi:sum", "cost_per_order:sum", "profit:sum"],
        )
        self.assertAlmostEqual(row["roi:sum"], -0.5)
        self.assertAlmostEqual(row["cost_per_order:sum"], 180)
        self.assertEqual(row["profit:sum"], -180)

    def test_lists_sort_and_filter_by_results(self):
        self._make_results()
        summer = self._make_campaign("Summer")
        both = self.env["utm.campaign"].search(
            [("id", "in", (self.spring | summer).ids)], order="profit desc"
        )
        self.assertEqual(both.mapped("title"), ["Spring", "Summer"])
        over = [("budget", ">", 0), ("budget_left", "<", 0)]
        self.assertIn(self.spring, self.env["utm.campaign"].search(over))

    def test_cost_that_wins_customers_is_in_cost_to_win(self):
        """Demand 63: one entry is enough for both."""
        self._make_order(self.anna, 3)
        self.refresh()
        cost = self.env["sme.campaign.cost"].create(
            {"name": "Ads", "campaign_id": self.spring.id, "amount": 70,
             "date": "2026-06-03"}
        )  # fmt: skip
        report = self.env["sme.acquisition.report"]
        june = [("company_id", "=", self.company.id), ("month", "=", "2026-06-01")]
        self.assertFalse(sum(report.search(june).mapped("acquisition_cost")))
        cost.wins_customers = True
        self.assertEqual(report.search(june).acquisition_cost, 70)

    def test_end_before_the_start_is_refused_with_a_remedy(self):
        with self.assertRaisesRegex(ValidationError, "put the end"):
            self.spring.write({"date_start": "2026-05-02", "date_end": "2026-05-01"})
        with self.assertRaisesRegex(ValidationError, "0 to 365"):
            self.spring.attribution_days = -1

    def test_serious_incident_reaches_the_responsible_at_once(self):
        """Demand 84: sudden incidents in a campaign."""
        una = self._make_user("una", "user")
        self.spring.user_id = self._make_user("boss", "manager")
        incident = (
            self.env["sme.campaign.incident"]
            .with_user(una)
            .create(
                {
                    "name": "Sold out",
                    "campaign_id": self.spring.id,
                    "severity": "serious",
                }
            )
        )
        self.assertEqual(self.spring.activity_ids.user_id.login, "boss")
        self.assertEqual(self.spring.activity_ids.summary, "Sold out")
        self.assertEqual(self.spring.open_incident_count, 1)
        with freeze_time(NOW + timedelta(hours=5)):
            incident.action_close()
        self.assertEqual(self.spring.open_incident_count, 0)
        self.assertEqual(incident.hours_open, 5)
        incident.action_reopen()
        self.assertFalse(incident.closed_on)

    def test_checklist_is_dated_from_the_start_and_shows_progress(self):
        """Demand 83: the progress of a campaign is controlled."""
        self.spring.date_start = "2026-07-01"
        action = self.spring.action_sme_start_checklist()
        wizard = Form(
            self.env["mail.activity.schedule"].with_context(**action["context"])
        ).save()
        wizard.action_schedule_plan()
        self.spring.invalidate_recordset()
        tasks = self.spring.checklist_ids
        self.assertEqual(len(tasks), 7)
        self.assertEqual(str(tasks[0].date_deadline), "2026-06-03")
        self.assertEqual(str(tasks[-1].date_deadline), "2026-07-22")
        tasks[0].action_feedback()
        self.spring.invalidate_recordset()
        self.assertEqual(self.spring.checklist_done, 1)
        self.assertEqual(self.spring.checklist_total, 7)

    def test_checklist_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        plan = self.env.ref("crm_sme.activity_plan_campaign")
        plan.with_context(lang="zh_CN").name = "营销活动"
        first = plan.template_ids[0]
        first.with_context(lang="zh_CN").summary = "定目标"
        self.assertEqual(plan.name, "Campaign from plan to review")
        self.assertNotEqual(first.summary, "定目标")
        self.assertEqual(first.with_context(lang="zh_CN").summary, "定目标")

    def test_managers_change_plans_of_customers_and_campaigns_only(self):
        boss = self._make_user("boss", "manager")
        plans = self.env["mail.activity.plan"].with_user(boss)
        self.env.ref("crm_sme.activity_plan_campaign").with_user(boss).name = "Ours"
        made = plans.create({"name": "New", "res_model": "res.partner"})
        self.assertEqual(made.res_model, "res.partner")
        with self.assertRaises(AccessError):
            plans.create({"name": "No", "res_model": "res.users"})
        with self.assertRaises(AccessError):
            made.with_user(self._make_user("una", "user")).name = "Mine"

    def test_users_see_results_and_change_no_costs(self):
        """Demand 12: who may see and change what."""
        self._make_results()
        una = self._make_user("una", "user")
        self.assertEqual(self.spring.with_user(una).roi, 0.5)
        with self.assertRaises(AccessError):
            self.spring.cost_ids.with_user(una).amount = 1
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.spring.with_user(clerk).read(["revenue_total"])
        with self.assertRaises(AccessError):
            self.spring.with_user(clerk).action_sme_refresh()

    def test_salesperson_sees_sales_of_own_and_unowned_customers(self):
        una, carl = self._make_user("una", "user"), self._make_user("carl", "user")
        self.anna.user_id = carl
        self._make_order(self.anna, 1, 100, utm_campaign_id=self.spring.id)
        self.results()
        sales = self.env["sme.campaign.sale"]
        self.assertFalse(sales.with_user(una).search([]))
        self.assertEqual(len(sales.with_user(carl).search([])), 1)
        self.assertEqual(
            sales.with_user(carl).search([]).action_open_order()["res_model"],
            "sme.order",
        )

    def test_care_of_a_campaign_counts_as_contact_and_cost(self):
        """Demand 87: automated care is rated, too."""
        plan = self.env["sme.care.plan"].create(
            {
                "name": "Greeting",
                "company_id": self.company.id,
                "trigger": "every_n_days",
                "campaign_id": self.spring.id,
            }
        )
        step = self.env["sme.care.step"].create(
            {"name": "Call", "plan_id": plan.id, "channel": "call"}
        )
        enrollment = self.env["sme.care.enrollment"].create(
            {
                "plan_id": plan.id,
                "company_id": self.company.id,
                "partner_id": self.anna.id,
                "occurrence": "x",
                "date": NOW - timedelta(days=4),
            }
        )
        self.env["sme.care.touch"].create(
            {
                "enrollment_id": enrollment.id,
                "step_id": step.id,
                "plan_id": plan.id,
                "company_id": self.company.id,
                "partner_id": self.anna.id,
                "channel": "call",
                "date": NOW - timedelta(days=3),
                "state": "done",
                "cost": 2.5,
            }
        )
        self._make_order(self.anna, 1, 100)
        self.results()
        self.assertEqual(self.sales(self.spring), [("care", 100)])
        self.assertEqual(self.spring.cost_total, 2.5)
