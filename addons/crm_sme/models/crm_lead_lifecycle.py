from odoo import api, models


class CrmLeadLifecycle(models.Model):
    """Who asks is a potential customer, who is qualified a target (demand 27)."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._sme_move_partners_up()
        return leads

    def write(self, vals):
        """Follow a lead that gets its customer or becomes an opportunity."""
        result = super().write(vals)
        if vals.keys() & {"partner_id", "type"}:
            self._sme_move_partners_up()
        return result

    def _sme_move_partners_up(self):
        leads = self.filtered("partner_id")
        qualified = leads.filtered(lambda lead: lead.type == "opportunity")
        qualified.partner_id._sme_move_up("target")
        (leads - qualified).partner_id._sme_move_up("potential")
