from odoo import fields, models

VISIT_KINDS = [
    ("store", "In the store"),
    ("phone", "By phone"),
    ("web", "On the web"),
    ("chat", "By chat"),
    ("cart", "Left a cart"),
    ("browse", "Looked at goods"),
]


class CrmLeadVisitor(models.Model):
    """Who asked or looked and did not buy (demand 28)."""

    _inherit = "crm.lead"

    visit_kind = fields.Selection(
        VISIT_KINDS,
        string="Kind of Visit",
        index="btree_not_null",
        help="How somebody asked or looked without buying. Empty: an ordinary lead.",
    )
    asked_product_ids = fields.Many2many(
        "product.product",
        "sme_lead_asked_product_rel",
        "lead_id",
        "product_id",
        string="Asked For",
    )
    not_bought_reason_id = fields.Many2one(
        "sme.not.bought.reason", string="Why Not Bought", ondelete="restrict"
    )
    budget = fields.Monetary(
        currency_field="company_currency", help="What the visitor wants to spend."
    )
    next_step = fields.Char(help="What was agreed, e.g. call when size 42 is there.")
    next_step_date = fields.Date(
        string="Next Step On", help="The visitor is in the call list from that day on."
    )
