from odoo import fields, models


class SmeCustomerStockReport(models.Model):
    """Customers as stock: opening, what came in, what left, closing.

    One row a month and group of customers who share tier, segment, salesperson and
    region, summed every night from the snapshots. Stored, so that the database itself
    refuses a row that does not balance.
    """

    _name = "sme.customer.stock.report"
    _description = "Customer Stock"
    _order = "month desc, closing_count desc, id"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    tier_id = fields.Many2one("sme.value.tier", readonly=True, ondelete="set null")
    segment_id = fields.Many2one("sme.segment", readonly=True, ondelete="set null")
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="set null"
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="set null")
    region_id = fields.Many2one("res.country.state", readonly=True, ondelete="set null")

    # In this order they are shown: the way a stock is counted.
    opening_count = fields.Integer(
        string="Opening",
        required=True,
        default=0,
        readonly=True,
        help="In stock at the end of the month before. Adds up over groups, not over "
        "months.",
    )
    new_count = fields.Integer(
        string="+ New",
        required=True,
        default=0,
        readonly=True,
        help="First order in this month.",
    )
    returned_count = fields.Integer(
        string="+ Returned",
        required=True,
        default=0,
        readonly=True,
        help="Had been lapsed or lost and bought again.",
    )
    joined_count = fields.Integer(
        string="+ Taken In",
        required=True,
        default=0,
        readonly=True,
        help="Bought before, but came to the books in this month: by an import of "
        "old orders, by merging, out of the archive.",
    )
    moved_count = fields.Integer(
        string="± Moved",
        required=True,
        default=0,
        readonly=True,
        help="Came from another tier, segment, salesperson or region, less those who "
        "went to another one. Always zero over all customers.",
    )
    lapsed_count = fields.Integer(
        string="− Lapsed",
        required=True,
        default=0,
        readonly=True,
        help="Left the stock by silence. Who is lost later on is not counted again.",
    )
    lost_count = fields.Integer(
        string="− Lost",
        required=True,
        default=0,
        readonly=True,
        help="Went from the stock to lost within one month.",
    )
    removed_count = fields.Integer(
        string="− Taken Out",
        required=True,
        default=0,
        readonly=True,
        help="Archived, merged with another customer, or all orders are gone.",
    )
    closing_count = fields.Integer(
        string="Closing",
        required=True,
        default=0,
        readonly=True,
        help="In stock at the end of the month: steady, to watch or fading. Adds up "
        "over groups, not over months.",
    )
    revenue = fields.Monetary(readonly=True, help="Revenue of the month.")
    margin = fields.Monetary(readonly=True, help="Margin of the month.")
    service_cost = fields.Monetary(
        readonly=True,
        help="One twelfth of the service cost of 12 months of those in stock.",
    )

    _balanced = models.Constraint(
        "CHECK(opening_count + new_count + returned_count + joined_count + moved_count"
        " - lapsed_count - lost_count - removed_count = closing_count)",
        "The stock of customers must balance.",
    )
    _month_idx = models.Index("(company_id, month)")

    def action_open_customers(self):
        """Open the customers of the month and group, whoever moved on top."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_customer_snapshot_action"
        )
        groups = ("tier_id", "segment_id", "user_id", "country_id", "region_id")
        return {
            **action,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("month", "=", self.month),
                *((name, "=", self[name].id) for name in groups),
            ],
            "context": {},
        }
