from odoo import api, fields, models

STATES = [
    ("open", "Open"),
    ("offered", "Offered"),
    ("met", "Met"),
    ("dropped", "Dropped"),
]


class SmeNeed(models.Model):
    """Something a customer said he wants; together they are the customers' voice."""

    _name = "sme.need"
    _inherit = "sme.answer"
    _description = "Need"
    _order = "date desc, id desc"

    name = fields.Char(string="What Is Wanted", required=True)
    company_id = fields.Many2one(index=True)
    user_id = fields.Many2one(
        "res.users", string="Noted By", default=lambda self: self.env.user
    )
    categ_id = fields.Many2one(
        "product.category", string="Category", ondelete="set null", index=True
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="set null",
        help="Only if the customer named one of ours.",
    )
    intensity = fields.Selection(
        [
            ("1", "Would be nice"),
            ("2", "Would help"),
            ("3", "Wanted"),
            ("4", "Needed"),
            ("5", "Urgent"),
        ],
        required=True,
        default="3",
    )
    strength = fields.Integer(
        string="Intensity (1 to 5)",
        compute="_compute_strength",
        store=True,
        aggregator="avg",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    source = fields.Selection(
        [
            ("call", "Call"),
            ("survey", "Survey"),
            ("complaint", "Complaint"),
            ("visit", "Visit"),
            ("other", "Other"),
        ],
        required=True,
        default="call",
    )
    interaction_id = fields.Many2one("sme.interaction", ondelete="set null")
    state = fields.Selection(
        STATES, required=True, default="open", index=True, group_expand=True
    )
    note = fields.Text()

    @api.depends("intensity")
    def _compute_strength(self):
        for need in self:
            need.strength = int(need.intensity or 0)

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id:
            self.categ_id = self.product_id.categ_id
            self.name = self.name or self.product_id.display_name

    def action_meet(self):
        """The customer has got what he wanted."""
        self.state = "met"

    def action_drop(self):
        """The customer does not want it any more, or we shall not have it."""
        self.state = "dropped"

    def action_reopen(self):
        """It is wanted again."""
        self.state = "open"
