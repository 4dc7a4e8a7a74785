from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """After a merge the kept customer, or his company, owns the others' sums."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        value = self.env["sme.customer.value"].sudo()  # root: rows of all companies
        rows = value.search_fetch([("partner_id", "in", partner_ids)], ["company_id"])
        companies = rows.company_id
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        kept = self.env["res.partner"].browse(partner_ids).exists()
        # The wizard re-keys column by column: a contact that is kept would own the
        # orders himself, not his company.
        orders = self.env["sme.order"].sudo().search([("partner_id", "in", kept.ids)])
        self.env.add_to_compute(orders._fields["commercial_partner_id"], orders)
        value._touch(kept, companies or None)
        return result
