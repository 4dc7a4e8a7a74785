from odoo import api, fields, models


class SmeSegmentMember(models.Model):
    """A stay of a customer in a segment; without an end he is in it now.

    Written by the refresh, one row an entry, never rewritten once the stay has ended.
    """

    _name = "sme.segment.member"
    _description = "Segment Member"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    segment_id = fields.Many2one("sme.segment", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date_from = fields.Date(string="Entered", required=True)
    date_to = fields.Date(string="Left")
    is_member = fields.Boolean(
        string="In It Now",
        compute="_compute_is_member",
        search="_search_is_member",
    )

    # The merge wizard would fail on it: doubles are dropped before it runs.
    _open_unique = models.UniqueIndex(
        "(segment_id, company_id, partner_id) WHERE date_to IS NULL",
        "A customer is in a segment only once at a time.",
    )

    @api.depends("date_to")
    def _compute_is_member(self):
        for member in self:
            member.is_member = not member.date_to

    def _search_is_member(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = fields.Domain.FALSE
        if True in value:
            found |= fields.Domain("date_to", "=", False)
        if False in value:
            found |= fields.Domain("date_to", "!=", False)
        return found

    @api.model
    def _drop_doubles(self, partner_ids):
        """Leave one open stay a segment to partners who are about to become one.

        :param list partner_ids: who is merged
        """
        stays = self.search(
            [("partner_id", "in", partner_ids), ("date_to", "=", False)],
            order="date_from, id",
        )
        kept = {}
        for stay in stays:
            kept.setdefault((stay.segment_id, stay.company_id), stay)
        (stays - self.union(*kept.values())).unlink()

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._sme_open_care()
