from odoo import api, models


class SmeInteractionToday(models.Model):
    """What customers ask is soon in the call list, and leaves it when answered."""

    _inherit = "sme.interaction"

    _unanswered_idx = models.Index(
        "(company_id, date) WHERE answered_on IS NULL AND gone_on IS NULL "
        "AND direction = 'in' AND kind IN ('call', 'mail', 'meeting', 'message', "
        "'visit', 'review', 'complaint')"
    )

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered("is_unanswered")._touch_customers()
        return interactions

    def write(self, vals):
        """An answered question is no reason to call any more."""
        result = super().write(vals)
        if vals.get("answered_on"):
            self.env["sme.suggestion"]._withdraw_causes(self)
        return result
