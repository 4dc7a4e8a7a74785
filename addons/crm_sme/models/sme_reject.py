from odoo import fields, models


class SmeReject(models.Model):
    """A record that was refused: kept with its payload, the place and the reason."""

    _name = "sme.reject"
    _description = "Rejected Record"
    _order = "last_try desc, id desc"
    _rec_name = "external_id"

    source_id = fields.Many2one(
        "sme.source", required=True, ondelete="cascade", index=True
    )
    stream_id = fields.Many2one("sme.stream", ondelete="set null")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    kind = fields.Char(required=True)
    external_id = fields.Char(required=True)
    version = fields.Char()
    stage = fields.Selection(
        [("agent", "Reading"), ("door", "Storing")],
        required=True,
        default="door",
        help="Reading: the agent could not read it, it has to fetch it again. "
        "Storing: Odoo refused it, it can be tried again here.",
    )
    payload = fields.Json()
    path = fields.Char(help="Where in the record the fault is.")
    reason = fields.Text(required=True)
    state = fields.Selection(
        [("open", "Open"), ("solved", "Solved"), ("dismissed", "Dismissed")],
        required=True,
        default="open",
        index=True,
    )
    try_count = fields.Integer(string="Tries", default=1)
    first_try = fields.Datetime(required=True, default=fields.Datetime.now)
    last_try = fields.Datetime(required=True, default=fields.Datetime.now)

    _key_unique = models.Constraint(
        "UNIQUE(source_id, kind, external_id)",
        "A refused record is kept once; a new try updates it.",
    )
