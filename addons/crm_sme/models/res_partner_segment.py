from odoo import api, fields, models

from .res_partner import STAFF


class ResPartnerSegment(models.Model):
    """The segments a customer is in; contacts are in those of their company."""

    _inherit = "res.partner"

    sme_segment_member_ids = fields.One2many(
        "sme.segment.member", "partner_id", string="Stays in Segments", groups=STAFF
    )
    sme_segment_ids = fields.Many2many(
        "sme.segment",
        string="Segments",
        compute="_compute_sme_segment_ids",
        compute_sudo=True,
        search="_search_sme_segment_ids",
        groups=STAFF,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_sme_segment_ids(self):
        found = {}
        readable = self._sme_readable("sme.segment.member")
        if readable is not None and self.ids:
            stays = readable.search_fetch(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                    ("date_to", "=", False),
                    ("segment_id.active", "=", True),
                ],
                ["partner_id", "segment_id"],
                order="segment_id",
            )
            for stay in stays:
                ids = found.setdefault(stay.partner_id.id, [])
                ids.append(stay.segment_id.id)
        for partner in self:
            ids = found.get(partner.commercial_partner_id.id, [])
            partner.sme_segment_ids = self.env["sme.segment"].browse(ids)

    def _search_sme_segment_ids(self, operator, value):
        """Members now, with their contacts.

        As root, since Email Marketing asks for users who see no segment; but only in
        the companies of the user. The job that sends mailings sees all companies, as
        with every other filter.
        """
        stays = self.env["sme.segment.member"].sudo()
        now = fields.Domain("date_to", "=", False)
        if not self.env.su:
            now &= fields.Domain("company_id", "in", self.env.companies.ids)
        path = "commercial_partner_id.sme_segment_member_ids"
        if operator in ("any", "any!"):
            chosen = fields.Domain("segment_id", "any!", fields.Domain(value))
            return fields.Domain(path, "in", stays._search(chosen & now))
        if operator != "in":
            return NotImplemented
        wanted = list(filter(None, value))
        column = (
            "segment_id.name"
            if any(isinstance(one, str) for one in wanted)
            else "segment_id"
        )
        chosen = fields.Domain(column, "in", wanted)
        found = fields.Domain(path, "in", stays._search(chosen & now))
        if False in value:
            found |= fields.Domain(path, "not in", stays._search(now))
        return found

    def _sme_open_care(self):
        """Window on the customer with the page *Customer care* in front.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("crm_sme.sme_partner_view_form_care").id, "form")],
        }
