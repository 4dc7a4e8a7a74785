"""The standard process: plans of the stages, and how long customers stay in each."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .metrics_common import NOW
from .test_stages import StageCase


class StagePlanCase(StageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.una = new_test_user(
            cls.env,
            "una",
            "crm_sme.crm_sme_group_user",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.plan = cls.stage["target"].activity_plan_id

        cls.company.sme_stage_plans = "auto"

    def activities(self, partner):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)],
            order="date_deadline, id",
        )

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_stage_plans").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestStagePlan(StagePlanCase):
    """Demand 8: a fixed flow, ring by ring, for everybody."""

    def test_every_stage_of_development_has_a_plan(self):
        for kind in ("potential", "target", "actual", "lapsed"):
            plan = self.stage[kind].activity_plan_id
            self.assertEqual(plan.res_model, "res.partner")
            self.assertGreaterEqual(len(plan.template_ids), 4)

    def test_customer_who_comes_to_a_stage_gets_its_plan(self):
        """Demand 87: standard actions for all staff."""
        partner = self._make_partner(user_id=self.una.id)
        partner.lifecycle_stage_id = self.stage["target"]
        tasks = self.activities(partner)
        self.assertEqual(len(tasks), len(self.plan.template_ids))
        self.assertEqual(tasks.user_id, self.una)
        first = self.plan.template_ids[0]
        self.assertEqual(tasks[0].summary, first.summary)
        wait = timedelta(days=first.delay_count)
        self.assertEqual(tasks[0].date_deadline, NOW.date() + wait)
        self.assertEqual(partner.sme_stage_plan_id, self.plan)

    def test_lead_starts_the_plan_of_a_potential_customer(self):
        """Demand 27: potential customers are developed by a plan."""
        partner = self._make_partner(user_id=self.una.id)
        self.env["crm.lead"].create(
            {"name": "Asks", "type": "lead", "partner_id": partner.id}
        )
        plan = self.stage["potential"].activity_plan_id
        self.assertEqual(partner.sme_stage_plan_id, plan)
        self.assertEqual(len(self.activities(partner)), len(plan.template_ids))

    def test_the_same_plan_does_not_start_twice_in_a_row(self):
        partner = self._make_partner(user_id=self.una.id)
        for kind in ("target", "potential", "target"):
            partner.lifecycle_stage_id = self.stage[kind]
        count = len(self.activities(partner))
        partner.lifecycle_stage_id = self.stage["lost"]
        partner.lifecycle_stage_id = self.stage["target"]
        self.assertEqual(len(self.activities(partner)), count)

    def test_nothing_starts_by_itself_where_the_button_is_wanted(self):
        self.company.sme_stage_plans = "button"
        partner = self._make_partner(user_id=self.una.id)
        partner.lifecycle_stage_id = self.stage["target"]
        self.assertFalse(self.activities(partner))
        action = partner.with_user(self.una).action_sme_start_stage_plan()
        wizard = self.env["mail.activity.schedule"].with_user(self.una)
        Form(wizard.with_context(**action["context"])).save().action_schedule_plan()
        self.assertEqual(self.activities(partner).user_id, self.una)
        self.assertFalse(partner.sme_next_plan_id, "the button is gone")

    def test_customer_without_a_salesperson_waits(self):
        partner = self._make_partner()
        partner.lifecycle_stage_id = self.stage["target"]
        self.assertFalse(self.activities(partner))
        self.assertEqual(partner.sme_next_plan_id, self.plan)

    def test_import_of_many_starts_no_flood(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"P{n}",
                    "user_id": self.una.id,
                    "lifecycle_stage_id": self.stage["target"].id,
                }
                for n in range(60)
            ]
        )
        self.assertFalse(self.activities(partners[0]))

    def test_moves_of_the_nightly_refresh_start_plans_once(self):
        partner = self._make_partner_of("lapsed", 20, user_id=self.una.id)
        before = len(self.activities(partner))
        self._make_order(partner, 1)
        self.refresh(partner)
        self.assertEqual(partner.lifecycle_stage_id.kind, "actual")
        self.run_job()
        plan = self.stage["actual"].activity_plan_id
        self.assertEqual(partner.sme_stage_plan_id, plan)
        count = len(self.activities(partner))
        self.assertEqual(count, before + len(plan.template_ids))
        partner.sme_stage_plan_id = False
        self.run_job()
        self.assertEqual(len(self.activities(partner)), count)

    def test_moves_of_long_ago_start_nothing(self):
        partner = self._make_partner_of("lapsed", 20)
        self._make_order(partner, 1)
        self.refresh(partner)
        partner.user_id = self.una
        with freeze_time(NOW + timedelta(days=10)):
            self.run_job()
        self.assertFalse(self.activities(partner))

    def test_plan_speaks_the_language_of_its_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.una.lang = "zh_CN"
        first = self.plan.template_ids[0]
        first.with_context(lang="zh_CN").summary = "了解情况"
        partner = self._make_partner(user_id=self.una.id)
        partner.lifecycle_stage_id = self.stage["target"]
        self.assertEqual(self.activities(partner)[0].summary, "了解情况")


@tagged("post_install", "-at_install")
class TestStageStay(StagePlanCase):
    """Demand 26: the development of customers is counted, with its bottleneck."""

    def stays(self, partner):
        self.env.flush_all()
        found = self.env["sme.stage.stay"].search(
            [("partner_id", "=", partner.id)], order="entered_on, id"
        )
        return [
            (
                stay.stage_id.kind,
                stay.next_stage_id.kind,
                round(stay.days),
                stay.is_there,
            )
            for stay in found
        ]

    def at(self, days):
        moment = NOW + timedelta(days=days)
        self.env.cr._now = moment
        self.addCleanup(setattr, self.env.cr, "_now", None)
        return freeze_time(moment)

    def test_time_in_each_stage_is_that_between_the_moves(self):
        self.company.sme_stage_plans = "button"
        partner = self._make_partner_of("potential", 50)
        with self.at(0):
            partner.lifecycle_stage_id = self.stage["target"]
        with self.at(70):
            self.assertEqual(
                self.stays(partner),
                [("potential", "target", 50, False), ("target", False, 70, True)],
            )
            found = self.env["sme.stage.stay"].search([("partner_id", "=", partner.id)])
            self.assertEqual(found.mapped("is_too_long"), [True, True])

    def test_mean_of_a_stage_is_that_of_its_stays(self):
        self.company.sme_stage_plans = "button"
        people = [self._make_partner_of("potential", days) for days in (10, 20)]
        with self.at(0):
            self.env.flush_all()
            ((days, share),) = self.env["sme.stage.stay"]._read_group(
                [("partner_id", "in", [p.id for p in people])],
                [],
                ["days:avg", "too_long_share:avg"],
            )
        self.assertAlmostEqual(days, 15)
        self.assertEqual(share, 0)

    def test_salesperson_sees_own_and_unowned_customers(self):
        carl = new_test_user(
            self.env,
            "carl",
            "crm_sme.crm_sme_group_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        partner = self._make_partner_of("potential", 5, user_id=carl.id)
        mine = [("partner_id", "=", partner.id)]
        stays = self.env["sme.stage.stay"]
        self.assertFalse(stays.with_user(self.una).search(mine))
        self.assertTrue(stays.with_user(carl).search(mine))
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            stays.with_user(clerk).search(mine)
