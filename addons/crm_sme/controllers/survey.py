from odoo import http
from odoo.http import request


class CrmSmeSurvey(http.Controller):
    """A customer's own way into a survey: who answers is known without a log-in."""

    @http.route(
        "/survey/for/<string:survey_token>/<int:partner_id>/<int:company_id>"
        "/<string:signature>",
        type="http",
        auth="public",
        sitemap=False,
    )
    def sme_survey_for(self, survey_token, partner_id, company_id, signature):
        """Go to the customer's answer, begun or new; a broken link to an open one."""
        # As root: the visitor is the customer; the signature says that we sent him.
        surveys = request.env["survey.survey"].sudo()
        survey = surveys.search([("access_token", "=", survey_token)], limit=1)
        if not survey:
            raise request.not_found()
        answer = survey._sme_answer_of(partner_id, company_id, signature)
        url = answer.get_start_url() if answer else survey.get_start_url()
        return request.redirect(url)
