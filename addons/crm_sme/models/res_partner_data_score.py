from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ..metrics import data_score
from ..tools.data_score import ITEMS, missing, percent
from .res_partner import STAFF

CONSENTS = ("consent_mail", "consent_sms", "consent_phone")
SOURCES = (
    *("phone", "email", "street", "city", "birthday", "contract_day", "vat"),
    *("industry_id", "website", "customer_kind_id", *CONSENTS),
)


class ResPartnerDataScore(models.Model):
    """How complete a customer's file is, and what is missing (demand 19)."""

    _inherit = "res.partner"

    data_score = fields.Integer(
        string="File Complete (%)",
        compute="_compute_data_score",
        store=True,
        aggregator="avg",
        groups=STAFF,
        help="Points of what is known of what should be known of such a customer; the "
        "points stand at the kind of customer.",
    )
    data_gaps = fields.Char(
        string="Missing in the File",
        compute="_compute_data_gaps",
        compute_sudo=True,
        groups=STAFF,
        help="The weightiest first.",
    )

    def _auto_init(self):
        # Else the ORM would load every partner to fill the new column.
        if not column_exists(self.env.cr, self._table, "data_score"):
            create_column(self.env.cr, self._table, "data_score", "int4")
        return super()._auto_init()

    @api.depends(*SOURCES)
    def _compute_data_score(self):
        for partner in self:
            points = partner.customer_kind_id._file_points()
            partner.data_score = percent(partner._sme_known(), points)

    @api.depends(*SOURCES)
    @api.depends_context("lang")
    def _compute_data_gaps(self):
        names = self.env["sme.customer.kind"]._item_names()
        for partner in self:
            points = partner.customer_kind_id._file_points()
            gaps = missing(partner._sme_known(), points)
            partner.data_gaps = self.env._(", ").join(names[item] for item in gaps)

    def _sme_known(self):
        """Whether each item of the file is known.

        :rtype: dict[str, bool]
        """
        self.ensure_one()
        told = {self[name] or "unknown" for name in CONSENTS}
        combined = {
            "address": bool(self.street and self.city),
            "industry": bool(self.industry_id),
            "consent": told != {"unknown"},
        }
        plain = {item: bool(self[item]) for item in ITEMS if item not in combined}
        return plain | combined

    @api.model
    def _sme_fill_data_scores(self):
        """Find the figure of all partners anew, in one statement."""
        data_score.fill(self.env)
