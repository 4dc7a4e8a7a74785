from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    """What the boss wants to know of the customers without opening a screen."""

    _inherit = "digest.digest"

    kpi_sme_new_customers = fields.Boolean("New Customers")
    kpi_sme_new_customers_value = fields.Integer(
        compute="_compute_kpi_sme_new_customers_value",
        export_string_translation=False,
    )
    kpi_sme_won_back = fields.Boolean("Customers Won Back")
    kpi_sme_won_back_value = fields.Integer(
        compute="_compute_kpi_sme_won_back_value", export_string_translation=False
    )
    kpi_sme_fading = fields.Boolean("Customers Who Began to Fade")
    kpi_sme_fading_value = fields.Integer(
        compute="_compute_kpi_sme_fading_value", export_string_translation=False
    )
    kpi_sme_left = fields.Boolean("Customers Who Left")
    kpi_sme_left_value = fields.Integer(
        compute="_compute_kpi_sme_left_value", export_string_translation=False
    )
    kpi_sme_at_risk = fields.Boolean("Yearly Revenue at Risk")
    kpi_sme_at_risk_value = fields.Monetary(
        compute="_compute_kpi_sme_at_risk_value", export_string_translation=False
    )
    kpi_sme_data_age = fields.Boolean("Age of the Shops' Data (hours)")
    kpi_sme_data_age_value = fields.Integer(
        compute="_compute_kpi_sme_data_age_value", export_string_translation=False
    )

    def _compute_kpi_sme_new_customers_value(self):
        self._check_sme_reader()
        self._calculate_company_based_kpi(
            "sme.customer.value",
            "kpi_sme_new_customers_value",
            date_field="first_order_date",
        )

    def _compute_kpi_sme_won_back_value(self):
        self._check_sme_reader()
        start, end, _companies = self._get_kpi_compute_parameters()
        for digest in self:
            company = digest.company_id or self.env.company
            moves = self.env["sme.lifecycle.move"]._read_group(
                [
                    ("date", ">=", start),
                    ("date", "<", end),
                    ("from_stage_id.kind", "in", ("lapsed", "lost")),
                    ("to_stage_id.kind", "=", "actual"),
                    ("partner_id.sme_value_ids.company_id", "=", company.id),
                ],
                [],
                ["partner_id:count_distinct"],
            )
            digest.kpi_sme_won_back_value = moves[0][0]

    def _compute_kpi_sme_fading_value(self):
        self._check_sme_reader()
        self._sme_count_state("kpi_sme_fading_value", ["fading"])

    def _compute_kpi_sme_left_value(self):
        self._check_sme_reader()
        self._sme_count_state("kpi_sme_left_value", ["lapsed", "lost"])

    def _compute_kpi_sme_at_risk_value(self):
        """Revenue of 12 months of those who fade today, whatever the time asked."""
        self._check_sme_reader()
        for digest in self:
            company = digest.company_id or self.env.company
            sums = self.env["sme.customer.value"]._read_group(
                [("company_id", "=", company.id), ("fade_state", "=", "fading")],
                [],
                ["revenue_12m:sum"],
            )
            digest.kpi_sme_at_risk_value = sums[0][0]

    def _compute_kpi_sme_data_age_value(self):
        """Hours since the stream that waits longest was read; 0 without sources."""
        self._check_sme_reader()
        for digest in self:
            company = digest.company_id or self.env.company
            oldest = self.env["sme.stream"]._read_group(
                [
                    ("company_id", "=", company.id),
                    ("source_id.active", "=", True),
                    ("last_push", "!=", False),
                ],
                [],
                ["last_push:min"],
            )[0][0]
            age = fields.Datetime.now() - oldest if oldest else None
            digest.kpi_sme_data_age_value = age.total_seconds() // 3600 if age else 0

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        customers = f"crm_sme.sme_customer_value_action?menu_id={menu}"
        return {
            **actions,
            "kpi_sme_new_customers": customers,
            "kpi_sme_won_back": f"crm_sme.sme_lifecycle_move_action?menu_id={menu}",
            "kpi_sme_fading": customers,
            "kpi_sme_left": customers,
            "kpi_sme_at_risk": customers,
        }

    def _check_sme_reader(self):
        """Leave the figure out of the mail of who may not see customers.

        :raises AccessError: caught by the digest, which then skips the figure
        """
        if not self.env.user.has_group("crm_sme.crm_sme_group_user"):
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )

    def _sme_count_state(self, name, states):
        """Count the customers who came into one of the states in the time asked."""
        self._calculate_company_based_kpi(
            "sme.customer.value",
            name,
            date_field="fade_since",
            additional_domain=[("fade_state", "in", states)],
        )
