from odoo import api, fields, models

from ..metrics import segments

RECENT = 20


class SmeSegmentFigure(models.Model):
    """What a segment amounts to in one company, summed up by the refresh."""

    _name = "sme.segment.figure"
    _description = "Segment Figures"
    _order = "segment_id, company_id"
    _rec_name = "segment_id"
    _log_access = False

    segment_id = fields.Many2one("sme.segment", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_count = fields.Integer(string="Customers")
    revenue_12m = fields.Monetary(string="Revenue, 12 Months")
    margin_12m = fields.Monetary(string="Margin, 12 Months")
    revenue_share = fields.Float(string="Share of Revenue", digits=(16, 4))
    customer_share = fields.Float(string="Share of Customers", digits=(16, 4))
    mean_value = fields.Monetary(
        help="Mean total value of a member: existing, potential, influence, learning."
    )

    _segment_company_unique = models.Constraint(
        "UNIQUE(segment_id, company_id)", "A segment has one row of figures a company."
    )


class SmeSegment(models.Model):
    """The figures of a segment in the company at hand."""

    _inherit = "sme.segment"

    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    member_count = fields.Integer(string="Customers", compute="_compute_figures")
    revenue_12m = fields.Monetary(
        string="Revenue, 12 Months", compute="_compute_figures"
    )
    margin_12m = fields.Monetary(string="Margin, 12 Months", compute="_compute_figures")
    revenue_share = fields.Float(string="Share of Revenue", compute="_compute_figures")
    customer_share = fields.Float(
        string="Share of Customers", compute="_compute_figures"
    )
    mean_value = fields.Monetary(
        compute="_compute_figures",
        help="Mean total value of a member: existing, potential, influence, learning.",
    )
    entered_30d = fields.Integer(
        string="Entered, 30 Days", compute="_compute_movements"
    )
    left_30d = fields.Integer(string="Left, 30 Days", compute="_compute_movements")

    last_member_ids = fields.One2many(
        "sme.segment.member", string="Last Entries", compute="_compute_last_members"
    )

    @api.depends("figure_ids")
    @api.depends_context("company")
    def _compute_figures(self):
        company = self.env.company
        rows = self.env["sme.segment.figure"].search_fetch(
            [("segment_id", "in", self.ids), ("company_id", "=", company.id)]
        )
        row_of = {row.segment_id.id: row for row in rows}
        for segment in self:
            row = row_of.get(segment._origin.id, rows.browse())
            segment.currency_id = company.currency_id
            segment.member_count = row.member_count
            segment.revenue_12m = row.revenue_12m
            segment.margin_12m = row.margin_12m
            segment.revenue_share = row.revenue_share
            segment.customer_share = row.customer_share
            segment.mean_value = row.mean_value

    @api.depends("member_ids.date_from", "member_ids.date_to")
    @api.depends_context("company")
    def _compute_movements(self):
        since = fields.Date.subtract(fields.Date.context_today(self), days=30)
        counts = {
            name: dict(
                self.env["sme.segment.member"]._read_group(
                    [
                        ("segment_id", "in", self.ids),
                        ("company_id", "=", self.env.company.id),
                        (name, ">", since),
                    ],
                    ["segment_id"],
                    ["__count"],
                )
            )
            for name in ("date_from", "date_to")
        }
        for segment in self:
            segment.entered_30d = counts["date_from"].get(segment._origin, 0)
            segment.left_30d = counts["date_to"].get(segment._origin, 0)

    def _compute_last_members(self):
        """The latest stays; a form shows them, so one segment at a time."""
        stays = self.env["sme.segment.member"]
        for segment in self:
            segment.last_member_ids = stays.search(
                [
                    ("segment_id", "=", segment._origin.id),
                    ("company_id", "=", self.env.company.id),
                ],
                limit=RECENT,
            )

    def action_refresh_members(self):
        """Work out the members now."""
        segments.update_companies(self.env, self._companies())

    def action_open_customers(self):
        """Open who is in the segment now, in the company at hand."""
        self.ensure_one()
        members = ("sme_segment_ids", "in", self.ids)
        if self.mode == "manual":
            # Who was chosen by hand need not have figures.
            return {
                "type": "ir.actions.act_window",
                "name": self.name,
                "res_model": "res.partner",
                "views": [(False, "kanban"), (False, "list"), (False, "form")],
                "domain": [members, ("parent_id", "=", False)],
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_customer_value_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": [
                ("company_id", "=", self.env.company.id),
                (f"partner_id.{members[0]}", *members[1:]),
            ],
        }

    def action_open_moves(self):
        """Open who entered and who left, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_segment_move_report_action"
        )
        return {
            **action,
            "name": self.env._("%(segment)s: entered and left", segment=self.name),
            "domain": [("segment_id", "=", self.id)],
        }

    def action_start_mailing(self):
        """Begin a mailing to whoever is in the segment when it is sent."""
        self.ensure_one()
        if not self.mailing_filter_id:
            self._sync_mailing_filters()
        context = {
            "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            "default_mailing_filter_id": self.sudo().mailing_filter_id.id,
            "default_mailing_type": "mail",
            "default_subject": self.name,
        }
        domain = self._mailing_domain()
        if domain:
            context["default_mailing_domain"] = repr(domain)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to %(segment)s", segment=self.name),
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": context,
        }

    def _mailing_domain(self):
        """Members of the company at hand, where a shared segment has those of others.

        The job that sends mailings sees all companies.

        :return: None where the filter of the segment says the same
        :rtype: list | None
        """
        companies = self.env["res.company"].sudo().search_count([], limit=2)
        if self.company_id or companies < 2:
            return None
        stay = [
            ("segment_id", "=", self.id),
            ("company_id", "=", self.env.company.id),
            ("date_to", "=", False),
        ]
        return [("commercial_partner_id.sme_segment_member_ids", "any", stay)]
