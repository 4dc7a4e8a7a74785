from datetime import timedelta

from odoo import api, fields, models

BATCH = 100
# Older moves are history: nobody wants to welcome somebody a month late.
DAYS = 7


class SmeLifecycleMovePlan(models.Model):
    """Start the standard plans of customers whom the nightly refresh moved."""

    _inherit = "sme.lifecycle.move"

    is_planned = fields.Boolean(
        string="Plan Looked At",
        readonly=True,
        help="The standard plan of the stage was started, or not wanted.",
    )

    _planned_idx = models.Index("(date) WHERE is_planned IS NOT TRUE")

    @api.model
    def _cron_start_plans(self):
        """Start the plans of fresh moves, batch by batch; each move once."""
        since = fields.Datetime.now() - timedelta(days=DAYS)
        fresh = [
            ("is_planned", "=", False),
            ("date", ">=", since),
            ("is_automatic", "=", True),
        ]
        cron = self.env["ir.cron"]
        remaining = self.search_count(fresh)
        left_s = cron._commit_progress(remaining=remaining)
        while remaining and left_s:
            moves = self.search(fresh, order="id", limit=BATCH)
            if not moves:
                break
            present = moves.filtered(
                lambda m: m.partner_id.lifecycle_stage_id == m.to_stage_id
            )
            present.partner_id._sme_start_plans()
            moves.is_planned = True
            remaining -= len(moves)
            left_s = cron._commit_progress(len(moves), remaining=max(remaining, 0))
