from odoo import api, models


class MergePartnerAutomatic(models.TransientModel):
    """Merging moves bindings, orders and interactions itself: they are foreign keys."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Superuser: whoever may merge contacts need not see sources and orders.
        duplicates = self.env["sme.duplicate"].sudo()
        merged = (src_partners | dst_partner).ids
        duplicates.search(
            [("partner_id", "in", merged), ("other_id", "in", merged)]
        ).unlink()
        super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner.invalidate_recordset()
        companies = (
            self.env["sme.order"]
            .sudo()
            ._read_group(
                [("commercial_partner_id", "=", dst_partner.commercial_partner_id.id)],
                ["company_id"],
            )
        )
        self.env["sme.touch"].sudo().create(
            [
                {
                    "partner_id": dst_partner.commercial_partner_id.id,
                    "company_id": company.id,
                }
                for (company,) in companies
            ]
        )
