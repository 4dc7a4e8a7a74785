from odoo import fields, models

from .res_partner import STAFF


class ResPartnerDataScore(models.Model):
    """How complete a customer's file is (demand 19)."""

    _inherit = "res.partner"

    data_score = fields.Integer(
        string="File Complete (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=STAFF,
        help="How much of what should be known of such a customer is known.",
    )
