from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DoorCase


@tagged("post_install", "-at_install")
class TestSourceAlert(DoorCase):
    """Who is told, and when, that a shop's data does not come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            "keeper",
            groups="crm_sme.crm_sme_group_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @property
    def shop(self):
        return self.source()

    def _trouble(self, state, message="The shop said no."):
        self.push(report={"state": state, "message": message})
        self.shop.user_id = self.keeper
        return self._alert()

    def _alert(self):
        self.env["sme.source"]._cron_alert()
        return self.shop.activity_ids

    def test_refused_credentials_are_a_state_of_their_own(self):
        """Demand 13: a person sees that the shop wants new credentials, and the agent
        sees it as well."""
        self.push(report={"state": "needs_credentials", "message": "Key refused."})
        self.assertEqual(self.shop.health, "credentials")
        self.assertIn("Key refused.", self.shop.health_text)
        self.assertIn("Credentials Renewed", self.shop.health_text)
        self.assertEqual(self.shop._hello()["state"], "credentials")
        self.assertEqual(self.shop.run_ids[:1].state, "needs_credentials")

    def test_credentials_renewed_let_the_agent_ask_again(self):
        activity = self._trouble("needs_credentials")
        self.assertEqual(activity.user_id, self.keeper)
        self.shop.with_user(self.keeper).action_credentials_renewed()
        self.assertEqual(self.shop._hello()["state"], "ok")
        self.assertFalse(self.shop.activity_ids)

    def test_only_a_manager_says_that_credentials_are_renewed(self):
        self._trouble("needs_credentials")
        user = new_test_user(self.env, "seller", groups="crm_sme.crm_sme_group_user")
        with self.assertRaises(AccessError):
            self.shop.with_user(user).action_credentials_renewed()

    def test_the_responsible_gets_one_activity_and_is_rid_of_it_when_data_comes(self):
        """Demand 14: what stands still lies on somebody's desk."""
        activity = self._trouble("failed")
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.keeper)
        self.assertIn(self.shop.name, activity.summary)
        self.assertIn("The shop said no.", activity.note)
        self.assertEqual(self._alert(), activity)
        self.push(report={"state": "complete"})
        self.assertFalse(self._alert())

    def test_a_done_activity_comes_again_with_the_next_trouble_only(self):
        self._trouble("failed").action_feedback(feedback="I wrote to them.")
        self.assertFalse(self._alert())
        self.push(report={"state": "complete"})
        self._alert()
        self.assertEqual(len(self._trouble("failed")), 1)

    def test_a_source_that_lags_is_told(self):
        old = fields.Datetime.subtract(fields.Datetime.now(), hours=9)
        self.push(
            report={"state": "complete", "watermark": f"{old.isoformat()}Z"},
        )
        self.shop.user_id = self.keeper
        activity = self._alert()
        self.assertEqual(self.shop.health, "late")
        self.assertIn("sync-agent status", activity.note)
