from odoo import models


class BasePartnerMergeWorth(models.TransientModel):
    """Nobody refers himself after a merge; who was referred by either stays so."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # As root: the field is for staff, the wizard for whoever may merge.
        merged = self.env["res.partner"].sudo().browse(partner_ids).exists()
        family = merged | merged.commercial_partner_id
        merged.filtered(
            lambda p: p.sme_referrer_id.commercial_partner_id in family
        ).sme_referrer_id = False
        return super()._merge(partner_ids, dst_partner, extra_checks)
