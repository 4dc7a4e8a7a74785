from odoo import api, fields, models


class SmeAcquisitionCost(models.Model):
    """What was spent in a month to win customers: advertising, fairs, commissions."""

    _name = "sme.acquisition.cost"
    _description = "Cost to Win Customers"
    _order = "month desc, id desc"
    _rec_name = "note"

    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month; kept as its first one.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, help="Without tax.")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    source_id = fields.Many2one(
        "utm.source", string="Marketing Source", ondelete="set null"
    )
    note = fields.Char(string="What For")

    _month_idx = models.Index("(company_id, month)")
    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "A cost is zero or more: enter what was spent."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._on_first(vals) for vals in vals_list])

    def write(self, vals):
        """Keep the first day of the month."""
        return super().write(self._on_first(vals))

    def _on_first(self, vals):
        if not vals.get("month"):
            return vals
        return {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}
