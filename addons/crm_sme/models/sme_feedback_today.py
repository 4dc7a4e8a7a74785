from odoo import api, models


class SmeFeedbackToday(models.Model):
    """An open complaint is soon in the call list, and leaves it when it is settled."""

    _inherit = "sme.feedback"

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        complaints = cases.filtered(lambda it: it.kind == "complaint" and it.partner_id)
        for company, some in complaints.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(some.partner_id, company)
        return cases

    def write(self, vals):
        """A case that is settled is no reason to call any more."""
        result = super().write(vals)
        if vals.keys() & {"stage_id", "kind"}:
            settled = self.filtered(lambda it: not it.is_open or it.kind != "complaint")
            self.env["sme.suggestion"]._withdraw_causes(settled)
        return result
