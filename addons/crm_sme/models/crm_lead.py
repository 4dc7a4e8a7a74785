from odoo import models


class CrmLead(models.Model):
    """Messages with the customer on a lead are interactions."""

    _inherit = "crm.lead"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self.env["sme.interaction"]._log_message(self, message)
        return result
