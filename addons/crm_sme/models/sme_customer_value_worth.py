from odoo import fields, models

from .loyalty_kinds import LOYALTY_KINDS


class SmeCustomerValueWorth(models.Model):
    """What a customer is worth: four parts, a tier, what he thinks he gets for it."""

    _inherit = "sme.customer.value"

    service_cost = fields.Monetary(
        string="Service Cost, 12 Months",
        readonly=True,
        help="Calls, visits, messages, complaints and returns of the last 12 months "
        "at the rates of the settings.",
    )
    existing_value = fields.Monetary(
        readonly=True,
        help="Margin of 12 months less the service cost and the share of the cost to "
        "win the customer; may be below zero.",
    )
    potential_value = fields.Monetary(
        readonly=True,
        help="Margin of the orders expected in 12 months, and of other categories.",
    )
    influence_value = fields.Monetary(
        readonly=True,
        help="A part of what customers bring who came by his recommendation, and his "
        "good reviews.",
    )
    learning_value = fields.Monetary(
        readonly=True, help="What you learned from his adopted suggestions."
    )
    total_value = fields.Monetary(
        readonly=True, help="The four parts with the weights of the settings."
    )
    clv_net = fields.Monetary(
        string="Lifetime Value, Net",
        readonly=True,
        help="Lifetime value less the service cost of 12 months.",
    )
    tier_id = fields.Many2one(
        "sme.value.tier",
        readonly=True,
        index=True,
        ondelete="set null",
        group_expand="_read_group_expand_full",
    )
    tier_kind = fields.Selection(related="tier_id.kind", string="Kind of Tier")
    tier_since = fields.Date(readonly=True)
    tier_held = fields.Integer(
        string="Nights Below the Tier",
        readonly=True,
        help="Nightly refreshes in a row that found the customer below his tier.",
    )
    tier_held_on = fields.Date(string="Last Night Below the Tier", readonly=True)
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
