from datetime import timedelta

from odoo import fields, models
from odoo.tools import consteq, hmac

SCOPE = "crm_sme.survey"
# An answer that was begun is gone on with for so long; a done one is not asked again.
RESUME_DAYS, AGAIN_DAYS = 90, 30


class SurveySurvey(models.Model):
    """Links by which a customer answers as himself."""

    _inherit = "survey.survey"

    def _sme_link_for(self, partner, company):
        """Personal link of a customer; nothing is stored until he follows it.

        :param partner: one record of ``res.partner``
        :param company: for whom he is asked, record of ``res.company``
        :rtype: str
        """
        self.ensure_one()
        survey = self.sudo()  # root: who may write to a customer may ask him
        path = (
            f"/survey/for/{survey.access_token}/{partner.id}/{company.id}"
            f"/{survey._sme_signature(partner.id, company.id)}"
        )
        return f"{survey.get_base_url()}{path}"

    def _sme_signature(self, partner_id, company_id):
        message = (self.access_token, partner_id, company_id)
        return hmac(self.env(su=True), SCOPE, message)[:32]

    def _sme_answer_of(self, partner_id, company_id, signature):
        """The answer that a personal link leads to: begun, just done, or a new one.

        :param int partner_id: who answers
        :param int company_id: for whom
        :param str signature: as made by ``_sme_link_for``
        :return: record of ``survey.user_input``; empty if the link is none of ours or
            the customer is gone
        """
        self.ensure_one()
        answers = self.env["survey.user_input"]
        wanted = self._sme_signature(partner_id, company_id)
        partner = self.env["res.partner"].browse(partner_id).exists()
        company = self.env["res.company"].browse(company_id).exists()
        if not (self.active and consteq(signature, wanted) and partner and company):
            return answers
        last = answers.search(
            [
                ("survey_id", "=", self.id),
                ("partner_id", "=", partner.id),
                ("test_entry", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        days = AGAIN_DAYS if last.state == "done" else RESUME_DAYS
        since = fields.Datetime.now() - timedelta(days=days)
        if last and (last.end_datetime or last.create_date) >= since:
            return last
        language = self.env["res.lang"]._get_data(code=partner.lang)
        return self._create_answer(
            partner=partner,
            check_attempts=False,
            sme_company_id=company.id,
            lang_id=language.id or False,
        )
