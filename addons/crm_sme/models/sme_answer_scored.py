from odoo import api, fields, models


class SmeAnswerScored(models.AbstractModel):
    """An answer in scores: the latest of a customer counts in his figures."""

    _name = "sme.answer.scored"
    _inherit = "sme.answer"
    _description = "Scores Given by a Customer"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date(required=True, default=fields.Date.context_today)

    # One answer to a survey is one score, however often it is taken over.
    _answer_unique = models.UniqueIndex(
        "(survey_user_input_id) WHERE survey_user_input_id IS NOT NULL"
    )
    _company_date_idx = models.Index("(company_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._touch_customers()
        return answers

    def write(self, vals):
        """Queue the customers before and after, since an answer may change hands."""
        self._touch_customers()
        result = super().write(vals)
        self._touch_customers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_touch_customers(self):
        self._touch_customers()

    def _touch_customers(self):
        for company, answers in self.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(answers.partner_id, company)
