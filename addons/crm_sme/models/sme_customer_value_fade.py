from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

COMPLAINT_DAYS = 90


class SmeCustomerValueFade(models.Model):
    """Why a customer is said to fade, in words."""

    _inherit = "sme.customer.value"

    fade_reason = fields.Char(compute="_compute_fade_reason")

    @api.depends(
        "fade_state",
        "overdue_ratio",
        "mean_gap_days",
        "rhythm_source",
        "revenue_90d",
        "revenue_prev_90d",
    )
    @api.depends_context("lang")
    def _compute_fade_reason(self):
        complaints = self._last_complaints()
        for row in self:
            complaint = complaints.get((row.company_id.id, row.partner_id.id))
            parts = [
                row._rhythm_in_words(),
                row._trend_in_words(),
                row._complaint_in_words(complaint),
            ]
            row.fade_reason = self.env._("; ").join(filter(None, parts))

    def _rhythm_in_words(self):
        """Silence in units of the rhythm, in the user's language.

        :rtype: str
        """
        if self.fade_state in (False, "none"):
            return self.env._("No order yet")
        figures = {
            "ratio": formatLang(self.env, self.overdue_ratio, digits=1),
            "days": formatLang(self.env, self.mean_gap_days, digits=0),
        }
        if self.rhythm_source == "own":
            return self.env._("%(ratio)s × own rhythm of %(days)s days", **figures)
        if self.rhythm_source == "segment":
            return self.env._(
                "%(ratio)s × the segment's usual %(days)s days", **figures
            )
        if self.rhythm_source == "company":
            return self.env._(
                "%(ratio)s × the customers' usual %(days)s days", **figures
            )
        return self.env._("%(ratio)s × the assumed %(days)s days", **figures)

    def _trend_in_words(self):
        """Spend of the last 90 days next to the 90 before; empty if nothing moved.

        :rtype: str
        """
        if self.revenue_prev_90d <= 0:
            return self.env._("spends again") if self.revenue_90d > 0 else ""
        change = round(100 * (self.revenue_90d / self.revenue_prev_90d - 1))
        if not change:
            return ""
        sign = "+" if change > 0 else "−"
        return self.env._(
            "spend %(change)s %% in 90 days",
            change=f"{sign}{formatLang(self.env, abs(change), digits=0)}",
        )

    def _last_complaints(self):
        """The last complaint of each customer that is open or not long past.

        :return: interaction by company and customer
        :rtype: dict[tuple[int, int], recordset]
        """
        since = fields.Datetime.now() - timedelta(days=COMPLAINT_DAYS)
        # Whoever may see the figures of a customer may know that he complained.
        complaints = (
            self.env["sme.interaction"]
            .sudo()
            .search(
                [
                    ("kind", "=", "complaint"),
                    ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("gone_on", "=", False),
                    *("|", "|", ("date", ">=", since), ("is_unanswered", "=", True)),
                    ("case_ids.is_open", "=", True),
                ],
                order="date, id",
            )
        )
        return {
            (each.company_id.id, each.partner_id.commercial_partner_id.id): each
            for each in complaints
        }

    def _complaint_in_words(self, complaint):
        """Day and summary of a complaint, and whether it waits for an answer.

        :param complaint: record of ``sme.interaction`` or None
        :rtype: str
        """
        if not complaint:
            return ""
        figures = {
            "day": format_date(self.env, complaint.date),
            "summary": complaint.summary,
        }
        if complaint.is_unanswered:
            return self.env._(
                "complained on %(day)s, unanswered: %(summary)s", **figures
            )
        if any(complaint.case_ids.mapped("is_open")):
            return self.env._(
                "complained on %(day)s, not settled yet: %(summary)s", **figures
            )
        return self.env._("complained on %(day)s: %(summary)s", **figures)
