from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SmeValueTier(models.Model):
    """A rung of the value ladder: who stands on it and how to treat him.

    The rungs are the same for all companies, the least value is each company's own.
    """

    _name = "sme.value.tier"
    _description = "Value Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The order of the ladder, lowest rung first."
    )
    kind = fields.Selection(
        [
            ("negative", "Negative"),
            ("ordinary", "Ordinary"),
            ("most_valuable", "Most valuable"),
            ("permanent", "Permanent"),
        ],
        required=True,
        default="ordinary",
        help="Negative: the existing value is below zero. Ordinary: everybody who "
        "bought. Most valuable: by total value. Permanent: by total value, and still "
        "buying in rhythm (steady or watch).",
    )
    color = fields.Integer()
    min_value = fields.Float(
        string="Least Total Value",
        company_dependent=True,
        digits=(16, 2),
        help="In the currency of the company at hand. 0: found by the best part of "
        "the customers instead.",
    )
    top_percent = fields.Integer(
        string="Best Part (%)",
        default=20,
        help="While no least value is set: the best customers by total value, in "
        "percent. Needs five customers and a value above zero.",
    )
    min_orders = fields.Integer(
        string="Least Orders", help="Orders of all time that a customer must have."
    )
    min_tenure = fields.Integer(
        string="Customer for (months)", help="Months since the first order, at least."
    )
    hold_runs = fields.Integer(
        string="Nights Before Falling",
        default=7,
        help="How many nightly refreshes in a row a customer must miss this rung "
        "before he falls. He rises at once.",
    )
    strategy = fields.Text(
        translate=True, help="How customers of this tier are treated."
    )
    limit_ids = fields.One2many("sme.value.limit", "tier_id", string="Limits")
    limit_amount = fields.Monetary(
        string="Limit at Present",
        compute="_compute_limit_amount",
        currency_field="currency_id",
        help="The total value from which customers of your company stand here.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("limit_ids.amount")
    @api.depends_context("company")
    def _compute_limit_amount(self):
        company = self.env.company
        for tier in self:
            own = tier.limit_ids.filtered(lambda limit: limit.company_id == company)
            tier.limit_amount = own.amount

    @api.depends_context("company", "uid")
    def _compute_customer_count(self):
        groups = self.env["sme.customer.value"]._read_group(
            [("tier_id", "in", self.ids), ("company_id", "=", self.env.company.id)],
            ["tier_id"],
            ["__count"],
        )
        counts = {tier.id: count for tier, count in groups}
        for tier in self:
            tier.customer_count = counts.get(tier.id, 0)

    @api.constrains("top_percent")
    def _check_top_percent(self):
        for tier in self:
            if not 1 <= tier.top_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "The best part is a whole number from 1 to 100 %%; 20 is usual."
                    )
                )

    @api.constrains("min_orders", "min_tenure", "hold_runs", "min_value")
    def _check_not_negative(self):
        for tier in self:
            least = (tier.min_orders, tier.min_tenure, tier.hold_runs, tier.min_value)
            if min(least) < 0:
                raise ValidationError(
                    self.env._(
                        "The conditions of a tier cannot be below zero. Enter 0 for "
                        "no condition; who loses you money belongs to a tier of the "
                        "kind Negative."
                    )
                )

    def action_open_customers(self):
        """Show the customers of the tier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sme.customer.value",
            "view_mode": "list,kanban,pivot,graph",
            "domain": [("tier_id", "=", self.id)],
        }
