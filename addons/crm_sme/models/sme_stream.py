from odoo import api, fields, models


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
            ("needs_credentials", "Needs new credentials"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True)
    last_push = fields.Datetime(readonly=True)
    last_complete = fields.Datetime(readonly=True)
    record_count = fields.Integer(readonly=True, help="Records taken in so far.")
    lag_minutes = fields.Integer(
        compute="_compute_lag_minutes",
        help="Age of the data: minutes since the moment up to which all is here.",
    )

    _source_name_unique = models.Constraint(
        "UNIQUE(source_id, name)", "A source has each stream once."
    )

    @api.depends("watermark")
    def _compute_lag_minutes(self):
        """A stream that promises no moment, as files do, is never late."""
        now = fields.Datetime.now()
        for stream in self:
            age = now - stream.watermark if stream.watermark else None
            stream.lag_minutes = max(0, age.total_seconds() // 60) if age else 0

    def _of_changes(self):
        """Return the streams that are read every few minutes.

        A reconcile runs at night and a replay only when something was refused: their
        age says nothing.
        """
        return self.filtered(
            lambda stream: (
                stream.name != "replay" and not stream.name.startswith("reconcile/")
            )
        )

    def _hello(self):
        """Return what the agent is told of this stream."""
        self.ensure_one()
        age = fields.Datetime.now() - self.watermark if self.watermark else None
        return {
            "cursor": self.cursor or None,
            "watermark": _utc(self.watermark),
            "state": self.state,
            "last_run": _utc(self.last_push),
            "lag_s": int(age.total_seconds()) if age else None,
        }

    def action_reset_cursor(self):
        """Let the agent read the stream from its beginning; nothing is doubled."""
        self.write({"cursor": None, "run_key": False, "run_seq": 0, "state": "new"})


def _utc(moment):
    return moment.isoformat() + "Z" if moment else None
