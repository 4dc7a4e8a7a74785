from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

TOP = 3
MONTH_DAYS = 30


class DigestService(models.Model):
    """What customers say and what is done for them, in the digest mail."""

    _inherit = "digest.digest"

    kpi_sme_complaints_late = fields.Boolean("Complaints Open Too Long")
    kpi_sme_complaints_late_value = fields.Integer(
        compute="_compute_kpi_sme_complaints_late_value",
        export_string_translation=False,
    )
    kpi_sme_care_touches = fields.Boolean("Care Touches")
    kpi_sme_care_touches_value = fields.Integer(
        compute="_compute_kpi_sme_care_touches_value",
        export_string_translation=False,
    )
    kpi_sme_needs = fields.Boolean("Needs Heard")
    kpi_sme_needs_value = fields.Integer(
        compute="_compute_kpi_sme_needs_value", export_string_translation=False
    )
    kpi_sme_nps = fields.Boolean("Net Promoter Score")
    kpi_sme_nps_value = fields.Integer(
        compute="_compute_kpi_sme_nps_value", export_string_translation=False
    )

    def _compute_kpi_sme_complaints_late_value(self):
        """Count complaints past their deadline today, whatever the time asked."""
        self._check_sme_reader()
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_sme_complaints_late_value = self.env[
                "sme.feedback"
            ].search_count(
                [
                    ("company_id", "=", company.id),
                    ("kind", "=", "complaint"),
                    ("is_overdue", "=", True),
                ]
            )

    def _compute_kpi_sme_care_touches_value(self):
        self._check_sme_reader()
        self._calculate_company_based_kpi(
            "sme.care.touch",
            "kpi_sme_care_touches_value",
            date_field="date",
            additional_domain=[("state", "=", "done")],
        )

    def _compute_kpi_sme_needs_value(self):
        self._check_sme_reader()
        self._calculate_company_based_kpi(
            "sme.need", "kpi_sme_needs_value", date_field="date"
        )

    def _compute_kpi_sme_nps_value(self):
        """Promoters less detractors in per cent of the answers of the time asked."""
        self._check_sme_reader()
        start, end, _companies = self._get_kpi_compute_parameters()
        for digest in self:
            company = digest.company_id or self.env.company
            ((nps,),) = self.env["sme.satisfaction.report"]._read_group(
                [
                    ("company_id", "=", company.id),
                    ("date", ">=", start),
                    ("date", "<", end),
                ],
                [],
                ["nps:avg"],
            )
            digest.kpi_sme_nps_value = round(nps or 0)

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("crm.crm_menu_root").id
        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_sme_needs": f"crm_sme.sme_need_report_action?menu_id={menu}",
            "kpi_sme_nps": f"crm_sme.sme_satisfaction_report_action?menu_id={menu}",
        }

    def _compute_tips(self, company, user, tips_count=1, consumed=True):
        """Begin a monthly digest with what customers asked for (demand 52)."""
        tips = super()._compute_tips(
            company, user, tips_count=tips_count, consumed=consumed
        )
        voice = self._sme_voice(company, user)
        return [voice, *tips] if voice else tips

    def _sme_voice(self, company, user):
        """What customers wanted most in the last month, as a line for management.

        :return: HTML, or None for other digests, without rights or without needs
        """
        if (
            self.periodicity != "monthly"
            or not self.kpi_sme_needs
            or not user.has_group("crm_sme.crm_sme_group_user")
        ):
            return None
        since = fields.Date.context_today(self) - timedelta(days=MONTH_DAYS)
        needs = self.env["sme.need"].with_user(user).with_context(lang=user.lang)
        groups = needs._read_group(
            [("company_id", "=", company.id), ("date", ">", since)],
            ["categ_id"],
            ["__count", "strength:avg"],
            order="__count desc",
        )
        if not groups:
            return None
        wanted = ", ".join(
            needs.env._(
                "%(category)s (%(count)s, intensity %(strength)s of 5)",
                category=categ.display_name or needs.env._("no category"),
                count=count,
                strength=f"{strength:.1f}",
            )
            for categ, count, strength in groups[:TOP]
        )
        total = sum(count for _categ, count, _strength in groups)
        return Markup("<p><b>%s</b><br/>%s</p>") % (
            needs.env._("Voice of the customer"),
            needs.env._(
                "In the last 30 days customers told %(total)s needs, most of all: "
                "%(wanted)s.",
                total=total,
                wanted=wanted,
            ),
        )
