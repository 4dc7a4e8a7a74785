from odoo import api, fields, models

from ..metrics import customer_kinds
from .res_partner import STAFF


class ResPartnerKind(models.Model):
    """What a customer is, and the days on which to think of him."""

    _inherit = "res.partner"

    customer_kind_id = fields.Many2one(
        "sme.customer.kind",
        compute="_compute_customer_kind_id",
        store=True,
        readonly=False,
        precompute=True,
        groups=STAFF,
        ondelete="set null",
        help="Decides which text a care plan sends.",
    )
    birthday = fields.Date(groups=STAFF, help="The year may be any if it is unknown.")
    contract_day = fields.Date(
        groups=STAFF, help="The day on which working together began."
    )

    @api.depends("is_company")
    def _compute_customer_kind_id(self):
        given = self.env["sme.customer.kind"]._given()
        by_itself = set(given.values())
        for partner in self:
            kind = partner.customer_kind_id
            if not kind or kind.id in by_itself:
                nature = "company" if partner.is_company else "person"
                partner.customer_kind_id = given.get(nature, kind.id)

    @api.model
    def _synced_commercial_fields(self):
        return [*super()._synced_commercial_fields(), "customer_kind_id"]

    @api.model
    def _sme_fill_kinds(self):
        """Give a kind to those who were here before the kinds."""
        customer_kinds.fill(self.env)
