"""A service team with people, customers and cases, for the tests of the service."""

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .metrics_common import NOW
from .worth_common import WorthCase

STAGES = {"new", "progress", "waiting", "solved", "refused"}


@freeze_time(NOW)
class FeedbackCase(WorthCase):
    """A team with leader and agent; the seller is of another department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sme.feedback.team"].search([]).active = False
        cls.leader = cls._make_user("leader", "manager")
        cls.agent = cls._make_user("agent", "user")
        cls.seller = cls._make_user("seller", "user")
        cls.team = cls.env["sme.feedback.team"].create(
            {
                "name": "Care for You",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.agent.ids)],
            }
        )
        cls.customer = cls._make_partner("Anna", email="anna@example.com")
        cls.stage = {
            name: cls.env.ref(f"crm_sme.sme_feedback_stage_{name}") for name in STAGES
        }

    @classmethod
    def _make_user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            f"crm_sme.crm_sme_group_{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@example.com",
            lang="en_US",
        )

    def run_job(self, name):
        """Run a scheduled job as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_sme.ir_cron_feedback_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def make_case(self, user=None, **over):
        values = {
            "summary": "Lid broken",
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            **over,
        }
        cases = self.env["sme.feedback"]
        return (cases.with_user(user) if user else cases).create(values)

    def answer(self, case, user=None, body="We send a new one"):
        """Answer the customer out of the case's chatter."""
        case.with_user(user or self.agent).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=case.partner_id.ids,
        )

    def history(self, partner=None, **by):
        domain = [("partner_id", "=", (partner or self.customer).id)]
        return self.env["sme.interaction"].search(
            domain + [(name, "=", value) for name, value in by.items()]
        )
