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
    reason = fields.Text(
        string="Reason as Told",
        required=True,
        help="As it was told to the agent, in the language of its user.",
    )
    refusal = fields.Json(help="The reason as a code with what its text names.")
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

    def action_retry(self):
        """Put these records through the door again, as they were kept.

        What the agent could not read stays open until it fetches the record again.

        :raises AccessError: the user may not change rejects
        """
        self.check_access("write")
        tried = self.filtered(lambda r: r.stage == "door" and r.state == "open")
        self.env["sme.ingest"]._retry_kept(tried)
        self.invalidate_recordset()
        solved = len(self.filtered(lambda reject: reject.state == "solved"))
        unread = len(self.filtered(lambda r: r.stage == "agent" and r.state == "open"))
        return self._notice(solved, len(tried) - solved, unread)

    def _notice(self, solved, refused, unread):
        text = self.env._(
            "%(solved)s went in, %(refused)s were refused again.",
            solved=solved,
            refused=refused,
        )
        if unread:
            text += " " + self.env._(
                "%(count)s will be fetched from the shop by the agent's next run.",
                count=unread,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "success" if not refused else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_dismiss(self):
        """Close these rejects; the records stay out until they change in the shop."""
        self.write({"state": "dismissed"})

    def action_reopen(self):
        """Open dismissed rejects again."""
        self.filtered(lambda r: r.state == "dismissed").write({"state": "open"})
