from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..metrics import care_run
from ..metrics.as_of import AsOf


@tagged("post_install", "-at_install")
class TestUiCare(HttpCase):
    """A plan from a template: dry run, start, and the touch on the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["sme.care.plan"].search([]).active = False
        cls.env.company.write(
            {"email": "shop@example.com", "sme_quiet_from": 0, "sme_quiet_to": 0}
        )
        today = fields.Date.context_today(cls.env.user)
        for name, consent in (("Silent Sam", "granted"), ("Private Pia", "refused")):
            partner = cls.env["res.partner"].create(
                {
                    "name": name,
                    "email": f"{name.split()[0].lower()}@example.com",
                    "consent_mail": consent,
                    "lang": "en_US",
                }
            )
            cls.env["sme.customer.value"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.env.company.id,
                    "fade_state": "lapsed",
                    "fade_since": today - timedelta(days=5),
                    "order_count": 2,
                }
            )
        cls.plan = cls.env["sme.care.plan"].create(
            {
                "name": "We miss you",
                "template_code": "lapsed",
                "trigger": "enter_fade_state",
                "trigger_fade_state": "lapsed",
                "holdout_percent": 0,
                "domain": "[('order_count', '=', 2)]",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Letter",
                            "content_ids": [
                                Command.create(
                                    {
                                        "subject": "Hello {{ object.name }}",
                                        "body_html": "<p>We miss you, "
                                        '<t t-out="object.name"/>.</p>',
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )

    def _make_user(self, group):
        return new_test_user(
            self.env,
            login=f"care_{group}",
            groups=f"crm_sme.crm_sme_group_{group}",
            lang="en_US",
        )

    def test_officer_starts_a_ready_plan_and_sees_the_touch_on_the_customer(self):
        """Demand 39: greetings by kind; demand 44: care strategies."""
        user = self._make_user("officer")
        self.start_tour("/odoo/sme-care-plans", "sme_care_start", login=user.login)
        self.assertEqual(self.plan.state, "running")
        as_of = AsOf.of_company(self.env.company)
        care_run.plan_company(self.env, self.env.company, as_of)
        while care_run.act(self.env, self.env.company, as_of):
            pass
        self.env.flush_all()
        self.start_tour("/odoo/sme-care-plans", "sme_care_look", login=user.login)

    def test_officer_makes_a_plan_of_his_own(self):
        user = self._make_user("officer")
        self.start_tour("/odoo/sme-care-plans", "sme_care_make", login=user.login)
        made = self.env["sme.care.plan"].search([("name", "=", "After the order")])
        self.assertEqual(made.trigger, "after_order")
        self.assertEqual(made.step_ids.channel, "call")
        self.assertEqual(made.step_ids.content_ids.script, "Ask how it went.")
