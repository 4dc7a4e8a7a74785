from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """What a customer is worth: rates and weights of the company at hand."""

    _inherit = "res.config.settings"

    sme_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Rates"
    )
    sme_cost_call = fields.Monetary(
        related="company_id.sme_cost_call",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cost_meeting = fields.Monetary(
        related="company_id.sme_cost_meeting",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cost_message = fields.Monetary(
        related="company_id.sme_cost_message",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cost_complaint = fields.Monetary(
        related="company_id.sme_cost_complaint",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cost_return = fields.Monetary(
        related="company_id.sme_cost_return",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cost_delivery = fields.Monetary(
        related="company_id.sme_cost_delivery",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_acquisition_cost = fields.Monetary(
        related="company_id.sme_acquisition_cost",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_advocacy_rate = fields.Monetary(
        related="company_id.sme_advocacy_rate",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_learning_rate = fields.Monetary(
        related="company_id.sme_learning_rate",
        readonly=False,
        currency_field="sme_currency_id",
    )
    sme_cross_damping = fields.Float(
        related="company_id.sme_cross_damping", readonly=False
    )
    sme_referral_share = fields.Float(
        related="company_id.sme_referral_share", readonly=False
    )
    sme_weight_existing = fields.Float(
        related="company_id.sme_weight_existing", readonly=False
    )
    sme_weight_potential = fields.Float(
        related="company_id.sme_weight_potential", readonly=False
    )
    sme_weight_influence = fields.Float(
        related="company_id.sme_weight_influence", readonly=False
    )
    sme_weight_learning = fields.Float(
        related="company_id.sme_weight_learning", readonly=False
    )
