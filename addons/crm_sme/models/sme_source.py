from odoo import fields, models


class SmeSource(models.Model):
    """A shop, carrier or file feed that the agent reads; it stands for one account."""

    _name = "sme.source"
    _description = "Data Source"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="The word the agent's configuration uses for this source, e.g. shop-eu.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    platform = fields.Char(
        readonly=True, help="What the agent says it reads, e.g. the name of the shop."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    create_products = fields.Boolean(
        default=True,
        help="Make a product in Odoo for an article that is not known here yet. "
        "Otherwise order lines keep the shop's name and SKU only.",
    )
    max_lag_minutes = fields.Integer(
        string="Alarm After (minutes)",
        default=180,
        help="A stream whose data is older than this is shown as late.",
    )
    stream_ids = fields.One2many("sme.stream", "source_id", string="Streams")
    run_ids = fields.One2many("sme.sync.run", "source_id", string="Runs")
    reject_ids = fields.One2many("sme.reject", "source_id", string="Rejected Records")

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another source has this code already."
    )
