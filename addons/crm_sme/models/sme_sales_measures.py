from odoo import api, fields, models

from .sme_loose_link import LooseMany2one

CALENDAR_MONTHS = [
    ("01", "January"),
    ("02", "February"),
    ("03", "March"),
    ("04", "April"),
    ("05", "May"),
    ("06", "June"),
    ("07", "July"),
    ("08", "August"),
    ("09", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class SmeSalesMeasures(models.AbstractModel):
    """What the roll-up of the sales and all its cuts sum, and rates of the sums.

    Rows are written by SQL only, so there are no columns of who wrote when. A rate is
    one sum over another of the group, never a mean of rates.
    """

    _name = "sme.sales.measures"
    _inherit = "sme.analysis.rates"
    _description = "Sums of Sales"
    _log_access = False
    _rates = {
        "margin_net": (("margin",), ("service_cost",), None),
        "margin_rate": (("margin",), (), ("revenue",)),
        "aov": (("revenue",), (), ("order_count",)),
        "discount_share": (("discount",), (), ("revenue", "refunded", "discount")),
        "refund_share": (("refunded",), (), ("revenue", "refunded")),
        "margin_per_touch": (("margin",), (), ("touch_count",)),
        "complaint_share": (("complaint_count",), (), ("order_count",)),
    }

    company_id = LooseMany2one("res.company", required=True, readonly=True)
    currency_id = LooseMany2one("res.currency", required=True, readonly=True)
    month = fields.Date(readonly=True, help="First day, in the company's time zone.")
    calendar_month = fields.Selection(
        CALENDAR_MONTHS,
        readonly=True,
        help="To set the same month of several years side by side.",
    )
    revenue = fields.Monetary(
        readonly=True, help="Without tax, in the company's currency, refunds taken off."
    )
    cost = fields.Monetary(
        string="Cost of Goods", readonly=True, help="Where the cost is known."
    )
    margin = fields.Monetary(readonly=True)
    discount = fields.Monetary(
        readonly=True, help="Taken off the price of goods and off whole orders."
    )
    refunded = fields.Monetary(readonly=True, help="Already taken off the revenue.")
    service_cost = fields.Monetary(
        readonly=True,
        help="Calls, visits, messages, complaints and returns at the rates of the "
        "settings.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        help="Orders of more than zero that were not paid back as a whole. An order "
        "counts once: where most of its money is.",
    )
    touch_count = fields.Integer(
        string="Touches",
        readonly=True,
        help="Calls, meetings, visits and messages of employees.",
    )
    complaint_count = fields.Integer(string="Complaints", readonly=True)

    margin_net = fields.Monetary(
        string="Margin after Service", compute="_compute_rates", aggregator="sum"
    )
    margin_rate = fields.Float(
        string="Margin %", compute="_compute_rates", aggregator="avg"
    )
    aov = fields.Monetary(
        string="Average Order", compute="_compute_rates", aggregator="avg"
    )
    discount_share = fields.Float(
        string="Discount %",
        compute="_compute_rates",
        aggregator="avg",
        help="Part of the price before discount and refunds.",
    )
    refund_share = fields.Float(
        string="Refunded %", compute="_compute_rates", aggregator="avg"
    )
    margin_per_touch = fields.Monetary(compute="_compute_rates", aggregator="avg")
    complaint_share = fields.Float(
        string="Complaints per Order", compute="_compute_rates", aggregator="avg"
    )

    @api.depends("revenue", "margin", "discount", "refunded", "service_cost")
    def _compute_rates(self):
        """Fill the rates of single rows, as ``_rate_sql`` does for groups."""
        for row in self:
            for name, (plus, minus, base) in self._rates.items():
                value = sum(row[part] for part in plus)
                value -= sum(row[part] for part in minus)
                if base is not None:
                    below = sum(row[part] for part in base)
                    value = value / below if below else 0
                row[name] = value
