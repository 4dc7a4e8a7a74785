from odoo import fields, models


class SmeCustomerValueBoard(models.Model):
    """What the board of customers needs: all stages as columns, cards that move."""

    _inherit = "sme.customer.value"

    lifecycle_stage_id = fields.Many2one(group_expand="_read_group_expand_full")

    def write(self, vals):
        """Move customers to another stage; the figures themselves stay untouchable.

        Users only read this model; whether they may move a customer is decided by
        their rights on the customer.
        """
        if vals.keys() == {"lifecycle_stage_id"}:
            self.check_access("read")
            return self.partner_id.write(vals)
        return super().write(vals)

    def action_open_partner(self):
        """Open the customer with the page *Customer care* in front."""
        action = super().action_open_partner()
        view = self.env.ref("crm_sme.sme_partner_view_form_care")
        return {**action, "views": [(view.id, "form")]}
