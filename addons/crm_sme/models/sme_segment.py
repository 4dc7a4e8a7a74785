from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..metrics import segments
from ..tools.segments import check_cells, read_domain

MODES = [
    ("rfm", "RFM cells"),
    ("domain", "Conditions"),
    ("tier", "Value tiers"),
    ("cluster", "Found group"),
    ("manual", "By hand"),
]


class SmeSegment(models.Model):
    """A named group of customers with a way to treat them.

    Who is in it is worked out by the refresh of the figures (``metrics/segments.py``)
    and kept, with entry and exit, in ``sme.segment.member``.
    """

    _name = "sme.segment"
    _description = "Segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10,
        help="A customer who is in several segments has the first one as his main "
        "segment.",
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: every company has its own members in this segment.",
    )
    mode = fields.Selection(
        MODES,
        string="Chosen By",
        required=True,
        default="rfm",
        help="What decides who is in the segment.",
    )
    cells = fields.Json(
        string="RFM Cells",
        help="Codes of recency, frequency and monetary value, 1 to 5 each, e.g. 545.",
    )
    domain = fields.Char(
        string="Conditions",
        default="[]",
        help="On the customer's figures. Dates may be relative: 'today -90d', "
        "'today -1y'. They are looked at anew every night.",
    )
    tier_ids = fields.Many2many("sme.value.tier", string="Value Tiers")
    partner_ids = fields.Many2many(
        "res.partner",
        "sme_segment_partner_rel",
        "segment_id",
        "partner_id",
        string="Customers Chosen by Hand",
    )
    grouping_id = fields.Many2one(
        "sme.segment.grouping",
        string="Search That Found It",
        readonly=True,
        ondelete="cascade",
        copy=False,
    )
    centre = fields.Json(
        readonly=True,
        copy=False,
        help="The typical customer of a found group, one number an indicator.",
    )
    strategy = fields.Text(
        translate=True, help="How to treat these customers, for everybody who does."
    )
    product_grade = fields.Selection(
        [("low", "Entry"), ("middle", "Standard"), ("high", "Premium")],
        help="The grade of goods to offer to these customers.",
    )
    user_id = fields.Many2one("res.users", string="Responsible")
    mailing_filter_id = fields.Many2one(
        "mailing.filter",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Choose it in Email Marketing to write to whoever is in the segment "
        "at the moment of sending.",
    )
    member_ids = fields.One2many("sme.segment.member", "segment_id", string="Members")
    figure_ids = fields.One2many("sme.segment.figure", "segment_id", readonly=True)

    @api.constrains("mode", "cells")
    def _check_cells(self):
        for segment in self.filtered(lambda s: s.mode == "rfm"):
            wrong = check_cells(segment.cells)
            if wrong:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is no RFM cell: write three digits from 1 to 5, "
                        "e.g. 545.",
                        code=wrong,
                    )
                )

    @api.constrains("mode", "domain")
    def _check_domain(self):
        for segment in self.filtered(lambda s: s.mode == "domain"):
            segment._checked_domain()

    def _checked_domain(self):
        """Read the conditions and try them with the user's own rights.

        Not as superuser: a condition on a field that the user may not read would tell
        its content.

        :rtype: list
        :raises ValidationError: with what is wrong and how to write it
        """
        try:
            domain = read_domain(self.domain)
            # Odoo checks constraints as root, whoever writes.
            values = self.env["sme.customer.value"].with_user(self.env.uid)
            values.search(domain, limit=1)
        except (ValueError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "The conditions of the segment “%(name)s” cannot be used: "
                    "%(reason)s\n\nUse plain values only, and relative dates like "
                    "'today -90d'.",
                    name=self.name,
                    reason=error,
                )
            ) from error
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created._sync_mailing_filters()
        created._update_members()
        return created

    def write(self, vals):
        """Keep the filter of Email Marketing in step, and the members."""
        companies = self._companies()
        result = super().write(vals)
        if vals.keys() & {"name", "active", "company_id"}:
            self._sync_mailing_filters()
        if vals.keys() & self._choosing_fields():
            self._update_members(companies)
        return result

    def unlink(self):
        """Take the filter along; members go with the segment."""
        filters = self.sudo().mailing_filter_id  # staff need no rights on mailings
        companies = self._companies()
        result = super().unlink()
        filters.unlink()
        segments.update_companies(self.env, companies)
        return result

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=segment.name)}
            if "name" not in (default or {})
            else vals
            for segment, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def _choosing_fields(self):
        """Fields that decide who is in a segment, or which one is the main one.

        :rtype: set[str]
        """
        return {
            *("active", "sequence", "company_id", "mode", "cells", "domain"),
            *("tier_ids", "partner_ids", "centre", "grouping_id"),
        }

    def _companies(self):
        """Companies in which the segments have members; all for a shared one."""
        if all(segment.company_id for segment in self):
            return self.sudo().company_id
        return self.env["res.company"].sudo().search([("active", "=", True)])

    def _update_members(self, companies=None):
        """Work out the members now instead of tonight.

        :param companies: records of ``res.company`` in which there were members before
        """
        if self and not self.env.context.get("sme_segments_later"):
            companies = (companies or self.env["res.company"]) | self._companies()
            segments.update_companies(self.env, companies.sudo())

    def _sync_mailing_filters(self):
        """Give each active segment its filter, take it from an archived one.

        As superuser: who keeps segments need not have rights on mailings.
        """
        for segment in self.sudo():
            kept = segment.mailing_filter_id
            if not segment.active:
                kept.unlink()
            elif kept:
                kept.name = segment.name
            else:
                segment.mailing_filter_id = kept.create(
                    {
                        "name": segment.name,
                        "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "mailing_domain": repr(
                            [("sme_segment_ids", "in", segment.ids)]
                        ),
                    }
                )
