from datetime import timedelta

from odoo import api, fields, models

from ..models.sme_shipment import OPEN_PARCELS

OFFERS = 5
ORDERS = 5
INTERACTIONS = 8
COMPLAINT_DAYS = 365


class SmePortrait(models.AbstractModel):
    """The printed portrait of a customer, for a visit.

    All is read as the user who prints it, so that the rules of access hold.
    """

    _name = "report.crm_sme.sme_portrait"
    _description = "Customer Portrait"

    @api.model
    def _get_report_values(self, docids, data=None):  # noqa: ARG002 - as Odoo calls it
        partners = self.env["res.partner"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "res.partner",
            "docs": partners,
            "company": self.env.company,
            "today": fields.Date.context_today(self),
            "portraits": {partner.id: self._portrait(partner) for partner in partners},
        }

    @api.model
    def _portrait(self, partner):
        """What is on the sheet of one customer.

        :param partner: one record of ``res.partner``, a contact counts as his company
        :rtype: dict
        :raises AccessError: it is the customer of a colleague
        """
        head = partner.commercial_partner_id
        advice = self.env["sme.offer.advice"]._advise(partner)
        row = head.sme_value_id
        return {
            "head": head,
            "row": row,
            "offers": advice["offers"][:OFFERS],
            "basis": advice["basis"],
            "needs": head.sme_open_need_ids,
            "complaints": self._of_customer(
                head,
                "sme.interaction",
                [
                    ("kind", "=", "complaint"),
                    ("date", ">=", fields.Datetime.now() - timedelta(COMPLAINT_DAYS)),
                ],
                INTERACTIONS,
            ),
            "shop_orders": self._of_customer(
                head, "sme.order", [("kind", "=", "order")], ORDERS
            ),
            "own_orders": self._of_customer(
                head, "sale.order", [("state", "=", "sale")], ORDERS
            ),
            "shipments": self._of_customer(head, "sme.shipment", OPEN_PARCELS, ORDERS),
            "interactions": self._of_customer(
                head, "sme.interaction", [("kind", "!=", "order")], INTERACTIONS
            ),
        }

    @api.model
    def _of_customer(self, head, model, domain, limit):
        """The latest records of customer and contacts in the present company."""
        return self.env[model].search(
            [
                ("partner_id.commercial_partner_id", "=", head.id),
                ("company_id", "=", self.env.company.id),
                *domain,
            ],
            limit=limit,
        )
