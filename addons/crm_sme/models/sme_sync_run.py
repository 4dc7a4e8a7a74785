from odoo import fields, models


class SmeSyncRun(models.Model):
    """What one run of the agent brought on one stream."""

    _name = "sme.sync.run"
    _description = "Synchronisation Run"
    _order = "started_on desc, id desc"
    _rec_name = "run_key"

    source_id = fields.Many2one(
        "sme.source", required=True, ondelete="cascade", index=True
    )
    stream_id = fields.Many2one("sme.stream", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    run_key = fields.Char(required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True)
    ended_on = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("complete", "Complete"),
            ("failed", "Failed"),
            ("needs_credentials", "Needs new credentials"),
        ],
        default="running",
        required=True,
        readonly=True,
    )
    full = fields.Boolean(readonly=True, help="Everything was read, not only changes.")
    batch_count = fields.Integer(readonly=True)
    created_count = fields.Integer(readonly=True)
    updated_count = fields.Integer(readonly=True)
    unchanged_count = fields.Integer(readonly=True)
    stale_count = fields.Integer(readonly=True)
    rejected_count = fields.Integer(readonly=True)
    gone_count = fields.Integer(readonly=True)
    duration_s = fields.Float(string="Duration (s)", readonly=True)
    agent_version = fields.Char(readonly=True)
    message = fields.Text(readonly=True)

    _stream_run_unique = models.Constraint(
        "UNIQUE(stream_id, run_key)", "A run is kept once a stream."
    )
