from odoo import models


class BasePartnerMergeConsent(models.TransientModel):
    """Who refused as either of two customers has refused."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # As root: the fields are for staff, the wizard for whoever may merge.
        merged = self.env["res.partner"].sudo().browse(partner_ids).exists()
        consents = merged._sme_strictest_consents() if len(merged) > 1 else {}
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if consents:
            merged.exists().write(consents)
        return result
