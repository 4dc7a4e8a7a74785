from odoo import fields, models

from ..models.sme_customer_value import FADE_STATES


class SaleReport(models.Model):
    """Class of the customer in Odoo's own sales analysis, as of now."""

    _inherit = "sale.report"
    _depends = {
        "sme.customer.value": [
            *("partner_id", "company_id", "tier_id", "segment_id", "fade_state")
        ],
        "res.partner": ["lifecycle_stage_id", "commercial_partner_id"],
    }

    sme_tier_id = fields.Many2one(
        "sme.value.tier", string="Customer Tier", readonly=True
    )
    sme_segment_id = fields.Many2one(
        "sme.segment", string="Customer Segment", readonly=True
    )
    sme_fade_state = fields.Selection(
        FADE_STATES, string="Customer Fading", readonly=True
    )
    sme_lifecycle_stage_id = fields.Many2one(
        "sme.lifecycle.stage", string="Customer Lifecycle", readonly=True
    )

    def _sme_class_columns(self):
        """Class of the customer of a row, over ``sme_figures`` and ``sme_head``.

        :rtype: dict[str, str]
        """
        return {
            "sme_tier_id": "sme_figures.tier_id",
            "sme_segment_id": "sme_figures.segment_id",
            "sme_fade_state": "sme_figures.fade_state",
            "sme_lifecycle_stage_id": "sme_head.lifecycle_stage_id",
        }

    def _select_additional_fields(self):
        return {**super()._select_additional_fields(), **self._sme_class_columns()}

    def _available_additional_sme_fields(self):
        return {
            **super()._available_additional_sme_fields(),
            **self._sme_class_columns(),
        }

    def _from_sale(self):
        return f"""{super()._from_sale()}
            LEFT JOIN res_partner sme_head
                   ON sme_head.id = partner.commercial_partner_id
            LEFT JOIN sme_customer_value sme_figures
                   ON sme_figures.partner_id = sme_head.id
                  AND sme_figures.company_id = s.company_id
            """

    def _from_sme(self):
        return f"""{super()._from_sme()}
            LEFT JOIN res_partner sme_head ON sme_head.id = o.commercial_partner_id
            LEFT JOIN sme_customer_value sme_figures
                   ON sme_figures.partner_id = sme_head.id
                  AND sme_figures.company_id = o.company_id
            """

    def _group_by_sale(self):
        columns = ", ".join(self._sme_class_columns().values())
        return f"{super()._group_by_sale()}, {columns}"
