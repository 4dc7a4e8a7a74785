from odoo import fields, models


class DigestDigest(models.Model):
    """Complaints that are open past their deadline, in the boss's mail."""

    _inherit = "digest.digest"

    kpi_sme_complaints_late = fields.Boolean("Complaints Open Past the Deadline")
    kpi_sme_complaints_late_value = fields.Integer(
        compute="_compute_kpi_sme_complaints_late_value",
        export_string_translation=False,
    )

    def _compute_kpi_sme_complaints_late_value(self):
        """Those of today, whatever the time asked."""
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

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        return {
            **actions,
            "kpi_sme_complaints_late": f"crm_sme.sme_feedback_action?menu_id={menu}",
        }
