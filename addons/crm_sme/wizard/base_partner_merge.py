from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Bindings, orders and interactions move by themselves: they are foreign keys.

    What is left is the question whether the two are the same, now answered, and the
    sums, which the kept customer, or his company, owns from now on.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # Superuser: whoever may merge contacts need not see sources, orders and the
        # figures of all companies.
        self.env["sme.duplicate"].sudo().search(
            [("partner_id", "in", partner_ids), ("other_id", "in", partner_ids)]
        ).unlink()
        self.env["sme.segment.member"].sudo()._drop_doubles(partner_ids)
        value = self.env["sme.customer.value"].sudo()
        rows = value.search_fetch([("partner_id", "in", partner_ids)], ["company_id"])
        companies = rows.company_id
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        kept = self.env["res.partner"].browse(partner_ids).exists()
        kept.invalidate_recordset()
        # The wizard re-keys column by column: a contact that is kept would own the
        # orders himself, not his company.
        orders = self.env["sme.order"].sudo().search([("partner_id", "in", kept.ids)])
        self.env.add_to_compute(orders._fields["commercial_partner_id"], orders)
        value._touch(kept, companies or None)
        return result
