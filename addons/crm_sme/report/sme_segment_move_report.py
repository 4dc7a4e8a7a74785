from odoo import fields, models
from odoo.tools import SQL


class SmeSegmentMoveReport(models.Model):
    """Entering and leaving a segment, one row an event."""

    _name = "sme.segment.move.report"
    _description = "Entering and Leaving Segments"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "sme.segment.member": [
            *("segment_id", "partner_id", "company_id", "date_from", "date_to"),
        ]
    }

    date = fields.Date(readonly=True)
    kind = fields.Selection([("entered", "Entered"), ("left", "Left")], readonly=True)
    change = fields.Integer(
        readonly=True,
        help="+1 for who entered, -1 for who left: the sum is the growth.",
    )
    segment_id = fields.Many2one("sme.segment", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 2 * id AS id, date_from AS date, 'entered' AS kind, 1 AS change,
                   segment_id, partner_id, company_id
              FROM sme_segment_member
             UNION ALL
            SELECT 2 * id + 1, date_to, 'left', -1, segment_id, partner_id, company_id
              FROM sme_segment_member
             WHERE date_to IS NOT NULL
            """
        )

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._sme_open_care()
