from odoo import fields, models

LOYALTY_KINDS = [
    ("monopoly", "Monopoly"),
    ("kinship", "Kinship"),
    ("benefit", "Benefit"),
    ("inertia", "Inertia"),
    ("trust", "Trust"),
    ("latent", "Latent"),
    ("premium", "Premium"),
]


class SmeCustomerValueWorth(models.Model):
    """What a customer is worth: four parts, a tier, what he thinks he gets for it."""

    _inherit = "sme.customer.value"

    service_cost = fields.Monetary(
        string="Service Cost, 12 Months",
        readonly=True,
        help="Calls, visits, messages, complaints and returns of the last 12 months "
        "at the rates of the settings.",
    )
    existing_value = fields.Monetary(readonly=True)
    potential_value = fields.Monetary(readonly=True)
    influence_value = fields.Monetary(readonly=True)
    learning_value = fields.Monetary(readonly=True)
    total_value = fields.Monetary(readonly=True)
    clv_net = fields.Monetary(
        string="Lifetime Value, Net",
        readonly=True,
        help="Lifetime value less the service cost of 12 months.",
    )
    tier_id = fields.Many2one("sme.value.tier", readonly=True, index=True)
    tier_since = fields.Date(readonly=True)
    loyalty_kind = fields.Selection(LOYALTY_KINDS, readonly=True)
    rating_avg = fields.Float(
        string="Mean Rating", readonly=True, aggregator="avg", digits=(16, 1)
    )
    delivered_value = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="What the customer says he gets less what he says it costs him, from "
        "the scores of surveys.",
    )
    complaint_count = fields.Integer(string="Complaints, 12 Months", readonly=True)
