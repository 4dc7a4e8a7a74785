from odoo import api, fields, models


class SmeCustomerValueSatisfaction(models.Model):
    """What the customer said of us when he was asked."""

    _inherit = "sme.customer.value"

    nps = fields.Float(
        string="Would Recommend Us (0 to 10)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Latest answers of the customer's people within two years.",
    )
    satisfaction = fields.Float(
        string="Satisfaction (1 to 5)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Latest answers of the customer's people within two years.",
    )
    satisfaction_on = fields.Date(
        string="Last Answered on",
        readonly=True,
        help="When somebody of the customer answered a survey last.",
    )

    @api.model
    def _segments_of(self, partners, company):
        """Main segments of customers as of today.

        :param partners: records of ``res.partner``, contacts or commercial ones
        :param company: record of ``res.company``; empty for the present one
        :return: id of the segment by id of the commercial partner, who has one
        :rtype: dict[int, int]
        """
        rows = self.sudo().search_fetch(  # root: who may note a talk may classify it
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("company_id", "=", (company or self.env.company).id),
                ("segment_id", "!=", False),
            ],
            ["partner_id", "segment_id"],
        )
        return {row.partner_id.id: row.segment_id.id for row in rows}
