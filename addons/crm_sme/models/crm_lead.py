from odoo import models


class CrmLead(models.Model):
    """Messages with the customer on a lead are interactions."""

    _inherit = "crm.lead"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self.env["sme.interaction"]._log_message(self, message)
        return result

    def action_sme_offer(self):
        """Open what to offer to the customer of the lead."""
        self.ensure_one()
        return self.env["sme.offer"]._open_for(self.partner_id, lead_id=self.id)
