from odoo import fields, models


class SmeOrderFeedback(models.Model):
    """Cases about an order of a shop."""

    _inherit = "sme.order"

    feedback_ids = fields.One2many("sme.feedback", "order_id", string="Cases")
    feedback_count = fields.Integer(
        string="Number of Cases", compute="_compute_feedback_count"
    )

    def _compute_feedback_count(self):
        counts = dict(
            self.env["sme.feedback"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.feedback_count = counts.get(order, 0)

    def action_new_feedback(self):
        """Enter what the customer says about the order."""
        self.ensure_one()
        goods = self.line_ids.product_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_feedback_action_log"
        )
        return action | {
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_order_id": self.id,
                "default_product_id": goods.id if len(goods) == 1 else False,
                "default_shipment_id": self.shipment_ids[:1].id,
            }
        }

    def action_view_feedback(self):
        """Open the cases about the order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_feedback_action"
        )
        return action | {
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("order_id", "=", self.id)],
            "context": {"default_order_id": self.id},
        }
