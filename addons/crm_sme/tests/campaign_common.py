"""A campaign, its mailings and what they bring, for the tests."""

from datetime import timedelta

from odoo.tests import new_test_user

from .metrics_common import NOW, MetricsCase


class CampaignCase(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._make_partner("Anna", email="anna@example.com")
        cls.spring = cls._make_campaign("Spring")

    @classmethod
    def _make_campaign(cls, title, **over):
        return cls.env["utm.campaign"].create(
            {"title": title, "company_id": cls.company.id, **over}
        )

    @classmethod
    def _make_trace(cls, campaign, partner, days, **over):
        """Let a mailing of a campaign be clicked some days ago."""
        mailing = cls.env["mailing.mailing"].create(
            {
                "subject": campaign.title,
                "campaign_id": campaign.id,
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
            }
        )
        at = NOW - timedelta(days=days)
        vals = {
            "mass_mailing_id": mailing.id,
            "model": "res.partner",
            "res_id": partner.id,
            "trace_status": "open",
            "sent_datetime": at,
            "links_click_datetime": at,
            **over,
        }
        return cls.env["mailing.trace"].create(vals)

    def results(self):
        return self.env["utm.campaign"]._refresh_results()

    def sales(self, campaign):
        found = self.env["sme.campaign.sale"].search(
            [("campaign_id", "=", campaign.id)], order="date, id"
        )
        return [(sale.how, sale.revenue) for sale in found]

    def _make_user(self, name, group):
        return new_test_user(
            self.env,
            name,
            f"crm_sme.crm_sme_group_{group}",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
