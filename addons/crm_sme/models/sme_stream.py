from odoo import fields, models


class SmeStream(models.Model):
    """One stream of a source with the cursor the agent goes on from.

    The cursor moves in the transaction that stores the data, so the agent itself
    has nothing that can be lost.
    """

    _name = "sme.stream"
    _description = "Stream of a Data Source"
    _order = "source_id, name, id"

    source_id = fields.Many2one("sme.source", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    name = fields.Char(required=True)
    cursor = fields.Json(readonly=True)
    watermark = fields.Datetime(
        readonly=True,
        help="Everything that changed in the shop before this moment is here.",
    )
    run_key = fields.Char(readonly=True, help="The run that pushed last.")
    run_seq = fields.Integer(readonly=True)
    answer = fields.Json(
        readonly=True, help="The last answer, given again when it was lost on the way."
    )
    state = fields.Selection(
        [
            ("new", "Never read"),
            ("running", "Reading"),
            ("ok", "Up to date"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True)
    last_push = fields.Datetime(readonly=True)
    last_complete = fields.Datetime(readonly=True)
    record_count = fields.Integer(readonly=True, help="Records taken in so far.")

    _source_name_unique = models.Constraint(
        "UNIQUE(source_id, name)", "A source has each stream once."
    )
