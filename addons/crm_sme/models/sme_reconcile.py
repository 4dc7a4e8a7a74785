from datetime import timedelta

from odoo import api, fields, models

STATES = [
    ("comparing", "Being mended"),
    ("mended", "Mended"),
    ("failed", "Failed"),
]
DIFFERENCES = [
    ("missing", "Missing in Odoo"),
    ("differing", "Different"),
    ("gone", "No longer in the shop"),
]
KINDS = [
    ("customer", "Customers"),
    ("product", "Products"),
    ("order", "Orders"),
    ("shipment", "Shipments"),
    ("review", "Reviews"),
    ("cart", "Carts"),
    ("visit", "Visits"),
]


class SmeReconcile(models.Model):
    """What a comparison of all records of one kind in a shop with Odoo's has found."""

    _name = "sme.reconcile"
    _description = "Comparison with a Data Source"
    _order = "started_on desc, id desc"
    _rec_name = "source_id"

    source_id = fields.Many2one(
        "sme.source", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, string="Compared", required=True, readonly=True)
    run_key = fields.Char(required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True)
    ended_on = fields.Datetime(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="comparing")
    known_count = fields.Integer(string="In Odoo", readonly=True)
    listed_count = fields.Integer(string="In the Shop", readonly=True)
    missing_count = fields.Integer(string="Missing", readonly=True)
    differing_count = fields.Integer(string="Different", readonly=True)
    gone_count = fields.Integer(string="Gone", readonly=True)
    difference_count = fields.Integer(
        string="Differences",
        readonly=True,
        help="Records that were missing, different or gone.",
    )
    refused_count = fields.Integer(
        string="Not Mended",
        readonly=True,
        help="Differences that are still there: see Rejected Records.",
    )
    revenue_before = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Net revenue of the listed orders as Odoo held them, without tax, refunds "
        "taken off.",
    )
    revenue_after = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="The same once they were mended.",
    )
    revenue_difference = fields.Monetary(
        compute="_compute_revenue_difference",
        store=True,
        currency_field="company_currency_id",
    )
    message = fields.Text(readonly=True)
    line_ids = fields.One2many(
        "sme.reconcile.line", "reconcile_id", string="List of Differences"
    )

    _run_unique = models.Constraint(
        "UNIQUE(source_id, kind, run_key)", "A run compares each kind once."
    )

    @api.depends("revenue_before", "revenue_after")
    def _compute_revenue_difference(self):
        for report in self:
            report.revenue_difference = report.revenue_after - report.revenue_before

    @api.autovacuum
    def _gc_reconciles(self):
        """Forget comparisons after 90 days."""
        limit = fields.Datetime.now() - timedelta(days=90)
        self.search([("started_on", "<", limit)], limit=1000).unlink()


class SmeReconcileLine(models.Model):
    """A record that Odoo did not hold as the shop did."""

    _name = "sme.reconcile.line"
    _description = "Difference to a Data Source"
    _order = "id"
    _rec_name = "external_id"

    reconcile_id = fields.Many2one(
        "sme.reconcile", required=True, readonly=True, ondelete="cascade"
    )
    source_id = fields.Many2one(related="reconcile_id.source_id", store=True)
    company_id = fields.Many2one(related="reconcile_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="reconcile_id.kind", store=True)
    started_on = fields.Datetime(
        related="reconcile_id.started_on", store=True, string="Found On"
    )
    external_id = fields.Char(string="Id in the Shop", required=True, readonly=True)
    what = fields.Selection(
        DIFFERENCES, string="Difference", required=True, readonly=True
    )
    odoo_version = fields.Char(string="Version in Odoo", readonly=True)
    shop_version = fields.Char(string="Version in the Shop", readonly=True)
    revenue_before = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    revenue_after = fields.Monetary(currency_field="company_currency_id", readonly=True)
    result = fields.Selection(
        [("open", "Not yet"), ("mended", "Mended"), ("refused", "Refused")],
        default="open",
        required=True,
        readonly=True,
    )

    _record_unique = models.Constraint(
        "UNIQUE(reconcile_id, external_id)", "A record is listed once."
    )

    def action_open_record(self):
        """Open the record that the difference is about, as far as Odoo has it.

        :rtype: dict
        """
        self.ensure_one()
        if self.result == "refused":
            return self.source_id.action_open_rejects()
        model, domain = self._place()
        record = self.env[model].search(domain, limit=1)
        if model == "sme.binding":
            record = record.partner_id or record.product_id
        return {
            "type": "ir.actions.act_window",
            "name": self.external_id,
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form" if record else "list,form",
            "domain": [("id", "in", record.ids)],
        }

    def _place(self):
        """Return where Odoo keeps a record of this kind: model and domain."""
        domain = [
            ("source_id", "=", self.source_id.id),
            ("external_id", "=", self.external_id),
        ]
        if self.kind in ("customer", "product"):
            return "sme.binding", [*domain, ("kind", "=", self.kind)]
        if self.kind == "order":
            return "sme.order", [*domain, ("kind", "=", "order")]
        if self.kind == "shipment":
            return "sme.shipment", domain
        return "sme.interaction", [*domain, ("kind", "=", self.kind)]
