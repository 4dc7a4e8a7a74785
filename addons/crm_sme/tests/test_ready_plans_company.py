"""Ready plans for a company that was added later."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .ready_plans_common import CODES, ReadyPlansCase


@tagged("post_install", "-at_install")
class TestReadyPlansCompany(ReadyPlansCase):
    """Demand 39: every company has its plans, in all its languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.officer = new_test_user(
            cls.env,
            "officer",
            groups="crm_sme.crm_sme_group_officer",
            company_id=cls.company.id,
            company_ids=[
                Command.set([cls.env.ref("base.main_company").id, cls.company.id])
            ],
        )
        cls.plans = cls.env["sme.care.plan"].with_user(cls.officer)

    def _press(self):
        """Call the method as the web client does: with the ids that are chosen."""
        return call_kw(self.plans, "action_add_ready", [[]], {})

    def _theirs(self):
        found = self.env["sme.care.plan"].search([("company_id", "=", self.company.id)])
        return found.grouped("template_code")

    def test_all_come_as_drafts_with_their_texts(self):
        told = self._press()
        theirs = self._theirs()
        self.assertLessEqual(set(CODES), theirs.keys())
        self.assertIn(str(len(theirs)), told["params"]["message"])
        for code in CODES:
            theirs[code].ensure_one()
            plan = self.env.ref(f"crm_sme.sme_care_plan_{code}")
            for lang in ("en_US", "zh_CN"):
                mine, first = (
                    theirs[code].with_context(lang=lang),
                    plan.with_context(lang=lang),
                )
                self.assertEqual(mine.name, first.name)
                self.assertEqual(
                    mine.step_ids.content_ids.mapped("body_html"),
                    first.step_ids.content_ids.mapped("body_html"),
                )
            self.assertEqual((mine.state, mine.user_id), ("draft", self.officer))
            self.assertEqual(mine.step_ids.company_id, self.company)
            self.assertEqual(mine.calendar_id, first.calendar_id)
            self.assertNotEqual(mine.holdout_seed, first.holdout_seed)

    def test_a_second_time_nothing_comes_twice_and_nothing_is_lost(self):
        self._press()
        before = self._theirs()
        before["birthday"].name = "Our own words"
        before["lapsed"].active = False
        before["welcome"].unlink()
        self._press()
        self.assertTrue(self._theirs()["welcome"])
        self.assertEqual(self._theirs()["birthday"].name, "Our own words")
        self.assertNotIn("lapsed", self._theirs())
        told = self._press()
        self.assertEqual(told["params"]["type"], "info")

    def test_what_belongs_to_the_first_company_stays_there(self):
        plan = self.env.ref("crm_sme.sme_care_plan_lapsed")
        ours, everybodys = self.env["sme.segment"].create(
            [
                {"name": "Ours", "company_id": plan.company_id.id},
                {"name": "Everybody's", "company_id": False},
            ]
        )
        plan.segment_ids = ours + everybodys
        plan.step_ids[0].cost = 10
        self.company.currency_id = self.env.ref("base.JPY")
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.JPY").id,
                "company_id": self.company.id,
                "rate": 150 * plan.currency_id.rate,
            }
        )
        self._press()
        copy = self._theirs()["lapsed"]
        self.assertEqual(copy.segment_ids, everybodys)
        self.assertNotEqual(copy.step_ids[0].cost, 10)
        self.assertGreater(copy.step_ids[0].cost, 0)

    def test_only_who_may_make_plans_may_add_them(self):
        staff = new_test_user(
            self.env,
            "staff",
            groups="crm_sme.crm_sme_group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.plans.with_user(staff).action_add_ready()
        self.assertFalse(self._theirs())

    def test_the_button_is_there_for_who_works_in_several_companies(self):
        for kind in ("list", "kanban"):
            arch = self.plans.get_view(view_type=kind)["arch"]
            self.assertIn("action_add_ready", arch)
        self.officer.company_ids = self.company
        for kind in ("list", "kanban"):
            arch = self.plans.get_view(view_type=kind)["arch"]
            self.assertNotIn("action_add_ready", arch)
