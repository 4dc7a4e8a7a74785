from odoo import fields, models


class SmeCustomerValueForecast(models.Model):
    """What a customer will probably do, as the fitted model of the company sees it."""

    _inherit = "sme.customer.value"

    order_days = fields.Integer(
        string="Days with Orders",
        readonly=True,
        help="Orders of one day count once, as the forecast wants it.",
    )
    repeat_value = fields.Monetary(
        string="Mean Repeat Order",
        readonly=True,
        aggregator="avg",
        help="Mean revenue of a day with orders, without the first one.",
    )
    p_alive = fields.Float(
        string="Still a Customer",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Probability (0 to 1) that the customer has not left for good. Empty "
        "for who bought once: nothing can be said of him.",
    )
    p_order_90d = fields.Float(
        string="Order within 90 Days",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Probability (0 to 1) of at least one order in the next 90 days.",
    )
    expected_orders_12m = fields.Float(
        string="Expected Orders, 12 Months", readonly=True, digits=(16, 2)
    )
    expected_revenue_12m = fields.Monetary(
        string="Expected Revenue, 12 Months", readonly=True
    )
    clv = fields.Monetary(
        string="Lifetime Value, 12 Months",
        readonly=True,
        help="Margin expected from the orders of the next 12 months, discounted.",
    )
    value_at_risk = fields.Monetary(
        readonly=True,
        help="Revenue expected within 12 months times the probability that the "
        "customer has left for good: what a call may save. Low for who surely stays "
        "and for who surely left.",
    )
    confidence = fields.Selection(
        [
            ("none", "No forecast"),
            ("low", "Low"),
            ("medium", "Medium"),
            ("high", "High"),
        ],
        string="How Sure",
        readonly=True,
        default="none",
    )
