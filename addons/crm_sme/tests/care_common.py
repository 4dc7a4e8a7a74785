"""A company with care plans, and a clock to run them by, for the tests of care."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time

from ..metrics import care_run
from ..metrics.as_of import AsOf
from .metrics_common import NOW, MetricsCase


class CareCase(MetricsCase):
    """Customers whom care may reach, and plans to reach them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.company.with_env(cls.env)
        cls.company.write({"sme_care_cap": 0, "email": "shop@example.com"})
        cls.company.partner_id.tz = "UTC"
        cls.person = cls.env["sme.customer.kind"].search([("given_to", "=", "person")])
        cls.firm = cls.env["sme.customer.kind"].search([("given_to", "=", "company")])

    @classmethod
    def _make_customer(cls, name="Anna", **over):
        """Make a customer who may be reached by every channel, with figures.

        :param over: fields of the partner; those of ``figures`` go to the figures
        """
        figures = over.pop("figures", {})
        cls.serial += 1
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "email": f"customer{cls.serial}@example.com",
                "phone": f"+86138{cls.serial:08d}",
                "consent_mail": "granted",
                "consent_sms": "granted",
                "consent_phone": "granted",
                "lang": "en_US",
                **over,
            }
        )
        cls.env["sme.customer.value"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, **figures}
        )
        return partner

    @classmethod
    def _make_plan(cls, steps=({},), start=True, **over):
        """Make a plan, e-mails by default, and start it.

        :param steps: one dict of values a step; ``days`` is short for ``wait_days``
        :param bool start: False: it stays a draft
        """
        plan = cls.env["sme.care.plan"].create(
            {
                "name": "Win back",
                "company_id": cls.company.id,
                "user_id": cls.env.user.id,
                "trigger": "enter_fade_state",
                "trigger_fade_state": "fading",
                "holdout_percent": 0,
                "step_ids": [
                    Command.create(cls._step_values(at, dict(step)))
                    for at, step in enumerate(steps)
                ],
                **over,
            }
        )
        if start:
            plan.action_start()
        return plan

    @classmethod
    def _step_values(cls, at, step):
        channel = step.setdefault("channel", "mail")
        text = {
            "subject": "Hello {{ object.name }}",
            "body_html": '<p>Dear <t t-out="object.name"/>, '
            '<a href="https://shop.example.com/new">look</a></p>',
            "sms_text": "Hello {{ object.name }}",
            "script": "Ask {{ object.name }}",
        }
        return {
            "name": f"Step {at + 1}",
            "sequence": at,
            "wait_days": step.pop("days", 0),
            "content_ids": [Command.create({**text, **step.pop("text", {})})]
            if channel != "none"
            else [],
            **step,
        }

    def care(self, after_days=0, hour=12):
        """Run the job of the company so many days after now.

        :return: number of touches done or given up
        """
        moment = (NOW + timedelta(days=after_days)).replace(hour=hour)
        with freeze_time(moment):
            return self._run_job()

    def _run_job(self):
        as_of = AsOf.of_company(self.company)
        care_run.plan_company(self.env, self.company, as_of)
        done = 0
        while acted := care_run.act(self.env, self.company, as_of):
            done += acted
        self.env.flush_all()
        return done

    def touches(self, plan=None, partner=None, state=None):
        """Give touches, the first ones first."""
        domain = [("company_id", "=", self.company.id)]
        for name, value in (
            ("plan_id", plan and plan.id),
            ("partner_id", partner and partner.id),
            ("state", state),
        ):
            if value:
                domain.append((name, "=", value))
        return self.env["sme.care.touch"].search(domain, order="date, id")

    def enrollment(self, plan, partner):
        """Give the last enrollment of a customer in a plan, maybe none."""
        return self.env["sme.care.enrollment"].search(
            [("plan_id", "=", plan.id), ("partner_id", "=", partner.id)],
            order="id desc",
            limit=1,
        )

    def mails(self, partner):
        """Give the mails that were made for a customer."""
        return self.env["mail.mail"].search(
            [("model", "=", "res.partner"), ("res_id", "=", partner.id)]
        )
